package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.StateNames;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * The parameters of an analogue layer and their place in DL4J's flat vector: {@code W}, {@code b},
 * conductances, {@code acc}, {@code state}.
 *
 * <p>W is stored row by row of the crossbar, so that W, RW where there is one, and b together are
 * the crossbar with its bias row; a convolution's W is a view of that in its host's shape.
 */
final class AnalogParams implements ParamInitializer {
  static final AnalogParams INSTANCE = new AnalogParams();
  static final String WEIGHT = DefaultParamInitializer.WEIGHT_KEY;
  static final String RECURRENT_WEIGHT = LSTMParamInitializer.RECURRENT_WEIGHT_KEY;
  static final String BIAS = DefaultParamInitializer.BIAS_KEY;
  static final String ACCUMULATOR = "acc";
  static final String STATE = "state";

  private AnalogParams() {}

  /**
   * Who moves a parameter: nobody moves the state, and pulses, not an updater, move what AnalogSgd
   * trains.
   */
  static IUpdater updater(AnalogSettings settings, String param, IUpdater host) {
    boolean weight = isWeight(param);
    boolean bias = param.equals(BIAS);
    if (!weight && !bias) {
      return new NoOp();
    }
    boolean inArray =
        settings.host().getIUpdater() instanceof AnalogSgd && (weight || settings.isBiasOnArray());
    return inArray ? new NoOp() : host;
  }

  static boolean isWeight(String param) {
    return param.equals(WEIGHT) || param.equals(RECURRENT_WEIGHT);
  }

  /**
   * The input rows of the crossbar.
   *
   * @param flat all parameters of a layer, their gradients, or the cells alone
   * @return a view, {@code [inputRows, columns]}, row-major
   */
  static INDArray rows(AnalogSettings settings, INDArray flat) {
    long length = (long) settings.inputRows() * settings.columns();
    return flat.reshape(flat.length())
        .get(NDArrayIndex.interval(0, length))
        .reshape('c', settings.inputRows(), settings.columns());
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return shapes((AnalogSettings) layer).values().stream()
        .mapToLong(shape -> shape[0] * shape[1])
        .sum();
  }

  /** W, RW and b alone: what DL4J may constrain. */
  @Override
  public List<String> paramKeys(Layer layer) {
    List<String> keys = new ArrayList<>(weightKeys(layer));
    keys.addAll(biasKeys(layer));
    return keys;
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return ((AnalogSettings) layer).stateRows() > 0
        ? List.of(WEIGHT, RECURRENT_WEIGHT)
        : List.of(WEIGHT);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return ((AnalogSettings) layer).hasBias() ? List.of(BIAS) : List.of();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return isWeight(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return BIAS.equals(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
    AnalogSettings settings = (AnalogSettings) conf.getLayer();
    Map<String, INDArray> params = Collections.synchronizedMap(views(settings, paramsView));
    params.keySet().forEach(conf::addVariable);
    if (initializeParams) {
      params.forEach(
          (name, view) -> {
            if (!isWeight(name)) {
              view.assign(0);
            }
          });
      settings.initialise(params);
    }
    return params;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradientView) {
    return views((AnalogSettings) conf.getLayer(), gradientView);
  }

  private static Map<String, INDArray> views(AnalogSettings settings, INDArray all) {
    INDArray flat = all.reshape(all.length());
    Map<String, INDArray> views = new LinkedHashMap<>();
    long offset = 0;
    for (Map.Entry<String, long[]> entry : shapes(settings).entrySet()) {
      long[] shape = entry.getValue();
      long length = shape[0] * shape[1];
      INDArray part = flat.get(NDArrayIndex.interval(offset, offset + length));
      INDArray view = part.reshape('c', shape);
      switch (entry.getKey()) {
        case WEIGHT -> views.put(WEIGHT, settings.inHostShape(view));
        // DL4J's own biases are vectors too.
        case BIAS -> views.put(BIAS, part);
        default -> views.put(entry.getKey(), view);
      }
      offset += length;
    }
    if (offset != all.length()) {
      throw new IllegalStateException(
          "An analogue layer of this configuration has "
              + offset
              + " parameters, but got "
              + all.length());
    }
    return views;
  }

  private static Map<String, long[]> shapes(AnalogSettings settings) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    int ownInputs = settings.inputRows() - settings.stateRows();
    shapes.put(WEIGHT, new long[] {ownInputs, settings.columns()});
    if (settings.stateRows() > 0) {
      shapes.put(RECURRENT_WEIGHT, new long[] {settings.stateRows(), settings.columns()});
    }
    if (settings.hasBias()) {
      shapes.put(BIAS, new long[] {1, settings.columns()});
    }
    StateNames state = settings.getSynapse().stateNames();
    for (String name : state.names()) {
      shapes.put(name, new long[] {settings.rows(), settings.columns()});
    }
    if (state != StateNames.NONE) {
      shapes.put(ACCUMULATOR, new long[] {settings.rows(), settings.columns()});
    }
    shapes.put(STATE, new long[] {1, ArrayCounters.LENGTH});
    return shapes;
  }
}
