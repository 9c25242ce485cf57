package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.host.Acting;
import io.github.dl4jhardware.host.HostNode;
import io.github.dl4jhardware.host.Wrappers;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Says which networks {@link InSituTrainer} can train, and what to do with the others. */
final class Suitability {
  private static final String WAY_OUT = ", or train with network.fit(...)";
  private static final Set<PoolingType> POOLINGS = Set.of(PoolingType.MAX, PoolingType.AVG);
  private static final Set<PoolingType> GLOBAL_POOLINGS =
      Set.of(PoolingType.MAX, PoolingType.AVG, PoolingType.SUM);

  private Suitability() {}

  static void check(List<HostNode> nodes) {
    Set<Integer> read = new HashSet<>();
    nodes.forEach(node -> read.addAll(node.sources()));
    int output = nodes.size() - 1;
    for (int place = 0; place <= output; place++) {
      HostNode node = nodes.get(place);
      if (place < output && !read.contains(place)) {
        throw refusal(
            node.where() + " is an output beside the last one",
            "InSituTrainer trains networks with one output: train with network.fit(...)");
      }
      @Nullable Layer layer = node.layer();
      if (layer == null) {
        check(node.where(), Objects.requireNonNull(node.vertex()));
      } else {
        check(node, layer, place == output);
      }
    }
  }

  private static void check(String where, GraphVertex vertex) {
    boolean sum =
        vertex instanceof ElementWiseVertex each && each.getOp() == ElementWiseVertex.Op.Add;
    if (vertex instanceof PreprocessorVertex reshaped) {
      checkBefore(where, reshaped.getPreProcessor());
    } else if (!sum && !(vertex instanceof MergeVertex)) {
      String op = vertex instanceof ElementWiseVertex each ? " for " + each.getOp() : "";
      throw refusal(
          where + " is a " + vertex.getClass().getSimpleName() + op,
          "InSituTrainer knows the vertices ElementWiseVertex for Add, and MergeVertex: train with network.fit(...)");
    }
  }

  private static void check(HostNode node, Layer layer, boolean last) {
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    String name = node.where();
    if (Wrappers.inside(layer) != layer) {
      throw refusal(
          name + " is wrapped in a " + layer.getClass().getSimpleName(),
          "InSituTrainer trains every layer as it is, and freezes none: train with network.fit(...)");
    }
    String kind = name + " is a " + conf.getClass().getSimpleName();
    if (last != (conf instanceof AnalogOutputLayer) && onArray(layer)) {
      throw refusal(kind, "the last layer, and no other, must be an AnalogOutputLayer" + WAY_OUT);
    }
    checkBefore(name, node.before());
    if (onArray(layer)) {
      checkArray(name, (FeedForwardLayer) conf, (AnalogLayer) layer, last);
    } else if (last || !checkedDigital(name, conf)) {
      throw refusal(
          kind,
          "InSituTrainer trains AnalogDenseLayer, AnalogConvolutionLayer and AnalogOutputLayer, with pooling, batch normalisation and activations between them, and the last must be an AnalogOutputLayer: convert it"
              + WAY_OUT);
    }
    if (Acting.dropout(conf.getIDropout())) {
      throw refusal(name + " has dropout", "remove it" + WAY_OUT);
    }
  }

  private static boolean onArray(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    return layer instanceof AnalogLayer
        && (conf instanceof AnalogDenseLayer
            || conf instanceof AnalogConvolutionLayer
            || conf instanceof AnalogOutputLayer);
  }

  private static void checkBefore(String name, @Nullable InputPreProcessor before) {
    // Subclasses may put numbers in another order.
    if (before != null
        && before.getClass() != CnnToFeedForwardPreProcessor.class
        && before.getClass() != FeedForwardToCnnPreProcessor.class) {
      throw refusal(
          name + " has an input preprocessor " + before.getClass().getSimpleName(),
          "apply it to the data beforehand" + WAY_OUT);
    }
  }

  /** Layers without an array; false for those that are not known. */
  private static boolean checkedDigital(String name, org.deeplearning4j.nn.conf.layers.Layer conf) {
    if (conf instanceof SubsamplingLayer pooling) {
      checkPooling(name, pooling.getPoolingType(), POOLINGS);
      return true;
    }
    if (conf instanceof GlobalPoolingLayer pooling) {
      checkPooling(name, pooling.getPoolingType(), GLOBAL_POOLINGS);
      return true;
    }
    if (conf instanceof BatchNormalization normalisation) {
      checkNormalisation(name, normalisation);
      return true;
    }
    if (conf instanceof ActivationLayer activation) {
      checkActivation(name, activation.getActivationFn(), false);
      return true;
    }
    return false;
  }

