package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport;
import io.github.dl4jhardware.convert.Distillation;
import io.github.dl4jhardware.cost.CostModel;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/**
 * One way to run the network: in software, or on some hardware.
 *
 * @param name short, unique within a comparison; it stands in files
 * @param description for people
 * @param build makes the initialised network of a chip seed; the same seed must give the same one
 * @param trainer how it takes a batch
 * @param beforeTests what is done before each test, such as measuring statistics
 * @param costs models whose costs are added up; none for software
 * @param probes what is to be known of its tested networks; none for software
 * @param epochs passes of its own; null for the comparison's
 * @param mostChips how many of the comparison's chips it is trained on, the first of them; null for
 *     all
 */
public record ComparisonVariant(
    String name,
    String description,
    LongFunction<Built> build,
    Function<NeuralNetwork, Trainer> trainer,
    Consumer<NeuralNetwork> beforeTests,
    List<CostModel> costs,
    List<Probe> probes,
    @Nullable Integer epochs,
    @Nullable Integer mostChips) {

  /**
   * A network, and how it came about.
   *
   * @param network MultiLayerNetwork or ComputationGraph, initialised
   * @param report what a conversion did to it; null if it was not converted
   */
  public record Built(NeuralNetwork network, @Nullable ConversionReport report) {}

  /** Checks the name. */
  public ComparisonVariant {
    if (name == null || !name.matches("[A-Za-z0-9][A-Za-z0-9._+-]*")) {
      throw new IllegalArgumentException(
          "ComparisonVariant.name \"" + name + "\" must be letters, digits and . _ + - alone");
    }
    Objects.requireNonNull(description, "ComparisonVariant.description is missing");
    Objects.requireNonNull(build, "ComparisonVariant.build is missing");
    Objects.requireNonNull(trainer, "ComparisonVariant.trainer is missing");
    Objects.requireNonNull(beforeTests, "ComparisonVariant.beforeTests is missing");
    costs = List.copyOf(costs);
    probes = List.copyOf(probes);
    if (epochs != null && epochs < 0) {
      throw new IllegalArgumentException(
          "ComparisonVariant.epochs must be at least 0, but is " + epochs);
    }
    if (mostChips != null && mostChips < 1) {
      throw new IllegalArgumentException(
          "ComparisonVariant.mostChips must be at least 1, but is " + mostChips);
    }
  }

  /**
   * A network of one's own.
   *
   * @param name short; letters, digits and . _ + -
   * @param description for people
   * @param network the initialised network of a chip seed
   * @return trained by DL4J's fit, without costs and probes
   */
  public static ComparisonVariant of(
      String name, String description, LongFunction<? extends NeuralNetwork> network) {
    return new ComparisonVariant(
        name,
        description,
        seed -> new Built(network.apply(seed), null),
        Trainer::minibatch,
        untouched -> {},
        List.of(),
        List.of(),
        null,
        null);
  }

  /**
   * A converted network; its report becomes part of the comparison's.
   *
   * @param name short; letters, digits and . _ + -
   * @param description for people
   * @param conversion the conversion for a chip seed
   * @return trained by DL4J's fit, without costs and probes
   */
  public static ComparisonVariant converted(
      String name,
      String description,
      LongFunction<? extends Conversion<? extends NeuralNetwork>> conversion) {
    return new ComparisonVariant(
        name,
        description,
        seed -> {
          Conversion<? extends NeuralNetwork> made = conversion.apply(seed);
          return new Built(made.network(), made.report());
        },
        Trainer::minibatch,
        untouched -> {},
        List.of(),
        List.of(),
        null,
        null);
  }

  /**
   * Another way to take batches.
   *
   * @param other such as {@code network -> InSituTrainer.of(network)::fit}
   * @return a copy
   */
  public ComparisonVariant trainer(Function<NeuralNetwork, Trainer> other) {
    return new ComparisonVariant(
        name, description, build, other, beforeTests, costs, probes, epochs, mostChips);
  }

  /**
   * Soft labels of a teacher, in place of the data's; it is tested by the data's own. Results that
   * are found in the comparison's folder are told apart by its settings and names: give a variant
   * that is taught another name than one that is not.
   *
   * @param labels such as {@code Distillation.of(source, 1, 1)}; cached where all variants and
   *     chips see the same examples
   * @return a copy, whose trainer is the present one
   */
  public ComparisonVariant taught(Distillation labels) {
    Function<NeuralNetwork, Trainer> own = trainer;
    return trainer(
        network -> {
          Trainer pupil = own.apply(network);
          return batch -> {
            DataSet soft =
                new DataSet(
                    batch.getFeatures(),
                    batch.getLabels(),
                    batch.getFeaturesMaskArray(),
                    batch.getLabelsMaskArray());
            labels.preProcess(soft);
            pupil.fit(soft);
          };
        });
  }

  /**
   * Something to be done before each test.
   *
   * @param what gets the network
   * @return a copy
   */
  public ComparisonVariant beforeTests(Consumer<NeuralNetwork> what) {
    return new ComparisonVariant(
        name, description, build, trainer, what, costs, probes, epochs, mostChips);
  }

  /**
   * What it costs.
   *
   * @param models each for its own kind of layers
   * @return a copy
   */
  public ComparisonVariant costs(CostModel... models) {
    return new ComparisonVariant(
        name, description, build, trainer, beforeTests, List.of(models), probes, epochs, mostChips);
  }

  /**
   * What is to be known of its tested networks.
   *
   * @param what such as {@code DriftProbe.overAYear()}
   * @return a copy
   */
  public ComparisonVariant probes(Probe... what) {
    return new ComparisonVariant(
        name, description, build, trainer, beforeTests, costs, List.of(what), epochs, mostChips);
  }

  /**
   * Another number of passes than the comparison's.
   *
   * @param passes 0 for a network that is tested as it is built
   * @return a copy
   */
  public ComparisonVariant epochs(int passes) {
    return new ComparisonVariant(
        name, description, build, trainer, beforeTests, costs, probes, passes, mostChips);
  }

  /**
   * Fewer chips than the comparison's.
   *
   * @param most the first so many of them
   * @return a copy
   */
  public ComparisonVariant chips(int most) {
    return new ComparisonVariant(
        name, description, build, trainer, beforeTests, costs, probes, epochs, most);
  }
}
