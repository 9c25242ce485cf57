package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.IdealSynapse;
import io.github.dl4jhardware.analog.inspect.Drift;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.compare.ComparisonResult.ConvertedLayer;
import io.github.dl4jhardware.compare.ComparisonRun.DriftPoint;
import io.github.dl4jhardware.compare.ComparisonRun.Point;
import io.github.dl4jhardware.convert.ConversionReport;
import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.cost.CostModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.EvaluationAveraging;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A baseline and any number of variants of it: each is trained on several chips, tested with DL4J's
 * Evaluation, and costed; the results stand side by side in {@code results.csv}, {@code
 * results.json} and {@code report.html}, which needs no other file.
 *
 * <pre>{@code
 * new HardwareComparison(Path.of("out"), "mnist", seed -> train, test)
 *     .baseline(ComparisonVariant.of("software", "plain DL4J", seed -> trained.clone()))
 *     .variant(ComparisonVariant.converted("analog", "2PCM+3T1C", seed ->
 *         HardwareConversion.of(trained).dense(Synapses.pcmCapacitor2018()).chipSeed(seed).convert())
 *         .costs(ArrayCost.calibrated2018()))
 *     .epochs(3).chipSeeds(1, 2, 3).run();
 * }</pre>
 *
 * <p>Files are written after each run. A run that stands there already, with the same data,
 * settings, configuration and first weights, is not run again; with other ones it is replaced.
 */
public final class HardwareComparison {
  private static final double[] DRIFT_SECONDS = {1, 3600, 86_400, 2_592_000, 31_536_000};
  private static final int COST_EXAMPLES = 32;
  private static final String DIVERGED = "diverged";

  private final Path folder;
  private final String data;
  private final LongFunction<DataSetIterator> train;
  private final DataSetIterator test;
  private final List<ComparisonVariant> variants = new ArrayList<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private @Nullable DataSetIterator validation;
  private int patience;
  private int epochs = 1;
  private long testEveryExamples;
  private long[] chipSeeds = {1};
  private double[] driftSeconds = DRIFT_SECONDS;
  private String command = "";
  private ComparisonListener listener = ComparisonListener.SILENT;
  private String tested = "";

  /**
   * A comparison.
   *
   * @param folder where the files go; made where it is missing
   * @param data name of the data set, for the files
   * @param train training examples of a chip's seed, each epoch from reset to reset; the same seed
   *     must give the same order
   * @param test test examples; reset before each test
   */
  public HardwareComparison(
      Path folder, String data, LongFunction<DataSetIterator> train, DataSetIterator test) {
    this.folder = Objects.requireNonNull(folder, "folder is missing");
    this.data = Objects.requireNonNull(data, "data is missing");
    this.train = Objects.requireNonNull(train, "train is missing");
    this.test = Objects.requireNonNull(test, "test is missing");
  }

  /**
   * What the others are compared with.
   *
   * @param variant usually in software
   * @return this
   */
  public HardwareComparison baseline(ComparisonVariant variant) {
    variants.add(0, checked(variant));
    return this;
  }

  /**
   * One more variant. Without a baseline the first is it.
   *
   * @param variant with a name of its own
   * @return this
   */
  public HardwareComparison variant(ComparisonVariant variant) {
    variants.add(checked(variant));
    return this;
  }

  private ComparisonVariant checked(ComparisonVariant variant) {
    if (variants.stream().anyMatch(each -> each.name().equals(variant.name()))) {
      throw new IllegalArgumentException(
          "There are two variants with the name \"" + variant.name() + "\"");
    }
    return variant;
  }

  /**
   * Passes over the training examples.
   *
   * @param passes 0 tests the networks as they are built; 1 by default
   * @return this
   */
  public HardwareComparison epochs(int passes) {
    if (passes < 0) {
      throw new IllegalArgumentException("epochs must be at least 0, but is " + passes);
    }
    epochs = passes;
    return this;
  }

  /**
   * The chips.
   *
   * @param seeds one a chip, each another; 1 by default
   * @return this
   */
  public HardwareComparison chipSeeds(long... seeds) {
    if (seeds.length == 0 || Arrays.stream(seeds).distinct().count() < seeds.length) {
      throw new IllegalArgumentException(
          "chipSeeds must be one or more, each another, but are " + Arrays.toString(seeds));
    }
    chipSeeds = seeds.clone();
    return this;
  }

