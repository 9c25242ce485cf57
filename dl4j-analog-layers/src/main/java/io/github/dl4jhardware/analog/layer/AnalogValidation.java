package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.host.Acting;
import java.util.Collection;
import java.util.Locale;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Refuses, when a network is initialised, what an array cannot do; says why and what to do instead.
 */
final class AnalogValidation {
  private static final String SOFTWARE_UPDATER =
      "or train with a DL4J updater such as Sgd, whose request the devices follow";

  private AnalogValidation() {}

  static void check(
      AnalogSettings settings, NeuralNetConfiguration conf, int index, DataType type) {
    FeedForwardLayer host = settings.host();
    String layer = describe(host, index);
    if (settings.getSynapse() == null) {
      throw new DL4JInvalidConfigException(
          layer + ": the configuration has no synapse. Set one with Builder.synapse(...)");
    }
    if (host.getNIn() <= 0 || host.getNOut() <= 0) {
      throw new DL4JInvalidConfigException(
          layer
              + ": nIn is "
              + host.getNIn()
              + " and nOut is "
              + host.getNOut()
              + "; both must be at least 1");
    }
    if (settings instanceof ConvolutionSettings convolution) {
      checkGroups(convolution, layer);
    }
    long cells = (settings.inputs() + 1) * settings.columns();
    if (cells > Integer.MAX_VALUE - 8) {
      throw new DL4JInvalidConfigException(
          layer + ": " + cells + " cells; one array holds at most " + (Integer.MAX_VALUE - 8));
    }
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new DL4JInvalidConfigException(
          layer
              + ": network type "
              + type
              + " cannot count examples exactly; use DataType.FLOAT or DataType.DOUBLE");
    }
    String backend = Nd4j.getBackend().getClass().getSimpleName();
    if (!backend.toLowerCase(Locale.ROOT).contains("cpu")) {
      throw new DL4JInvalidConfigException(
          layer
              + ": analogue layers are tested on ND4J's CPU backend (nd4j-native) only, this is "
              + backend);
    }
    if (Acting.weightNoise(host.getWeightNoise())) {
      throw refusal(
          layer, "weight noise", "a device's own noise is part of its synapse; remove it");
    }
    boolean normalised =
        (host instanceof DenseLayer dense && dense.hasLayerNorm())
            || (settings instanceof RecurrentSettings recurrent && recurrent.layerNorm());
    if (normalised) {
      throw refusal(
          layer, "layer normalisation", "it stands between an array and its bias row; remove it");
    }
    if (settings.getEdges() == null) {
      throw new DL4JInvalidConfigException(
          layer + ": the configuration has no edges. Set ArrayEdges.IDEAL with Builder.edges(...)");
    }
    if (conf.getOptimizationAlgo() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      throw refusal(
          layer,
          "the optimisation algorithm " + conf.getOptimizationAlgo(),
          "a line search tries weights and takes them back, and what devices hold has no gradient; use STOCHASTIC_GRADIENT_DESCENT");
    }
    if (host.getIUpdater() instanceof AnalogSgd) {
      checkInArray(settings, conf, layer);
    } else if (!settings.getEdges().backward().ideal()) {
      throw refusal(
          layer,
          "backward edges with the updater " + host.getIUpdater().getClass().getSimpleName(),
          "its gradients are digital; make them ideal with ArrayEdges.forward(...), or train with AnalogSgd");
    }
  }

  private static void checkGroups(ConvolutionSettings settings, String layer) {
    int groups = settings.groups();
    long in = settings.host().getNIn();
    long out = settings.host().getNOut();
    if (in % groups != 0 || out % groups != 0) {
      throw new DL4JInvalidConfigException(
          layer
              + ": "
              + groups
              + " groups; their number must divide nIn, "
              + in
              + ", and nOut, "
              + out);
    }
  }

  private static void checkInArray(
      AnalogSettings settings, NeuralNetConfiguration conf, String layer) {
    FeedForwardLayer host = settings.host();
    String with = " with AnalogSgd";
    if (settings.getSynapse() instanceof InferenceSynapse) {
      throw refusal(
          layer,
          "AnalogSgd on an inference-only synapse",
          "its weights are trained digitally; use a DL4J updater such as Sgd");
    }
    if (host.getGradientNormalization() != null
        && host.getGradientNormalization() != GradientNormalization.None) {
      throw refusal(
          layer,
          "gradient normalisation " + host.getGradientNormalization() + with,
          "pulses leave no gradient to normalise; remove it, " + SOFTWARE_UPDATER);
    }
    refuse(layer, Acting.regularization(host.getRegularization()), "L1, L2 or weight decay" + with);
    refuse(
        layer,
        Acting.regularization(host.getRegularizationBias()),
        "L1, L2 or weight decay on the bias" + with);
    refuse(layer, host.getConstraints(), "a constraint" + with);
    if (host.getBiasUpdater() != null && settings.isBiasOnArray() && settings.hasBias()) {
      throw refusal(
          layer,
          "a bias updater" + with,
          "the bias is a row of the array; keep it digital with biasOnArray(false), or remove the bias updater");
    }
    if (!conf.isMinimize()) {
      throw refusal(
          layer,
          "minimize(false)" + with,
          "pulses follow the negative gradient; turn the loss round");
    }
  }

  private static void refuse(String layer, @Nullable Collection<?> setting, String what) {
    if (setting != null && !setting.isEmpty()) {
      throw refusal(
          layer, what, "no pulse of a crossbar does that; remove it, " + SOFTWARE_UPDATER);
    }
  }

  private static DL4JInvalidConfigException refusal(String layer, String what, String wayOut) {
    return new DL4JInvalidConfigException(layer + " does not support " + what + ": " + wayOut);
  }

  static String describe(FeedForwardLayer host, int index) {
    String name = host.getLayerName();
    return "Analogue layer " + (name == null ? "" : "\"" + name + "\" ") + "(index " + index + ")";
  }
}
