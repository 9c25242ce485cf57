package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.cost.NetworkCost;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.AnalogSummary;
import io.github.dl4jhardware.analog.readout.ArrayReadout;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Energy of what a network's arrays have really done. */
class NetworkCostTest {
  private static final ArrayCost COST =
      new ArrayCost("by hand", 10, 100, 1_000, 5_000, 50, 200, 4, 30, 512, 512);

  @Test
  void countsWhatWasFired() {
    MultiLayerNetwork network =
        Networks.analog(Synapses.pcmCapacitor2018(), new AnalogSgd(0.1), DataType.FLOAT);
    NetworkCost before = NetworkCost.of(COST, network);
    assertThat(before.examples()).isZero();
    INDArray labels = Nd4j.zeros(50, Networks.CLASSES);
    for (int i = 0; i < 50; i++) {
      labels.putScalar(i, i % Networks.CLASSES, 1);
    }
    DataSet data = new DataSet(Nd4j.rand(DataType.FLOAT, 50, Networks.INPUTS), labels);
    InSituTrainer.of(network).fit(data);
    NetworkCost cost = NetworkCost.of(COST, network);
    assertThat(cost.examples()).isEqualTo(50);
    assertThat(cost.arrays()).isEqualTo(2);
    // Bias rows stand on the arrays: 13×9 and 10×4.
    double femtojoules = 50 * 2.0 * ((117 + 40) * 10 + (13 + 9 + 10 + 4) * 100);
    double pulses = 0;
    for (ArrayReadout layer : AnalogSummary.of(network).layers()) {
      pulses += layer.pulsesUp() + layer.pulsesDown();
      assertThat(layer.count(Count.TRANSFERS)).isZero();
    }
    assertThat(pulses).isPositive();
    assertThat(cost.trainingMillijoules() - before.trainingMillijoules())
        .isCloseTo((femtojoules + pulses * 1_000) * 1e-12, withinPercentage(1e-6));
    assertThat(cost.inferenceNanojoules())
        .isCloseTo((157 * 10 + 36 * 100) * 1e-6, withinPercentage(1e-6));
    assertThat(cost.trainingMicrosecondsPerExample()).isEqualTo(0.4);
    assertThat(NetworkCost.of(COST, network.toComputationGraph()).squareMillimetres())
        .isEqualTo(cost.squareMillimetres());
  }

  @Test
  void networksWithoutArraysAreRefused() {
    assertThatThrownBy(() -> NetworkCost.of(COST, Networks.software(new Sgd(0.1), DataType.FLOAT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no analogue layer");
  }
}
