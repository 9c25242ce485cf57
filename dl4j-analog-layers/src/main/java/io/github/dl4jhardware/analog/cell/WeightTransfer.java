package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Check;
import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The rule by which the whole weight moves from the capacitor to the PCM pair.
 *
 * <p>A pair is written anew where the capacitor holds more than a threshold; at 0 every pair is, as
 * in the paper. Below it the pair stays as it is, and only the capacitor is re-initialised and
 * pulsed to s′·(W − pair). The one read of the pair then cancels: W − pair is what the capacitor
 * holds, so that the pair's read noise does not enter the weight, and fewer devices wear. Source:
 * assumed; what it is for stands in decision 9.
 *
 * <p>W_transfer = W − s′·(offset + [g(0.5 V) − g_shared]), where W is read with the present
 * polarity and s′ is that of the coming interval: −s with inversion, else +1. If 0 &lt;
 * s′·W_transfer &lt; offset both devices are RESET and the capacitor alone holds the weight.
 * Source: S. Ambrogio et al., Nature 558, 60 (2018); s′ = −1 derived.
 *
 * @param everyExamples interval in training examples
 * @param polarityInversion whether s turns at each transfer; source: the patents named at the
 *     package
 * @param offsetMicroSiemens room to raise g, in µS
 * @param rewriteAboveMicroSiemens |g − g_shared| above which the pair is written anew, in µS
 */
public record WeightTransfer(
    @JsonProperty(required = true) long everyExamples,
    @JsonProperty(required = true) boolean polarityInversion,
    @JsonProperty(required = true) double offsetMicroSiemens,
    @JsonProperty double rewriteAboveMicroSiemens)
    implements Serializable {

  /** Checks every parameter. */
  public WeightTransfer {
    Check.inRange("WeightTransfer.everyExamples", everyExamples, 1, Long.MAX_VALUE);
    Check.notNegative("WeightTransfer.offsetMicroSiemens", offsetMicroSiemens);
    Check.notNegative("WeightTransfer.rewriteAboveMicroSiemens", rewriteAboveMicroSiemens);
  }

  /**
   * The paper's rule: every pair is written anew at each transfer.
   *
   * @param everyExamples interval in training examples
   * @param polarityInversion whether s turns at each transfer
   * @param offsetMicroSiemens room to raise g, in µS
   */
  public WeightTransfer(long everyExamples, boolean polarityInversion, double offsetMicroSiemens) {
    this(everyExamples, polarityInversion, offsetMicroSiemens, 0);
  }

  /**
   * The same rule at other intervals.
   *
   * @param examples the new {@link #everyExamples()}
   * @return a copy
   */
  public WeightTransfer withEveryExamples(long examples) {
    return new WeightTransfer(
        examples, polarityInversion, offsetMicroSiemens, rewriteAboveMicroSiemens);
  }

  /**
   * The same rule with or without inversion.
   *
   * @param inverts the new {@link #polarityInversion()}
   * @return a copy
   */
  public WeightTransfer withPolarityInversion(boolean inverts) {
    return new WeightTransfer(everyExamples, inverts, offsetMicroSiemens, rewriteAboveMicroSiemens);
  }

  /**
   * The same rule with another threshold.
   *
   * @param microSiemens the new {@link #rewriteAboveMicroSiemens()}; 0 writes every pair anew
   * @return a copy
   */
  public WeightTransfer withRewriteAbove(double microSiemens) {
    return new WeightTransfer(everyExamples, polarityInversion, offsetMicroSiemens, microSiemens);
  }

  int nextPolarity(int present) {
    return polarityInversion ? -present : 1;
  }

  /**
   * What the pair is asked to hold.
   *
   * @param weight the full weight, in µS
   * @param mismatch g(0.5 V) − g_shared of the cell, in µS
   * @param nextPolarity s′
   * @return F·(G+ − G−), in µS; 0 means that both are RESET
   */
  float pairTarget(float weight, float mismatch, int nextPolarity) {
    float target = weight - nextPolarity * ((float) offsetMicroSiemens + mismatch);
    float inDirection = nextPolarity * target;
    return inDirection > 0 && inDirection < offsetMicroSiemens ? 0 : target;
  }

  static boolean due(long every, long examplesBefore, long examplesAfter) {
    return examplesAfter / every > examplesBefore / every;
  }
}
