package io.github.dl4jhardware.neuromorphic.layer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the host has the features of an array, and how to get at them feature by feature. */
enum Layout {
  /** {@code [examples, features]}. */
  DENSE,
  /** {@code [examples, features, height, width]}. */
  NCHW,
  /** {@code [examples, height, width, features]}. */
  NHWC;

  static Layout of(FeedForwardLayer layer) {
    return layer instanceof ConvolutionLayer convolution
        ? of(convolution.getCnn2dDataFormat())
        : DENSE;
  }

  static Layout of(CNN2DFormat format) {
    return format == CNN2DFormat.NHWC ? NHWC : NCHW;
  }

  int rank() {
    return this == DENSE ? 2 : 4;
  }

  int featureAxis() {
    return this == NHWC ? 3 : 1;
  }

  /** Axis of the images' height; the width's is the next. */
  int heightAxis() {
    return this == NHWC ? 1 : 2;
  }

  String shapeText(long features) {
    return switch (this) {
      case DENSE -> "[examples, " + features + "]";
      case NCHW -> "[examples, " + features + ", height, width]";
      case NHWC -> "[examples, height, width, " + features + "]";
    };
  }

  /** What a layer is to do with an input, which is refused if it is of another shape. */
  Geometry geometry(FeedForwardLayer layer, INDArray input, String name) {
    if (input.rank() != rank() || input.size(featureAxis()) != layer.getNIn()) {
      throw new DL4JInvalidInputException(
          name
              + ": the input has shape "
              + Arrays.toString(input.shape())
              + ", but must have "
              + shapeText(layer.getNIn()));
    }
    int examples = (int) input.size(0);
    return this == DENSE
        ? Geometry.dense(examples)
        : Geometry.of(
            (ConvolutionLayer) layer,
            name,
            examples,
            (int) input.size(heightAxis()),
            (int) input.size(heightAxis() + 1));
  }

  /** The host's array feature by feature; a view of it where it lies so, else a copy. */
  INDArray featureMajor(INDArray array, DataType type, Scratch scratch) {
    INDArray view =
        switch (this) {
          case DENSE -> array.permute(1, 0);
          case NCHW -> array.permute(1, 0, 2, 3);
          case NHWC -> array.permute(3, 0, 1, 2);
        };
    return view.dataType() == type && contiguous(view)
        ? view
        : scratch.of(type, view.shape()).assign(view);
  }

  /** The host's view of a feature-major array. */
  INDArray hostView(INDArray array) {
    return switch (this) {
      case DENSE -> array.permute(1, 0);
      case NCHW -> array.permute(1, 0, 2, 3);
      case NHWC -> array.permute(1, 2, 3, 0);
    };
  }

  private static boolean contiguous(INDArray array) {
    long stride = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.size(axis) != 1 && array.stride(axis) != stride) {
        return false;
      }
      stride *= array.size(axis);
    }
    return true;
  }
}
