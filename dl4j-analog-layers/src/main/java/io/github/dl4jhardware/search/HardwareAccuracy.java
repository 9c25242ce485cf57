package io.github.dl4jhardware.search;

import io.github.dl4jhardware.host.HostNetwork;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Supplier;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Accuracy on hardware, 0…1: the mean over several chips. The candidate itself stands on its own
 * chip; for each further one the same configuration and the same first weights are trained on
 * devices of that chip, for as many epochs. A network without layers that have a chip seed is the
 * same on every chip and is tested once.
 *
 * <p>What the data source calls its test data is the validation set here: winners are to be tested
 * on data that no score has seen.
 */
@SuppressWarnings("deprecation") // Arbiter still asks for DataProvider.
public final class HardwareAccuracy implements ScoreFunction {
  private static final long serialVersionUID = 1;

  private final long[] furtherChips;

  /**
   * A score.
   *
   * @param furtherChips seeds of the chips beside the candidate's own; may be none
   */
  @JsonCreator
  public HardwareAccuracy(@JsonProperty("furtherChips") long... furtherChips) {
    this.furtherChips = furtherChips.clone();
  }

  @Override
  public double score(
      Object model, DataProvider dataProvider, @Nullable Map<String, Object> dataParameters) {
    return score(
        model,
        () -> dataProvider.trainData(dataParameters),
        () -> dataProvider.testData(dataParameters));
  }

  @Override
  public double score(
      Object model, Class<? extends DataSource> dataSource, @Nullable Properties properties) {
    // Anew for each chip, so that all see the same examples in the same order.
    return score(
        model,
        () -> SearchData.open(dataSource, properties).trainData(),
        () -> SearchData.open(dataSource, properties).testData());
  }

  private double score(Object model, Supplier<Object> train, Supplier<Object> test) {
    NeuralNetwork network = (NeuralNetwork) model;
    double sum = accuracy(network, SearchData.iterator(test.get()));
    if (!Chips.has(network)) {
      return sum;
    }
    for (long chip : furtherChips) {
      NeuralNetwork other = Chips.untrained(network, chip);
      DataSetIterator examples = SearchData.iterator(train.get());
      for (int epoch = 0; epoch < HostNetwork.epochs(network); epoch++) {
        other.fit(examples);
      }
      sum += accuracy(other, SearchData.iterator(test.get()));
    }
    return sum / (1 + furtherChips.length);
  }

  private static double accuracy(NeuralNetwork network, DataSetIterator on) {
    double sum = network.params().sumNumber().doubleValue();
    if (!Double.isFinite(sum)) {
      throw new IllegalStateException(
          "diverged: the sum of the parameters is " + sum + "; a smaller learning rate may help");
    }
    return network.doEvaluation(on, new Evaluation[] {new Evaluation()})[0].accuracy();
  }

  @Override
  public boolean minimize() {
    return false;
  }

  @Override
  public List<Class<?>> getSupportedModelTypes() {
    return List.of(MultiLayerNetwork.class, ComputationGraph.class);
  }

  @Override
  public List<Class<?>> getSupportedDataTypes() {
    return List.of(DataSetIterator.class);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HardwareAccuracy that && Arrays.equals(furtherChips, that.furtherChips);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(furtherChips));
  }

  @Override
  public String toString() {
    return "accuracy on hardware, own chip and " + Arrays.toString(furtherChips);
  }
}
