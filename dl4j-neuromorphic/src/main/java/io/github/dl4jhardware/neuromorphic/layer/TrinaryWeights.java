package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.neuromorphic.quantize.FiringThreshold;
import io.github.dl4jhardware.neuromorphic.quantize.Neuron;
import io.github.dl4jhardware.neuromorphic.quantize.TrinaryRule;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights that a layer computes with, kept in step with its parameters: w = rule(W, T), which
 * changes neither W nor T. A training step takes T to w.
 *
 * <p>They are made anew only where the parameters are not, bit for bit, those they were made of.
 */
final class TrinaryWeights {
  private final SpikingNeurons layer;
  private final Scratch scratch = new Scratch();
  private @Nullable INDArray effective;
  private int[] thresholds = new int[0];
  private double flipRatio = Double.NaN;
  private long timesMade;

  /** The parameters that weights and thresholds were made of; null where they are out of date. */
  private @Nullable INDArray madeOf;

  private final Scratch copy = new Scratch();

  TrinaryWeights(SpikingNeurons layer) {
    this.layer = layer;
  }

  /** {@code [groups, features per group, inputs per neuron]}. */
  INDArray effective() {
    INDArray own = effective;
    if (own == null) {
      throw new IllegalStateException("The weights were not made yet");
    }
    return own;
  }

  /** Tells whether the weights are still those of before. */
  long timesMade() {
    return timesMade;
  }

  /** Per feature; after {@link #refresh}. */
  int[] thresholds() {
    return thresholds;
  }

  double flipRatio() {
    return flipRatio;
  }

  /** Before a pass that trains: W is as a step left it, and what has flipped is counted. */
  void advance() {
    madeOf = null;
    clip();
    long flips = make();
    if (layer.options().weights() != null) {
      flipRatio = (double) flips / effective().length();
    }
  }

  /** Before a pass that does not train. */
  void refresh() {
    INDArray all = layer.params();
    INDArray before = madeOf;
    if (before != null && Rows.of(all, 1).same(Rows.of(before, 1))) {
      return;
    }
    make();
    SpikingOptions options = layer.options();
    if (options.weights() != null && options.neuron() == Neuron.SPIKE) {
      thresholds = makeThresholds(options.epsilon());
    }
    madeOf = copy.of(all.dataType(), all.shape()).assign(all);
  }

  /** Takes T to the present weights, before W is set to something else. */
  void commit() {
    if (layer.options().weights() != null) {
      make();
      INDArray former = layer.getParam(SpikingParams.FORMER);
      former.assign(effective().reshape('c', former.shape()));
      madeOf = null;
    }
  }

  /** T − w, which a step subtracts from T. */
  void changes(INDArray target) {
    int features = (int) layer.settings().host().getNOut();
    Rows former = Rows.of(layer.getParam(SpikingParams.FORMER), features);
    Rows made = Rows.of(effective(), features);
    Rows changes = Rows.of(target, features);
    int inputs = former.length();
    Workers.each(
        features,
        feature -> {
          double[] row = Scratch.row(0, inputs);
          double[] now = Scratch.row(1, inputs);
          former.read(feature, row);
          made.read(feature, now);
          for (int i = 0; i < inputs; i++) {
            row[i] -= now[i];
          }
          changes.write(feature, row);
        });
  }

  /** Keeps hidden weights within ±1. */
  void clip() {
    if (layer.options().weights() == null) {
      return;
    }
    int features = (int) layer.settings().host().getNOut();
    Rows hidden = Rows.of(layer.getParam(SpikingParams.WEIGHT), features);
    int inputs = hidden.length();
    Workers.each(
        features,
        feature -> {
          double[] row = Scratch.row(0, inputs);
          hidden.read(feature, row);
          boolean beyond = false;
          for (int i = 0; i < inputs; i++) {
            double bounded =
                Math.max(-TrinaryRule.HIDDEN_BOUND, Math.min(TrinaryRule.HIDDEN_BOUND, row[i]));
            beyond |= bounded != row[i];
            row[i] = bounded;
          }
          if (beyond) {
            hidden.write(feature, row);
          }
        });
  }

  /** Makes the weights and tells how many are not their former selves. */
  private long make() {
    timesMade++;
    TrinaryRule rule = layer.options().weights();
    INDArray weight = layer.getParam(SpikingParams.WEIGHT);
    int features = (int) layer.settings().host().getNOut();
    int groups = layer.options().groups();
    long inputs = layer.settings().fanIn();
    if (rule == null) {
      effective = weight.reshape('c', groups, features / groups, inputs);
      return 0;
    }
    INDArray target = scratch.of(weight.dataType(), groups, features / groups, inputs);
    Rows hidden = Rows.of(weight, features);
    Rows former = Rows.of(layer.getParam(SpikingParams.FORMER), features);
    Rows made = Rows.of(target, features);
    AtomicLong flips = new AtomicLong();
    Workers.each(
        features,
        feature -> {
          double[] w = Scratch.row(0, (int) inputs);
          double[] t = Scratch.row(1, (int) inputs);
          former.read(feature, t);
          hidden.read(feature, w);
          int changed = 0;
          for (int i = 0; i < inputs; i++) {
            checkFormer(t[i], feature, i);
            w[i] = rule.next((float) w[i], (float) t[i]);
            changed += w[i] != t[i] ? 1 : 0;
          }
          flips.addAndGet(changed);
          made.write(feature, w);
        });
    effective = target;
    return flips.get();
  }

  private void checkFormer(double former, int feature, int input) {
    if (former != 0 && former != 1 && former != -1) {
      throw new IllegalStateException(
          SpikingValidation.describe(layer.settings().host(), layer.getIndex())
              + ": the former trinary weight of feature "
              + feature
              + ", input "
              + input
              + " is "
              + former
              + "; it must be -1, 0 or 1. It is not after setParams(...) with numbers of another network, nor after averaging"
              + " the parameters of several networks");
    }
  }

  private int[] makeThresholds(double epsilon) {
    int features = (int) layer.settings().host().getNOut();
    double[] mean = layer.values(SpikingParams.MEAN, features);
    double[] variance = layer.values(SpikingParams.VARIANCE, features);
    double[] bias = layer.values(SpikingParams.BIAS, features);
    int[] made = new int[features];
    for (int feature = 0; feature < features; feature++) {
      try {
        made[feature] =
            FiringThreshold.of(
                mean[feature],
                variance[feature],
                bias[feature],
                epsilon,
                (int) layer.settings().fanIn());
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(
            SpikingValidation.describe(layer.settings().host(), layer.getIndex())
                + ", feature "
                + feature
                + ": "
                + e.getMessage(),
            e);
      }
    }
    return made;
  }
}
