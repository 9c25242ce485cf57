package io.github.dl4jhardware.neuromorphic.layer;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;

/**
 * One batch's way through a convolution: sizes of its images, kernel, stride and padding. Positions
 * are counted example by example, then row by row.
 */
record Geometry(
    int examples,
    int inHeight,
    int inWidth,
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int padTop,
    int padLeft,
    int outHeight,
    int outWidth) {

  /** Without an image: one position an example. */
  static Geometry dense(int examples) {
    return new Geometry(examples, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1);
  }

  static Geometry of(ConvolutionLayer layer, String name, int examples, int height, int width) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] padding = layer.getPadding();
    boolean same = layer.getConvolutionMode() == ConvolutionMode.Same;
    int[] in = {height, width};
    int[] out = new int[2];
    int[] before = new int[2];
    for (int d = 0; d < 2; d++) {
      if (same) {
        out[d] = (in[d] + stride[d] - 1) / stride[d];
        before[d] = Math.max(0, (out[d] - 1) * stride[d] + kernel[d] - in[d]) / 2;
        continue;
      }
      before[d] = padding[d];
      int room = in[d] + 2 * padding[d] - kernel[d];
      if (room < 0) {
        throw new DL4JInvalidInputException(
            name
                + ": images of "
                + height
                + "×"
                + width
                + " with padding "
                + padding[0]
                + ", "
                + padding[1]
                + " are smaller than the kernel of "
                + kernel[0]
                + "×"
                + kernel[1]);
      }
      if (layer.getConvolutionMode() == ConvolutionMode.Strict && room % stride[d] != 0) {
        throw new DL4JInvalidInputException(
            name
                + ": images of "
                + height
                + "×"
                + width
                + " leave a rest at stride "
                + stride[d]
                + " in convolution mode Strict; use Truncate or Same");
      }
      out[d] = room / stride[d] + 1;
    }
    return new Geometry(
        examples, height, width, kernel[0], kernel[1], stride[0], stride[1], before[0], before[1],
        out[0], out[1]);
  }

  int taps() {
    return kernelHeight * kernelWidth;
  }

  int inPositions() {
    return examples * inHeight * inWidth;
  }

  int outPositions() {
    return examples * outHeight * outWidth;
  }

  /** Whether a product needs no patches: the input is its own. */
  boolean pointwise() {
    return taps() == 1
        && strideHeight == 1
        && strideWidth == 1
        && padTop == 0
        && padLeft == 0
        && outHeight == inHeight
        && outWidth == inWidth;
  }
}
