package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import io.github.dl4jhardware.convert.ConversionReport.Row;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.model.AlexNet;
import org.deeplearning4j.zoo.model.Darknet19;
import org.deeplearning4j.zoo.model.LeNet;
import org.deeplearning4j.zoo.model.ResNet50;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TextGenerationLSTM;
import org.deeplearning4j.zoo.model.UNet;
import org.deeplearning4j.zoo.model.VGG16;
import org.deeplearning4j.zoo.model.Xception;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The networks of DL4J's zoo, with their smallest images, convert. */
class ZooTest {
  /**
   * A network.
   *
   * @param percent of its weights that reach arrays, normalisation not counted
   * @param kept what keeps the others, by layer; empty if all do
   * @param input of one example that it is shown; empty where that would take long
   */
  record Case(
      String name, Supplier<ZooModel<?>> model, double percent, String kept, List<Integer> input) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> networks() {
    return Stream.of(
        new Case(
            "LeNet",
            () -> LeNet.builder().numClasses(10).inputShape(new int[] {1, 28, 28}).build(),
            100,
            "",
            List.of(2, 1, 28, 28)),
        new Case(
            "SimpleCNN",
            () -> SimpleCNN.builder().numClasses(10).inputShape(new int[] {3, 48, 48}).build(),
            100,
            "",
            List.of(2, 3, 48, 48)),
        new Case(
            "SqueezeNet",
            () -> SqueezeNet.builder().numClasses(10).inputShape(new int[] {3, 64, 64}).build(),
            100,
            "",
            List.of(2, 3, 64, 64)),
        new Case(
            "TextGenerationLSTM",
            () ->
                TextGenerationLSTM.builder()
                    .totalUniqueCharacters(40)
                    .inputShape(new int[] {20, 40})
                    .build(),
            1.22,
            "GravesLSTM",
            List.of(2, 40, 20)),
        new Case(
            "Darknet19",
            () -> Darknet19.builder().numClasses(10).inputShape(new int[] {3, 64, 64}).build(),
            100,
            "",
            List.of(1, 3, 64, 64)),
        new Case(
            "ResNet50",
            () -> ResNet50.builder().numClasses(10).inputShape(new int[] {3, 96, 96}).build(),
            100,
            "",
            List.of()),
        new Case(
            "Xception",
            () -> Xception.builder().numClasses(10).inputShape(new int[] {3, 96, 96}).build(),
            4.88,
            "SeparableConvolution2D",
            List.of()),
        new Case(
            "UNet",
            () -> UNet.builder().inputShape(new int[] {3, 64, 64}).build(),
            100,
            "",
            List.of()),
        new Case(
            "VGG16",
            () -> VGG16.builder().numClasses(10).inputShape(new int[] {3, 32, 32}).build(),
            100,
            "",
            List.of()),
        new Case(
            "AlexNet",
            () -> AlexNet.builder().numClasses(10).inputShape(new int[] {3, 112, 112}).build(),
            100,
            "",
            List.of()));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void convertsAndSaysTheSame(Case network) {
    NeuralNetwork source = (NeuralNetwork) network.model().get().<Model>init();
    Conversion<? extends NeuralNetwork> conversion =
        source instanceof MultiLayerNetwork sequence
            ? HardwareConversion.of(sequence).all(Analog.on(Synapses.ideal())).convert()
            : HardwareConversion.of((ComputationGraph) source)
                .all(Analog.on(Synapses.ideal()))
                .convert();
    long all = 0;
    long onArrays = 0;
    Map<String, Long> kept = new TreeMap<>();
    for (Layer each : HostNetwork.layers(conversion.network())) {
      Layer layer = Wrappers.inside(each);
      if (layer.conf().getLayer() instanceof BatchNormalization) {
        continue;
      }
      long weights =
          layer.paramTable().entrySet().stream()
              .filter(param -> !param.getKey().equals("state"))
              .mapToLong(param -> param.getValue().length())
              .sum();
      all += weights;
      if (layer instanceof AnalogLayer) {
        onArrays += weights;
      } else if (weights > 0) {
        kept.merge(layer.conf().getLayer().getClass().getSimpleName(), weights, Long::sum);
      }
    }
    assertThat(String.join(",", kept.keySet())).isEqualTo(network.kept());
    assertThat(100.0 * onArrays / all).isCloseTo(network.percent(), within(0.01));
    // What is kept says why.
    for (Row row : conversion.report().rows()) {
      if (row.outcome() != Outcome.CONVERTED) {
        assertThat(row.why()).as(row.layer()).isNotEmpty();
      }
    }
    if (!network.input().isEmpty()) {
      INDArray input = Nd4j.rand(network.input().stream().mapToInt(Integer::intValue).toArray());
      INDArray wanted = HostNetwork.output(source, input, null);
      INDArray said = HostNetwork.output(conversion.network(), input, null);
      assertThat(said.sub(wanted).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }
}
