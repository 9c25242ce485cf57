package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.host.ModelZip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What cannot work is refused before a step, in one message that names the layer and the way out.
 */
class RefusalTest {
  private static final Synapse SYNAPSE = Synapses.pcmCapacitor2018();

  @TempDir private Path directory;

  static Stream<Arguments> withAnalogSgd() {
    return Stream.of(
        settings("L1, L2 or weight decay", s -> s.l2(0.01)),
        settings("L1, L2 or weight decay", s -> s.l1(0.01)),
        settings("L1, L2 or weight decay", s -> s.weightDecay(0.01)),
        settings(
            "gradient normalisation ClipL2PerLayer",
            s -> s.gradientNormalization(GradientNormalization.ClipL2PerLayer)),
        settings("a constraint", s -> s.constrainWeights(new MaxNormConstraint(1, 1))),
        settings("minimize(false)", s -> s.minimize(false)),
        settings("a bias updater", s -> s.biasUpdater(new Sgd(0.1))));
  }

  private static Arguments settings(
      String what, UnaryOperator<NeuralNetConfiguration.Builder> change) {
    return Arguments.of(what, change);
  }

  @ParameterizedTest
  @EnumSource(
      value = OptimizationAlgorithm.class,
      names = "STOCHASTIC_GRADIENT_DESCENT",
      mode = EnumSource.Mode.EXCLUDE)
  void lineSearchesWithAnyUpdater(OptimizationAlgorithm algorithm) {
    for (IUpdater updater : new IUpdater[] {new AnalogSgd(0.1), new Sgd(0.1)}) {
      assertThatThrownBy(() -> build(updater, s -> s.optimizationAlgo(algorithm)))
          .isInstanceOf(DL4JInvalidConfigException.class)
          .hasMessageContaining("does not support the optimisation algorithm " + algorithm)
          .hasMessageContaining("use STOCHASTIC_GRADIENT_DESCENT");
    }
  }

  @ParameterizedTest
  @MethodSource
  void withAnalogSgd(String what, UnaryOperator<NeuralNetConfiguration.Builder> change) {
    assertThatThrownBy(() -> build(new AnalogSgd(0.1), change))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("layer \"layer0\" (index 0) does not support " + what + " ")
        .hasMessageContaining("with AnalogSgd: ");
    // Without it the setting is fine, but for the algorithms that DL4J itself would have to carry.
    assertThat(build(new Sgd(0.1), change).numParams()).isPositive();
  }

  @Test
  void whateverTheUpdater() {
    for (IUpdater updater : new IUpdater[] {new AnalogSgd(0.1), new Sgd(0.1)}) {
      assertThatThrownBy(() -> build(updater, s -> s.weightNoise(new DropConnect(0.5))))
          .hasMessageContaining("does not support weight noise: ");
      assertThatThrownBy(
              () ->
                  Networks.initialised(
                      Networks.settings(updater, DataType.FLOAT)
                          .list()
                          .layer(Networks.hidden(SYNAPSE).hasLayerNorm(true).build())
                          .layer(Networks.output(SYNAPSE).build())
                          .build()))
          .hasMessageContaining("does not support layer normalisation: ");
      assertThatThrownBy(() -> Networks.analog(SYNAPSE, updater, DataType.FLOAT16))
          .hasMessageContaining("network type HALF cannot count examples exactly");
    }
  }

  private static MultiLayerNetwork build(
      IUpdater updater, UnaryOperator<NeuralNetConfiguration.Builder> change) {
    return Networks.initialised(
        change
            .apply(Networks.settings(updater, DataType.FLOAT))
            .list()
            .layer(Networks.hidden(SYNAPSE).build())
            .layer(Networks.output(SYNAPSE).build())
            .build());
  }

  @ParameterizedTest
  @MethodSource("misspelt")
  void misspeltKeyIsNamed(String key) {
    String json =
        Networks.analogConfiguration(SYNAPSE, new AnalogSgd(0.1), DataType.FLOAT).toJson();
    String wrong = json.replace("\"" + key + "\"", "\"" + key + "x\"");
    assertThat(wrong).isNotEqualTo(json);
    assertThatThrownBy(() -> MultiLayerConfiguration.fromJson(wrong))
        .hasStackTraceContaining("'" + key + "'");
  }

  static Stream<String> misspelt() {
    return Stream.of(
        "synapse",
        "chipSeed",
        "biasOnArray",
        "capacitor",
        "leakSeconds",
        "betaMicroSiemensPerVolt",
        "edges",
        "outputBits",
        "thresholdSpreadVolts",
        "gMaxMicroSiemens",
        "everyExamples",
        "polarityInversion",
        "gain",
        "maxAttempts",
        "pulseScheme",
        "pulseTrainLength");
  }

  @Test
  void parameterOutOfRangeInJsonIsNamed() {
    String json =
        Networks.analogConfiguration(SYNAPSE, new AnalogSgd(0.1), DataType.FLOAT).toJson();
    String wrong = json.replace("\"gain\" : 3.0", "\"gain\" : -3.0");
    assertThat(wrong).isNotEqualTo(json);
    assertThatThrownBy(() -> MultiLayerConfiguration.fromJson(wrong))
        .hasStackTraceContaining(
            "PcmCapacitorSynapse.gain must be a finite number above 0, but is -3.0");
  }

