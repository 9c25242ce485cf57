package io.github.dl4jhardware.examples.benchmark;

import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.PublishedData;
import io.github.dl4jhardware.neuromorphic.network.EednNetwork;
import io.github.dl4jhardware.neuromorphic.network.EednNetworks;
import io.github.dl4jhardware.neuromorphic.network.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Images a second of the one-chip network, in training and inference, against a DL4J network of
 * float ConvolutionLayers with the same kernels, strides and features (ungrouped, as DL4J has no
 * groups), BatchNormalization and ReLU. Each case in a JVM of its own, taking turns; prints medians
 * and ratios. On CIFAR-10 where it is found, else on generated digits.
 */
public final class EednBenchmark {
  private static final int ROUNDS = 3;
  private static final int BATCH = 50;
  private static final int CLASSES = 10;

  private EednBenchmark() {}

  private enum Case {
    FLOAT_TRAIN_1("DL4J float, ungrouped, training, OMP 1", 1, 1, 3),
    FLOAT_TRAIN_2("DL4J float, ungrouped, training, OMP 2", 2, 2, 3),
    SPIKING_TRAIN_1("one-chip trinary, training, 1 thread", 1, 1, 20),
    SPIKING_TRAIN_2("one-chip trinary, training, 2 threads", 1, 2, 20),
    FLOAT_INFER_1("DL4J float, ungrouped, inference, OMP 1", 1, 1, 4),
    FLOAT_INFER_2("DL4J float, ungrouped, inference, OMP 2", 2, 2, 4),
    SPIKING_INFER_1("one-chip trinary, inference, 1 thread", 1, 1, 20),
    SPIKING_INFER_2("one-chip trinary, inference, 2 threads", 1, 2, 20);

    private final String title;
    private final int openMpThreads;
    private final int threads;
    private final int steps;

    Case(String title, int openMpThreads, int threads, int steps) {
      this.title = title;
      this.openMpThreads = openMpThreads;
      this.threads = threads;
      this.steps = steps;
    }

    boolean training() {
      return name().contains("TRAIN");
    }

    boolean spiking() {
      return name().startsWith("SPIKING");
    }
  }

  /**
   * Without arguments runs all cases, with the name of a case that one.
   *
   * @param args none, or a case
   * @throws IOException if the data cannot be read
   * @throws InterruptedException if interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 1 && !args[0].isBlank()) {
      System.out.println(imagesPerSecond(Case.valueOf(args[0])));
      return;
    }
    print(
        OwnJvm.medians(
            Case.values(),
            ROUNDS,
            each ->
                OwnJvm.number(
                    EednBenchmark.class,
                    each.name(),
                    each.openMpThreads,
                    "-Djava.util.concurrent.ForkJoinPool.common.parallelism=" + (each.threads - 1),
                    "-Xmx4g")));
  }

  private static void print(Map<Case, Double> rates) throws IOException {
    InputTypeConvolutional input = input(data());
    EednNetwork network = EednNetworks.oneChip(CLASSES);
    System.out.printf(
        Locale.ROOT,
        "%s, data %s, batch %d, median of %d rounds%n",
        OwnJvm.machine(),
        cifar() == null ? "synthetic" : "cifar10",
        BATCH,
        ROUNDS);
    System.out.printf(
        Locale.ROOT,
        "%.1f million MACs an image trinary and grouped (without transduction), %.1f million float and ungrouped%n",
        network.positions(input) * 1e-6,
        floatMacs(network, input) * 1e-6);
    System.out.println();
    System.out.println(OwnJvm.row("case", "images/s", "the better float rate"));
    System.out.println(OwnJvm.rule(3));
    for (Case each : rates.keySet()) {
      double base =
          each.training()
              ? Math.max(
                  rates.getOrDefault(Case.FLOAT_TRAIN_1, Double.NaN),
                  rates.getOrDefault(Case.FLOAT_TRAIN_2, Double.NaN))
              : Math.max(
                  rates.getOrDefault(Case.FLOAT_INFER_1, Double.NaN),
                  rates.getOrDefault(Case.FLOAT_INFER_2, Double.NaN));
      System.out.println(
          OwnJvm.row(
              each.title,
              String.format(Locale.ROOT, "%.1f", rates.getOrDefault(each, Double.NaN)),
              String.format(Locale.ROOT, "%.2f×", rates.getOrDefault(each, Double.NaN) / base)));
    }
  }

  /** All layers, the first included. */
  private static long floatMacs(EednNetwork network, InputTypeConvolutional input) {
    long height = input.getHeight();
    long width = input.getWidth();
    long channels = input.getChannels();
    long sum = 0;
    for (Stage stage : network.stages()) {
      height = stage.kind().out(height);
      width = stage.kind().out(width);
      long kernel = stage.kind().kernel();
      sum += kernel * kernel * channels * stage.features() * height * width;
      channels = stage.features();
    }
    return sum;
  }

  private static @Nullable Path cifar() {
    return DataFolders.of(null).find(PublishedData.CIFAR10);
  }

  private static ImageData data() throws IOException {
    Path cifar = cifar();
    return cifar == null ? ImageData.synthetic().pad(32, 32) : ImageData.cifar10(cifar);
  }

  private static InputTypeConvolutional input(ImageData data) {
    return (InputTypeConvolutional)
        InputType.convolutional(
            data.train().height(), data.train().width(), data.train().channels());
  }

  private static double imagesPerSecond(Case which) throws IOException {
    ImageData data = data();
    MultiLayerNetwork network = which.spiking() ? spiking(input(data)) : ungrouped(input(data));
    ImageBatches batches = new ImageBatches(data.train(), List.of(), 1);
    int[] order = batches.order(0);
    double seconds = 0;
    for (int half = 0; half < 2; half++) {
      List<DataSet> sets = new ArrayList<>();
      for (int step = 0; step < which.steps; step++) {
        int from = (half * which.steps + step) * BATCH;
        sets.add(batches.batch(order, from, from + BATCH, 0));
      }
      long start = System.nanoTime();
      for (DataSet set : sets) {
        if (which.training()) {
          network.fit(set);
        } else {
          network.output(set.getFeatures());
        }
      }
      seconds = (System.nanoTime() - start) * 1e-9;
    }
    return which.steps * BATCH / seconds;
  }

  private static MultiLayerNetwork spiking(InputTypeConvolutional input) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            EednNetworks.oneChip(CLASSES)
                .configuration(
                    input,
                    CLASSES,
                    new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-3)),
                    options -> options));
    network.init();
    return network;
  }

  private static MultiLayerNetwork ungrouped(InputTypeConvolutional input) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-3)).list();
    for (Stage stage : EednNetworks.oneChip(CLASSES).stages()) {
      Stage.Kind kind = stage.kind();
      list.layer(
          new ConvolutionLayer.Builder(kind.kernel(), kind.kernel())
              .stride(kind.stride(), kind.stride())
              .padding(kind.padding(), kind.padding())
              .nOut(stage.features())
              .activation(Activation.IDENTITY)
              .hasBias(false)
              .build());
      list.layer(new BatchNormalization.Builder().activation(Activation.RELU).build());
    }
    list.layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build());
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(CLASSES)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
    network.init();
    return network;
  }
}
