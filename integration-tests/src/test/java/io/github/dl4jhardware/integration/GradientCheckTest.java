package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** Gradients stay true gradients, whatever the devices. */
class GradientCheckTest {
  @BeforeAll
  static void checkInDoublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void restoreDefault() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  static Stream<Synapse> synapses() {
    return Synapses.byName().values().stream()
        // Its gradients belong to noisy weights, its parameters are the exact ones.
        .filter(synapse -> !(synapse instanceof InferenceSynapse));
  }

  @ParameterizedTest
  @MethodSource("synapses")
  void multiLayerNetwork(Synapse synapse) {
    DataSet batch = Networks.data(6, 7, DataType.DOUBLE);
    boolean passes =
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(Networks.analog(synapse, new NoOp(), DataType.DOUBLE))
                .input(batch.getFeatures())
                .labels(batch.getLabels()));
    assertThat(passes).isTrue();
  }

  @ParameterizedTest
  @MethodSource("synapses")
  void computationGraph(Synapse synapse) {
    DataSet batch = Networks.data(6, 7, DataType.DOUBLE);
    boolean passes =
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.GraphConfig()
                .net(Networks.analogGraph(synapse, new NoOp(), DataType.DOUBLE))
                .inputs(new INDArray[] {batch.getFeatures()})
                .labels(new INDArray[] {batch.getLabels()}));
    assertThat(passes).isTrue();
  }
}