  @Test
  void zipCutShort() throws Exception {
    Path zip = directory.resolve("network.zip");
    ModelSerializer.writeModel(
        Networks.analog(SYNAPSE, new AnalogSgd(0.1), DataType.FLOAT), zip.toFile(), true);
    assertThat(ModelZip.restoreMultiLayerNetwork(zip).numParams()).isPositive();
    byte[] whole = Files.readAllBytes(zip);
    for (int length : new int[] {0, 100, whole.length / 2, whole.length - 10}) {
      Files.write(zip, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> ModelZip.restoreMultiLayerNetwork(zip))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(zip + " (" + length + " bytes) is not a whole model zip: ");
    }
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    Files.write(zip, flipped);
    assertThatThrownBy(() -> ModelZip.restoreComputationGraph(zip))
        .hasMessageContaining("is not a whole model zip: ");
    assertThatThrownBy(() -> ModelZip.restoreMultiLayerNetwork(directory))
        .hasMessageEndingWith("is missing or no file");
  }

  @Test
  void averagedReplicasAreFoundOut() {
    MultiLayerNetwork network = Networks.analog(SYNAPSE, new AnalogSgd(0.1), DataType.FLOAT);
    MultiLayerNetwork other = network.clone();
    network.fit(Networks.data(3, 1, DataType.FLOAT));
    other.fit(Networks.data(4, 2, DataType.FLOAT));
    network.params().addi(other.params()).divi(2);
    assertThatThrownBy(() -> network.fit(Networks.data(3, 1, DataType.FLOAT)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("(index 0): the state vector is none that an analogue layer wrote: ")
        .hasMessageContaining("after averaging the parameters of several networks");
  }

  @Test
  void notANumberReachesNoDevice() {
    for (IUpdater updater : new IUpdater[] {new AnalogSgd(0.1), new Sgd(0.1)}) {
      for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
        MultiLayerNetwork network = Networks.analog(SYNAPSE, updater, DataType.FLOAT);
        INDArray devices = network.getParam("0_vc").dup();
        DataSet batch = Networks.data(4, 1, DataType.FLOAT);
        batch.getFeatures().putScalar(1, 3, bad);
        assertThatThrownBy(() -> network.fit(batch))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("Check the data for NaN and infinity");
        assertThat(network.getParam("0_vc")).isEqualTo(devices);
      }
    }
  }

  // ---- InSituTrainer ----

  static Stream<Arguments> untrainable() {
    AnalogSgd updater = new AnalogSgd(0.1);
    return Stream.of(
        Arguments.of(
            "\"layer0\" (index 0) is a DenseLayer",
            updater,
            new DenseLayer.Builder().nIn(Networks.INPUTS).nOut(Networks.HIDDEN).build()),
        Arguments.of("has the updater Sgd", new Sgd(0.1), Networks.hidden(SYNAPSE).build()),
        Arguments.of("has dropout", updater, Networks.hidden(SYNAPSE).dropOut(0.5).build()),
        Arguments.of(
            "has the activation",
            updater,
            Networks.hidden(SYNAPSE).activation(Activation.SWISH).build()));
  }

  @ParameterizedTest
  @MethodSource
  void untrainable(String what, IUpdater updater, BaseLayer first) {
    MultiLayerNetwork network =
        Networks.initialised(
            Networks.settings(updater, DataType.FLOAT)
                .list()
                .layer(first)
                .layer(Networks.output(SYNAPSE).build())
                .build());
    assertThatThrownBy(() -> InSituTrainer.of(network))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining(what)
        .hasMessageContaining("or train with network.fit(...)");
  }

  @Test
  void untrainableOutputs() {
    AnalogSgd updater = new AnalogSgd(0.1);
    MultiLayerNetwork poisson =
        Networks.initialised(
            Networks.settings(updater, DataType.FLOAT)
                .list()
                .layer(Networks.hidden(SYNAPSE).build())
                .layer(Networks.output(SYNAPSE).lossFunction(LossFunction.POISSON).build())
                .build());
    assertThatThrownBy(() -> InSituTrainer.of(poisson)).hasMessageContaining("has the loss");
    AnalogDenseLayer.Builder last = Networks.hidden(SYNAPSE);
    MultiLayerNetwork noOutput =
        Networks.initialised(
            Networks.settings(updater, DataType.FLOAT).list().layer(last.build()).build());
    assertThatThrownBy(() -> InSituTrainer.of(noOutput))
        .hasMessageContaining("must be an AnalogOutputLayer");
  }

  @Test
  void badExamples() {
    MultiLayerNetwork network = Networks.analog(SYNAPSE, new AnalogSgd(0.1), DataType.FLOAT);
    InSituTrainer trainer = InSituTrainer.of(network);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      DataSet data = Networks.data(4, 1, DataType.FLOAT);
      data.getFeatures().putScalar(2, 5, bad);
      assertThatThrownBy(() -> trainer.fit(data))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Example 2 has the value " + bad + " at feature 5; it must be finite");
    }
    DataSet wide =
        new DataSet(
            Networks.data(4, 1, DataType.FLOAT).getLabels(),
            Networks.data(4, 1, DataType.FLOAT).getLabels());
    assertThatThrownBy(() -> trainer.fit(wide))
        .hasMessage("The network takes [examples, 12] features, but got an array of shape [4, 4]");
    assertThatThrownBy(() -> trainer.fit(new DataSet()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The data set after 0 examples is empty: it has no features");
    assertThat(network.getIterationCount()).isZero();
  }
}
