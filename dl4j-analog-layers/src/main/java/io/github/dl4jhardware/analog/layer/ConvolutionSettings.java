package io.github.dl4jhardware.analog.layer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An analogue convolution: its kernel unrolled, one row of the crossbar for each tap and channel of
 * a group, one column for each output. Rows go by kernel height, then kernel width, then channel.
 */
interface ConvolutionSettings extends AnalogSettings {
  @Override
  ConvolutionLayer host();

  @Override
  int groups();

  /** Refuses what cannot be a number of groups, before anything is divided by it. */
  static int checkedGroups(int groups) {
    if (groups < 1) {
      throw new DL4JInvalidConfigException(
          "An analogue convolution of " + groups + " groups; their number must be at least 1");
    }
    return groups;
  }

  /** Whether channels are an image's last dimension. */
  default boolean channelsLast() {
    return host().getCnn2dDataFormat() == CNN2DFormat.NHWC;
  }

  /** Inputs of one group. */
  default long channelsOfGroup() {
    return host().getNIn() / groups();
  }

  @Override
  default long inputs() {
    int[] kernel = host().getKernelSize();
    return channelsOfGroup() * kernel[0] * kernel[1];
  }

  @Override
  default INDArray inHostShape(INDArray rows) {
    int[] kernel = host().getKernelSize();
    return rows.reshape('c', kernel[0], kernel[1], channelsOfGroup(), host().getNOut())
        .permute(3, 2, 0, 1);
  }

  @Override
  default String weightAt(int row, int column) {
    int channels = (int) channelsOfGroup();
    int tap = row / channels;
    int width = host().getKernelSize()[1];
    int[] where = {column, row % channels, tap / width, tap % width};
    return AnalogParams.WEIGHT + " at " + Arrays.toString(where);
  }

  /** As DL4J's ConvolutionParamInitializer does, each group by itself. */
  @Override
  default INDArray draw(INDArray into) {
    ConvolutionLayer host = host();
    int[] kernel = host.getKernelSize();
    int[] stride = host.getStride();
    int taps = kernel[0] * kernel[1];
    double fanOut = host.getNOut() * taps / ((double) groups() * stride[0] * stride[1]);
    long[] shape = {host.getNOut(), channelsOfGroup(), kernel[0], kernel[1]};
    return host.getWeightInitFn().init((double) inputRows(), fanOut, shape, 'c', into);
  }
}