  private static void checkPooling(String name, PoolingType type, Set<PoolingType> known) {
    if (!known.contains(type)) {
      throw refusal(
          name + " pools by " + type,
          "choose one of " + known.stream().sorted().toList() + WAY_OUT);
    }
  }

  private static void checkNormalisation(String name, BatchNormalization conf) {
    IUpdater updater = conf.getIUpdater();
    boolean plain = updater instanceof AnalogSgd || updater instanceof Sgd;
    if (!conf.isLockGammaBeta() && !plain) {
      throw refusal(
          name + " has the updater " + updater.getClass().getSimpleName(),
          "InSituTrainer trains batch normalisation with Sgd or AnalogSgd: use one of them, or lock gamma and beta"
              + WAY_OUT);
    }
    boolean limited =
        conf.getGradientNormalization() != null
            && conf.getGradientNormalization() != GradientNormalization.None;
    boolean bound = conf.getConstraints() != null && !conf.getConstraints().isEmpty();
    if (limited || bound) {
      throw refusal(
          name + " has " + (limited ? "gradient normalisation" : "constraints"),
          "remove " + (limited ? "it" : "them") + WAY_OUT);
    }
  }

  private static void checkArray(
      String name, FeedForwardLayer conf, AnalogLayer analog, boolean last) {
    if (!(conf.getIUpdater() instanceof AnalogSgd)) {
      throw refusal(
          name + " has the updater " + conf.getIUpdater().getClass().getSimpleName(),
          "InSituTrainer fires the pulses of AnalogSgd: use .updater(new AnalogSgd(...))"
              + WAY_OUT);
    }
    boolean digitalBias = hasBias(conf) && !analog.biasRow();
    if (digitalBias
        && conf.getBiasUpdater() != null
        && !conf.getBiasUpdater().equals(conf.getIUpdater())) {
      throw refusal(name + " has a bias updater of its own", "remove it" + WAY_OUT);
    }
    if (digitalBias && !Acting.regularization(conf.getRegularizationBias()).isEmpty()) {
      throw refusal(name + " has a regularised bias", "remove it" + WAY_OUT);
    }
    Nonlinearity nonlinearity = checkActivation(name, conf.getActivationFn(), last);
    if (conf instanceof AnalogOutputLayer output
        && Loss.of(output.getLossFn(), nonlinearity) == null) {
      throw refusal(
          name + " has the loss " + output.getLossFn() + " with " + conf.getActivationFn(),
          "InSituTrainer knows, without weights, MCXENT or negative log-likelihood with softmax, XENT with sigmoid, and"
              + " MSE or L2 with any activation but softmax: choose one of them"
              + WAY_OUT);
    }
  }

  private static Nonlinearity checkActivation(String name, IActivation activation, boolean last) {
    @Nullable Nonlinearity nonlinearity = Nonlinearity.of(activation);
    if (nonlinearity == null || (nonlinearity == Nonlinearity.SOFTMAX && !last)) {
      throw refusal(
          name + " has the activation " + activation,
          "InSituTrainer knows identity, tanh, sigmoid and ReLU, and softmax in the output layer: choose one of them"
              + WAY_OUT);
    }
    return nonlinearity;
  }

  static Nonlinearity nonlinearity(IActivation activation) {
    return Objects.requireNonNull(Nonlinearity.of(activation), "checked when the trainer was made");
  }

  static Loss loss(AnalogOutputLayer conf) {
    return Objects.requireNonNull(
        Loss.of(conf.getLossFn(), nonlinearity(conf.getActivationFn())),
        "checked when the trainer was made");
  }

  private static boolean hasBias(FeedForwardLayer conf) {
    if (conf instanceof AnalogConvolutionLayer convolution) {
      return convolution.hasBias();
    }
    return conf instanceof AnalogDenseLayer dense
        ? dense.hasBias()
        : ((AnalogOutputLayer) conf).hasBias();
  }

  /** Of data, or of layers that do not fit each other, which only data tell. */
  static IllegalArgumentException misfit(String what) {
    return new IllegalArgumentException(
        what + "; give the network examples of the right shape, or set its input type");
  }

  static DL4JInvalidConfigException refusal(String what, String wayOut) {
    return new DL4JInvalidConfigException(what + "; " + wayOut);
  }
}
