package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A weight that is trained digitally, for a chip that only infers: once training is over it is
 * programmed into a PCM pair, W = (G+ − G−)·max|W| / g_max.
 *
 * <p>To get used to that, every forward pass in training reads weights as one programming and one
 * read would leave them, with fresh draws each step; gradients are taken there and move the exact
 * weights, which are clipped to a number of their standard deviations after each step. Two to four
 * draws a weight and step. Trained with any DL4J updater but AnalogSgd. Source: V. Joshi et al.,
 * Nature Communications 11, 2473 (2020).
 *
 * @param pcm both devices; the published programming error is used
 * @param clipDeviations weights are clipped to so many of their layer's standard deviations;
 *     infinity is no clipping
 */
public record InferenceSynapse(
    @JsonProperty(required = true) Pcm pcm, @JsonProperty(required = true) double clipDeviations)
    implements Synapse {

  /** For the whole number of a digital step, which has no size of its own. */
  private static final double NO_STEP = 1e-6;

  /** Checks both parameters. */
  public InferenceSynapse {
    Check.present("InferenceSynapse.pcm", pcm);
    if (clipDeviations != Double.POSITIVE_INFINITY) {
      Check.positive("InferenceSynapse.clipDeviations", clipDeviations);
    }
  }

  @Override
  public double stepWeight() {
    return NO_STEP;
  }

  @Override
  public StateNames stateNames() {
    return StateNames.NONE;
  }

  @Override
  public boolean digital() {
    return true;
  }

  @Override
  public SynapseArray array(int rows, int columns, long chipSeed, int layer) {
    return new IdealArray(this, rows, columns);
  }

  /**
   * What one programming and one read would make of weights.
   *
   * @param weights a whole layer's, in weight units
   * @param key stream of the step's draws
   * @return the weights with noise
   */
  public float[] inject(float[] weights, long key) {
    float largest = 0;
    for (float weight : weights) {
      largest = Math.max(largest, Math.abs(weight));
    }
    float[] noisy = new float[weights.length];
    if (largest == 0) {
      return noisy;
    }
    float microSiemensPerWeight = (float) pcm.gMaxMicroSiemens() / largest;
    CellRanges.sum(
        weights.length,
        (from, to) -> {
          for (int cell = from; cell < to; cell++) {
            float target = weights[cell] * microSiemensPerWeight;
            noisy[cell] =
                (device(Math.max(0, target), key, 4L * cell)
                        - device(Math.max(0, -target), key, 4L * cell + 2))
                    / microSiemensPerWeight;
          }
          return 0;
        });
    return noisy;
  }

  private float device(float target, long key, long draw) {
    float programmed = pcm.program(target, Draws.normal(key, draw));
    if (programmed == 0) {
      return 0;
    }
    return (float) pcm.readLater(programmed, target, 0, Draws.normal(key, draw + 1));
  }

  /**
   * Clips weights in place.
   *
   * @param weights a whole layer's
   * @return how many were clipped
   */
  public int clip(float[] weights) {
    if (clipDeviations == Double.POSITIVE_INFINITY) {
      return 0;
    }
    double sum = 0;
    double squares = 0;
    for (float weight : weights) {
      sum += weight;
      squares += (double) weight * weight;
    }
    double mean = sum / weights.length;
    double deviation = Math.sqrt(Math.max(0, squares / weights.length - mean * mean));
    float bound = (float) (clipDeviations * deviation);
    int clipped = 0;
    for (int cell = 0; cell < weights.length; cell++) {
      float inside = Math.max(-bound, Math.min(bound, weights[cell]));
      clipped += inside != weights[cell] ? 1 : 0;
      weights[cell] = inside;
    }
    return clipped;
  }
}
