package io.github.dl4jhardware.analog.inference;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A layer's W as the matrix of a crossbar; a convolution's kernel is unrolled. */
final class LayerMatrix {
  private LayerMatrix() {}

  private static boolean kernel(INDArray w) {
    return w.rank() == 4;
  }

  /** A kernel along a sequence lies in the order of a crossbar, whatever shape it is shown in. */
  private static boolean image(Layer layer, INDArray w) {
    return kernel(w) && !(layer.conf().getLayer() instanceof Convolution1DLayer);
  }

  /** Columns of the crossbar. */
  static int columns(Layer layer) {
    INDArray w = layer.getParam("W");
    return (int) w.size(kernel(w) ? 0 : 1);
  }

  /** The weights, row by row: of {@code [nIn, nOut]}, or of a kernel by height, width, channel. */
  static float[] rows(Layer layer) {
    INDArray w = layer.getParam("W");
    return (image(layer, w) ? w.permute(2, 3, 1, 0) : w).dup('c').data().asFloat();
  }

  /** Into the parameter itself: devices behind an analogue layer are not to follow. */
  static void assign(Layer layer, float[] rows) {
    INDArray w = layer.getParam("W");
    float[] own = Arrays.copyOf(rows, (int) w.length());
    if (image(layer, w)) {
      long[] shape = {w.size(2), w.size(3), w.size(1), w.size(0)};
      w.assign(Nd4j.create(own, shape, 'c').permute(3, 2, 0, 1).castTo(w.dataType()));
    } else {
      w.assign(Nd4j.create(own, w.shape(), 'c').castTo(w.dataType()));
    }
  }
}