  /**
   * Ends a run once the validation accuracy has not risen for some epochs, and takes the network
   * that had the best.
   *
   * @param examples to validate on, neither trained nor tested on; reset before each use
   * @param epochsWithoutGain at least 1
   * @return this
   */
  public HardwareComparison earlyStopping(DataSetIterator examples, int epochsWithoutGain) {
    if (epochsWithoutGain < 1) {
      throw new IllegalArgumentException(
          "epochsWithoutGain must be at least 1, but is " + epochsWithoutGain);
    }
    validation = examples;
    patience = epochsWithoutGain;
    return this;
  }

  /**
   * More points on the curve than one an epoch.
   *
   * @param examples trained between two tests, in whole batches
   * @return this
   */
  public HardwareComparison testEvery(long examples) {
    if (examples < 1) {
      throw new IllegalArgumentException("testEvery must be at least 1, but is " + examples);
    }
    testEveryExamples = examples;
    return this;
  }

  /**
   * When the programmed networks are read again; only those with analogue layers are.
   *
   * @param seconds since programming; a second, an hour, a day, 30 days and a year by default; none
   *     leaves drift out
   * @return this
   */
  public HardwareComparison driftSeconds(double... seconds) {
    for (double each : seconds) {
      if (!(each >= 0 && each < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "driftSeconds must be finite and at least 0, but one is " + each);
      }
    }
    driftSeconds = seconds.clone();
    return this;
  }

  /**
   * What the report says about how to run it again.
   *
   * @param line a command
   * @return this
   */
  public HardwareComparison command(String line) {
    command = Objects.requireNonNull(line, "line is missing");
    return this;
  }

  /**
   * A setting that the report lists, and that results depend on. The network, its first weights,
   * the first training batch, tests and costs are known anyway; what else a variant does, such as
   * its trainer or the number of its training examples, belongs here.
   *
   * @param name short
   * @param value as text
   * @return this
   */
  public HardwareComparison setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /**
   * Who hears of progress.
   *
   * @param who on the calling thread
   * @return this
   */
  public HardwareComparison listener(ComparisonListener who) {
    listener = Objects.requireNonNull(who, "listener is missing");
    return this;
  }

  /**
   * Runs what is not there yet. A run that fails, by a loss that is no number or by an exception of
   * its variant, is recorded with its reason, and the others go on.
   *
   * @return all results, recorded ones included
   * @throws IOException if the folder cannot be read or written; runs that were finished before
   *     stand in it
   * @throws IllegalStateException if there is no variant
   */
  public ComparisonResult run() throws IOException {
    if (variants.isEmpty()) {
      throw new IllegalStateException("There is nothing to compare; add a baseline or a variant");
    }
    ResultFolder files = new ResultFolder(folder);
    List<ComparisonRun> recorded = files.recorded();
    tested = contents(test) + " " + (validation == null ? "" : contents(validation)) + '\n';
    List<ComparisonRun> runs = new ArrayList<>();
    Map<String, List<ConvertedLayer>> conversions = new LinkedHashMap<>();
    double seconds = 0;
    int trained = 0;
    int left = variants.size() * chipSeeds.length;
    for (ComparisonVariant variant : variants) {
      for (long seed : chipSeeds) {
        left--;
        Runner runner = new Runner(variant, seed, trained == 0 ? 0 : left * seconds / trained);
        @Nullable ConversionReport report = runner.build();
        if (report != null) {
          conversions.computeIfAbsent(variant.name(), name -> rows(report));
        }
        Optional<ComparisonRun> before =
            recorded.stream()
                .filter(
                    run ->
                        run.variant().equals(variant.name())
                            && run.seed() == seed
                            && run.fingerprint().equals(runner.fingerprint)
                            && lasting(run))
                .findFirst();
        ComparisonRun run = before.isPresent() ? before.get() : runner.run();
        runs.add(run);
        if (before.isEmpty()) {
          seconds += run.trainSeconds();
          trained++;
          files.write(result(runs, conversions), merged(runs, recorded));
          NeuralNetwork network = runner.testedNetwork;
          if (network != null) {
            listener.tested(variant, seed, network);
          }
        }
        listener.finished(run, before.isPresent());
      }
    }
    ComparisonResult all = result(runs, conversions);
    files.write(all, merged(runs, recorded));
    return all;
  }

