package io.github.dl4jhardware.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.examples.CommandRun;
import io.github.dl4jhardware.host.ModelZip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ConvertYourModelTest {
  @TempDir private Path directory;

  private final CommandRun command = new CommandRun(ConvertYourModel::run);

  private int run(String... args) {
    return command.with(args);
  }

  @Test
  void convertsWhatItTrainedAndThenWhatItSaved() throws IOException {
    String[] small = {"--data", "synthetic", "--examples", "640", "--test-examples", "100"};
    assertThat(
            run(
                small[0],
                small[1],
                small[2],
                small[3],
                small[4],
                small[5],
                "--software-epochs",
                "1",
                "--epochs",
                "1",
                "--convolution",
                "both",
                "--out",
                directory.toString()))
        .as(command::complaint)
        .isZero();
    List<String> rows = Files.readAllLines(directory.resolve("results.csv"));
    assertThat(rows).hasSize(1 + 3);
    assertThat(rows.get(1)).startsWith("software,synthetic,1,0,");
    assertThat(rows.get(3)).startsWith("trinary,synthetic,1,1,");
    for (String variant : new String[] {"analog", "trinary"}) {
      assertThat(Files.readAllLines(directory.resolve(variant + "-conversion.csv"))).hasSize(7);
      assertThat(
              ModelZip.restoreMultiLayerNetwork(directory.resolve(variant + ".zip")).getnLayers())
          .isEqualTo(6);
    }
    assertThat(directory).isDirectoryNotContaining("glob:**.part");
    assertThat(directory.resolve("report.html"))
        .content()
        .contains("Conversion: trinary", "strided, starts as MAX pooling");

    assertThat(
            run(
                small[0],
                small[1],
                small[2],
                small[3],
                small[4],
                small[5],
                "--model",
                directory.resolve("software.zip").toString(),
                "--dense",
                "ideal",
                "--epochs",
                "0",
                "--out",
                directory.resolve("again").toString()))
        .as(command::complaint)
        .isZero();
    // Ideal devices change nothing.
    assertThat(
            Files.readAllLines(directory.resolve("again/results.csv")).stream()
                .skip(1)
                .map(line -> line.split(",", -1)[4])
                .distinct())
        .hasSize(1);
  }

  /** Convolutions on the same cells as dense layers; every layer with weights is converted. */
  @Test
  void putsConvolutionsOnArrays() throws IOException {
    assertThat(
            run(
                "--data=synthetic",
                "--examples=64",
                "--test-examples=50",
                "--software-epochs=1",
                "--epochs=1",
                "--dense=pcm-inference",
                "--convolution=analog",
                "--out=" + directory))
        .as(command::complaint)
        .isZero();
    List<String> rows = Files.readAllLines(directory.resolve("analog-conversion.csv"));
    assertThat(rows.stream().filter(row -> row.contains(",AnalogConvolutionLayer,converted,")))
        .hasSize(2);
    assertThat(rows.stream().filter(row -> row.contains("ConvolutionLayer,kept"))).isEmpty();
    assertThat(Files.readString(directory.resolve("results.csv"))).contains("analog");
    assertThat(run("--dense=keep", "--convolution=analog", "--out=" + directory)).isEqualTo(2);
    assertThat(command.complaint())
        .contains("--dense keep with --convolution analog converts nothing");
  }

  /** A run whose model has gone, or never came because the run was killed, is run again. */
  @Test
  void whatIsMissingOfARecordedRunIsMadeAgain() throws IOException {
    String[] small = {
      "--data",
      "synthetic",
      "--examples",
      "640",
      "--test-examples",
      "100",
      "--software-epochs",
      "1",
      "--epochs",
      "1",
      "--out",
      directory.toString()
    };
    assertThat(run(small)).as(command::complaint).isZero();
    byte[] rows = Files.readAllBytes(directory.resolve("results.csv"));
    for (String name : new String[] {"analog.zip", "analog-conversion.csv"}) {
      byte[] before = Files.readAllBytes(directory.resolve(name));
      Files.delete(directory.resolve(name));
      assertThat(run(small)).as(command::complaint).isZero();
      String said = command.said();
      assertThat(said.lines().filter(line -> line.startsWith("  software")))
          .allMatch(line -> line.contains("(recorded)"));
      assertThat(said.lines().filter(line -> line.startsWith("  analog ")))
          .isNotEmpty()
          .noneMatch(line -> line.contains("(recorded)"));
      assertThat(Files.readAllBytes(directory.resolve(name)).length).isEqualTo(before.length);
    }
    assertThat(Files.readAllBytes(directory.resolve("results.csv")).length)
        .isCloseTo(rows.length, within(20));
    assertThat(run(small)).isZero();
    assertThat(command.said().lines())
        .filteredOn(line -> line.startsWith("  analog "))
        .allMatch(line -> line.contains("(recorded)"));
  }

  @Test
  void modelsThatDoNotFitAreNamed() throws IOException {
    Path none = directory.resolve("none.zip");
    Files.writeString(none, "no model");
    assertThat(
            run("--data", "synthetic", "--model", none.toString(), "--out", directory.toString()))
        .isEqualTo(1);
    assertThat(command.complaint()).contains("none.zip is no MultiLayerNetwork");

    MultiLayerNetwork wide =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(7)
                        .nOut(10)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    wide.init();
    wide.save(none.toFile());
    assertThat(
            run("--data", "synthetic", "--model", none.toString(), "--out", directory.toString()))
        .isEqualTo(1);
    assertThat(command.complaint()).contains("none.zip does not take examples of [1, 1, 28, 28]");

    MultiLayerNetwork nothing =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer.Builder().build())
                .layer(
                    new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(32, 32, 1))
                .build());
    nothing.init();
    nothing.save(none.toFile());
    assertThat(
            run("--data", "synthetic", "--model", none.toString(), "--out", directory.toString()))
        .isEqualTo(1);
    assertThat(command.complaint()).contains("1 classes apart; the examples have 10");

    assertThat(run("--dense", "gold")).isEqualTo(2);
    assertThat(command.complaint()).contains("--dense gold is none of keep, ideal");
    assertThat(run("--dense", "keep")).isEqualTo(2);
    assertThat(command.complaint()).contains("converts nothing");
  }
}
