package io.github.dl4jhardware.examples.benchmark;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.host.ModelZip;
import io.github.dl4jhardware.report.Charts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What a synapse costs as arrays grow: time to program, to train and to transfer, memory, and how
 * fast a network of one layer is saved and loaded, from 128×128 to 8192×8192 and for the first
 * dense layer of VGG16, 25088×4096. Each case in a JVM of its own; prints a table and writes it
 * with a picture into {@code out/growth}.
 */
public final class GrowthBenchmark {
  private static final int[] SIZES = {128, 256, 512, 1024, 2048, 4096, 8192};
  private static final int VGG_INPUTS = 25_088;
  private static final int VGG_OUTPUTS = 4096;
  private static final int LEAST_CELLS_WEIGHED = 1 << 22;
  private static final int LARGEST_TRANSFERRED = 4096;
  private static final double SMALL_MEBIBYTES = 100;
  private static final int BATCH = 8;
  private static final int STEPS = 10;
  private static final long SEED = 7;
  private static final double MEBIBYTE = 1 << 20;
  private static final Path OUT = Path.of("out", "growth");
  private static final List<String> COLUMNS =
      List.of(
          "preset",
          "rows",
          "columns",
          "program_ns_per_cell",
          "step_ns_per_cell",
          "transfer_ns_per_cell",
          "heap_bytes_per_cell",
          "resident_bytes_per_cell",
          "file_mib",
          "save_mib_per_s",
          "load_mib_per_s");

  private GrowthBenchmark() {}

  /** One size of one preset. */
  private record Case(String preset, int rows, int columns) {
    long cells() {
      return (long) rows * columns;
    }

    Synapse synapse() {
      return Objects.requireNonNull(Synapses.byName().get(preset), preset);
    }

    @Override
    public String toString() {
      return preset + "," + rows + "," + columns;
    }

    static Case of(String text) {
      String[] parts = text.split(",", -1);
      return new Case(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }
  }

  /**
   * Without arguments runs all cases, with a case that one.
   *
   * @param args none, or preset, rows and columns with commas between
   * @throws IOException if the results cannot be written
   * @throws InterruptedException if interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 1 && !args[0].isBlank()) {
      System.out.println(measure(Case.of(args[0])));
      return;
    }
    System.out.printf(
        Locale.ROOT,
        "%s, one thread; batches of %d, medians of %d steps.%n%n",
        OwnJvm.machine(),
        BATCH,
        STEPS);
    System.out.println(OwnJvm.row(COLUMNS.toArray()));
    System.out.println(OwnJvm.rule(COLUMNS.size()));
    List<Case> cases = new ArrayList<>();
    for (String preset : List.of("pcm-capacitor-2018", "pcm-inference", "ideal")) {
      for (int size : SIZES) {
        cases.add(new Case(preset, size, size));
      }
    }
    cases.add(new Case("pcm-inference", VGG_INPUTS, VGG_OUTPUTS));
    List<double[]> results = new ArrayList<>();
    for (Case each : cases) {
      double[] numbers = numbersOrNone(each);
      results.add(numbers);
      System.out.println(OwnJvm.row(cells(each, numbers).toArray()));
      write(cases.subList(0, results.size()), results);
    }
  }

  /**
   * A machine with less memory than the largest cases take fills the table as far as it can; a case
   * that fails has told why.
   */
  private static double[] numbersOrNone(Case which) throws InterruptedException {
    try {
      return OwnJvm.numbers(
          GrowthBenchmark.class,
          which.toString(),
          1,
          "-Xmx12g",
          // A heap that follows what lives, so that resident memory tells it.
          "-XX:+UseSerialGC",
          "-XX:MinHeapFreeRatio=5",
          "-XX:MaxHeapFreeRatio=10",
          "-Dorg.bytedeco.javacpp.maxbytes=8g",
          "-Dorg.bytedeco.javacpp.maxphysicalbytes=20g",
          "-Djava.util.concurrent.ForkJoinPool.common.parallelism=0");
    } catch (IOException e) {
      double[] none = new double[COLUMNS.size() - 3];
      Arrays.fill(none, Double.NaN);
      return none;
    }
  }

