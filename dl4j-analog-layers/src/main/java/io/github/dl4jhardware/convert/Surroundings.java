package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.host.Wrappers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.jspecify.annotations.Nullable;

/** What reaches each layer of a network, and whom its values reach. */
final class Surroundings {
  private final Source<?> source;
  private final IntFunction<@Nullable Layer> now;
  private final Map<Integer, Origin> origins = new HashMap<>();

  /**
   * Surroundings in a network that is being converted.
   *
   * @param now a layer's configuration as it is now; asked for what stands before others only
   */
  Surroundings(Source<?> source, IntFunction<@Nullable Layer> now) {
    this.source = source;
    this.now = now;
  }

  List<Origin> reads(int layer) {
    return source.reads(layer).stream().map(this::origin).toList();
  }

  private Origin origin(int node) {
    Origin known = origins.get(node);
    if (known == null) {
      known =
          new Origin(
              source.name(node),
              node < source.names().size() ? now.apply(node) : null,
              source.vertex(node),
              reads(node));
      origins.put(node, known);
    }
    return known;
  }

  /** See {@link Place#ends}. */
  List<Layer> ends(int layer) {
    List<Layer> ends = new ArrayList<>();
    for (int node : reached(layer, this::mixes)) {
      if (source.output(node) && (node == layer || !mixes(node))) {
        ends.add(source.configuration(node < source.names().size() ? node : layer));
      }
    }
    return ends;
  }

  /** See {@link Place#readers}. */
  List<Layer> readers(int layer) {
    IntPredicate first = node -> mixes(node) || pools(node);
    return reached(layer, first).stream()
        .filter(node -> node != layer && node < source.names().size() && first.test(node))
        .map(source::configuration)
        .toList();
  }

  /** All that a layer's values come to, not going on behind what stops them; the layer first. */
  private List<Integer> reached(int layer, IntPredicate stops) {
    List<Integer> reached = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    Deque<Integer> next = new ArrayDeque<>(List.of(layer));
    while (!next.isEmpty()) {
      int node = next.poll();
      if (seen.add(node)) {
        reached.add(node);
        if (node == layer || !stops.test(node)) {
          next.addAll(source.readers(node));
        }
      }
    }
    return reached;
  }

  /** Whether a node makes other values of many, by weights: more than a gain for each feature. */
  private boolean mixes(int node) {
    if (node >= source.names().size()) {
      return source.hasWeights(node);
    }
    Layer inside = Wrappers.inside(source.configuration(node));
    boolean gain =
        inside instanceof BatchNormalization
            || inside instanceof PReLULayer
            || inside instanceof ElementWiseMultiplicationLayer;
    return !gain && source.hasWeights(node);
  }

  private boolean pools(int node) {
    return node < source.names().size()
        && Wrappers.inside(source.configuration(node)) instanceof SubsamplingLayer;
  }
}
