package io.github.dl4jhardware.neuromorphic.exchange;

import io.github.dl4jhardware.neuromorphic.core.CoreLimits;
import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A Conv2d, Linear or Affine of a NIR graph, its weights dense over the groups, on its way to a
 * layer of ours.
 */
final class NirLayer {
  private final NirGraph graph;
  private final String node;
  private final String name;
  private final LayerShape shape;
  private final double[] weights;
  private final double[] bias;
  private final int groupsWanted;
  private double @Nullable [] scales;

  /** The shape is that of one group, whatever the file says of groups. */
  NirLayer(
      NirGraph graph,
      String node,
      String name,
      LayerShape shape,
      double[] weights,
      double[] bias,
      int groupsWanted) {
    this.graph = graph;
    this.node = node;
    this.name = name;
    this.shape = shape;
    this.weights = weights;
    this.bias = bias;
    this.groupsWanted = groupsWanted;
  }

  String node() {
    return node;
  }

  LayerShape shape() {
    return shape;
  }

  boolean scaled() {
    return scales != null;
  }

  void scale(double[] perFeature) {
    scales = perFeature;
  }

  void checkNumbers(String threshold, double[] thresholds) throws IOException {
    for (int feature = 0; feature < thresholds.length; feature++) {
      if (Double.isNaN(thresholds[feature]) || Double.isNaN(bias[feature])) {
        throw graph.wrong(threshold, "the threshold or bias of feature " + feature + " is NaN");
      }
    }
  }

  /** Whether cores can hold its weights. */
  boolean trinary() {
    return scales == null && Arrays.stream(weights).allMatch(w -> w == -1 || w == 0 || w == 1);
  }

  private LayerShape named(int groups) {
    return new LayerShape(
        name,
        shape.inFeatures(),
        shape.inHeight(),
        shape.inWidth(),
        shape.outFeatures(),
        shape.outHeight(),
        shape.outWidth(),
        groups,
        shape.kernelHeight(),
        shape.kernelWidth(),
        shape.strideHeight(),
        shape.strideWidth(),
        shape.padTop(),
        shape.padLeft());
  }

  /** What turns pixels into spikes. */
  PixelLayer pixels(double[] thresholds) {
    int outputs = thresholds.length;
    double[] each = scales;
    if (each == null) {
      each = new double[outputs];
      Arrays.fill(each, 1);
    }
    double[] shifts = new double[outputs];
    for (int feature = 0; feature < outputs; feature++) {
      shifts[feature] = bias[feature] * each[feature] - Math.nextUp(thresholds[feature]);
    }
    return new PixelLayer(named(1), weights, each, shifts);
  }

  /** What runs on cores. */
  TrinaryLayer trinary(double[] thresholds) throws IOException {
    LayerShape grouped = named(groups());
    byte[] own = new byte[grouped.outFeatures() * grouped.fanIn()];
    int all = shape.fanIn();
    for (int i = 0; i < own.length; i++) {
      int feature = i / grouped.fanIn();
      int first = feature / grouped.groupOutputs() * grouped.fanIn();
      own[i] = (byte) weights[feature * all + first + i % grouped.fanIn()];
    }
    int[] whole = new int[thresholds.length];
    for (int feature = 0; feature < whole.length; feature++) {
      whole[feature] = whole(thresholds[feature], bias[feature], grouped.fanIn());
    }
    return new TrinaryLayer(grouped, own, whole);
  }

  /** The least whole number above threshold − bias, as far as responses reach. */
  private static int whole(double threshold, double bias, int fanIn) {
    if (Double.isInfinite(threshold) || Double.isInfinite(bias)) {
      return threshold - bias > 0 ? fanIn + 1 : -fanIn;
    }
    BigDecimal difference = new BigDecimal(threshold).subtract(new BigDecimal(bias));
    BigDecimal above = difference.setScale(0, RoundingMode.FLOOR).add(BigDecimal.ONE);
    return above
        .max(BigDecimal.valueOf(-fanIn))
        .min(BigDecimal.valueOf(fanIn + 1L))
        .intValueExact();
  }

  /** The groups that the file names, or else the fewest legal ones that the zeros allow. */
  private int groups() throws IOException {
    if (groupsWanted > 1) {
      if (!divides(groupsWanted)) {
        throw graph.wrong(
            node, "is said to have " + groupsWanted + " groups, but has weights across them");
      }
      return groupsWanted;
    }
    for (int groups = 1; groups <= shape.inFeatures(); groups++) {
      if (shape.fanIn() / groups <= CoreLimits.INPUTS_PER_NEURON && divides(groups)) {
        return groups;
      }
    }
    throw graph.wrong(
        node,
        shape.fanIn()
            + " inputs per neuron are more than the "
            + CoreLimits.INPUTS_PER_NEURON
            + " that a core can feed, and the weights leave no groups");
  }

  private boolean divides(int groups) {
    if (groups < 1 || shape.inFeatures() % groups != 0 || shape.outFeatures() % groups != 0) {
      return false;
    }
    int own = shape.fanIn() / groups;
    for (int i = 0; i < weights.length; i++) {
      int group = i / shape.fanIn() / (shape.outFeatures() / groups);
      if (weights[i] != 0 && i % shape.fanIn() / own != group) {
        return false;
      }
    }
    return true;
  }
}
