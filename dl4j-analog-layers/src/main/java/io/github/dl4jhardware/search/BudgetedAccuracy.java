package io.github.dl4jhardware.search;

import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.cost.CostModel;
import io.github.dl4jhardware.cost.CostQuantity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * Accuracy on hardware under a budget: within it the accuracy itself, beyond it the accuracy times
 * limit / cost, so that a search still sees which way the budget lies.
 */
@SuppressWarnings("deprecation") // Arbiter still asks for DataProvider.
public final class BudgetedAccuracy implements ScoreFunction {
  private static final long serialVersionUID = 1;

  private final HardwareAccuracy accuracy;

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, property = "@class")
  private final CostModel costs;

  private final CostQuantity quantity;
  private final double limit;

  /**
   * A score.
   *
   * @param accuracy how accuracy is measured
   * @param costs model of the hardware
   * @param quantity what is limited
   * @param limit in the quantity's unit, above 0
   */
  @JsonCreator
  public BudgetedAccuracy(
      @JsonProperty("accuracy") HardwareAccuracy accuracy,
      @JsonProperty("costs") @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, property = "@class")
          CostModel costs,
      @JsonProperty("quantity") CostQuantity quantity,
      @JsonProperty("limit") double limit) {
    this.accuracy = Objects.requireNonNull(accuracy, "BudgetedAccuracy.accuracy is missing");
    this.costs = Objects.requireNonNull(costs, "BudgetedAccuracy.costs is missing");
    this.quantity = Objects.requireNonNull(quantity, "BudgetedAccuracy.quantity is missing");
    if (!(limit > 0 && limit < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "BudgetedAccuracy.limit must be a finite number above 0, but is " + limit);
    }
    this.limit = limit;
  }

  @Override
  public double score(
      Object model, DataProvider dataProvider, @Nullable Map<String, Object> dataParameters) {
    return score(
        accuracy.score(model, dataProvider, dataParameters),
        model,
        dataProvider.testData(dataParameters));
  }

  @Override
  public double score(
      Object model, Class<? extends DataSource> dataSource, @Nullable Properties properties) {
    return score(
        accuracy.score(model, dataSource, properties),
        model,
        SearchData.open(dataSource, properties).testData());
  }

  private double score(double reached, Object model, Object data) {
    DataSetIterator iterator = SearchData.iterator(data);
    INDArray examples = iterator.next().getFeatures();
    Cost cost = costs.of((NeuralNetwork) model, examples);
    Double spent = quantity.of(cost);
    if (spent == null) {
      throw new IllegalStateException(
          "The cost model tells no " + quantity.column() + " of this network, so no budget holds");
    }
    return spent <= limit ? reached : reached * limit / spent;
  }

  @Override
  public boolean minimize() {
    return false;
  }

  @Override
  public List<Class<?>> getSupportedModelTypes() {
    return accuracy.getSupportedModelTypes();
  }

  @Override
  public List<Class<?>> getSupportedDataTypes() {
    return accuracy.getSupportedDataTypes();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BudgetedAccuracy that
        && accuracy.equals(that.accuracy)
        && costs.equals(that.costs)
        && quantity == that.quantity
        && limit == that.limit;
  }

  @Override
  public int hashCode() {
    return Objects.hash(accuracy, costs, quantity, limit);
  }

  @Override
  public String toString() {
    return accuracy + ", " + quantity.column() + " at most " + limit + " by " + costs;
  }
}
