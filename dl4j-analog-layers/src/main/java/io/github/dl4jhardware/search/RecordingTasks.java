package io.github.dl4jhardware.search;

import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.cost.CostModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.deeplearning4j.arbiter.MultiLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.deeplearning4j.arbiter.task.ComputationGraphTaskCreator;
import org.deeplearning4j.arbiter.task.MultiLayerNetworkTaskCreator;
import org.deeplearning4j.arbiter.task.TaskListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Arbiter's training tasks with a record around them: what is recorded is not trained but answered
 * from the record.
 */
@SuppressWarnings({"rawtypes", "deprecation"}) // Arbiter's own signatures.
final class RecordingTasks implements TaskCreator {
  private final SafeGenerator generator;
  private final Map<Integer, SearchCandidate> recorded;
  private final List<CostModel> models;
  private final BiConsumer<SearchCandidate, Boolean> done;
  private final TaskCreator trainer;
  private final SpaceNames names;
  private Cost lastCost = Cost.UNKNOWN;
  private @Nullable INDArray examples;
  private volatile @Nullable RuntimeException broken;

  RecordingTasks(
      SafeGenerator generator,
      Map<Integer, SearchCandidate> recorded,
      List<CostModel> models,
      BiConsumer<SearchCandidate, Boolean> done) {
    this.generator = generator;
    this.recorded = recorded;
    this.models = models;
    this.done = done;
    names = new SpaceNames(generator.getParameterSpace());
    if (generator.getParameterSpace() instanceof MultiLayerSpace) {
      MultiLayerNetworkTaskCreator creator = new MultiLayerNetworkTaskCreator();
      creator.setTaskListener(new Costs());
      trainer = creator;
    } else {
      ComputationGraphTaskCreator creator = new ComputationGraphTaskCreator();
      creator.setTaskListener(new Costs());
      trainer = creator;
    }
  }

  /** Sees each network after its training. */
  @SuppressWarnings("serial") // Never written.
  private final class Costs implements TaskListener {
    @Override
    public <T extends Model> T preProcess(T model, Candidate candidate) {
      return model;
    }

    @Override
    public void postProcess(Model model, Candidate candidate) {
      INDArray some = examples;
      if (some != null) {
        lastCost = CostModel.sum(models, (NeuralNetwork) model, some);
      }
    }
  }

  boolean broken() {
    return broken != null;
  }

  void throwIfBroken() throws IOException {
    RuntimeException why = broken;
    if (why instanceof UncheckedIOException unwritable) {
      throw unwritable.getCause();
    }
    if (why != null) {
      throw why;
    }
  }

  @Override
  public Callable<OptimizationResult> create(
      Candidate candidate,
      DataProvider dataProvider,
      ScoreFunction scoreFunction,
      List<StatusListener> statusListeners,
      IOptimizationRunner runner) {
    throw new UnsupportedOperationException("HardwareSearch always names a data source");
  }

  @Override
  public Callable<OptimizationResult> create(
      Candidate candidate,
      Class<? extends DataSource> dataSource,
      Properties dataSourceProperties,
      ScoreFunction scoreFunction,
      List<StatusListener> statusListeners,
      IOptimizationRunner runner) {
    return () -> {
      try {
        SearchCandidate before = recorded.get(candidate.getIndex());
        if (before != null) {
          return replayed(candidate, before);
        }
        if (examples == null && !models.isEmpty()) {
          examples =
              SearchData.iterator(SearchData.open(dataSource, dataSourceProperties).testData())
                  .next()
                  .getFeatures();
        }
        return trained(
            candidate,
            trainer.create(
                candidate,
                dataSource,
                dataSourceProperties,
                scoreFunction,
                statusListeners,
                runner));
      } catch (RuntimeException e) {
        broken = e;
        return result(candidate, null, String.valueOf(e.getMessage()));
      }
    };
  }

  private OptimizationResult replayed(Candidate candidate, SearchCandidate before) {
    double[] point = before.point().stream().mapToDouble(Double::doubleValue).toArray();
    if (!Arrays.equals(point, candidate.getFlatParameters())) {
      throw new IllegalStateException(
          "The record was made by another search: its candidate "
              + candidate.getIndex()
              + " lies elsewhere in the space. The generator's seed differs, perhaps; use the same,"
              + " or another folder");
    }
    done.accept(before, true);
    return result(candidate, before.score(), before.failure());
  }

  private OptimizationResult trained(Candidate candidate, Callable<OptimizationResult> training) {
    long start = System.nanoTime();
    lastCost = Cost.UNKNOWN;
    Double score = null;
    String failure = generator.reason(candidate.getIndex());
    if (failure == null) {
      try {
        OptimizationResult reached = training.call();
        score = finite(reached.getScore());
        String trace = reached.getCandidateInfo().getExceptionStackTrace();
        failure =
            score != null
                ? null
                : trace == null || trace.isEmpty()
                    ? "the score is " + reached.getScore()
                    : trace.lines().findFirst().orElse(trace);
      } catch (Exception e) { // What a Callable declares; Arbiter's own tasks catch all themselves.
        failure = String.valueOf(e.getMessage());
      }
    }
    double[] point = candidate.getFlatParameters();
    SearchCandidate record =
        new SearchCandidate(
            candidate.getIndex(),
            Arrays.stream(point).boxed().toList(),
            names.values(point),
            score,
            lastCost,
            (System.nanoTime() - start) * 1e-9,
            failure);
    recorded.put(record.index(), record);
    done.accept(record, false);
    return result(candidate, score, failure);
  }

  private static @Nullable Double finite(@Nullable Double score) {
    return score == null || !Double.isFinite(score) ? null : score;
  }

  private static OptimizationResult result(
      Candidate candidate, @Nullable Double score, @Nullable String failure) {
    long now = System.currentTimeMillis();
    CandidateInfo info =
        new CandidateInfo(
            candidate.getIndex(),
            failure == null ? CandidateStatus.Complete : CandidateStatus.Failed,
            score,
            now,
            now,
            now,
            candidate.getFlatParameters(),
            failure);
    return new OptimizationResult(candidate, score, candidate.getIndex(), null, info, null);
  }
}
