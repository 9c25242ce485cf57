package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.host.Wrappers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Batch normalisation put into the layer right before it: W' = W·γ/√(σ² + ε) and b' = (b −
 * μ)·γ/√(σ² + ε) + β, column by column, so that what stands in its place passes on what comes. For
 * inference: statistics no longer follow a batch.
 */
final class Folding {
  private Folding() {}

  /**
   * Which layers take the normalisation behind them.
   *
   * @param taken says of a layer whether its conversion can
   * @return the layer's index, and that of its normalisation
   */
  static Map<Integer, Integer> find(Source<?> source, IntPredicate taken) {
    Map<Integer, Integer> found = new LinkedHashMap<>();
    for (int i = 0; i < source.names().size(); i++) {
      int after = source.after(i);
      if (after >= 0
          && source.before(after) == i
          && !source.output(i)
          && source.configuration(after).getClass() == BatchNormalization.class
          && linear(source.configuration(i))
          && taken.test(i)) {
        found.put(i, after);
      }
    }
    return found;
  }

  /** Nothing may stand between the sums and the normalisation. */
  private static boolean linear(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return !Wrappers.wraps(layer)
        && (layer instanceof ConvolutionLayer
            || (layer instanceof DenseLayer dense && !dense.hasLayerNorm()))
        && ((FeedForwardLayer) layer)
            .getActivationFn()
            .equals(Activation.IDENTITY.getActivationFunction());
  }

  /** A network like the source, whose normalisation is folded in some places. */
  static <N> N folded(Source<N> source, Map<Integer, Integer> places) {
    Map<Integer, org.deeplearning4j.nn.conf.layers.Layer> replaced = new HashMap<>();
    places.forEach(
        (layer, normalisation) -> {
          org.deeplearning4j.nn.conf.layers.Layer own = source.configuration(layer).clone();
          if (own instanceof ConvolutionLayer convolution) {
            convolution.setHasBias(true);
          } else {
            ((DenseLayer) own).setHasBias(true);
          }
          replaced.put(layer, own);
          ActivationLayer passes = new ActivationLayer(Activation.IDENTITY);
          passes.setLayerName(source.configuration(normalisation).getLayerName());
          replaced.put(normalisation, passes);
        });
    N network = source.with(replaced);
    Layer[] layers = source.layersOf(network);
    for (int i = 0; i < layers.length; i++) {
      Integer normalisation = places.get(i);
      Layer to = layers[i];
      if (normalisation != null) {
        fold(source.layer(i), source.layer(normalisation), to);
      } else if (!places.containsValue(i)) {
        source.layer(i).paramTable().forEach((key, value) -> to.getParam(key).assign(value));
      }
    }
    return network;
  }

  /** The report of the folded network, in terms of the one that came. */
  static ConversionReport told(
      ConversionReport report, List<String> names, Map<Integer, Integer> places) {
    List<ConversionReport.Row> rows = new ArrayList<>();
    for (int i = 0; i < report.rows().size(); i++) {
      ConversionReport.Row row = report.rows().get(i);
      String from = row.from();
      String to = row.to();
      ConversionReport.Outcome outcome = row.outcome();
      String why = row.why();
      if (places.containsKey(i)) {
        why = (why.isEmpty() ? "" : why + "; ") + "the normalisation behind it is folded into it";
      } else if (places.containsValue(i)) {
        from = BatchNormalization.class.getSimpleName();
        outcome = ConversionReport.Outcome.CONVERTED;
        why = "folded into \"" + names.get(into(places, i)) + "\" before it";
      } else if (from.equals(BatchNormalization.class.getSimpleName())) {
        why =
            "not folded: no linear layer whose columns have scales of their own stands right before it, read by it alone";
      }
      rows.add(
          new ConversionReport.Row(
              row.layer(), from, to, outcome, why, row.weights(), row.carried()));
    }
    return new ConversionReport(rows);
  }

  private static int into(Map<Integer, Integer> places, int normalisation) {
    return places.entrySet().stream()
        .filter(entry -> entry.getValue() == normalisation)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static void fold(Layer from, Layer normalisation, Layer to) {
    BatchNormalization conf = (BatchNormalization) normalisation.conf().getLayer();
    INDArray mean = row(normalisation.getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN));
    INDArray variance = variance(normalisation);
    INDArray gamma;
    INDArray beta;
    if (conf.isLockGammaBeta()) {
      gamma = Nd4j.valueArrayOf(mean.shape(), conf.getGamma(), DataType.DOUBLE);
      beta = Nd4j.valueArrayOf(mean.shape(), conf.getBeta(), DataType.DOUBLE);
    } else {
      gamma = row(normalisation.getParam(BatchNormalizationParamInitializer.GAMMA));
      beta = row(normalisation.getParam(BatchNormalizationParamInitializer.BETA));
    }
    INDArray scale = gamma.div(Transforms.sqrt(variance.add(conf.getEps())));
    INDArray weights = from.getParam("W").castTo(DataType.DOUBLE);
    to.getParam("W")
        .assign(
            weights.mul(across(scale, from.conf().getLayer(), weights).broadcast(weights.shape())));
    INDArray former = from.paramTable().get("b");
    INDArray bias = former == null ? mean.neg() : row(former).sub(mean);
    INDArray own = to.getParam("b");
    own.assign(bias.muli(scale).addi(beta).reshape(own.shape()));
  }

  private static INDArray variance(Layer normalisation) {
    INDArray variance = normalisation.getParam(BatchNormalizationParamInitializer.GLOBAL_VAR);
    if (variance != null) {
      return row(variance);
    }
    INDArray logarithm =
        row(normalisation.getParam(BatchNormalizationParamInitializer.GLOBAL_LOG_STD));
    return Transforms.exp(logarithm.mul(2 * Math.log(10)));
  }

  private static INDArray row(INDArray values) {
    return values.castTo(DataType.DOUBLE).reshape('c', 1, values.length());
  }

  /** The outputs' scales along the axis, or the axes, of W that goes by outputs. */
  private static INDArray across(
      INDArray scale, org.deeplearning4j.nn.conf.layers.Layer layer, INDArray weights) {
    if (layer instanceof DepthwiseConvolution2D) {
      return scale.reshape('c', 1, 1, weights.size(2), weights.size(3));
    }
    if (layer instanceof ConvolutionLayer) {
      long[] shape = new long[weights.rank()];
      Arrays.fill(shape, 1);
      shape[0] = scale.length();
      return scale.reshape('c', shape);
    }
    return scale;
  }
}
