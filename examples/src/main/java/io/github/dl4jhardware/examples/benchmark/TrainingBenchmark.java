package io.github.dl4jhardware.examples.benchmark;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.data.PublishedData;
import io.github.dl4jhardware.examples.model.Comparison;
import io.github.dl4jhardware.examples.model.Perceptrons;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Training rates of DL4J's DenseLayer and of ours, in one run: each case in a JVM of its own, DL4J
 * with one and with two OpenMP threads, the cases taking turns over several rounds. Prints medians
 * and ratios.
 *
 * <p>Runs on MNIST where it is found, else on generated digits.
 */
public final class TrainingBenchmark {
  private static final int ROUNDS = 3;
  private static final long SEED = 42;
  private static final double RATE = 0.01;
  private static final int[] WIDE = {784, 256, 128, 10};
  private static final int[] PAPER = {528, 250, 125, 10};
  private static final int BATCH = 64;

  private TrainingBenchmark() {}

  private enum Case {
    DENSE_64_OMP_1("DenseLayer, Sgd, batch 64, OMP 1", 1),
    DENSE_64_OMP_2("DenseLayer, Sgd, batch 64, OMP 2", 2),
    IDEAL_64("AnalogDenseLayer ideal(), expected, batch 64, OMP 1", 1),
    IDEAL_64_OMP_2("AnalogDenseLayer ideal(), expected, batch 64, OMP 2", 2),
    CELL_64("AnalogDenseLayer pcmCapacitor2018(), expected, batch 64, OMP 1", 1),
    CELL_64_OMP_2("AnalogDenseLayer pcmCapacitor2018(), expected, batch 64, OMP 2", 2),
    DENSE_1_OMP_1("DenseLayer, Sgd, batch 1, OMP 1", 1),
    DENSE_1_OMP_2("DenseLayer, Sgd, batch 1, OMP 2", 2),
    IDEAL_1("AnalogDenseLayer ideal(), expected, batch 1, OMP 1", 1),
    CELL_1("AnalogDenseLayer pcmCapacitor2018(), stochastic, batch 1, OMP 1", 1),
    IN_SITU_IDEAL("InSituTrainer ideal(), expected, 1 thread", 1),
    IN_SITU_CELL("InSituTrainer pcmCapacitor2018(), stochastic, 1 thread", 1),
    IN_SITU_LINEAR("InSituTrainer pcmCapacitorLinear(), stochastic, 1 thread", 1),
    IN_SITU_LINEAR_COUNTS("InSituTrainer pcmCapacitorLinear(), counts of each cell, 1 thread", 1),
    IN_SITU_CELL_COUNTS("InSituTrainer pcmCapacitor2018(), counts of each cell, 1 thread", 1),
    IN_SITU_CELL_EXPECTED("InSituTrainer pcmCapacitor2018(), expected, 1 thread", 1),
    IN_SITU_CELL_2("InSituTrainer pcmCapacitor2018(), stochastic, 2 threads", 1);

    private final String title;
    private final int openMpThreads;

    Case(String title, int openMpThreads) {
      this.title = title;
      this.openMpThreads = openMpThreads;
    }

    boolean batch64() {
      return name().contains("_64");
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
      System.out.println(examplesPerSecond(Case.valueOf(args[0])));
      return;
    }
    print(
        OwnJvm.medians(
            Case.values(),
            ROUNDS,
            each -> OwnJvm.number(TrainingBenchmark.class, each.name(), each.openMpThreads)));
  }

  private static void print(Map<Case, Double> rates) {
    double dense64 = better(rates, Case.DENSE_64_OMP_1, Case.DENSE_64_OMP_2);
    double dense1 = better(rates, Case.DENSE_1_OMP_1, Case.DENSE_1_OMP_2);
    System.out.printf(
        Locale.ROOT,
        "%s, data %s, median of %d rounds.%n",
        OwnJvm.machine(),
        mnist() == null ? "synthetic" : "mnist",
        ROUNDS);
    System.out.println(
        "784-256-128-10 in batches of 64, time per example relative to the better DenseLayer;");
    System.out.println("528-250-125-10 one at a time, rate relative to the better DenseLayer.");
    System.out.println();
    System.out.println(OwnJvm.row("case", "examples/s", "ratio"));
    System.out.println(OwnJvm.rule(3));
    rates.forEach(
        (each, rate) ->
            System.out.println(
                OwnJvm.row(
                    each.title,
                    String.format(Locale.ROOT, "%,.0f", rate),
                    String.format(
                        Locale.ROOT,
                        "%.2f× the %s",
                        each.batch64() ? dense64 / rate : rate / dense1,
                        each.batch64() ? "time" : "rate"))));
  }

