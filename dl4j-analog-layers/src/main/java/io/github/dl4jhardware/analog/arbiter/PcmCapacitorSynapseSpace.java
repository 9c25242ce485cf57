package io.github.dl4jhardware.analog.arbiter;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import java.util.Objects;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The 2PCM+3T1C cell: which gain, how often weights are transferred, with polarity inversion or
 * without, and how alike its capacitors are.
 */
public final class PcmCapacitorSynapseSpace extends CompositeSpace<Synapse> {
  private final PcmCapacitorSynapse base;
  private final ParameterSpace<Double> gain;
  private final ParameterSpace<Integer> transferExamples;
  private final ParameterSpace<Boolean> polarityInversion;
  private final ParameterSpace<Double> spreadFactor;

  /**
   * A space.
   *
   * @param base whose other values stand
   * @param gain F, above 0
   * @param transferExamples examples between two transfers, at least 1
   * @param polarityInversion whether s turns at each transfer
   * @param spreadFactor of every device-to-device spread of the capacitor, at least 0
   */
  @JsonCreator
  public PcmCapacitorSynapseSpace(
      @JsonProperty("base") PcmCapacitorSynapse base,
      @JsonProperty("gain") ParameterSpace<Double> gain,
      @JsonProperty("transferExamples") ParameterSpace<Integer> transferExamples,
      @JsonProperty("polarityInversion") ParameterSpace<Boolean> polarityInversion,
      @JsonProperty("spreadFactor") ParameterSpace<Double> spreadFactor) {
    this.base = Objects.requireNonNull(base, "PcmCapacitorSynapseSpace.base is missing");
    this.gain = Objects.requireNonNull(gain, "PcmCapacitorSynapseSpace.gain is missing");
    this.transferExamples =
        Objects.requireNonNull(
            transferExamples, "PcmCapacitorSynapseSpace.transferExamples is missing");
    this.polarityInversion =
        Objects.requireNonNull(
            polarityInversion, "PcmCapacitorSynapseSpace.polarityInversion is missing");
    this.spreadFactor =
        Objects.requireNonNull(spreadFactor, "PcmCapacitorSynapseSpace.spreadFactor is missing");
  }

  /**
   * A space in which all is as in the base.
   *
   * @param base the synapse
   * @return its one point, to be widened
   */
  public static PcmCapacitorSynapseSpace of(PcmCapacitorSynapse base) {
    return new PcmCapacitorSynapseSpace(
        base,
        new FixedValue<>(base.gain()),
        new FixedValue<>(Math.toIntExact(base.transfer().everyExamples())),
        new FixedValue<>(base.transfer().polarityInversion()),
        new FixedValue<>(1.0));
  }

  /**
   * Other gains.
   *
   * @param space of F
   * @return a copy
   */
  public PcmCapacitorSynapseSpace gain(ParameterSpace<Double> space) {
    return new PcmCapacitorSynapseSpace(
        base, space, transferExamples, polarityInversion, spreadFactor);
  }

  /**
   * Other transfer intervals.
   *
   * @param space of examples
   * @return a copy
   */
  public PcmCapacitorSynapseSpace transferExamples(ParameterSpace<Integer> space) {
    return new PcmCapacitorSynapseSpace(base, gain, space, polarityInversion, spreadFactor);
  }

  /**
   * With and without inversion.
   *
   * @param space of both
   * @return a copy
   */
  public PcmCapacitorSynapseSpace polarityInversion(ParameterSpace<Boolean> space) {
    return new PcmCapacitorSynapseSpace(base, gain, transferExamples, space, spreadFactor);
  }

  /**
   * Other spreads.
   *
   * @param space of factors
   * @return a copy
   */
  public PcmCapacitorSynapseSpace spreadFactor(ParameterSpace<Double> space) {
    return new PcmCapacitorSynapseSpace(base, gain, transferExamples, polarityInversion, space);
  }

  @Override
  public Synapse getValue(double[] values) {
    return base.withGain(gain.getValue(values))
        .withTransfer(
            base.transfer()
                .withEveryExamples(transferExamples.getValue(values))
                .withPolarityInversion(polarityInversion.getValue(values)))
        .withCapacitor(base.capacitor().withSpreadTimes(spreadFactor.getValue(values)));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PcmCapacitorSynapseSpace that
        && base.equals(that.base)
        && gain.equals(that.gain)
        && transferExamples.equals(that.transferExamples)
        && polarityInversion.equals(that.polarityInversion)
        && spreadFactor.equals(that.spreadFactor);
  }

  @Override
  public int hashCode() {
    return Objects.hash(base, gain, transferExamples, polarityInversion, spreadFactor);
  }
}
