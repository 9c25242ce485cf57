package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.neuromorphic.quantize.TrinaryRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * The parameters of a spiking layer and their place in DL4J's flat vector: {@code W}, {@code b},
 * {@code T} where weights are trinary, {@code mean}, {@code var}; all row-major.
 */
final class SpikingParams implements ParamInitializer {
  static final SpikingParams INSTANCE = new SpikingParams();
  static final String WEIGHT = DefaultParamInitializer.WEIGHT_KEY;
  static final String BIAS = DefaultParamInitializer.BIAS_KEY;
  static final String FORMER = "T";
  static final String MEAN = "mean";
  static final String VARIANCE = "var";

  private SpikingParams() {}

  /** The layer itself, not an updater, moves its state. */
  static IUpdater updater(String param, IUpdater host) {
    return trained(param) ? host : new NoOp();
  }

  static boolean trained(String param) {
    return param.equals(WEIGHT) || param.equals(BIAS);
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return shapes((SpikingSettings) layer).values().stream().mapToLong(SpikingParams::length).sum();
  }

  /** W and b alone: what DL4J may constrain. */
  @Override
  public List<String> paramKeys(Layer layer) {
    List<String> keys = new ArrayList<>(weightKeys(layer));
    keys.addAll(biasKeys(layer));
    return keys;
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return List.of(WEIGHT);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return ((SpikingSettings) layer).hasBias() ? List.of(BIAS) : List.of();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return WEIGHT.equals(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return BIAS.equals(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
    SpikingSettings settings = (SpikingSettings) conf.getLayer();
    Map<String, INDArray> params = Collections.synchronizedMap(views(settings, paramsView));
    params.keySet().forEach(conf::addVariable);
    if (initializeParams) {
      initialise(settings, params);
    }
    return params;
  }

  private static void initialise(SpikingSettings settings, Map<String, INDArray> params) {
    FeedForwardLayer host = settings.host();
    INDArray weights = Objects.requireNonNull(params.get(WEIGHT), WEIGHT);
    int[] kernel = settings.kernel();
    double fanOut =
        (double) kernel[0] * kernel[1] * host.getNOut() / settings.getSpiking().groups();
    host.getWeightInitFn()
        .init(
            (double) settings.fanIn(),
            fanOut,
            weights.shape(),
            'c',
            weights.reshape(weights.length()));
    INDArray bias = params.get(BIAS);
    if (bias != null) {
      bias.assign(host.getBiasInit());
    }
    INDArray former = params.get(FORMER);
    if (former != null) {
      Rows hidden = Rows.of(weights, 1);
      Rows trinary = Rows.of(former, 1);
      double[] row = new double[(int) weights.length()];
      hidden.read(0, row);
      for (int i = 0; i < row.length; i++) {
        row[i] = TrinaryRule.nearest((float) row[i]);
      }
      trinary.write(0, row);
    }
    Objects.requireNonNull(params.get(MEAN), MEAN).assign(0);
    Objects.requireNonNull(params.get(VARIANCE), VARIANCE).assign(1);
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradientView) {
    return views((SpikingSettings) conf.getLayer(), gradientView);
  }

  private static Map<String, INDArray> views(SpikingSettings settings, INDArray view) {
    INDArray flat = view.reshape(view.length());
    Map<String, INDArray> views = new LinkedHashMap<>();
    long offset = 0;
    for (Map.Entry<String, long[]> entry : shapes(settings).entrySet()) {
      long length = length(entry.getValue());
      INDArray part = flat.get(NDArrayIndex.interval(offset, offset + length));
      views.put(entry.getKey(), part.reshape('c', entry.getValue()));
      offset += length;
    }
    if (offset != view.length()) {
      throw new IllegalStateException(
          "A spiking layer of this configuration has "
              + offset
              + " parameters, but got "
              + view.length());
    }
    return views;
  }

  private static long length(long[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  private static Map<String, long[]> shapes(SpikingSettings settings) {
    FeedForwardLayer host = settings.host();
    int[] kernel = settings.kernel();
    long inputs = host.getNIn() / settings.getSpiking().groups();
    long[] weight =
        settings instanceof TrinaryDenseLayer
            ? new long[] {host.getNOut(), inputs}
            : new long[] {host.getNOut(), inputs, kernel[0], kernel[1]};
    long[] perFeature = {1, host.getNOut()};
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put(WEIGHT, weight);
    if (settings.hasBias()) {
      shapes.put(BIAS, perFeature);
    }
    if (settings.getSpiking().weights() != null) {
      shapes.put(FORMER, weight);
    }
    shapes.put(MEAN, perFeature);
    shapes.put(VARIANCE, perFeature);
    return shapes;
  }
}
