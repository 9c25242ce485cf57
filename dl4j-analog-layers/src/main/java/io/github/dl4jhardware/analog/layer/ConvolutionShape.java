package io.github.dl4jhardware.analog.layer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sizes of a convolution of one batch. Positions are those of the output, row by row.
 *
 * @param examples of the batch
 * @param channels of the input, all groups together
 * @param outputs all groups together
 */
record ConvolutionShape(
    int examples,
    int channels,
    int inHeight,
    int inWidth,
    int outputs,
    int outHeight,
    int outWidth,
    int groups,
    Kernel down,
    Kernel across,
    boolean channelsLast) {

  /** The kernel in one direction. */
  record Kernel(int size, int stride, int dilation, int padding) {
    /** Where a tap looks, from an output position; may lie outside of the image. */
    int in(int out, int tap) {
      return out * stride - padding + tap * dilation;
    }
  }

  static ConvolutionShape of(ConvolutionSettings settings, INDArray input, String layer) {
    ConvolutionLayer host = settings.host();
    boolean last = settings.channelsLast();
    String order =
        last ? "[examples, height, width, channels]" : "[examples, channels, height, width]";
    if (input.rank() != 4) {
      throw new DL4JInvalidInputException(
          layer
              + ": an input of shape "
              + Arrays.toString(input.shape())
              + "; images of shape "
              + order
              + " were expected. Set the network's input type");
    }
    int channels = (int) input.size(last ? 3 : 1);
    if (channels != host.getNIn()) {
      throw new DL4JInvalidInputException(
          layer
              + ": an input of shape "
              + Arrays.toString(input.shape())
              + " has "
              + channels
              + " channels as "
              + order
              + ", and the layer takes "
              + host.getNIn());
    }
    int[] in = {(int) input.size(last ? 1 : 2), (int) input.size(last ? 2 : 3)};
    int[] out = new int[2];
    Kernel[] kernels = new Kernel[2];
    for (int d = 0; d < 2; d++) {
      kernels[d] = kernel(host, d, in[d]);
      out[d] = size(host, kernels[d], in, d, layer);
    }
    return new ConvolutionShape(
        (int) input.size(0),
        channels,
        in[0],
        in[1],
        (int) host.getNOut(),
        out[0],
        out[1],
        settings.groups(),
        kernels[0],
        kernels[1],
        last);
  }

  private static Kernel kernel(ConvolutionLayer host, int d, int in) {
    int size = host.getKernelSize()[d];
    int stride = host.getStride()[d];
    int dilation = host.getDilation()[d];
    int padding = host.getPadding()[d];
    if (host.getConvolutionMode() == ConvolutionMode.Causal) {
      // Nothing of what comes later.
      padding = (size - 1) * dilation;
    } else if (host.getConvolutionMode() == ConvolutionMode.Same) {
      int out = (in + stride - 1) / stride;
      int reach = (size - 1) * dilation + 1;
      padding = Math.max(0, (out - 1) * stride + reach - in) / 2;
    }
    return new Kernel(size, stride, dilation, padding);
  }

  private static int size(ConvolutionLayer host, Kernel kernel, int[] in, int d, String layer) {
    if (host.getConvolutionMode() == ConvolutionMode.Same
        || host.getConvolutionMode() == ConvolutionMode.Causal) {
      return (in[d] + kernel.stride() - 1) / kernel.stride();
    }
    int reach = (kernel.size() - 1) * kernel.dilation() + 1;
    int room = in[d] + 2 * kernel.padding() - reach;
    if (room < 0) {
      throw new DL4JInvalidInputException(
          layer
              + ": images of "
              + in[0]
              + "×"
              + in[1]
              + " with padding "
              + kernel.padding()
              + " are smaller than the kernel, which reaches over "
              + reach);
    }
    if (host.getConvolutionMode() == ConvolutionMode.Strict && room % kernel.stride() != 0) {
      throw new DL4JInvalidInputException(
          layer
              + ": images of "
              + in[0]
              + "×"
              + in[1]
              + " leave a rest at stride "
              + kernel.stride()
              + " in convolution mode Strict; use Truncate or Same");
    }
    return room / kernel.stride() + 1;
  }

  int positions() {
    return outHeight * outWidth;
  }

  int pixels() {
    return inHeight * inWidth;
  }

  int channelsOfGroup() {
    return channels / groups;
  }

  int outputsOfGroup() {
    return outputs / groups;
  }

  /** Rows of the crossbar that inputs come in at. */
  int rows() {
    return down.size * across.size * channelsOfGroup();
  }

  long[] inputShape() {
    return images(channels, inHeight, inWidth);
  }

  long[] outputShape() {
    return images(outputs, outHeight, outWidth);
  }

  private long[] images(int features, int height, int width) {
    return channelsLast
        ? new long[] {examples, height, width, features}
        : new long[] {examples, features, height, width};
  }
}
