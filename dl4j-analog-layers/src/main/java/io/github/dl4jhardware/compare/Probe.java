package io.github.dl4jhardware.compare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A measurement on a tested network beside accuracy and cost, such as the weight transfers of its
 * arrays; a variant brings it along.
 *
 * <p>A comparison that goes on from its record tells a probe that is a record by its parts, another
 * by its class, and a lambda not at all: use a record where findings depend on settings.
 */
@FunctionalInterface
public interface Probe extends Serializable {
  /**
   * Looks at a tested network.
   *
   * @param network MultiLayerNetwork or ComputationGraph; it is not changed
   * @param chipSeed of the run
   * @param accuracyPercent tests a network of this kind on the test examples
   * @return what was found
   */
  Findings look(
      NeuralNetwork network, long chipSeed, ToDoubleFunction<NeuralNetwork> accuracyPercent);

  /**
   * What was found.
   *
   * @param numbers by name, units in the name; a column each in {@code results.csv}
   * @param curves a picture and a table each in the report
   */
  record Findings(
      @JsonProperty("numbers") Map<String, Double> numbers,
      @JsonProperty("curves") List<Curve> curves) {
    /** Nothing. */
    public static final Findings NONE = new Findings(Map.of(), List.of());

    /** Copies. */
    public Findings {
      Objects.requireNonNull(numbers, "its numbers are missing");
      for (Map.Entry<String, Double> each : numbers.entrySet()) {
        Objects.requireNonNull(each.getValue(), "its number " + each.getKey() + " is missing");
      }
      numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
      curves = List.copyOf(Objects.requireNonNull(curves, "its curves are missing"));
    }

    /**
     * Both together.
     *
     * @param other of another probe; a number of the same name replaces this one's
     * @return all
     */
    public Findings plus(Findings other) {
      Map<String, Double> all = new LinkedHashMap<>(numbers);
      all.putAll(other.numbers);
      List<Curve> both = new ArrayList<>(curves);
      both.addAll(other.curves);
      return new Findings(all, both);
    }
  }

  /**
   * Test accuracy over something.
   *
   * @param name headline of its picture and table; curves of one name share both, and have one axis
   * @param caption what is shown, a sentence or two
   * @param axis what it goes over, with its unit behind a comma; times in {@code s} are printed as
   *     people say them
   * @param logarithmic how the axis is drawn
   * @param points in the order of the axis
   */
  record Curve(
      @JsonProperty("name") String name,
      @JsonProperty("caption") String caption,
      @JsonProperty("axis") String axis,
      @JsonProperty("logarithmic") boolean logarithmic,
      @JsonProperty("points") List<Point> points) {
    /** Copies. */
    public Curve {
      Objects.requireNonNull(name, "a curve's name is missing");
      Objects.requireNonNull(caption, "a curve's caption is missing");
      Objects.requireNonNull(axis, "a curve's axis is missing");
      points = List.copyOf(Objects.requireNonNull(points, "a curve's points are missing"));
    }
  }

  /**
   * A point of a curve.
   *
   * @param x in the axis's unit
   * @param testAccuracyPercent there
   */
  record Point(
      @JsonProperty("x") double x,
      @JsonProperty("test_accuracy_percent") double testAccuracyPercent) {}
}
