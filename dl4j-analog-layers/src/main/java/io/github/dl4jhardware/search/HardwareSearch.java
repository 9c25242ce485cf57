package io.github.dl4jhardware.search;

import io.github.dl4jhardware.cost.CostModel;
import io.github.dl4jhardware.cost.CostQuantity;
import io.github.dl4jhardware.files.FolderLock;
import io.github.dl4jhardware.files.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.deeplearning4j.arbiter.BaseNetworkSpace;
import org.deeplearning4j.arbiter.ComputationGraphSpace;
import org.deeplearning4j.arbiter.MultiLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxTimeCondition;
import org.deeplearning4j.arbiter.optimize.api.termination.TerminationCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.serde.jackson.JsonMapper;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/**
 * An Arbiter search that records every candidate, failed ones too, and goes on where it stopped:
 * recorded candidates and their scores are played back through the generator, which so comes to the
 * state in which it was. Candidates run one after the other, so that the same seeds give the same
 * search.
 *
 * <p>Writes {@code candidates.json} and {@code .csv} after each candidate, with {@code pareto.csv}
 * and {@code pareto.png}: score against cost.
 */
public final class HardwareSearch {
  private final Path folder;
  private final CandidateGenerator generator;
  private final ScoreFunction score;
  private final Class<? extends DataSource> data;
  private final Properties properties;
  private final List<CostModel> costs = new ArrayList<>();
  private CostQuantity quantity = CostQuantity.INFERENCE_NANOJOULES;
  private int candidates = Integer.MAX_VALUE;
  private double minutes = Double.POSITIVE_INFINITY;
  private BiConsumer<SearchCandidate, Boolean> listener = (candidate, recorded) -> {};

  /**
   * A search.
   *
   * @param folder where the record goes; made where it is missing
   * @param generator fresh, seeded, of a MultiLayerSpace or ComputationGraphSpace; such as {@link
   *     SearchGenerators} makes them
   * @param score to be made high, or low if it says so
   * @param data training data, and as its test data the validation set
   * @param properties of the data source
   */
  public HardwareSearch(
      Path folder,
      CandidateGenerator generator,
      ScoreFunction score,
      Class<? extends DataSource> data,
      Properties properties) {
    this.folder = Objects.requireNonNull(folder, "folder is missing");
    this.generator = Objects.requireNonNull(generator, "generator is missing");
    this.score = Objects.requireNonNull(score, "score is missing");
    this.data = Objects.requireNonNull(data, "data is missing");
    this.properties = Objects.requireNonNull(properties, "properties are missing");
    if (!(generator.getParameterSpace() instanceof BaseNetworkSpace)) {
      throw new IllegalArgumentException(
          "HardwareSearch takes a MultiLayerSpace or ComputationGraphSpace, not "
              + generator.getParameterSpace());
    }
    if (score.minimize()) {
      throw new IllegalArgumentException(
          "HardwareSearch takes scores that are the better the higher, but this one is to be made"
              + " low: "
              + score);
    }
  }

  /**
   * Ends after some candidates, recorded ones included.
   *
   * @param count at least 1
   * @return this
   */
  public HardwareSearch candidates(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("candidates must be at least 1, but is " + count);
    }
    candidates = count;
    return this;
  }

  /**
   * Ends after the candidate that is running when the time is over.
   *
   * @param time in minutes, above 0
   * @return this
   */
  public HardwareSearch minutes(double time) {
    if (!(time > 0)) {
      throw new IllegalArgumentException("minutes must be above 0, but is " + time);
    }
    minutes = time;
    return this;
  }

  /**
   * What candidates cost, recorded beside their score.
   *
   * @param against which figure the score is drawn
   * @param models each for its own kind of layers
   * @return this
   */
  public HardwareSearch costs(CostQuantity against, CostModel... models) {
    quantity = against;
    costs.addAll(Arrays.asList(models));
    return this;
  }

  /**
   * Who hears of candidates.
   *
   * @param who gets each, and whether it was recorded before
   * @return this
   */
  public HardwareSearch listener(BiConsumer<SearchCandidate, Boolean> who) {
    listener = who;
    return this;
  }

  /**
   * Searches.
   *
   * @return all candidates, recorded ones included
   * @throws IOException if the folder cannot be used, holds the record of another search, or
   *     another run has it
   * @throws IllegalStateException if neither candidates nor minutes were given
   */
  public SearchResult run() throws IOException {
    if (candidates == Integer.MAX_VALUE && minutes == Double.POSITIVE_INFINITY) {
      throw new IllegalStateException("A search needs a limit: candidates, or minutes");
    }
    SearchFolder files = new SearchFolder(folder, quantity);
    return FolderLock.during(folder, () -> runInto(files));
  }

  private SearchResult runInto(SearchFolder files) throws IOException {
    String search = identity();
    Map<Integer, SearchCandidate> recorded = new TreeMap<>();
    files.recorded(search).forEach(each -> recorded.put(each.index(), each));
    SafeGenerator safe = new SafeGenerator(generator);
    RecordingTasks tasks =
        new RecordingTasks(
            safe,
            recorded,
            costs,
            (done, before) -> {
              try {
                if (!before) {
                  files.write(new SearchResult(search, List.copyOf(recorded.values())));
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              listener.accept(done, before);
            });
    List<TerminationCondition> ends = new ArrayList<>();
    ends.add(new SearchEnd(safe, tasks));
    if (candidates < Integer.MAX_VALUE) {
      ends.add(new MaxCandidatesCondition(candidates));
    }
    if (minutes < Double.POSITIVE_INFINITY) {
      ends.add(new MaxTimeCondition(Math.max(1, (long) (minutes * 60_000)), TimeUnit.MILLISECONDS));
    }
    new LocalOptimizationRunner(
            1,
            new OptimizationConfiguration.Builder()
                .candidateGenerator(safe)
                .dataSource(data, properties)
                .scoreFunction(score)
                .terminationConditions(ends)
                .build(),
            tasks)
        .execute();
    tasks.throwIfBroken();
    SearchResult all = new SearchResult(search, List.copyOf(recorded.values()));
    files.write(all);
    return all;
  }

  /**
   * A network space's value at a recorded candidate's point.
   *
   * @param candidate of a search in this space
   * @return DL4JConfiguration or GraphConfiguration
   */
  public Object configuration(SearchCandidate candidate) {
    return generator
        .getParameterSpace()
        .getValue(candidate.point().stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Everything that decides which candidates come, and what they score. */
  private String identity() {
    String space =
        generator.getParameterSpace() instanceof MultiLayerSpace layers
            ? json(layers)
            : json((ComputationGraphSpace) generator.getParameterSpace());
    Map<String, String> sorted = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> sorted.put(name, properties.getProperty(name)));
    // A generator shows its seed by its first draws alone, and these would be gone then.
    return generator.getClass().getSimpleName()
        + ", "
        + score
        + ", "
        + data.getSimpleName()
        + sorted
        + ", "
        + costs.stream().filter(Record.class::isInstance).toList()
        + ", space "
        + Sha256.of(space).substring(0, 16);
  }

  private static String json(Object space) {
    try {
      return JsonMapper.getMapper().writeValueAsString(space);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The space cannot be written as JSON", e);
    }
  }
}