  private static double better(Map<Case, Double> rates, Case one, Case other) {
    return Math.max(rates.getOrDefault(one, 0.0), rates.getOrDefault(other, 0.0));
  }

  private static @Nullable Path mnist() {
    return DataFolders.of(null).find(PublishedData.MNIST);
  }

  private static double examplesPerSecond(Case which) throws IOException {
    Path mnist = mnist();
    Images all = (mnist == null ? ImageData.synthetic() : ImageData.mnist(mnist)).train();
    Images images = which.batch64() ? all : all.centre(Comparison.ROWS, Comparison.COLUMNS);
    int[] order = IntStream.range(0, images.count()).toArray();
    return switch (which) {
      case DENSE_64_OMP_1, DENSE_64_OMP_2 -> fit(software(WIDE), images, order, BATCH, 25_600);
      case IDEAL_64, IDEAL_64_OMP_2 ->
          fit(analog(WIDE, Synapses.ideal(), PulseScheme.EXPECTED), images, order, BATCH, 25_600);
      case CELL_64, CELL_64_OMP_2 ->
          fit(
              analog(WIDE, Synapses.pcmCapacitor2018(), PulseScheme.EXPECTED),
              images,
              order,
              BATCH,
              25_600);
      case DENSE_1_OMP_1, DENSE_1_OMP_2 -> fit(software(PAPER), images, order, 1, 3000);
      case IDEAL_1 ->
          fit(analog(PAPER, Synapses.ideal(), PulseScheme.EXPECTED), images, order, 1, 3000);
      case CELL_1 ->
          fit(
              analog(PAPER, Synapses.pcmCapacitor2018(), PulseScheme.STOCHASTIC),
              images,
              order,
              1,
              2000);
      case IN_SITU_IDEAL -> inSitu(Synapses.ideal(), PulseScheme.EXPECTED, 1, images, order);
      case IN_SITU_CELL ->
          inSitu(Synapses.pcmCapacitor2018(), PulseScheme.STOCHASTIC, 1, images, order);
      case IN_SITU_LINEAR_COUNTS ->
          inSitu(Synapses.pcmCapacitorLinear(), PulseScheme.CELL_COUNTS, 1, images, order);
      case IN_SITU_LINEAR ->
          inSitu(Synapses.pcmCapacitorLinear(), PulseScheme.STOCHASTIC, 1, images, order);
      case IN_SITU_CELL_COUNTS ->
          inSitu(Synapses.pcmCapacitor2018(), PulseScheme.CELL_COUNTS, 1, images, order);
      case IN_SITU_CELL_EXPECTED ->
          inSitu(Synapses.pcmCapacitor2018(), PulseScheme.EXPECTED, 1, images, order);
      case IN_SITU_CELL_2 ->
          inSitu(Synapses.pcmCapacitor2018(), PulseScheme.STOCHASTIC, 2, images, order);
    };
  }

  /**
   * The rate of the second half, after as many examples to warm up; making the data sets does not
   * count.
   */
  private static double fit(
      MultiLayerNetwork network, Images images, int[] order, int batch, int examples) {
    double seconds = 0;
    for (int half = 0; half < 2; half++) {
      List<DataSet> batches = new ArrayList<>();
      for (int from = 0; from < examples; from += batch) {
        int start = half * examples + from;
        batches.add(images.dataSet(order, start, start + batch));
      }
      long start = System.nanoTime();
      batches.forEach(network::fit);
      seconds = (System.nanoTime() - start) * 1e-9;
    }
    return examples / seconds;
  }

  private static double inSitu(
      Synapse synapse, PulseScheme scheme, int threads, Images images, int[] order) {
    MultiLayerNetwork network = analog(PAPER, synapse, scheme);
    InSituTrainer trainer = InSituTrainer.of(network).threads(threads);
    int half = 20_000;
    trainer.fit(images.dataSet(order, 0, half));
    DataSet second = images.dataSet(order, half, 2 * half);
    long start = System.nanoTime();
    trainer.fit(second);
    return half / ((System.nanoTime() - start) * 1e-9);
  }

  private static MultiLayerNetwork software(int[] widths) {
    return Perceptrons.software(widths, SEED, new Sgd(RATE));
  }

  private static MultiLayerNetwork analog(int[] widths, Synapse synapse, PulseScheme scheme) {
    return Perceptrons.analog(widths, SEED, new AnalogSgd(RATE, scheme), synapse);
  }
}
