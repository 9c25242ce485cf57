package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A weight that is trained digitally, for a chip that only infers: once training is over it is
 * programmed into a PCM pair, W = (G+ − G−)·max|W| / g_max, with the largest weight of its layer or
 * of its column.
 *
 * <p>To get used to that, every forward pass in training reads weights as one programming and one
 * read would leave them, with fresh draws each step; gradients are taken there and move the exact
 * weights, which are clipped to a number of their standard deviations after each step. Two to four
 * draws a weight and step. Trained with any DL4J updater but AnalogSgd. Source: V. Joshi et al.,
 * Nature Communications 11, 2473 (2020).
 *
 * @param pcm both devices; the published programming error is used
 * @param clipDeviations weights are clipped to so many standard deviations of their layer, or root
 *     mean squares of their column; infinity is no clipping
 * @param perColumn whether each column has a scale of its own, which costs a multiplication an
 *     output; false where a file does not say
 */
public record InferenceSynapse(
    @JsonProperty(required = true) Pcm pcm,
    @JsonProperty(required = true) double clipDeviations,
    @JsonProperty @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean perColumn)
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

  /**
   * With one scale a layer.
   *
   * @param pcm both devices
   * @param clipDeviations of the layer
   */
  public InferenceSynapse(Pcm pcm, double clipDeviations) {
    this(pcm, clipDeviations, false);
  }

  /**
   * The same with a scale for each column.
   *
   * @return a copy
   */
  public InferenceSynapse withColumnScales() {
    return new InferenceSynapse(pcm, clipDeviations, true);
  }

  /**
   * The same with another clipping.
   *
   * @param deviations the new {@link #clipDeviations()}
   * @return a copy
   */
  public InferenceSynapse withClipDeviations(double deviations) {
    return new InferenceSynapse(pcm, deviations, perColumn);
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
   * @param weights a whole layer's, row-major, in weight units
   * @param columns of the layer
   * @param key stream of the step's draws
   * @return the weights with noise
   */
  public float[] inject(float[] weights, int columns, long key) {
    float[] largest = ranges(weights, columns);
    int scales = largest.length;
    float[] microSiemensPerWeight = new float[scales];
    for (int scale = 0; scale < scales; scale++) {
      microSiemensPerWeight[scale] = (float) pcm.gMaxMicroSiemens() / largest[scale];
    }
    float[] noisy = new float[weights.length];
    CellRanges.sum(
        weights.length,
        (from, to) -> {
          for (int cell = from; cell < to; cell++) {
            int scale = cell % scales;
            if (largest[scale] == 0) {
              continue;
            }
            float target = weights[cell] * microSiemensPerWeight[scale];
            noisy[cell] =
                (device(Math.max(0, target), key, 4L * cell)
                        - device(Math.max(0, -target), key, 4L * cell + 2))
                    / microSiemensPerWeight[scale];
          }
          return 0;
        });
    return noisy;
  }

  /**
   * The weights at the end of the devices' range.
   *
   * @param weights a whole layer's, row-major
   * @param columns of the layer
   * @return the largest magnitude of each column that has a scale of its own, or one of all
   */
  public float[] ranges(float[] weights, int columns) {
    float[] largest = new float[perColumn ? columns : 1];
    for (int cell = 0; cell < weights.length; cell++) {
      int scale = cell % largest.length;
      largest[scale] = Math.max(largest[scale], Math.abs(weights[cell]));
    }
    return largest;
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
   * @param weights a whole layer's, row-major
   * @param columns of the layer
   * @return how many were clipped
   */
  public int clip(float[] weights, int columns) {
    if (clipDeviations == Double.POSITIVE_INFINITY) {
      return 0;
    }
    int step = perColumn ? columns : 1;
    int clipped = 0;
    for (int first = 0; first < step; first++) {
      clipped += clip(weights, first, step);
    }
    return clipped;
  }

  private int clip(float[] weights, int first, int step) {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int cell = first; cell < weights.length; cell += step) {
      sum += weights[cell];
      squares += (double) weights[cell] * weights[cell];
      count++;
    }
    // A column may have few weights, or all alike: its size counts, not how it strays.
    double mean = perColumn ? 0 : sum / count;
    double deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    float bound = (float) (clipDeviations * deviation);
    int clipped = 0;
    for (int cell = first; cell < weights.length; cell += step) {
      float inside = Math.max(-bound, Math.min(bound, weights[cell]));
      clipped += inside != weights[cell] ? 1 : 0;
      weights[cell] = inside;
    }
    return clipped;
  }
}
