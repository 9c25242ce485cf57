package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.compare.ComparisonResult.ConvertedLayer;
import io.github.dl4jhardware.convert.ConversionReport;
import io.github.dl4jhardware.files.FolderLock;
import io.github.dl4jhardware.host.Versions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A baseline and any number of variants of it: each is trained on several chips, tested with DL4J's
 * Evaluation, and costed; the results stand side by side in {@code results.csv}, {@code
 * results.json} and {@code report.html}, which needs no other file.
 *
 * <pre>{@code
 * new HardwareComparison(Path.of("out"), "mnist", seed -> train, test)
 *     .baseline(ComparisonVariant.of("software", "plain DL4J", seed -> trained.clone()))
 *     .variant(ComparisonVariant.converted("analog", "2PCM+3T1C", seed ->
 *         HardwareConversion.of(trained).dense(Analog.on(Synapses.pcmCapacitor2018()).chipSeed(seed)).convert())
 *         .costs(ArrayCost.calibrated2018()).probes(ArrayProbe.COUNTS, DriftProbe.overAYear()))
 *     .epochs(3).chipSeeds(1, 2, 3).run();
 * }</pre>
 *
 * <p>Files are written after each run. A run that stands there already, with the same data,
 * settings, configuration and first weights, is not run again; with other ones it is replaced.
 */
public final class HardwareComparison {
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
  private String command = "";
  private final List<String> notes = new ArrayList<>();
  private final Map<String, String> terms = new LinkedHashMap<>();
  private ComparisonListener listener = ComparisonListener.SILENT;

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
   * What readers of the report have to know before they look at a figure.
   *
   * @param sentence such as that it is a first look
   * @return this
   */
  public HardwareComparison note(String sentence) {
    notes.add(Objects.requireNonNull(sentence, "sentence is missing"));
    return this;
  }

  /**
   * A word of the variants' that readers may not know.
   *
   * @param term the word
   * @param sentence what it means; an address in it, {@code https://…}, becomes a link
   * @return this
   */
  public HardwareComparison explain(String term, String sentence) {
    terms.put(
        Objects.requireNonNull(term, "term is missing"),
        Objects.requireNonNull(sentence, "sentence is missing"));
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
   * @throws IOException if the folder cannot be read or written, or another run has it; runs that
   *     were finished before stand in it
   * @throws IllegalStateException if there is no variant
   */
  public ComparisonResult run() throws IOException {
    if (variants.isEmpty()) {
      throw new IllegalStateException("There is nothing to compare; add a baseline or a variant");
    }
    ResultFolder files = new ResultFolder(folder);
    return FolderLock.during(folder, () -> runInto(files));
  }

  private ComparisonResult runInto(ResultFolder files) throws IOException {
    List<ComparisonRun> recorded = files.recorded(data);
    VariantRun.Conditions on = conditions();
    List<ComparisonRun> runs = new ArrayList<>();
    Map<String, List<ConvertedLayer>> conversions = new LinkedHashMap<>();
    double seconds = 0;
    int trained = 0;
    int left = variants.stream().mapToInt(variant -> seedsOf(variant).length).sum();
    for (ComparisonVariant variant : variants) {
      for (long seed : seedsOf(variant)) {
        left--;
        VariantRun runner =
            new VariantRun(on, variant, seed, trained == 0 ? 0 : left * seconds / trained);
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
                            && run.fingerprint().equals(runner.fingerprint())
                            && lasting(run)
                            && (run.failure() != null || listener.complete(variant, seed)))
                .findFirst();
        ComparisonRun run = before.isPresent() ? before.get() : runner.run();
        runs.add(run);
        if (before.isEmpty()) {
          seconds += run.trainSeconds();
          trained++;
          files.write(result(runs, conversions, left), merged(runs, recorded));
          NeuralNetwork network = runner.testedNetwork();
          if (network != null) {
            listener.tested(variant, seed, network);
          }
        }
        listener.finished(run, before.isPresent());
      }
    }
    ComparisonResult all = result(runs, conversions, 0);
    files.write(all, merged(runs, recorded));
    return all;
  }

  private long[] seedsOf(ComparisonVariant variant) {
    Integer most = variant.mostChips();
    return most == null ? chipSeeds : Arrays.copyOf(chipSeeds, Math.min(most, chipSeeds.length));
  }

  private VariantRun.Conditions conditions() {
    DataSetIterator others = validation;
    String fingerprint =
        String.join(
            "\n",
            data,
            settings.toString(),
            String.valueOf(contents(test)),
            others == null ? "" : String.valueOf(contents(others)),
            String.valueOf(patience),
            String.valueOf(testEveryExamples));
    return new VariantRun.Conditions(
        train, test, others, epochs, patience, testEveryExamples, listener, fingerprint + '\n');
  }

  /** A failure that another attempt would see again; disks and memory may have more room then. */
  private static boolean lasting(ComparisonRun run) {
    String failure = run.failure();
    return failure == null || failure.startsWith(VariantRun.DIVERGED);
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
      List<ComparisonRun> runs, Map<String, List<ConvertedLayer>> conversions, int left) {
    Map<String, String> asked = new LinkedHashMap<>(settings);
    asked.put("epochs", String.valueOf(epochs));
    asked.put("chip seeds", Arrays.toString(chipSeeds));
    if (validation != null) {
      asked.put("early stopping after epochs without gain", String.valueOf(patience));
    }
    List<String> names = variants.stream().map(ComparisonVariant::name).toList();
    List<String> said = new ArrayList<>(notes);
    if (left > 0) {
      said.add(
          0,
          "This comparison is not finished: "
              + runs.size()
              + " of "
              + (runs.size() + left)
              + " runs are there.");
    }
    return new ComparisonResult(
        data, said, terms, asked, environment(), command, names, runs, conversions);
  }

  private static Map<String, String> environment() {
    Map<String, String> where = new LinkedHashMap<>();
    where.put("dl4j-hardware", Versions.own());
    where.put("Deeplearning4j", Versions.deeplearning4j());
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
                    row.reason()))
        .toList();
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
}
