package io.github.dl4jhardware.examples.benchmark;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.examples.model.Perceptrons;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * How fast the largest layer of the paper trains one example at a time: 2,048 features and a bias
 * to 100 classes, 204,900 synapses, beside 528-250-125-10 with 164,885. Each case runs in a JVM of
 * its own, the cases take turns, and medians are printed.
 */
public final class FeatureLayerBenchmark {
  private static final int ROUNDS = 3;
  private static final int FEATURES = 2048;
  private static final int CLASSES = 100;
  private static final int[] LAYER = {FEATURES, CLASSES};
  private static final int[] DIGITS = {528, 250, 125, 10};
  private static final double LAYER_SYNAPSES = (FEATURES + 1) * CLASSES;
  private static final double DIGIT_SYNAPSES = 529 * 250 + 251 * 125 + 126 * 10;
  private static final double INPUT_DEVIATION = 0.08;

  private FeatureLayerBenchmark() {}

  private enum Case {
    DL4J("2048-100, DL4J's fit, batch 1", 500, LAYER_SYNAPSES),
    IDEAL("2048-100, InSituTrainer, ideal()", 10_000, LAYER_SYNAPSES),
    STOCHASTIC("2048-100, InSituTrainer, pcmCapacitor2018(), stochastic", 5_000, LAYER_SYNAPSES),
    COUNTS("2048-100, InSituTrainer, pcmCapacitor2018(), deterministic", 5_000, LAYER_SYNAPSES),
    DIGITS_IDEAL("528-250-125-10, InSituTrainer, ideal()", 10_000, DIGIT_SYNAPSES),
    DIGITS_STOCHASTIC(
        "528-250-125-10, InSituTrainer, pcmCapacitor2018(), stochastic", 5_000, DIGIT_SYNAPSES),
    DIGITS_COUNTS(
        "528-250-125-10, InSituTrainer, pcmCapacitor2018(), deterministic", 5_000, DIGIT_SYNAPSES);

    private final String title;
    private final int examples;
    private final double synapses;

    Case(String title, int examples, double synapses) {
      this.title = title;
      this.examples = examples;
      this.synapses = synapses;
    }

    boolean isDigits() {
      return name().startsWith("DIGITS");
    }
  }

  /**
   * Without arguments runs all cases, with the name of a case that one.
   *
   * @param args none, or a case
   * @throws IOException if a case cannot be started
   * @throws InterruptedException if interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 1 && !args[0].isBlank()) {
      System.out.println(examplesPerSecond(Case.valueOf(args[0])));
      return;
    }
    Map<Case, Double> rates =
        OwnJvm.medians(
            Case.values(),
            ROUNDS,
            each -> OwnJvm.number(FeatureLayerBenchmark.class, each.name(), 1));
    System.out.printf(
        Locale.ROOT,
        "%s, one thread, one at a time, median of %d rounds.%n%n",
        OwnJvm.machine(),
        ROUNDS);
    double dl4j = rates.getOrDefault(Case.DL4J, Double.NaN);
    System.out.println(OwnJvm.row("case", "examples/s", "million synapses/s", "DL4J's rate"));
    System.out.println(OwnJvm.rule(4));
    rates.forEach(
        (each, rate) ->
            System.out.println(
                OwnJvm.row(
                    each.title,
                    String.format(Locale.ROOT, "%,.0f", rate),
                    String.format(Locale.ROOT, "%.0f", rate * each.synapses * 1e-6),
                    each.isDigits() ? "" : String.format(Locale.ROOT, "%.2f×", rate / dl4j))));
  }

  /** The rate of the second half, after as many examples to warm up. */
  private static double examplesPerSecond(Case which) {
    DataSet data = examples(which);
    MultiLayerNetwork network = network(which);
    if (which == Case.DL4J) {
      List<DataSet> single = data.asList();
      single.forEach(network::fit);
      long start = System.nanoTime();
      single.forEach(network::fit);
      return which.examples / ((System.nanoTime() - start) * 1e-9);
    }
    InSituTrainer trainer = InSituTrainer.of(network);
    trainer.fit(data);
    long start = System.nanoTime();
    trainer.fit(data);
    return which.examples / ((System.nanoTime() - start) * 1e-9);
  }

  private static MultiLayerNetwork network(Case which) {
    // Steps of the size that the equality table trains with.
    double rate = which.isDigits() ? 0.01 : 0.0175;
    if (which == Case.DL4J) {
      return Perceptrons.software(LAYER, 1, new Sgd(rate));
    }
    boolean ideal = which == Case.IDEAL || which == Case.DIGITS_IDEAL;
    boolean counts = which == Case.COUNTS || which == Case.DIGITS_COUNTS;
    Synapse synapse =
        ideal ? Synapses.ideal() : cell(which.isDigits() ? 3 : 6, which.isDigits() ? 8000 : 2000);
    PulseScheme scheme =
        ideal ? PulseScheme.EXPECTED : counts ? PulseScheme.CELL_COUNTS : PulseScheme.STOCHASTIC;
    return Perceptrons.analog(
        which.isDigits() ? DIGITS : LAYER, 1, new AnalogSgd(rate, scheme), synapse);
  }

  private static Synapse cell(double gain, long transferExamples) {
    PcmCapacitorSynapse preset = Synapses.pcmCapacitor2018();
    return preset
        .withMicroSiemensPerWeight(160)
        .withGain(gain)
        .withTransfer(preset.transfer().withEveryExamples(transferExamples));
  }

  /** Normal deviates like scaled features; for digits every fifth pixel is white. */
  private static DataSet examples(Case which) {
    int inputs = which.isDigits() ? DIGITS[0] : FEATURES;
    int classes = which.isDigits() ? DIGITS[DIGITS.length - 1] : CLASSES;
    Random random = new Random(1);
    float[] features = new float[which.examples * inputs];
    for (int i = 0; i < features.length; i++) {
      features[i] =
          which.isDigits()
              ? random.nextInt(5) == 0 ? 1 : 0
              : (float) (INPUT_DEVIATION * random.nextGaussian());
    }
    float[] labels = new float[which.examples * classes];
    for (int example = 0; example < which.examples; example++) {
      labels[example * classes + random.nextInt(classes)] = 1;
    }
    return new DataSet(
        Nd4j.create(features, new long[] {which.examples, inputs}, 'c'),
        Nd4j.create(labels, new long[] {which.examples, classes}, 'c'));
  }
}
