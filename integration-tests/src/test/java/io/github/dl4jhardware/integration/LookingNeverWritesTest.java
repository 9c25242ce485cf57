package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.cost.NetworkCost;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.AnalogSummary;
import io.github.dl4jhardware.convert.HardwareConversion;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** A summary, a cost, a drift study or a conversion leaves every parameter as it was. */
class LookingNeverWritesTest {
  @TempDir private Path directory;

  static Stream<Synapse> synapses() {
    return Synapses.byName().values().stream();
  }

  @ParameterizedTest
  @MethodSource("synapses")
  void parametersStayWhereWeightsWereEditedFromOutside(Synapse synapse) throws Exception {
    MultiLayerNetwork network = Networks.analog(synapse, new Sgd(0.1), DataType.FLOAT);
    network.fit(Networks.data(20, 1, DataType.FLOAT));
    // Through a view, past setParam: the devices know nothing of it yet.
    network.getLayer(0).getParam("W").addi(0.05);
    INDArray before = network.params().dup();

    AnalogSummary summary = AnalogSummary.of(network);
    NetworkCost.of(ArrayCost.calibrated2018(), network);
    ArrayCost.calibrated2018().of(network, Networks.data(4, 2, DataType.FLOAT).getFeatures());
    summary.writeLayers(directory.resolve("layers.csv"));
    summary.writeCells(directory.resolve("cells.csv"));
    Drift.of(network, 1).after(3600, true);
    HardwareConversion.of(network).with(Analog.toSoftware()).convert();

    assertThat(network.params()).isEqualTo(before);
    long pending = summary.layers().get(0).pendingWeights();
    AnalogLayer edited = (AnalogLayer) network.getLayer(0);
    assertThat(pending).isEqualTo(edited.pendingWeights());
    if (synapse.digital()) {
      assertThat(pending).isZero();
    } else {
      assertThat(pending).isEqualTo(network.getLayer(0).getParam("W").length());
      assertThat(summary.toString()).contains("pending");
      // The next step programs what was pending.
      network.fit(Networks.data(20, 3, DataType.FLOAT));
      assertThat(edited.pendingWeights()).isZero();
    }
  }
}
