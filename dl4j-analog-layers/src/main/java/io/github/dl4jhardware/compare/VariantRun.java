package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.compare.ComparisonRun.Point;
import io.github.dl4jhardware.convert.ConversionReport;
import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.cost.CostModel;
import io.github.dl4jhardware.files.Sha256;
import io.github.dl4jhardware.host.HostNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.NeuralNetwork;
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
 * One variant on one chip: built, told apart from other runs by its fingerprint, trained, tested. A
 * failure of the variant becomes a run without a result.
 */
final class VariantRun {
  /** How the failure of a run begins that would fail again. */
  static final String DIVERGED = "diverged";

  private static final int COST_EXAMPLES = 32;

  /**
   * What all runs of a comparison share.
   *
   * @param fingerprint of all of it that results depend on
   */
  record Conditions(
      LongFunction<DataSetIterator> train,
      DataSetIterator test,
      @Nullable DataSetIterator validation,
      int epochs,
      int patience,
      long testEveryExamples,
      ComparisonListener listener,
      String fingerprint) {}

  private final Conditions on;
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

  VariantRun(Conditions on, ComparisonVariant variant, long seed, double secondsLater) {
    this.on = on;
    this.variant = variant;
    this.seed = seed;
    this.secondsLater = secondsLater;
    passes = variant.epochs() == null ? on.epochs() : variant.epochs();
  }

  /** Makes the network and finds out what the result depends on; the report if it was converted. */
  @Nullable ConversionReport build() {
    try {
      ComparisonVariant.Built built = variant.build().apply(seed);
      network = built.network();
      DataSetIterator some = on.train().apply(seed);
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
    StringBuilder text = new StringBuilder(on.fingerprint());
    text.append(passes).append('\n');
    // Records are fingerprinted by their fields, others by their class; lambdas have no stable name
    // and are left out.
    for (Object part :
        Stream.of(variant.costs(), variant.probes()).flatMap(List::stream).toList()) {
      String known = part.getClass().isHidden() ? "" : part.getClass().getName();
      text.append(part instanceof Record ? part.toString() : known).append('\n');
    }
    text.append(HostNetwork.json(built));
    text.append(Arrays.hashCode(built.params().dup('c').data().asFloat()));
    text.append(Arrays.hashCode(first.getFeatures().dup('c').data().asFloat()));
    text.append(Arrays.hashCode(first.getLabels().dup('c').data().asFloat()));
    return Sha256.of(text.toString()).substring(0, 32);
  }

  String fingerprint() {
    return fingerprint;
  }

  /** What was tested last; null before, and after a failure. */
  @Nullable NeuralNetwork testedNetwork() {
    return testedNetwork;
  }

  /** Trains and tests. */
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
    NeuralNetwork best = before == null ? start : HostNetwork.copy(start);
    double bestAccuracy = before == null ? Double.NEGATIVE_INFINITY : before;
    for (int epoch = 0;
        epoch < passes && epoch - bestEpoch < (on.patience() > 0 ? on.patience() : passes);
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
        best = HostNetwork.copy(start);
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
    long nextTest = done + on.testEveryExamples();
    while (all.hasNext()) {
      DataSet batch = all.next();
      long from = System.nanoTime();
      trainer.fit(batch);
      trainSeconds += (System.nanoTime() - from) * 1e-9;
      done += batch.numExamples();
      on.listener().training(what, done, total, trainSeconds, secondsLater);
      if (on.testEveryExamples() > 0 && done >= nextTest && all.hasNext()) {
        point(start, null);
        nextTest += on.testEveryExamples();
      }
    }
    HostNetwork.countEpoch(start);
  }

  private @Nullable Double validated(NeuralNetwork now) {
    checkFinite(now);
    DataSetIterator validation = on.validation();
    if (validation == null) {
      return null;
    }
    variant.beforeTests().accept(now);
    return 100 * Evaluations.of(now, validation).accuracy();
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
    curve.add(new Point(done, accuracyPercent(now), validationAccuracy));
  }

  private ComparisonRun tested(NeuralNetwork last) {
    variant.beforeTests().accept(last);
    Evaluation evaluation = Evaluations.of(last, on.test());
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
        cost,
        findings(last),
        null,
        fingerprint);
  }

  private Cost cost(NeuralNetwork of) {
    long few = Math.min(COST_EXAMPLES, typical.size(0));
    return CostModel.sum(variant.costs(), of, typical.get(rows(few, typical.rank())));
  }

  private Probe.Findings findings(NeuralNetwork last) {
    Probe.Findings all = Probe.Findings.NONE;
    for (Probe probe : variant.probes()) {
      all = all.plus(probe.look(last, seed, this::accuracyPercent));
    }
    return all;
  }

  private double accuracyPercent(NeuralNetwork of) {
    return 100 * Evaluations.of(of, on.test()).accuracy();
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
        Cost.UNKNOWN,
        Probe.Findings.NONE,
        failure,
        fingerprint);
  }

  private static INDArrayIndex[] rows(long count, int rank) {
    INDArrayIndex[] index = new INDArrayIndex[rank];
    Arrays.fill(index, NDArrayIndex.all());
    index[0] = NDArrayIndex.interval(0, count);
    return index;
  }

  private static String reason(RuntimeException e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }
}
