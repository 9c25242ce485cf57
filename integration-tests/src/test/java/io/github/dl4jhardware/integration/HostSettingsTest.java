package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Every setting of the host, global or in the layer, ends where it ends in DL4J's own layer: the
 * JSON is the same.
 */
class HostSettingsTest {
  static Stream<UnaryOperator<NeuralNetConfiguration.Builder>> globals() {
    return Stream.of(
        s -> s,
        s -> s.activation(Activation.RELU),
        s -> s.weightInit(WeightInit.RELU),
        s -> s.biasInit(0.3),
        s -> s.updater(new Adam(0.1)).biasUpdater(new Sgd(0.2)),
        s -> s.l1(0.1).l2(0.2).l1Bias(0.3).l2Bias(0.4),
        s -> s.weightDecay(0.1).weightDecayBias(0.2),
        s -> s.dropOut(0.5),
        s -> s.weightNoise(new DropConnect(0.5)),
        s ->
            s.gradientNormalization(GradientNormalization.ClipL2PerLayer)
                .gradientNormalizationThreshold(3),
        s -> s.constrainWeights(new MaxNormConstraint(1, 1)),
        s -> s.constrainBias(new NonNegativeConstraint()));
  }

  @ParameterizedTest
  @MethodSource("globals")
  void globalSettings(UnaryOperator<NeuralNetConfiguration.Builder> global) throws Exception {
    assertSame(
        global,
        new DenseLayer.Builder().nIn(3).nOut(4).build(),
        new AnalogDenseLayer.Builder().nIn(3).nOut(4).build());
    assertSame(
        global,
        new OutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(4).build(),
        new AnalogOutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(4).build());
    assertSame(
        global,
        new OutputLayer.Builder().nIn(3).nOut(4).build(),
        new AnalogOutputLayer.Builder().nIn(3).nOut(4).build());
  }

  static Stream<UnaryOperator<FeedForwardLayer.Builder<?>>> locals() {
    return Stream.of(
        b -> b.name("own"),
        b -> b.activation(Activation.RELU),
        b -> b.weightInit(WeightInit.RELU),
        b -> b.biasInit(0.3),
        b -> b.updater(new Adam(0.1)),
        b -> b.biasUpdater(new Sgd(0.2)),
        b -> b.l1(0.1),
        b -> b.l2Bias(0.4),
        b -> b.dropOut(0.5),
        b -> b.weightNoise(new DropConnect(0.5)),
        b -> b.gradientNormalization(GradientNormalization.ClipL2PerLayer),
        b -> b.gradientNormalizationThreshold(3),
        b -> b.constrainAllParameters(new MaxNormConstraint(1, 1)),
        b -> b.constrainWeights(new MaxNormConstraint(1, 1)),
        b -> b.constrainBias(new NonNegativeConstraint()),
        b -> b.units(6));
  }

  @ParameterizedTest
  @MethodSource("locals")
  void settingsOfTheLayer(UnaryOperator<FeedForwardLayer.Builder<?>> local) throws Exception {
    assertSame(
        s -> s,
        built(local, new DenseLayer.Builder()),
        built(local, new AnalogDenseLayer.Builder()));
    assertSame(
        s -> s.l2(0.5),
        built(local, new OutputLayer.Builder(LossFunction.MSE)),
        built(local, new AnalogOutputLayer.Builder(LossFunction.MSE)));
  }

  private static FeedForwardLayer built(
      UnaryOperator<FeedForwardLayer.Builder<?>> local, FeedForwardLayer.Builder<?> builder) {
    builder.nIn(3);
    builder.nOut(4);
    return local.apply(builder).build();
  }

  private static void assertSame(
      UnaryOperator<NeuralNetConfiguration.Builder> global,
      FeedForwardLayer host,
      FeedForwardLayer ours)
      throws Exception {
    ObjectNode wanted = layer(global, host);
    ObjectNode found = layer(global, ours);
    wanted.remove("@class");
    found.remove(List.of("@class", "synapse", "edges", "chipSeed", "biasOnArray"));
    assertThat(found).isEqualTo(wanted);
  }

  private static ObjectNode layer(
      UnaryOperator<NeuralNetConfiguration.Builder> global, FeedForwardLayer layer)
      throws Exception {
    String json =
        global.apply(new NeuralNetConfiguration.Builder()).list().layer(layer).build().toJson();
    JsonNode tree = new ObjectMapper().readTree(json);
    return (ObjectNode) tree.get("confs").get(0).get("layer");
  }
}
