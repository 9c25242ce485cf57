package io.github.dl4jhardware.neuromorphic.core;

/**
 * A grouped convolution as cores see it. A dense layer is one with a single position.
 *
 * @param name for messages and tables
 * @param inFeatures input features, divided evenly by the groups
 * @param inHeight rows of the input
 * @param inWidth columns of the input
 * @param outFeatures output features, divided evenly by the groups
 * @param outHeight rows of the output
 * @param outWidth columns of the output
 * @param groups groups; group i reads the i-th share of the input features
 * @param kernelHeight rows of the kernel
 * @param kernelWidth columns of the kernel
 * @param strideHeight rows from one output to the next
 * @param strideWidth columns from one output to the next
 * @param padTop rows of silence above the input; what is missing below follows from the sizes
 * @param padLeft columns of silence left of it
 */
public record LayerShape(
    String name,
    int inFeatures,
    int inHeight,
    int inWidth,
    int outFeatures,
    int outHeight,
    int outWidth,
    int groups,
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int padTop,
    int padLeft) {
  private static final int MOST = 1 << 20;

  /** Checks every number. */
  public LayerShape {
    check(name, "inFeatures", inFeatures, 1);
    check(name, "inHeight", inHeight, 1);
    check(name, "inWidth", inWidth, 1);
    check(name, "outFeatures", outFeatures, 1);
    check(name, "outHeight", outHeight, 1);
    check(name, "outWidth", outWidth, 1);
    check(name, "groups", groups, 1);
    check(name, "kernelHeight", kernelHeight, 1);
    check(name, "kernelWidth", kernelWidth, 1);
    check(name, "strideHeight", strideHeight, 1);
    check(name, "strideWidth", strideWidth, 1);
    check(name, "padTop", padTop, 0);
    check(name, "padLeft", padLeft, 0);
    if (inFeatures % groups != 0 || outFeatures % groups != 0) {
      throw new IllegalArgumentException(
          name
              + ": "
              + groups
              + " groups do not divide "
              + inFeatures
              + " input and "
              + outFeatures
              + " output features");
    }
    checkLength(name, (long) inFeatures * inHeight * inWidth);
    checkLength(name, (long) outFeatures * outHeight * outWidth);
    checkLength(name, (long) outFeatures * (inFeatures / groups) * kernelHeight * kernelWidth);
  }

  private static void check(String name, String field, int value, int least) {
    if (value < least || value > MOST) {
      throw new IllegalArgumentException(
          name + ": " + field + " is " + value + ", but must be " + least + " to " + MOST);
    }
  }

  private static void checkLength(String name, long length) {
    if (length > Integer.MAX_VALUE / 4) {
      throw new IllegalArgumentException(
          name + ": " + length + " neurons, inputs or weights are more than one layer may have");
    }
  }

  /**
   * Input features that one group reads.
   *
   * @return inFeatures/groups
   */
  public int groupInputs() {
    return inFeatures / groups;
  }

  /**
   * Output features of one group.
   *
   * @return outFeatures/groups
   */
  public int groupOutputs() {
    return outFeatures / groups;
  }

  /**
   * Positions of the kernel.
   *
   * @return kernelHeight·kernelWidth
   */
  public int taps() {
    return kernelHeight * kernelWidth;
  }

  /**
   * Inputs of one neuron.
   *
   * @return taps·groupInputs
   */
  public int fanIn() {
    return taps() * groupInputs();
  }

  /**
   * Positions of the input.
   *
   * @return inHeight·inWidth
   */
  public int inPositions() {
    return inHeight * inWidth;
  }

  /**
   * Positions of the output.
   *
   * @return outHeight·outWidth
   */
  public int outPositions() {
    return outHeight * outWidth;
  }

  /** The same kernel over the same images, with other features. */
  LayerShape with(int newInFeatures, int newOutFeatures, int newGroups) {
    return new LayerShape(
        name,
        newInFeatures,
        inHeight,
        inWidth,
        newOutFeatures,
        outHeight,
        outWidth,
        newGroups,
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        padTop,
        padLeft);
  }

  /**
   * Where in the input an output position looks.
   *
   * @param position output position, row by row
   * @param tap position in the kernel, row by row
   * @return the input position, or −1 outside the input
   */
  public int inPosition(int position, int tap) {
    int y = position / outWidth * strideHeight + tap / kernelWidth - padTop;
    int x = position % outWidth * strideWidth + tap % kernelWidth - padLeft;
    return y < 0 || x < 0 || y >= inHeight || x >= inWidth ? -1 : y * inWidth + x;
  }

  /**
   * The first column of the output that looks into the image.
   *
   * @param tap position in the kernel, row by row
   * @return at least 0; beyond {@link #lastColumn} if there is none
   */
  public int firstColumn(int tap) {
    return Math.max(0, -Math.floorDiv(tap % kernelWidth - padLeft, strideWidth));
  }

  /**
   * The last column of the output that looks into the image.
   *
   * @param tap position in the kernel, row by row
   * @return less than outWidth; before {@link #firstColumn} if there is none
   */
  public int lastColumn(int tap) {
    int beyond = inWidth - 1 - (tap % kernelWidth - padLeft);
    return Math.min(outWidth - 1, Math.floorDiv(beyond, strideWidth));
  }

  /**
   * Whether each output sees just the features at its own position.
   *
   * @return true for 1×1 at stride 1 without padding
   */
  public boolean pointwise() {
    return taps() == 1
        && strideHeight == 1
        && strideWidth == 1
        && padTop == 0
        && padLeft == 0
        && outHeight == inHeight
        && outWidth == inWidth;
  }
}