  private static List<Object> cells(Case which, double[] numbers) {
    List<Object> row = new ArrayList<>(List.of(which.preset, which.rows, which.columns));
    for (double number : numbers) {
      row.add(Double.isNaN(number) ? "" : String.format(Locale.ROOT, "%.1f", number));
    }
    return row;
  }

  private static void write(List<Case> cases, List<double[]> results) throws IOException {
    Files.createDirectories(OUT);
    CSVFormat format =
        CSVFormat.DEFAULT.builder().setHeader(COLUMNS.toArray(String[]::new)).build();
    try (CSVPrinter csv =
        new CSVPrinter(
            Files.newBufferedWriter(OUT.resolve("growth.csv"), StandardCharsets.UTF_8), format)) {
      for (int i = 0; i < cases.size(); i++) {
        csv.printRecord(cells(cases.get(i), results.get(i)));
      }
    }
    Charts.write(
        List.of(
            chart(cases, results, "One step of training, batches of " + BATCH, "ns a cell", 1),
            chart(cases, results, "Resident memory", "bytes a cell", 4)),
        2,
        OUT.resolve("growth.png"));
  }

  private static XYChart chart(
      List<Case> cases, List<double[]> results, String title, String y, int number) {
    XYChart chart = Charts.chart(700, 480, title, "cells", y);
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisMin(0.0);
    int which = 0;
    for (String preset : cases.stream().map(Case::preset).distinct().toList()) {
      List<Double> x = new ArrayList<>();
      List<Double> values = new ArrayList<>();
      for (int i = 0; i < cases.size(); i++) {
        if (cases.get(i).preset.equals(preset) && !Double.isNaN(results.get(i)[number])) {
          x.add((double) cases.get(i).cells());
          values.add(results.get(i)[number]);
        }
      }
      XYSeries line = chart.addSeries(preset, x, values);
      line.setLineColor(Charts.colour(which));
      line.setMarkerColor(Charts.colour(which));
      line.setMarker(Charts.marker(which));
      which++;
    }
    return chart;
  }

  /** The columns behind the size, with commas between. */
  private static String measure(Case which) throws IOException {
    // Classes of the host and of ours, so that they do not count as memory of synapses.
    Case small = new Case(which.preset, 64, 64);
    MultiLayerNetwork before = network(small);
    before.init();
    stepNanoseconds(before, small);
    List<Double> numbers = new ArrayList<>(measureNetwork(which));
    double transfer =
        which.synapse() instanceof PcmCapacitorSynapse cell && which.rows <= LARGEST_TRANSFERRED
            ? transferNanoseconds(cell, which)
            : Double.NaN;
    numbers.add(2, transfer);
    return numbers.stream()
        .map(number -> String.format(Locale.ROOT, "%f", number))
        .collect(Collectors.joining(","));
  }

  private static List<Double> measureNetwork(Case which) throws IOException {
    double residentBefore = residentBytes();
    double heapBefore = heapBytes();
    MultiLayerNetwork network = network(which);
    long start = System.nanoTime();
    network.init();
    double program = System.nanoTime() - start;
    double step = stepNanoseconds(network, which);
    double resident = residentBytes() - residentBefore;
    double heap = heapBytes() - heapBefore;
    long cells = which.cells();
    // What the JVM and the host take by themselves comes and goes by tens of megabytes.
    boolean large = cells >= LEAST_CELLS_WEIGHED;
    List<Double> numbers =
        new ArrayList<>(
            List.of(
                program / cells,
                step / cells,
                large ? heap / cells : Double.NaN,
                large ? resident / cells : Double.NaN));
    numbers.addAll(saveAndLoad(network));
    return numbers;
  }

