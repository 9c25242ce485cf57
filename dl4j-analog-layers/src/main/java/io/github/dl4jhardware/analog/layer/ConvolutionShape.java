package io.github.dl4jhardware.analog.layer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
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
    int outputs,
    int groups,
    Window down,
    Window across,
    boolean channelsLast) {

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
    Window[] windows =
        Window.both(
            host.getConvolutionMode(),
            host.getKernelSize(),
            host.getStride(),
            host.getDilation(),
            host.getPadding(),
            in,
            layer);
    return new ConvolutionShape(
        (int) input.size(0),
        channels,
        (int) host.getNOut(),
        settings.groups(),
        windows[0],
        windows[1],
        last);
  }

  int inHeight() {
    return down.in();
  }

  int inWidth() {
    return across.in();
  }

  int outHeight() {
    return down.out();
  }

  int outWidth() {
    return across.out();
  }

  int positions() {
    return outHeight() * outWidth();
  }

  int pixels() {
    return inHeight() * inWidth();
  }

  int channelsOfGroup() {
    return channels / groups;
  }

  int outputsOfGroup() {
    return outputs / groups;
  }

  /** Rows of the crossbar that inputs come in at. */
  int rows() {
    return down.size() * across.size() * channelsOfGroup();
  }

  long[] inputShape() {
    return images(channels, inHeight(), inWidth());
  }

  long[] outputShape() {
    return images(outputs, outHeight(), outWidth());
  }

  private long[] images(int features, int height, int width) {
    return channelsLast
        ? new long[] {examples, height, width, features}
        : new long[] {examples, features, height, width};
  }
}
