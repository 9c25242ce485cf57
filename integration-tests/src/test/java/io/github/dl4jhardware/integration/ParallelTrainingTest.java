package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryDenseLayer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelInference;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.inference.InferenceMode;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * States of devices and of trinary weights can be neither averaged nor shared as compressed
 * gradients: training a replica is refused before its first step. Inference on replicas is not.
 */
class ParallelTrainingTest {
  static Stream<Arguments> cases() {
    List<Named<Supplier<Model>>> networks =
        List.of(
            Named.of(
                "cells, pulses",
                () ->
                    Networks.analog(
                        Synapses.pcmCapacitor2018(), new AnalogSgd(0.05), DataType.FLOAT)),
            Named.of(
                "cells, digital updater",
                () -> Networks.analog(Synapses.pcmCapacitor2018(), new Sgd(0.05), DataType.FLOAT)),
            Named.of(
                "graph of cells",
                () ->
                    Networks.analogGraph(
                        Synapses.reRamExponential(), new AnalogSgd(0.05), DataType.FLOAT)),
            Named.of(
                "ideal",
                () -> Networks.analog(Synapses.ideal(), new AnalogSgd(0.05), DataType.FLOAT)),
            Named.of(
                "inference-only",
                () -> Networks.analog(Synapses.pcmInference(), new Sgd(0.05), DataType.FLOAT)),
            Named.of("spiking", ParallelTrainingTest::spiking));
    return Stream.of(
            ParallelWrapper.TrainingMode.AVERAGING, ParallelWrapper.TrainingMode.SHARED_GRADIENTS)
        .flatMap(mode -> networks.stream().map(network -> Arguments.of(mode, network)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  @Timeout(120)
  void isRefusedBeforeTheFirstStep(ParallelWrapper.TrainingMode mode, Supplier<Model> made) {
    Model network = made.get();
    INDArray before = network.params().dup();
    assertThatThrownBy(() -> wrapper(network, mode).fit(batches()))
        .hasStackTraceContaining("is trained as a replica by ")
        .hasStackTraceContaining("train the network by its own fit(...)");
    assertThat(network.params()).isEqualTo(before);
  }

  @Test
  @Timeout(120)
  void layersOfTheHostAreTrained() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(0.05))
                .list()
                .layer(new DenseLayer.Builder().nIn(Networks.INPUTS).nOut(6).build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(6)
                        .nOut(Networks.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    INDArray before = network.params().dup();
    wrapper(network, ParallelWrapper.TrainingMode.AVERAGING).fit(batches());
    assertThat(network.params()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("inference")
  @Timeout(120)
  void inferenceOnReplicasEqualsTheNetworks(MultiLayerNetwork network) {
    INDArray features = Networks.data(8, 1, DataType.FLOAT).getFeatures();
    INDArray expected = network.output(features);
    ParallelInference parallel =
        new ParallelInference.Builder(network)
            .inferenceMode(InferenceMode.SEQUENTIAL)
            .workers(2)
            .build();
    try {
      assertThat(parallel.output(features)).isEqualTo(expected);
    } finally {
      parallel.shutdown();
    }
  }

  static Stream<MultiLayerNetwork> inference() {
    return Stream.of(
        Networks.analog(Synapses.pcmCapacitor2018(), new AnalogSgd(0.05), DataType.FLOAT),
        spiking());
  }

  private static ParallelWrapper wrapper(Model network, ParallelWrapper.TrainingMode mode) {
    return new ParallelWrapper.Builder<>(network)
        .workers(2)
        .prefetchBuffer(0)
        .averagingFrequency(1)
        .trainingMode(mode)
        .build();
  }

  private static ListDataSetIterator<DataSet> batches() {
    return new ListDataSetIterator<>(
        IntStream.range(0, 64).mapToObj(batch -> Networks.data(8, batch, DataType.FLOAT)).toList(),
        8);
  }

  private static MultiLayerNetwork spiking() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.01))
                .list()
                .layer(new TransductionLayer.Builder(1, 1).nOut(6).build())
                .layer(new TrinaryDenseLayer.Builder().nOut(4 * Networks.CLASSES).build())
                .layer(new SpikePopulationOutputLayer.Builder().nOut(Networks.CLASSES).build())
                .setInputType(InputType.convolutionalFlat(3, 4, 1))
                .build());
    network.init();
    return network;
  }
}
