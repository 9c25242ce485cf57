package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Means and variances of batch normalisation set anew by what a network sees on its chip. Those of
 * training are of other weights: what programming, noise and drift have made of a layer's sums has
 * another mean and width, which normalisation with the old ones passes on.
 *
 * <pre>{@code
 * Drift<ComputationGraph> chip = Drift.of(network, 1);
 * ComputationGraph aYearLater = chip.after(3.15e7, DriftCompensation.GLOBAL);
 * NormalisationStatistics.by(someImages).renew(aYearLater);
 * }</pre>
 *
 * <p>No label is needed, and no device is written. Each batch is normalised by its own mean and
 * variance on its way through the network, as in training; a layer's new statistics are those of
 * its channel over all batches, weighted alike. Examples are best not those that a result is of.
 * Source: adaptive batch normalisation statistics (AdaBS), V. Joshi et al., Nature Communications
 * 11, 2473 (2020), whose running average is a plain one here.
 */
public final class NormalisationStatistics {
  private static final String MEAN = BatchNormalizationParamInitializer.GLOBAL_MEAN;
  private static final String VARIANCE = BatchNormalizationParamInitializer.GLOBAL_VAR;
  private static final String LOG_DEVIATION = BatchNormalizationParamInitializer.GLOBAL_LOG_STD;

  private final List<INDArray> batches;

  private NormalisationStatistics(List<INDArray> batches) {
    this.batches = batches;
  }

  /**
   * By batches of one input's features.
   *
   * @param features at least one batch {@code [examples, …]} of at least two examples, best of some
   *     hundred
   * @return what sets statistics
   */
  public static NormalisationStatistics by(INDArray... features) {
    if (features.length == 0) {
      throw new IllegalArgumentException(
          "NormalisationStatistics needs at least one batch of examples");
    }
    for (INDArray batch : features) {
      if (batch.size(0) < 2) {
        throw new IllegalArgumentException(
            "NormalisationStatistics needs batches of at least 2 examples, but one has the shape "
                + Arrays.toString(batch.shape()));
      }
    }
    return new NormalisationStatistics(List.of(features));
  }

  /**
   * Whether a network has any.
   *
   * @param network MultiLayerNetwork or ComputationGraph, initialised
   * @return false if {@link #renew} would refuse it
   */
  public static boolean in(NeuralNetwork network) {
    return Arrays.stream(HostNetwork.layers(network))
        .anyMatch(each -> Wrappers.inside(each).conf().getLayer() instanceof BatchNormalization);
  }

  /**
   * Sets the statistics of all batch normalisation in a network, frozen or not, and nothing else.
   *
   * @param network MultiLayerNetwork or ComputationGraph with one input, initialised; it is changed
   * @throws IllegalArgumentException if it has no batch normalisation, or what that reads is not
   *     finite; the network is then as it was
   */
  public void renew(NeuralNetwork network) {
    // A layer of the host is equal to others, and to itself only while nothing in it changes.
    IdentityHashMap<Layer, Moments> found = new IdentityHashMap<>();
    for (Layer each : HostNetwork.layers(network)) {
      Layer layer = Wrappers.inside(each);
      if (layer.conf().getLayer() instanceof BatchNormalization) {
        found.put(layer, new Moments(layer));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "The network has no batch normalisation whose statistics could be set");
    }
    boolean done = false;
    try {
      for (INDArray batch : batches) {
        HostNetwork.visit(
            network,
            batch,
            each -> {
              Moments own = found.get(Wrappers.inside(each));
              if (own != null) {
                own.see(Wrappers.inside(each).input());
              }
            });
      }
      found.values().forEach(Moments::setPooled);
      done = true;
    } finally {
      if (!done) {
        found.values().forEach(Moments::restore);
      }
    }
  }

  /** Which examples, as far as a line can say. */
  @Override
  public String toString() {
    double sum = batches.stream().mapToDouble(each -> each.sumNumber().doubleValue()).sum();
    return "NormalisationStatistics by "
        + batches.stream().mapToLong(each -> each.size(0)).sum()
        + " examples, whose sum is "
        + sum;
  }

  /** What one layer's input has been. */
  private static final class Moments {
    private final Layer layer;
    private final INDArray formerMean;
    private final INDArray formerWidth;
    private @Nullable INDArray means;
    private @Nullable INDArray squares;
    private int seen;

    Moments(Layer layer) {
      this.layer = layer;
      formerMean = layer.getParam(MEAN).dup();
      formerWidth = width().dup();
    }

    /** Variance, or the logarithm of its root: which of them the layer has. */
    private INDArray width() {
      INDArray variance = layer.getParam(VARIANCE);
      return variance == null ? layer.getParam(LOG_DEVIATION) : variance;
    }

    /** Takes a batch, and normalises it by its own statistics. */
    void see(INDArray input) {
      BatchNormalization conf = (BatchNormalization) layer.conf().getLayer();
      int channels = input.rank() == 4 && conf.getCnn2DFormat() == CNN2DFormat.NHWC ? 3 : 1;
      int[] others = new int[input.rank() - 1];
      for (int dimension = 0, i = 0; dimension < input.rank(); dimension++) {
        if (dimension != channels) {
          others[i++] = dimension;
        }
      }
      INDArray values = input.castTo(DataType.DOUBLE);
      INDArray mean = values.mean(others);
      INDArray variance = values.var(false, others);
      if (!Double.isFinite(mean.sumNumber().doubleValue() + variance.sumNumber().doubleValue())) {
        throw new IllegalArgumentException(
            "Batch normalisation \"" + conf.getLayerName() + "\" reads values that are not finite");
      }
      INDArray square = mean.mul(mean).addi(variance);
      means = means == null ? mean.dup() : means.addi(mean);
      squares = squares == null ? square : squares.addi(square);
      seen++;
      set(mean, variance);
    }

    void setPooled() {
      if (means == null || squares == null) {
        return;
      }
      INDArray mean = means.div(seen);
      // Rounding may leave a channel that never changes below 0.
      set(mean, Transforms.max(squares.div(seen).subi(mean.mul(mean)), 0));
    }

    private void set(INDArray mean, INDArray variance) {
      INDArray ownMean = layer.getParam(MEAN);
      ownMean.assign(mean.reshape(ownMean.shape()));
      INDArray width = width();
      INDArray shaped = variance.reshape(width.shape());
      boolean logarithm = layer.getParam(VARIANCE) == null;
      // The host's form has no value for a width of 0: its epsilon stands in.
      double epsilon = ((BatchNormalization) layer.conf().getLayer()).getEps();
      width.assign(
          logarithm
              ? Transforms.log(Transforms.max(shaped, epsilon * 1e-3), false).divi(2 * Math.log(10))
              : shaped);
    }

    void restore() {
      layer.getParam(MEAN).assign(formerMean);
      width().assign(formerWidth);
    }
  }
}
