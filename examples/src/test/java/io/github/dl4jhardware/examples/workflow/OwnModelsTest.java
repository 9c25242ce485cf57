package io.github.dl4jhardware.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dl4jhardware.examples.CommandRun;
import io.github.dl4jhardware.examples.data.Npy;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** {@code convert} with models and data of a user's own, of every kind that it reads. */
class OwnModelsTest {
  @TempDir private Path directory;

  private final CommandRun command = new CommandRun(ConvertYourModel::run);

  private int run(String... args) {
    String[] all = new String[args.length + 1];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--out=" + directory.resolve("out");
    return command.with(all);
  }

  /** Accuracies of the software, then of each conversion. */
  private List<Double> accuracies() throws IOException {
    List<String> rows = Files.readAllLines(directory.resolve("out").resolve("results.csv"));
    int column = List.of(rows.get(0).split(",", -1)).indexOf("test_accuracy_percent");
    return rows.stream()
        .skip(1)
        .map(row -> Double.parseDouble(row.split(",", -1)[column]))
        .toList();
  }

  private String model(InputType type, Layer... layers) throws IOException {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(0.02)).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(type).build());
    network.init();
    Path zip = directory.resolve("model.zip");
    network.save(zip.toFile());
    return "--model=" + zip;
  }

  private static OutputLayer output(int classes) {
    return new OutputLayer.Builder().nOut(classes).activation(Activation.SOFTMAX).build();
  }

  private static ConvolutionLayer convolution(CNN2DFormat format) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(4)
        .dataFormat(format)
        .activation(Activation.TANH)
        .build();
  }

  /** Bright above or bright below, in two folders; sizes differ. */
  private void pictures(String set, int count) throws IOException {
    Random random = new Random(count);
    for (int i = 0; i < count; i++) {
      int side = 10 + i % 5;
      BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
      boolean above = i % 2 == 0;
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          boolean bright = above == y < side / 2;
          image.getRaster().setSample(x, y, 0, random.nextInt(100) + (bright ? 155 : 0));
        }
      }
      Path folder = directory.resolve("data").resolve(set).resolve(above ? "above" : "below");
      Files.createDirectories(folder);
      ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
    }
  }

  /** Grey files for a network of three channels, channels last, in another size. */
  @Test
  void foldersOfImages() throws IOException {
    pictures("train", 40);
    pictures("test", 20);
    String model =
        model(
            InputType.convolutional(8, 8, 3, CNN2DFormat.NHWC),
            convolution(CNN2DFormat.NHWC),
            output(2));
    String data = "--data-dir=" + directory.resolve("data");
    assertThat(run(model, data)).isEqualTo(1);
    assertThat(command.complaint()).contains("pixels, but", "10×10").doesNotContain("\n");
    assertThat(
            run(
                model,
                data,
                "--size=8x8",
                "--normalise=standard",
                "--dense=pcm-inference",
                "--convolution=analog",
                "--bits=8",
                "--epochs=6"))
        .as(command::complaint)
        .isZero();
    assertThat(command.said())
        .contains(
            "data: 40 examples to train on, 20 to test on, 2 classes; images of 1×8×8, less the mean of a channel or feature, divided by its deviation, grey as three channels, channels last",
            "and convolutions on pcm-inference with converters of 8 bits; on 1 chip(s); 6 pass(es) of retraining over 40 examples");
    assertThat(accuracies().get(1)).isGreaterThanOrEqualTo(90);
    assertThat(run(model, data, "--size=9x9", "--epochs=0")).isEqualTo(1);
    assertThat(command.complaint()).contains("model.zip does not take examples of [1, 1, 9, 9]");
    assertThat(run(model, data, "--size=wide")).isEqualTo(2);
    assertThat(command.complaint()).contains("--size must be height x width");
  }

  /** Two clouds of points. */
  private void rows(String set, int count, int features) throws IOException {
    Random random = new Random(count);
    StringBuilder text = new StringBuilder("label");
    for (int f = 0; f < features; f++) {
      text.append(",x").append(f);
    }
    text.append('\n');
    for (int i = 0; i < count; i++) {
      text.append(i % 2);
      for (int f = 0; f < features; f++) {
        double value = 100 + random.nextGaussian() * 20 + (i % 2 == f % 2 ? 60 : 0);
        text.append(String.format(Locale.ROOT, ",%.1f", Math.max(0, Math.min(255, value))));
      }
      text.append('\n');
    }
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(directory.resolve("data").resolve(set + ".csv"), text);
  }

  @Test
  void rowsOfNumbersAndRowsThatAreImages() throws IOException {
    rows("train", 60, 16);
    rows("test", 30, 16);
    String data = "--data-dir=" + directory.resolve("data");
    String dense = model(InputType.feedForward(16), output(2));
    assertThat(
            run(dense, data, "--normalise=standard", "--epochs=10", "--teacher", "--dense=ideal"))
        .as(command::complaint)
        .isZero();
    assertThat(command.said())
        .contains("2 classes; rows of 16, less the mean", "taught by the model as it came");
    // What the teacher said of 60 examples: a head, and a key, two values, a number and a sum each.
    try (Stream<Path> kept = Files.list(directory.resolve("out").resolve("teacher"))) {
      assertThat(kept)
          .singleElement()
          .satisfies(file -> assertThat(Files.size(file)).isEqualTo(24 + 60 * (16 + 4 + 8 + 4)));
    }
    assertThat(run(dense, data, "--normalise=zero-one")).isEqualTo(2);
    assertThat(command.complaint()).contains("--normalise zero-one is for images");

    String images =
        model(InputType.convolutional(4, 4, 1), convolution(CNN2DFormat.NCHW), output(2));
    assertThat(
            run(images, data, "--size=4x4", "--epochs=60", "--dense=ideal", "--convolution=analog"))
        .as(command::complaint)
        .isZero();
    assertThat(command.said()).contains("images of 1×4×4 in 0…255, pixels / 255");
    assertThat(accuracies().get(1)).isGreaterThanOrEqualTo(90);
    assertThat(run(images, data, "--size=5x5")).isEqualTo(1);
    assertThat(command.complaint()).contains("rows of 16 numbers, which are no images of 5×5");
    assertThat(run(images, data)).isEqualTo(1);
    assertThat(command.complaint()).contains("does not take examples of [1, 16]");
  }

  /** What is folded says the same: the accuracy is the software's, on ideal cells, untrained. */
  @Test
  void foldsNormalisation() throws IOException {
    rows("train", 60, 16);
    rows("test", 30, 16);
    String[] options = {
      model(
          InputType.convolutional(4, 4, 1),
          convolution(CNN2DFormat.NCHW),
          new BatchNormalization(),
          output(2)),
      "--data-dir=" + directory.resolve("data"),
      "--size=4x4",
      "--epochs=0",
      "--convolution=analog",
      "--fold",
      "--dense=pcm-capacitor-2018"
    };
    assertThat(run(options)).isEqualTo(2);
    assertThat(command.complaint())
        .contains("--fold needs columns with scales of their own", "pcm-capacitor-2018");
    options[0] = linearModel();
    options[6] = "--dense=ideal";
    assertThat(run(options)).as(command::complaint).isZero();
    assertThat(command.said()).contains("batch normalisation folded", "folded into");
    assertThat(accuracies().get(1)).isEqualTo(accuracies().get(0));
    MultiLayerNetwork source = load("model.zip");
    MultiLayerNetwork folded = load("out/analog.zip");
    assertThat(folded.getLayers())
        .noneMatch(layer -> layer.conf().getLayer() instanceof BatchNormalization);
    INDArray images = Nd4j.rand(DataType.FLOAT, 50, 1, 4, 4);
    INDArray said = source.output(images).dup();
    assertThat(folded.output(images).sub(said).amaxNumber().doubleValue()).isLessThan(1e-5);
    source.getParam("1_mean").addi(1);
    assertThat(source.output(images).sub(said).amaxNumber().doubleValue()).isGreaterThan(0.01);
    options[6] = "--dense=pcm-inference";
    assertThat(run(options)).as(command::complaint).isZero();
    assertThat(command.said()).contains("on pcm-inference, batch normalisation folded");
  }

  /** Normalisation that matters: what channels mean is turned, moved and stretched. */
  private String linearModel() throws IOException {
    String option =
        model(
            InputType.convolutional(4, 4, 1),
            new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.IDENTITY).build(),
            new BatchNormalization(),
            new ActivationLayer(Activation.TANH),
            output(2));
    File file = directory.resolve("model.zip").toFile();
    MultiLayerNetwork network = MultiLayerNetwork.load(file, true);
    float[][] values = {{2, -3, 0.5f, -1}, {0.3f, -0.2f, 1, 0}, {0.1f, -0.4f, 0.2f, 0.3f}};
    String[] names = {"1_gamma", "1_beta", "1_mean"};
    for (int i = 0; i < names.length; i++) {
      network.setParam(names[i], Nd4j.createFromArray(new float[][] {values[i]}));
    }
    network.setParam(
        "1_log10stdev", Nd4j.createFromArray(new float[][] {{-0.7f, -0.2f, -0.5f, 0.1f}}));
    network.save(file);
    return option;
  }

  private MultiLayerNetwork load(String zip) throws IOException {
    return MultiLayerNetwork.load(directory.resolve(zip).toFile(), false);
  }

  private static void npy(Path file, String shape, float[] values) throws IOException {
    byte[] header =
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer buffer =
        ByteBuffer.allocate(10 + header.length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    buffer.putShort((short) header.length).put(header);
    for (float value : values) {
      buffer.putFloat(value);
    }
    Files.write(file, buffer.array());
  }

  /** Arrays of NumPy's with their shape, channels last in the file and first in the network. */
  @Test
  void arraysOfNumPy() throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Random random = new Random(1);
    for (String set : new String[] {"train", "test"}) {
      float[] values = new float[24 * 4 * 4 * 3];
      float[][] labels = new float[24][1];
      for (int i = 0; i < values.length; i++) {
        int example = i / 48;
        labels[example][0] = example % 3;
        values[i] = random.nextFloat() + (i % 3 == example % 3 ? 1 : 0);
      }
      npy(data.resolve(set + "-features.npy"), "24, 4, 4, 3", values);
      Npy.write(labels, data.resolve(set + "-labels.npy"));
    }
    String model =
        model(InputType.convolutional(4, 4, 3), convolution(CNN2DFormat.NCHW), output(3));
    assertThat(run(model, "--data=own", "--data-dir=" + data, "--epochs=20", "--dense=ideal"))
        .as(command::complaint)
        .isZero();
    assertThat(command.said()).contains("arrays of 4×4×3, as they come, channels first");
    assertThat(accuracies().get(1)).isGreaterThanOrEqualTo(90);
    assertThat(run(model, "--data-dir=" + data, "--normalise=standard", "--epochs=0"))
        .as(command::complaint)
        .isZero();
    assertThat(command.said()).contains("arrays of 4×4×3, less the mean", "channels first");
  }

  /** Waves of a low or a high frequency, of many lengths. */
  private void sequences(String set, int count) throws IOException {
    Random random = new Random(count);
    for (int i = 0; i < count; i++) {
      boolean fast = i % 2 == 0;
      Path folder = directory.resolve("data").resolve(set).resolve(fast ? "fast" : "slow");
      Files.createDirectories(folder);
      List<String> steps = new ArrayList<>(List.of("left,right"));
      double phase = random.nextDouble() * 6;
      for (int t = 0; t < 8 + i % 7; t++) {
        double angle = phase + t * (fast ? 2.5 : 0.4);
        steps.add(String.format(Locale.ROOT, "%.3f,%.3f", Math.sin(angle), Math.cos(angle)));
      }
      Files.write(folder.resolve(i + ".csv"), steps);
    }
  }

  @Test
  void foldersOfSequences() throws IOException {
    sequences("train", 60);
    sequences("test", 30);
    String data = "--data-dir=" + directory.resolve("data");
    Layer[][] networks = {
      {new LastTimeStep(new LSTM.Builder().nOut(8).build()), output(2)},
      {
        new LSTM.Builder().nOut(8).build(),
        new RnnOutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build()
      }
    };
    for (Layer[] layers : networks) {
      String model = model(InputType.recurrent(2), layers);
      assertThat(run(model, data, "--epochs=100", "--dense=ideal")).as(command::complaint).isZero();
      assertThat(command.said())
          .contains("sequences of up to 14 steps of 2 numbers, as they come", "AnalogLSTM");
      assertThat(accuracies().get(1)).isGreaterThanOrEqualTo(90);
    }
    Path broken = directory.resolve("data/train/fast/0.csv");
    Files.writeString(broken, "left,right\n");
    String model = model(InputType.recurrent(2), networks[0]);
    assertThat(run(model, data)).isEqualTo(1);
    assertThat(command.complaint())
        .contains("0.csv, offset 0: a sequence of no steps")
        .doesNotContain("\n");
    Files.writeString(broken, "1,2\n3,NaN\n");
    assertThat(run(model, data)).isEqualTo(1);
    assertThat(command.complaint()).contains("0.csv, offset 4 (record 2): column 2 is \"NaN\"");
    Files.writeString(broken, "1,2,3\n");
    assertThat(run(model, data)).isEqualTo(1);
    assertThat(command.complaint()).contains("a step of 2 numbers", "0.csv has 3");
    assertThat(run(data)).isEqualTo(2);
    assertThat(command.complaint()).contains("holds no images; name the --model");
  }

  /** The public network by one command, with the preprocessing that it was trained with. */
  @Test
  void aPublicResNet() throws IOException {
    String data = System.getenv("HARDWARE_DATA");
    assumeThat(data).as("HARDWARE_DATA names no folder with models").isNotNull();
    Path model = Path.of(data, "models", "resnet14v1_cifar10.h5");
    assumeThat(Files.isRegularFile(model)).as(model + " is there").isTrue();
    String[] args = {
      "--model=" + model,
      "--data=cifar10",
      "--normalise=mean-image",
      "--convolution=analog",
      "--dense=ideal",
      "--epochs=0",
      "--test-examples=60"
    };
    assertThat(run(args)).as(command::complaint).isZero();
    assertThat(command.said())
        .contains(
            "images of 3×32×32, pixels / 255 less the mean training image, channels last",
            "50,000 examples to train on, 10,000 to test on, 10 classes");
    assertThat(accuracies().get(0)).isGreaterThanOrEqualTo(85);
    assertThat(accuracies().get(1)).isEqualTo(accuracies().get(0));
    Path mean = directory.resolve("mean.npy");
    npy(mean, "28, 28, 3", new float[28 * 28 * 3]);
    args[2] = "--mean-image=" + mean;
    assertThat(run(args)).isEqualTo(1);
    assertThat(command.complaint()).contains("mean image is of 3×28×28, the images are of 3×32×32");
  }
}
