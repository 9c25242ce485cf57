package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.host.Wrappers;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a report says of a layer that no conversion of its own speaks of. */
final class Reasons {
  private Reasons() {}

  /** No device holds NaN, and no sum recovers from it. */
  static String notFinite(org.deeplearning4j.nn.api.Layer layer) {
    for (Map.Entry<String, INDArray> param : layer.paramTable().entrySet()) {
      double[] values = param.getValue().dup('c').data().asDouble();
      int first = -1;
      int count = 0;
      for (int i = values.length - 1; i >= 0; i--) {
        if (!Double.isFinite(values[i])) {
          first = i;
          count++;
        }
      }
      if (count > 0) {
        return String.format(
            Locale.ROOT,
            "%d of the %d values of its parameter %s are not finite, the first is %s at index %d",
            count,
            values.length,
            param.getKey(),
            values[first],
            first);
      }
    }
    return "";
  }

  /** Dense and output layers, of the host or of others. */
  static boolean dense(Layer layer) {
    return layer instanceof DenseLayer || layer instanceof BaseOutputLayer;
  }

  /** Which way out there is for a layer that nothing was asked for. */
  static String suggestion(Layer layer) {
    if (layer.getClass() == DenseLayer.class
        || layer.getClass() == OutputLayer.class
        || layer.getClass() == RnnOutputLayer.class) {
      return "not asked for; dense(...) puts it on analogue memory";
    }
    if (layer.getClass() == ConvolutionLayer.class) {
      return "not asked for; convolution(...) makes it spiking, with Trinary.eedn() for instance, or puts it on analogue memory";
    }
    if (layer.getClass() == Convolution2D.class
        || layer.getClass() == DepthwiseConvolution2D.class
        || layer.getClass() == Convolution1DLayer.class) {
      return "not asked for; convolution(...) puts it on analogue memory";
    }
    if (layer.getClass() == LSTM.class || layer.getClass() == SimpleRnn.class) {
      return "not asked for; all(...) puts it on analogue memory";
    }
    if (layer.getClass() == SeparableConvolution2D.class) {
      return "no conversion takes it, as it is two convolutions in one layer; a DepthwiseConvolution2D and a ConvolutionLayer convert";
    }
    if (layer.getClass().getSimpleName().startsWith("Graves")) {
      return "no conversion takes it, as its peepholes are no part of an array; an LSTM has none";
    }
    return "no conversion takes it";
  }

  /** The class, with what a wrapper is around. */
  static String kind(Layer layer) {
    String own = layer.getClass().getSimpleName();
    return Wrappers.wraps(layer)
        ? own + " of " + Wrappers.allInside(layer).get(0).getClass().getSimpleName()
        : own;
  }
}
