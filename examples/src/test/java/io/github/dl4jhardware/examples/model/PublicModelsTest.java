package io.github.dl4jhardware.examples.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import io.github.dl4jhardware.convert.ConversionReport.Row;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.neuromorphic.convert.Trinary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Two ResNets for CIFAR-10 that others trained in Keras and published. */
class PublicModelsTest {
  private static Path file(String name) {
    String data = System.getenv("HARDWARE_DATA");
    assumeThat(data).as("HARDWARE_DATA names no folder with models").isNotNull();
    Path file = Path.of(data, "models", name);
    assumeThat(Files.isRegularFile(file)).as(file + " is there").isTrue();
    return file;
  }

  /** Read without HDF5's native library, they are what DL4J's own import makes with it. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet14v1_cifar10.h5", "resnet20v1_cifar10.h5"})
  void areReadAsDl4jReadsThem(String name) throws Exception {
    assumeFalse(
        System.getProperty("os.arch").equals("aarch64"), "HDF5 has no native library for arm64");
    Path file = file(name);
    ComputationGraph read = (ComputationGraph) SavedModels.read(file);
    ComputationGraph dl4j = KerasModelImport.importKerasModelAndWeights(file.toString(), false);
    assertThat(read.params()).isEqualTo(dl4j.params());
    assertThat(structure(read)).isEqualTo(structure(dl4j));
  }

  /** Without the seed, which DL4J takes from the clock. */
  private static String structure(ComputationGraph graph) {
    return graph.getConfiguration().toJson().replaceAll("\"seed\" : \\d+", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet14v1_cifar10.h5", "resnet20v1_cifar10.h5"})
  void areConvertedWithTrueReports(String name) throws Exception {
    ComputationGraph read = (ComputationGraph) SavedModels.read(file(name));
    INDArray images = Nd4j.rand(DataType.FLOAT, 4, 32, 32, 3);
    Conversion<ComputationGraph> analog =
        HardwareConversion.of(read).dense(Analog.on(Synapses.ideal())).convert();
    assertThat(analog.report().count(Outcome.CONVERTED)).isEqualTo(1);
    assertThat(analog.network().outputSingle(images)).isEqualTo(read.outputSingle(images));
    Conversion<ComputationGraph> both =
        HardwareConversion.of(read)
            .dense(Analog.on(Synapses.pcmCapacitor2018()))
            .convolution(Trinary.eedn())
            .convert();
    for (Row row : both.report().rows()) {
      if (row.from().equals("ConvolutionLayer")) {
        String from = origin(read, row.layer());
        // Convolutions become spikes, the network's input and sums do not.
        assertThat(row.to())
            .as(row.layer())
            .isEqualTo(from.startsWith("conv2d") ? "TrinaryConvolutionLayer" : "TransductionLayer");
        assertThat(row.reason())
            .as(row.layer())
            .contains(
                from.startsWith("conv2d")
                    ? "trinary in"
                    : from.startsWith("add")
                        ? "reads values of \"" + from + "\""
                        : "reads the network's input");
      }
    }
    assertThat(both.network().outputSingle(images).shape()).isEqualTo(new long[] {4, 10});
  }

  /** Every weight on an array that forward reads: moved, it changes what the network says. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet14v1_cifar10.h5", "resnet20v1_cifar10.h5"})
  void areWholeOnArrays(String name) throws Exception {
    ComputationGraph read = (ComputationGraph) SavedModels.read(file(name));
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 32, 32, 3);
    Conversion<ComputationGraph> conversion =
        HardwareConversion.of(read).all(Analog.on(Synapses.ideal())).convert();
    ComputationGraph analog = conversion.network();
    INDArray said = analog.outputSingle(images).dup();
    assertThat(said.sub(read.outputSingle(images)).amaxNumber().doubleValue()).isLessThan(1e-5);
    for (Row row : conversion.report().rows()) {
      boolean weights = row.from().equals("ConvolutionLayer") || row.from().equals("DenseLayer");
      assertThat(row.outcome()).isEqualTo(weights ? Outcome.CONVERTED : Outcome.KEPT);
      if (weights) {
        INDArray w = analog.getLayer(row.layer()).getParam("W");
        w.muli(0.7);
        assertThat(analog.outputSingle(images).sub(said).amaxNumber().doubleValue())
            .as(row.layer())
            .isGreaterThan(1e-6);
        w.divi(0.7);
      }
    }
    // What an import from Keras sets on every layer does not stop training.
    INDArray labels = Nd4j.zeros(2, 10);
    labels.putScalar(0, 3, 1);
    labels.putScalar(1, 7, 1);
    analog.fit(new DataSet(images, labels));
    assertThat(analog.outputSingle(images)).isNotEqualTo(said);
  }

  /** What a layer's values come from, seen through normalisation and activations. */
  private static String origin(ComputationGraph graph, String layer) {
    String from =
        Objects.requireNonNull(graph.getConfiguration().getVertexInputs().get(layer), layer).get(0);
    return from.startsWith("batch") || from.startsWith("activation") ? origin(graph, from) : from;
  }
}