  /** A failure that another attempt would see again; disks and memory may have more room then. */
  private static boolean lasting(ComparisonRun run) {
    String failure = run.failure();
    return failure == null || failure.startsWith(DIVERGED);
  }

  /** What an earlier comparison left stays in the JSON, and out of the report. */
  private static List<ComparisonRun> merged(
      List<ComparisonRun> runs, List<ComparisonRun> recorded) {
    List<ComparisonRun> all = new ArrayList<>(runs);
    for (ComparisonRun old : recorded) {
      if (runs.stream()
          .noneMatch(run -> run.variant().equals(old.variant()) && run.seed() == old.seed())) {
        all.add(old);
      }
    }
    return all;
  }

  private ComparisonResult result(
      List<ComparisonRun> runs, Map<String, List<ConvertedLayer>> conversions) {
    Map<String, String> asked = new LinkedHashMap<>(settings);
    asked.put("epochs", String.valueOf(epochs));
    asked.put("chip seeds", Arrays.toString(chipSeeds));
    if (validation != null) {
      asked.put("early stopping after epochs without gain", String.valueOf(patience));
    }
    List<String> names = variants.stream().map(ComparisonVariant::name).toList();
    return new ComparisonResult(data, asked, environment(), command, names, runs, conversions);
  }

  private static Map<String, String> environment() {
    Map<String, String> where = new LinkedHashMap<>();
    where.put("JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
    where.put("system", System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
    where.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    where.put("ND4J backend", Nd4j.getBackend().getClass().getSimpleName());
    where.put("ND4J threads", String.valueOf(Nd4j.getEnvironment().maxThreads()));
    return where;
  }

  private static List<ConvertedLayer> rows(ConversionReport report) {
    return report.rows().stream()
        .map(
            row ->
                new ConvertedLayer(
                    row.layer(),
                    row.from(),
                    row.to(),
                    row.outcome().name().toLowerCase(Locale.ROOT),
                    row.carried().largestWeight(),
                    row.carried().clippedPercent(),
                    row.why().isEmpty() || row.carried().note().isEmpty()
                        ? row.why() + row.carried().note()
                        : row.why() + "; " + row.carried().note()))
        .toList();
  }

  /** One variant on one chip. */
  private final class Runner {
    private final ComparisonVariant variant;
    private final long seed;
    private final double secondsLater;
    private @Nullable DataSetIterator examples;
    private final List<Point> curve = new ArrayList<>();
    private @Nullable NeuralNetwork network;
    private @Nullable NeuralNetwork testedNetwork;
    private @Nullable String failure;
    private String fingerprint = "";
    private INDArray typical = Nd4j.empty();
    private final int passes;
    private long total;
    private long done;
    private double trainSeconds;
    private int trainedEpochs;
    private int bestEpoch;

    Runner(ComparisonVariant variant, long seed, double secondsLater) {
      this.variant = variant;
      this.seed = seed;
      this.secondsLater = secondsLater;
      passes = variant.epochs() == null ? epochs : variant.epochs();
    }

    @Nullable ConversionReport build() {
      try {
        ComparisonVariant.Built built = variant.build().apply(seed);
        network = built.network();
        DataSetIterator some = train.apply(seed);
        examples = some;
        some.reset();
        if (!some.hasNext()) {
          throw new IllegalStateException("There are no training examples");
        }
        DataSet first = some.next();
        typical = first.getFeatures().dup();
        fingerprint = fingerprint(network, first);
        return built.report();
      } catch (RuntimeException e) {
        network = null;
        failure = reason(e);
        return null;
      }
    }

    private String fingerprint(NeuralNetwork built, DataSet first) {
      StringBuilder text = new StringBuilder(tested);
      text.append(data).append('\n').append(settings).append('\n').append(passes).append('\n');
      text.append(patience).append(' ').append(testEveryExamples).append('\n');
      text.append(Arrays.toString(driftSeconds)).append('\n');
      // A record says all that it is; of another model only the class is known, and of a lambda
      // nothing.
      for (CostModel model : variant.costs()) {
        String known = model.getClass().isHidden() ? "" : model.getClass().getName();
        text.append(model instanceof Record ? model.toString() : known).append('\n');
      }
      text.append(
          built instanceof MultiLayerNetwork sequence
              ? sequence.getLayerWiseConfigurations().toJson()
              : ((ComputationGraph) built).getConfiguration().toJson());
      text.append(Arrays.hashCode(built.params().dup('c').data().asFloat()));
      text.append(Arrays.hashCode(first.getFeatures().dup('c').data().asFloat()));
      text.append(Arrays.hashCode(first.getLabels().dup('c').data().asFloat()));
      return hash(text.toString());
    }

    ComparisonRun run() {
      NeuralNetwork start = network;
      if (start == null) {
        return failed();
      }
      try {
        return tested(trained(start));
      } catch (RuntimeException e) {
        failure = reason(e);
        return failed();
      }
    }

    private NeuralNetwork trained(NeuralNetwork start) {
      total = passes * (long) count();
      // Found out before hours of training, not after them.
      cost(start);
      Nd4j.getRandom().setSeed(seed);
      Trainer trainer = passes == 0 ? batch -> {} : variant.trainer().apply(start);
      Double before = validated(start);
      point(start, before);
      NeuralNetwork best = before == null ? start : copy(start);
      double bestAccuracy = before == null ? Double.NEGATIVE_INFINITY : before;
      for (int epoch = 0;
          epoch < passes && epoch - bestEpoch < (patience > 0 ? patience : passes);
          epoch++) {
        epoch(start, trainer, epoch);
        trainedEpochs = epoch + 1;
        Double accuracy = validated(start);
        point(start, accuracy);
        if (accuracy == null) {
          bestEpoch = trainedEpochs;
        } else if (accuracy > bestAccuracy) {
          bestAccuracy = accuracy;
          bestEpoch = trainedEpochs;
          best = copy(start);
        }
      }
      return best;
    }

    private DataSetIterator fromTheStart() {
      DataSetIterator all = Objects.requireNonNull(examples);
      all.reset();
      return all;
    }

    private int count() {
      DataSetIterator all = fromTheStart();
      int sum = 0;
      while (all.hasNext()) {
        sum += all.next().numExamples();
      }
      return sum;
    }

    private void epoch(NeuralNetwork start, Trainer trainer, int epoch) {
      String what = variant.name() + ", chip " + seed + ", epoch " + (epoch + 1) + " of " + passes;
      DataSetIterator all = fromTheStart();
      long nextTest = done + testEveryExamples;
      while (all.hasNext()) {
        DataSet batch = all.next();
        long from = System.nanoTime();
        trainer.fit(batch);
        trainSeconds += (System.nanoTime() - from) * 1e-9;
        done += batch.numExamples();
        listener.training(what, done, total, trainSeconds, secondsLater);
        if (testEveryExamples > 0 && done >= nextTest && all.hasNext()) {
          point(start, null);
          nextTest += testEveryExamples;
        }
      }
      if (start instanceof MultiLayerNetwork sequence) {
        sequence.incrementEpochCount();
      } else if (start instanceof ComputationGraph graph) {
        graph.incrementEpochCount();
      }
    }

    private @Nullable Double validated(NeuralNetwork now) {
      checkFinite(now);
      if (validation == null) {
        return null;
      }
      variant.beforeTests().accept(now);
      return 100 * evaluate(now, validation).accuracy();
    }

    private void checkFinite(NeuralNetwork now) {
      double sum = now.params().sumNumber().doubleValue();
      if (!Double.isFinite(sum)) {
        throw new IllegalStateException(
            DIVERGED
                + ": after "
                + done
                + " examples the sum of the parameters is "
                + sum
                + "; a smaller learning rate may help");
      }
    }

    private void point(NeuralNetwork now, @Nullable Double validationAccuracy) {
      checkFinite(now);
      variant.beforeTests().accept(now);
      curve.add(new Point(done, 100 * evaluate(now, test).accuracy(), validationAccuracy));
    }

    private ComparisonRun tested(NeuralNetwork last) {
      variant.beforeTests().accept(last);
      Evaluation evaluation = evaluate(last, test);
      Cost cost = cost(last);
      int classes =
          evaluation.getNumRowCounter() == 0 ? 0 : evaluation.getConfusion().getClasses().size();
      List<List<Integer>> confusion =
          IntStream.range(0, classes)
              .mapToObj(
                  actual ->
                      IntStream.range(0, classes)
                          .mapToObj(
                              predicted -> evaluation.getConfusion().getCount(actual, predicted))
                          .toList())
              .toList();
      testedNetwork = last;
      return new ComparisonRun(
          variant.name(),
          variant.description(),
          seed,
          trainedEpochs,
          bestEpoch,
          curve,
          100 * evaluation.accuracy(),
          evaluation.f1(EvaluationAveraging.Macro),
          confusion,
          trainSeconds,
          trainSeconds > 0 ? done / trainSeconds : 0,
          analog(last).map(layer -> layer.readArray().counters().get(Count.TRANSFERS)).orElse(0L),
          cost,
          drift(last),
          null,
          fingerprint);
    }

    private Cost cost(NeuralNetwork of) {
      Cost cost = Cost.UNKNOWN;
      long few = Math.min(COST_EXAMPLES, typical.size(0));
      for (CostModel model : variant.costs()) {
        cost = cost.plus(model.of(of, typical.get(rows(few, typical.rank()))));
      }
      return cost;
    }

    private List<DriftPoint> drift(NeuralNetwork last) {
      if (driftSeconds.length == 0 || analog(last).isEmpty()) {
        return List.of();
      }
      Drift programmed =
          last instanceof MultiLayerNetwork sequence
              ? Drift.of(sequence, seed)
              : Drift.of((ComputationGraph) last, seed);
      List<DriftPoint> points = new ArrayList<>();
      for (double after : driftSeconds) {
        NeuralNetwork read =
            last instanceof MultiLayerNetwork
                ? programmed.after(after, true)
                : programmed.graphAfter(after, true);
        points.add(new DriftPoint(after, 100 * evaluate(read, test).accuracy()));
      }
      return points;
    }

    private ComparisonRun failed() {
      return new ComparisonRun(
          variant.name(),
          variant.description(),
          seed,
          trainedEpochs,
          0,
          curve,
          null,
          null,
          List.of(),
          trainSeconds,
          trainSeconds > 0 ? done / trainSeconds : 0,
          0,
          Cost.UNKNOWN,
          List.of(),
          failure,
          fingerprint);
    }
  }

  private static INDArrayIndex[] rows(long count, int rank) {
    INDArrayIndex[] index = new INDArrayIndex[rank];
    Arrays.fill(index, NDArrayIndex.all());
    index[0] = NDArrayIndex.interval(0, count);
    return index;
  }

  /** A number that other examples would change. */
  private static int contents(DataSetIterator all) {
    all.reset();
    int hash = 1;
    while (all.hasNext()) {
      DataSet batch = all.next();
      hash = 31 * hash + Arrays.hashCode(batch.getFeatures().dup('c').data().asFloat());
      hash = 31 * hash + Arrays.hashCode(batch.getLabels().dup('c').data().asFloat());
    }
    return hash;
  }

  private static Evaluation evaluate(NeuralNetwork network, DataSetIterator on) {
    on.reset();
    Evaluation empty =
        on.totalOutcomes() > 0 ? new Evaluation(on.totalOutcomes()) : new Evaluation();
    return network.doEvaluation(on, new Evaluation[] {empty})[0];
  }

  private static Optional<AnalogLayer> analog(NeuralNetwork network) {
    Layer[] layers =
        network instanceof MultiLayerNetwork sequence
            ? sequence.getLayers()
            : ((ComputationGraph) network).getLayers();
    return Arrays.stream(layers)
        .filter(AnalogLayer.class::isInstance)
        .filter(layer -> !ideal(layer))
        .map(AnalogLayer.class::cast)
        .findFirst();
  }

  /** Ideal cells stand for software. */
  private static boolean ideal(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    return (conf instanceof AnalogDenseLayer dense && dense.getSynapse() instanceof IdealSynapse)
        || (conf instanceof AnalogOutputLayer out && out.getSynapse() instanceof IdealSynapse);
  }

  private static NeuralNetwork copy(NeuralNetwork network) {
    return network instanceof MultiLayerNetwork sequence
        ? sequence.clone()
        : ((ComputationGraph) network).clone();
  }

  private static String reason(RuntimeException e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
