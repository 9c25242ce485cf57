package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Replicas of a chip cannot be averaged, nor their changes compressed: the layer finds out and says
 * so.
 */
class ParallelTrainingTest {
  static Stream<Arguments> cases() {
    Synapse synapse = Synapses.pcmCapacitor2018();
    return Stream.of(
            ParallelWrapper.TrainingMode.AVERAGING, ParallelWrapper.TrainingMode.SHARED_GRADIENTS)
        .flatMap(
            mode ->
                Stream.<IUpdater>of(new AnalogSgd(0.05), new Sgd(0.05))
                    .map(updater -> Arguments.of(mode, updater, synapse)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  @Timeout(120)
  void isRefused(ParallelWrapper.TrainingMode mode, IUpdater updater, Synapse synapse) {
    MultiLayerNetwork network = Networks.analog(synapse, updater, DataType.FLOAT);
    List<DataSet> batches =
        IntStream.range(0, 64).mapToObj(batch -> Networks.data(8, batch, DataType.FLOAT)).toList();
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(network)
            .workers(2)
            .prefetchBuffer(0)
            .averagingFrequency(1)
            .trainingMode(mode)
            .build();
    assertThatThrownBy(() -> wrapper.fit(new ListDataSetIterator<>(batches, 8)))
        .hasStackTraceContaining(
            "Replicas of an analogue layer can be neither averaged nor kept in step");
  }
}