  /** MiB, MiB/s of the second save, MiB/s of the second load where that is small. */
  private static List<Double> saveAndLoad(MultiLayerNetwork network) throws IOException {
    Path file = Files.createTempFile("growth", ".zip");
    try {
      double saveSeconds = 0;
      for (int save = 0; save < 2; save++) {
        long start = System.nanoTime();
        ModelZip.write(network, file, false);
        saveSeconds = (System.nanoTime() - start) * 1e-9;
      }
      double size = Files.size(file) / MEBIBYTE;
      double loadSeconds = 0;
      for (int load = 0; load < (size < SMALL_MEBIBYTES ? 2 : 1); load++) {
        long start = System.nanoTime();
        ModelZip.restoreMultiLayerNetwork(file);
        loadSeconds = (System.nanoTime() - start) * 1e-9;
      }
      return List.of(size, size / saveSeconds, size / loadSeconds);
    } finally {
      Files.delete(file);
    }
  }

  private static MultiLayerNetwork network(Case which) {
    Synapse synapse = which.synapse();
    IUpdater updater =
        synapse.digital() && !which.preset.equals("ideal")
            ? new Sgd(0.01)
            : new AnalogSgd(0.01, PulseScheme.EXPECTED);
    return new MultiLayerNetwork(
        new NeuralNetConfiguration.Builder()
            .seed(SEED)
            .updater(updater)
            .list()
            .layer(
                new AnalogOutputLayer.Builder(LossFunction.MSE)
                    .nIn(which.rows)
                    .nOut(which.columns)
                    .activation(Activation.IDENTITY)
                    .synapse(synapse)
                    .build())
            .build());
  }

  /** Small arrays take more steps to warm up. */
  private static double stepNanoseconds(MultiLayerNetwork network, Case which) {
    INDArray inputs = random(BATCH, which.rows);
    DataSet batch = new DataSet(inputs, random(BATCH, which.columns));
    int warmUp = (int) Math.min(2000, Math.max(2, 200_000_000 / which.cells()));
    for (int i = 0; i < warmUp; i++) {
      network.fit(batch);
    }
    double[] nanoseconds = new double[STEPS];
    for (int i = 0; i < STEPS; i++) {
      long start = System.nanoTime();
      network.fit(batch);
      nanoseconds[i] = System.nanoTime() - start;
    }
    return new Median().evaluate(nanoseconds);
  }

  private static INDArray random(int rows, int columns) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble();
    }
    return Nd4j.create(values, new long[] {rows, columns}, 'c');
  }

  /** Of an array whose capacitors hold what up to 60 pulses up or down at random leave. */
  private static double transferNanoseconds(PcmCapacitorSynapse cell, Case which) {
    SynapseArray array = cell.array(which.rows, which.columns, 1, 0);
    float[] up = new float[(int) which.cells()];
    float[] down = new float[up.length];
    array.program(up, 0);
    SplittableRandom random = new SplittableRandom(SEED);
    int rounds = (int) Math.min(20, Math.max(1, 20_000_000 / which.cells()));
    double[] nanoseconds = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < up.length; i++) {
        double pulses = random.nextDouble(-60, 60);
        up[i] = (float) Math.max(0, pulses);
        down[i] = (float) Math.max(0, -pulses);
      }
      array.pulse(up, down, round, new PulseTally());
      long start = System.nanoTime();
      array.transfer(round);
      nanoseconds[round] = System.nanoTime() - start;
    }
    return new Median().evaluate(nanoseconds) / which.cells();
  }

  /** Twice, as what the first has cleared is let go by the second. */
  private static void collect() {
    System.gc();
    System.gc();
  }

  private static double heapBytes() {
    collect();
    return (double) Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Pages of the process in memory; NaN where Linux does not tell. */
  private static double residentBytes() {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return Double.NaN;
    }
    collect();
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToDouble(Double::parseDouble)
          .map(kibibytes -> kibibytes * 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
