package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.inference.WeightMapping;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.DataOptions;
import io.github.dl4jhardware.examples.console.Progress;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.model.Comparison;
import io.github.dl4jhardware.examples.model.Perceptrons;
import io.github.dl4jhardware.examples.model.Variant;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What drift makes of a trained network: plainly trained, trained hardware-aware for inference, and
 * trained in situ on 2PCM+3T1C; programmed into PCM and read from a second to a year later, with
 * and without global drift compensation.
 */
@Command(
    name = "drift",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Accuracy of 528-250-125-10 in PCM from a second to a year after programming, for three ways of training.")
public final class DriftStudy implements Callable<Integer> {
  /** How the network was trained. */
  enum Training {
    PLAIN("plain"),
    HARDWARE_AWARE("hardware-aware"),
    IN_SITU("in-situ");

    private final String id;

    Training(String id) {
      this.id = id;
    }

    String id() {
      return id;
    }
  }

  private static final int[] WIDTHS = {Comparison.ROWS * Comparison.COLUMNS, 250, 125, 10};
  private static final int BATCH = 64;
  private static final double BATCH_RATE = 0.5;
  private static final double IN_SITU_RATE = 0.01;
  private static final double FINAL_RATE = 0.03;
  private static final int STRETCH = 500;

  /** A second, a minute, an hour, a day, a month, a year. */
  private static final double[] SECONDS = {1, 60, 3600, 86_400, 2.592e6, 3.15e7};

  /**
   * As the cells were trained, or with the largest weight of each column at the end of the range.
   */
  static final List<WeightMapping> MAPPINGS =
      List.of(WeightMapping.AS_TRAINED, WeightMapping.LARGEST_OF_COLUMN);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the examples. Default: ${DEFAULT-VALUE}.")
  private int epochs = 5;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Networks, each with its initial weights. Default: ${DEFAULT-VALUE}.")
  private int seeds = 3;

  @Option(
      names = "--chips",
      paramLabel = "N",
      description = "Chips that each network is programmed into. Default: ${DEFAULT-VALUE}.")
  private int chips = 3;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training images of an epoch. Default: ${DEFAULT-VALUE}.")
  private int examples = 60_000;

  @Option(
      names = "--adc-bits",
      paramLabel = "N",
      description =
          "Resolution of both converters, in inference and in hardware-aware training; 0 is exact. Default: ${DEFAULT-VALUE}.")
  private int adcBits = 8;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out");

  private final PrintStream console;

  DriftStudy(PrintStream console) {
    this.console = console;
  }

  /**
   * Runs the study and ends the program: 0 after success, 1 for data or files that are not as they
   * should be, 2 for options that are not.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, Commands.console(), System.err));
  }

  /** The same for a program: see {@link Commands#run}. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new DriftStudy(out), args, err);
  }

  /** One read of one programmed network. */
  record Reading(
      Training training,
      WeightMapping mapping,
      long seed,
      long chip,
      double seconds,
      boolean compensated,
      double testAccuracyPercent) {}

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--epochs", epochs, 10_000);
    Commands.check(spec, "--seeds", seeds, 1000);
    Commands.check(spec, "--chips", chips, 1000);
    if (adcBits != 0 && (adcBits < 2 || adcBits > 24)) {
      throw Commands.wrong(spec, "--adc-bits must be 0 or 2…24, but is " + adcBits);
    }
    ImageData digits = data.load().centre(Comparison.ROWS, Comparison.COLUMNS);
    Commands.check(spec, "--examples", examples, digits.train().count());
    Commands.makeDirectory(spec, out);
    Commands.oneNativeThread();
    console.printf(
        Locale.ROOT,
        "528-250-125-10 on %s, %d epoch(s) of %,d examples, %d network(s) on %d chip(s) each, converters of %d bits%n",
        digits.name(),
        epochs,
        examples,
        seeds,
        chips,
        adcBits);
    List<Reading> readings = new ArrayList<>();
    Progress progress = new Progress(console);
    for (long seed = 1; seed <= seeds; seed++) {
      for (Training training : Training.values()) {
        MultiLayerNetwork trained = train(training, digits, seed, progress);
        progress.clear();
        console.printf(
            Locale.ROOT,
            "  %-15s seed %d: %6.2f %% in training's own arithmetic%n",
            training.id(),
            seed,
            Comparison.accuracyPercent(trained, digits.test()));
        read(training, seed, onChip(training, trained, seed), digits.test(), readings);
        DriftFiles.csv(readings, digits.name(), epochs, out.resolve("drift.csv"));
      }
    }
    printTable(readings);
    DriftFiles.picture(readings, out.resolve("drift.png"));
    console.println("Wrote " + out.resolve("drift.csv") + " and " + out.resolve("drift.png"));
    return 0;
  }

  private ArrayEdges edges() {
    return adcBits == 0
        ? ArrayEdges.IDEAL
        : ArrayEdges.forward(ReadPath.converters(adcBits, adcBits));
  }

  private MultiLayerNetwork train(
      Training training, ImageData digits, long seed, Progress progress) {
    long total = (long) epochs * examples;
    boolean inSitu = training == Training.IN_SITU;
    int batch = inSitu ? STRETCH : BATCH;
    ISchedule batchSchedule = schedule(BATCH_RATE, total / BATCH);
    MultiLayerNetwork network =
        switch (training) {
          case PLAIN -> Perceptrons.software(WIDTHS, seed, new Sgd(batchSchedule));
          case HARDWARE_AWARE ->
              Perceptrons.analog(
                  WIDTHS, seed, new Sgd(batchSchedule), Synapses.pcmInference(), edges());
          case IN_SITU ->
              Perceptrons.analog(
                  WIDTHS,
                  seed,
                  new AnalogSgd(schedule(IN_SITU_RATE, total), PulseScheme.LOW_DISCREPANCY),
                  Variant.ANALOG_INVERSION.synapse(),
                  ArrayEdges.IDEAL);
        };
    InSituTrainer trainer = inSitu ? InSituTrainer.of(network) : null;
    Images images = digits.train();
    long start = System.nanoTime();
    long done = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = shuffled(images.count(), seed * 1000 + epoch);
      for (int from = 0; from < examples; from += batch) {
        int to = Math.min(examples, from + batch);
        if (trainer == null) {
          network.fit(images.dataSet(order, from, to));
        } else {
          trainer.fit(images.dataSet(order, from, to));
        }
        done += to - from;
        progress.show(
            training.id() + ", seed " + seed + " of " + seeds,
            done,
            total,
            (System.nanoTime() - start) * 1e-9,
            0);
      }
    }
    return network;
  }

  private static ISchedule schedule(double rate, long steps) {
    return new ExponentialSchedule(
        ScheduleType.ITERATION, rate, Math.pow(FINAL_RATE, 1.0 / Math.max(1, steps)));
  }

  private static int[] shuffled(int count, long seed) {
    int[] order = IntStream.range(0, count).toArray();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = count - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    return order;
  }

  /** The same chip, with its converters, for every way of training. */
  private MultiLayerNetwork onChip(Training training, MultiLayerNetwork trained, long seed) {
    MultiLayerNetwork chip =
        training == Training.IN_SITU
            ? Perceptrons.analog(
                WIDTHS,
                seed,
                new AnalogSgd(IN_SITU_RATE),
                Variant.ANALOG_INVERSION.synapse(),
                edges())
            : Perceptrons.analog(
                WIDTHS, seed, new Sgd(BATCH_RATE), Synapses.pcmInference(), edges());
    for (int layer = 0; layer < trained.getnLayers(); layer++) {
      for (String param : List.of("W", "b")) {
        chip.getLayer(layer).getParam(param).assign(trained.getLayer(layer).getParam(param));
      }
    }
    return chip;
  }

  private void read(
      Training training, long seed, MultiLayerNetwork network, Images test, List<Reading> into) {
    for (long chip = 1; chip <= chips; chip++) {
      for (WeightMapping mapping : MAPPINGS) {
        Drift<MultiLayerNetwork> drift = Drift.of(network, 1000 * seed + chip, mapping);
        for (double seconds : SECONDS) {
          for (boolean compensated : new boolean[] {false, true}) {
            double accuracy = Comparison.accuracyPercent(drift.after(seconds, compensated), test);
            into.add(new Reading(training, mapping, seed, chip, seconds, compensated, accuracy));
          }
        }
      }
    }
  }

  private void printTable(List<Reading> readings) {
    console.printf("%n%-14s %-17s %-6s", "training", "mapping", "comp.");
    for (double seconds : SECONDS) {
      console.printf("%8s", DriftFiles.time(seconds));
    }
    console.println();
    for (Training training : Training.values()) {
      for (WeightMapping mapping : MAPPINGS) {
        for (boolean compensated : new boolean[] {false, true}) {
          console.printf(
              "%-14s %-17s %-6s",
              training.id(), DriftFiles.name(mapping), compensated ? "global" : "none");
          for (double seconds : SECONDS) {
            console.printf(
                Locale.ROOT,
                "%8.2f",
                DriftFiles.statistics(readings, training, mapping, seconds, compensated).getMean());
          }
          console.println();
        }
      }
    }
    console.println();
  }
}
