package io.github.dl4jhardware.neuromorphic.core;

import java.util.Arrays;

/**
 * The transduction before the cores: float weights on pixels, and spikes out.
 *
 * <p>A response is summed in double precision, input feature by input feature and then row by row
 * of the kernel, and rounded to float; it fires if response·scale + shift ≥ 0 in double precision.
 * The order is part of the law, so that layer and compiled network agree in every tie. One group.
 */
public final class PixelLayer {
  private final LayerShape shape;
  private final double[] weights;
  private final double[] scales;
  private final double[] shifts;

  /**
   * A layer.
   *
   * @param shape sizes, with one group
   * @param weights {@code [outFeatures, inFeatures, kernelHeight, kernelWidth]}; copied
   * @param scales 1/(σ + ε) for each output feature; copied
   * @param shifts b − μ/(σ + ε) for each output feature; copied
   * @throws IllegalArgumentException if a length is not as said or a value is not finite
   */
  public PixelLayer(LayerShape shape, double[] weights, double[] scales, double[] shifts) {
    this.shape = shape;
    this.weights = weights.clone();
    this.scales = scales.clone();
    // −0 and 0 are the same threshold; only one of them goes through a file unchanged.
    this.shifts = Arrays.stream(shifts).map(shift -> shift + 0.0).toArray();
    if (shape.groups() != 1) {
      throw new IllegalArgumentException(
          shape.name() + ": a transduction has one group, not " + shape.groups());
    }
    check("weights", weights, shape.outFeatures() * shape.fanIn());
    check("scales", scales, shape.outFeatures());
    check("shifts", shifts, shape.outFeatures());
  }

  private void check(String what, double[] values, int length) {
    if (values.length != length) {
      throw new IllegalArgumentException(
          shape.name() + ": " + values.length + " " + what + "; it has " + length);
    }
    for (int i = 0; i < length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            shape.name() + ": value " + i + " of the " + what + " is " + values[i]);
      }
    }
  }

  /**
   * Sizes.
   *
   * @return the shape
   */
  public LayerShape shape() {
    return shape;
  }

  /**
   * All weights.
   *
   * @return a copy
   */
  public double[] weights() {
    return weights.clone();
  }

  /**
   * All scales.
   *
   * @return a copy
   */
  public double[] scales() {
    return scales.clone();
  }

  /**
   * All shifts.
   *
   * @return a copy
   */
  public double[] shifts() {
    return shifts.clone();
  }

  /** Takes a feature's neurons, all positions at once. */
  @FunctionalInterface
  public interface Responses {
    /**
     * One feature.
     *
     * @param feature output feature
     * @param normalised r̂ at every output position; the neuron fires at 0 and above
     */
    void of(int feature, double[] normalised);
  }

  /** Room for one image's responses; not for several threads at once. */
  public final class Room {
    /** What each input of the kernel is at every position; 0 outside the image, for good. */
    private final double[][] patches = new double[shape.fanIn()][shape.outPositions()];

    private final double[] row = new double[shape.outPositions()];

    /**
     * Responds to one image.
     *
     * @param image holds {@code [inFeatures, inHeight, inWidth]}
     * @param offset where the image begins in the array
     * @param responses called for each output feature in turn
     */
    public void respond(float[] image, int offset, Responses responses) {
      for (int input = 0; input < patches.length; input++) {
        gather(
            image,
            offset + input / shape.taps() * shape.inPositions(),
            input % shape.taps(),
            patches[input]);
      }
      int fanIn = patches.length;
      for (int feature = 0; feature < shape.outFeatures(); feature++) {
        Arrays.fill(row, 0);
        int first = feature * fanIn;
        int input = 0;
        for (; input + 4 <= fanIn; input += 4) {
          accumulate(
              weights[first + input],
              weights[first + input + 1],
              weights[first + input + 2],
              weights[first + input + 3],
              patches[input],
              patches[input + 1],
              patches[input + 2],
              patches[input + 3],
              row);
        }
        for (; input < fanIn; input++) {
          accumulate(weights[first + input], patches[input], 0, row, row.length);
        }
        normalise(row, row.length, scales[feature], shifts[feature]);
        responses.of(feature, row);
      }
    }

    /** A channel as one position of the kernel sees it. */
    private void gather(float[] image, int channel, int tap, double[] patch) {
      int tapY = tap / shape.kernelWidth() - shape.padTop();
      int tapX = tap % shape.kernelWidth() - shape.padLeft();
      int stride = shape.strideWidth();
      int left = shape.firstColumn(tap);
      int right = shape.lastColumn(tap);
      for (int y = 0; y < shape.outHeight(); y++) {
        int inY = y * shape.strideHeight() + tapY;
        if (inY >= 0 && inY < shape.inHeight()) {
          int line = channel + inY * shape.inWidth() + tapX;
          int to = y * shape.outWidth();
          for (int x = left; x <= right; x++) {
            patch[to + x] = image[line + x * stride];
          }
        }
      }
    }
  }

  /** Adds four inputs' parts, one after the other as four calls would, in one pass. */
  private static void accumulate(
      double weight0,
      double weight1,
      double weight2,
      double weight3,
      double[] inputs0,
      double[] inputs1,
      double[] inputs2,
      double[] inputs3,
      double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] =
          (((sums[i] + weight0 * inputs0[i]) + weight1 * inputs1[i]) + weight2 * inputs2[i])
              + weight3 * inputs3[i];
    }
  }

  /**
   * Adds one input's part to the responses.
   *
   * @param weight the input's
   * @param inputs what the input is at every position
   * @param from where it begins in its array
   * @param sums responses
   * @param count positions
   */
  public static void accumulate(
      double weight, double[] inputs, int from, double[] sums, int count) {
    for (int i = 0; i < count; i++) {
      sums[i] += weight * inputs[from + i];
    }
  }

  /**
   * Rounds responses to float and normalises them.
   *
   * @param sums responses, then r̂
   * @param count positions
   * @param scale 1/(σ + ε)
   * @param shift b − μ/(σ + ε)
   */
  public static void normalise(double[] sums, int count, double scale, double shift) {
    for (int i = 0; i < count; i++) {
      sums[i] = (float) sums[i] * scale + shift;
    }
  }
}
