package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** With ideal devices an analogue layer is DL4J's layer. */
class IdealEquivalenceTest {
  private static final int STEPS = 100;

  static Stream<Arguments> cases() {
    IUpdater expected = new AnalogSgd(0.1, PulseScheme.EXPECTED);
    return Stream.of(DataType.DOUBLE, DataType.FLOAT)
        .flatMap(
            type ->
                Stream.of(
                    Arguments.of(type, expected, new Sgd(0.1)),
                    Arguments.of(type, new Sgd(0.1), new Sgd(0.1)),
                    Arguments.of(type, new Adam(0.01), new Adam(0.01)),
                    Arguments.of(type, new Nesterovs(0.05), new Nesterovs(0.05))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsHostOverManySteps(DataType type, IUpdater analogUpdater, IUpdater softwareUpdater) {
    MultiLayerNetwork analog = Networks.analog(Synapses.ideal(), analogUpdater, type);
    ComputationGraph graph = Networks.analogGraph(Synapses.ideal(), analogUpdater, type);
    MultiLayerNetwork software = Networks.software(softwareUpdater, type);
    assertThat(analog.getParam("0_W")).isEqualTo(software.getParam("0_W"));
    for (int step = 0; step < STEPS; step++) {
      DataSet batch = Networks.data(8, step, type);
      analog.fit(batch);
      graph.fit(batch);
      software.fit(batch);
    }
    double bound = type == DataType.DOUBLE ? 1e-6 : 1e-4;
    for (String param : List.of("0_W", "0_b", "1_W", "1_b")) {
      INDArray wanted = software.getParam(param);
      double allowed = bound * wanted.amaxNumber().doubleValue();
      String inGraph = param.replace("0_", "hidden_").replace("1_", "out_");
      assertThat(distance(analog.getParam(param), wanted)).as(param).isLessThanOrEqualTo(allowed);
      assertThat(distance(graph.getParam(inGraph), wanted))
          .as(inGraph)
          .isLessThanOrEqualTo(allowed);
    }
    assertThat(
            distance(
                analog.getParam("0_W"), Networks.software(softwareUpdater, type).getParam("0_W")))
        .as("training has moved the weights")
        .isGreaterThan(1e-2);
  }

  private static double distance(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }
}
