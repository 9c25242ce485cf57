package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.host.Acting;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Says which networks {@link InSituTrainer} can train, and what to do with the others. */
final class Suitability {
  private static final String WAY_OUT = ", or train with network.fit(...)";

  private Suitability() {}

  static void check(MultiLayerNetwork network, int index) {
    Layer layer = network.getLayer(index);
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    String name = "Layer \"" + conf.getLayerName() + "\" (index " + index + ")";
    boolean last = index == network.getnLayers() - 1;
    boolean trained = conf instanceof AnalogDenseLayer || conf instanceof AnalogOutputLayer;
    if (!trained || !(layer instanceof AnalogLayer analog)) {
      throw refusal(
          name + " is a " + conf.getClass().getSimpleName(),
          "InSituTrainer trains AnalogDenseLayer and AnalogOutputLayer only: convert it" + WAY_OUT);
    }
    if (last != (conf instanceof AnalogOutputLayer)) {
      throw refusal(
          name + " is a " + conf.getClass().getSimpleName(),
          "the last layer, and no other, must be an AnalogOutputLayer" + WAY_OUT);
    }
    if (network.getLayerWiseConfigurations().getInputPreProcess(index) != null) {
      throw refusal(
          name + " has an input preprocessor", "apply it to the data beforehand" + WAY_OUT);
    }
    FeedForwardLayer dense = (FeedForwardLayer) conf;
    if (!(dense.getIUpdater() instanceof AnalogSgd)) {
      throw refusal(
          name + " has the updater " + dense.getIUpdater().getClass().getSimpleName(),
          "InSituTrainer fires the pulses of AnalogSgd: use .updater(new AnalogSgd(...))"
              + WAY_OUT);
    }
    boolean digitalBias = hasBias(dense) && !analog.biasRow();
    if (digitalBias
        && dense.getBiasUpdater() != null
        && !dense.getBiasUpdater().equals(dense.getIUpdater())) {
      throw refusal(name + " has a bias updater of its own", "remove it" + WAY_OUT);
    }
    boolean digitalPenalty =
        digitalBias && !Acting.regularization(dense.getRegularizationBias()).isEmpty();
    if (Acting.dropout(dense.getIDropout()) || digitalPenalty) {
      throw refusal(
          name + " has " + (digitalPenalty ? "a regularised bias" : "dropout"),
          "remove it" + WAY_OUT);
    }
    Nonlinearity nonlinearity = Nonlinearity.of(dense.getActivationFn());
    if (nonlinearity == null || (nonlinearity == Nonlinearity.SOFTMAX && !last)) {
      throw refusal(
          name + " has the activation " + dense.getActivationFn(),
          "InSituTrainer knows identity, tanh, sigmoid and ReLU, and softmax in the output layer: choose one of them"
              + WAY_OUT);
    }
    if (conf instanceof AnalogOutputLayer output
        && Loss.of(output.getLossFn(), nonlinearity) == null) {
      throw refusal(
          name + " has the loss " + output.getLossFn() + " with " + dense.getActivationFn(),
          "InSituTrainer knows, without weights, MCXENT or negative log-likelihood with softmax, XENT with sigmoid, and"
              + " MSE or L2 with any activation but softmax: choose one of them"
              + WAY_OUT);
    }
  }

  static Nonlinearity nonlinearity(FeedForwardLayer conf) {
    return Objects.requireNonNull(
        Nonlinearity.of(conf.getActivationFn()), "checked when the trainer was made");
  }

  static Loss loss(AnalogOutputLayer conf) {
    return Objects.requireNonNull(
        Loss.of(conf.getLossFn(), nonlinearity(conf)), "checked when the trainer was made");
  }

  private static boolean hasBias(FeedForwardLayer conf) {
    return conf instanceof AnalogDenseLayer dense
        ? dense.hasBias()
        : ((AnalogOutputLayer) conf).hasBias();
  }

  private static DL4JInvalidConfigException refusal(String what, String wayOut) {
    return new DL4JInvalidConfigException(what + "; " + wayOut);
  }
}
