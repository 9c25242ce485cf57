package io.github.dl4jhardware.neuromorphic.convert;

import io.github.dl4jhardware.convert.LayerConversion;
import io.github.dl4jhardware.convert.Origin;
import io.github.dl4jhardware.convert.Place;
import io.github.dl4jhardware.host.Acting;
import io.github.dl4jhardware.neuromorphic.core.CoreLimits;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/** What {@link Trinary#eedn} says. */
final class ToTrinary implements LayerConversion {
  /** Where the trinary rule turns, and the part of a filter's mean magnitude that goes there. */
  private static final double TURN = 0.5;

  private static final double PART = 0.7;

  private final @Nullable IUpdater updater;

  ToTrinary(@Nullable IUpdater updater) {
    this.updater = updater;
  }

  @Override
  public boolean takes(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer.getClass() == ConvolutionLayer.class
        || layer.getClass() == SubsamplingLayer.class
        || layer instanceof BatchNormalization
        || (layer instanceof DropoutLayer && Acting.dropout(layer.getIDropout()));
  }

  @Override
  public org.deeplearning4j.nn.conf.layers.Layer replace(
      org.deeplearning4j.nn.conf.layers.Layer layer, Place place) {
    org.deeplearning4j.nn.conf.layers.Layer to;
    if (layer instanceof ConvolutionLayer convolution) {
      checkStays(place);
      to = convolution(convolution, place);
    } else if (layer instanceof SubsamplingLayer pooling) {
      checkStays(place);
      to = pooling(pooling, place);
    } else if (layer instanceof DropoutLayer && dropoutStays(place)) {
      return layer;
    } else {
      if (layer instanceof BatchNormalization) {
        checkFolds(place);
      }
      to = new ActivationLayer.Builder().activation(Activation.IDENTITY).build();
    }
    to.setLayerName(layer.getLayerName());
    if (updater != null && to instanceof FeedForwardLayer trained) {
      trained.setIUpdater(updater);
    }
    return to;
  }

  /** A spike of 0 or 1 cannot stand for a score or a coordinate, unless a population is counted. */
  private static void checkStays(Place place) {
    boolean leaves =
        place.ends().stream().anyMatch(end -> !(end instanceof SpikePopulationOutputLayer));
    if (leaves) {
      throw new IllegalArgumentException(
          "its values are an output of the network, which a spike of 0 or 1 cannot stand for");
    }
  }

  /** Dropout scales what it leaves, and spikes are 0 or 1: before spiking layers it goes. */
  private static boolean dropoutStays(Place place) {
    return !Arriving.at(place.reads()).spikes()
        || place.readers().stream()
            .noneMatch(
                reader ->
                    reader.getClass() == ConvolutionLayer.class
                        || reader.getClass() == SubsamplingLayer.class);
  }

  private static void checkFolds(Place place) {
    org.deeplearning4j.nn.conf.layers.Layer before =
        place.before().map(layer -> layer.conf().getLayer()).orElse(null);
    if (!(before instanceof ConvolutionLayer convolution)
        || before.getClass() != ConvolutionLayer.class) {
      throw new IllegalArgumentException(
          "batch normalisation is folded only right behind a converted convolution that nothing else"
              + " reads");
    }
    if (!identity(convolution.getActivationFn())) {
      throw new IllegalArgumentException(
          "the convolution's own activation, "
              + convolution.getActivationFn()
              + ", stands between it and the normalisation; put the activation behind both");
    }
  }

  private static boolean identity(IActivation activation) {
    return activation.equals(Activation.IDENTITY.getActivationFunction());
  }

  private static void checkDilation(int[] dilation) {
    if (Arrays.stream(dilation).anyMatch(each -> each != 1)) {
      throw new IllegalArgumentException(
          "a dilation of " + Arrays.toString(dilation) + " does not run on cores");
    }
  }

  private static FeedForwardLayer convolution(ConvolutionLayer from, Place place) {
    checkDilation(from.getDilation());
    FeedForwardLayer to;
    if (Arriving.at(place.reads()).spikes()) {
      to =
          trinary(
              from.getNIn(),
              from.getNOut(),
              from.getKernelSize(),
              from.getStride(),
              from.getPadding(),
              from.getConvolutionMode(),
              from);
    } else {
      to =
          new TransductionLayer.Builder(from.getKernelSize())
              .stride(from.getStride())
              .padding(from.getPadding())
              .convolutionMode(from.getConvolutionMode())
              .dataFormat(from.getCnn2dDataFormat())
              .nIn(from.getNIn())
              .nOut(from.getNOut())
              .build();
    }
    to.setIUpdater(from.getIUpdater());
    to.setBiasUpdater(from.getBiasUpdater());
    if (to instanceof TransductionLayer) {
      // Dropout scales what it leaves, and spikes are 0 or 1.
      to.setIDropout(from.getIDropout());
    }
    to.setWeightInitFn(from.getWeightInitFn());
    return to;
  }

  private static TrinaryConvolutionLayer trinary(
      long inputs,
      long outputs,
      int[] kernel,
      int[] stride,
      int[] padding,
      org.deeplearning4j.nn.conf.ConvolutionMode mode,
      @Nullable ConvolutionLayer format) {
    int groups = CoreLimits.fewestGroups(inputs, outputs, (long) kernel[0] * kernel[1]);
    if (groups == 0) {
      throw new IllegalArgumentException(
          "no number of groups divides "
              + inputs
              + " and "
              + outputs
              + " features so that "
              + kernel[0]
              + "×"
              + kernel[1]
              + " taps come to at most "
              + CoreLimits.INPUTS_PER_NEURON
              + " inputs a neuron");
    }
    TrinaryConvolutionLayer.Builder builder =
        new TrinaryConvolutionLayer.Builder(kernel)
            .stride(stride)
            .padding(padding)
            .convolutionMode(mode)
            .nIn(inputs)
            .nOut(outputs)
            .groups(groups);
    try {
      return (format == null ? builder : builder.dataFormat(format.getCnn2dDataFormat())).build();
    } catch (DL4JInvalidConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static TrinaryConvolutionLayer pooling(SubsamplingLayer from, Place place) {
    checkDilation(from.getDilation());
    PoolingType type = from.getPoolingType();
    Arriving arriving = Arriving.at(place.reads());
    if (!arriving.spikes()) {
      throw new IllegalArgumentException("it pools values other than spikes: " + arriving.reason());
    }
    if (type != PoolingType.MAX && type != PoolingType.AVG) {
      throw new IllegalArgumentException(type + " pooling has no form in spikes");
    }
    long features =
        Arriving.features(place.reads())
            .orElseThrow(() -> new IllegalArgumentException("its number of features is unknown"));
    TrinaryConvolutionLayer to =
        trinary(
            features,
            features,
            from.getKernelSize(),
            from.getStride(),
            from.getPadding(),
            from.getConvolutionMode(),
            null);
    to.setCnn2dDataFormat(from.getCnn2dDataFormat());
    nearestSpiking(place.reads())
        .ifPresent(
            before -> {
              to.setIUpdater(before.getIUpdater());
              to.setBiasUpdater(before.getBiasUpdater());
              to.setWeightInitFn(before.getWeightInitFn());
            });
    return to;
  }

  /** Whose settings a layer takes over that had none of its own. */
  private static Optional<FeedForwardLayer> nearestSpiking(List<Origin> reads) {
    for (Origin read : reads) {
      Optional<FeedForwardLayer> found =
          read.layer() instanceof FeedForwardLayer layer && Arriving.spikes(layer)
              ? Optional.of(layer)
              : nearestSpiking(read.reads());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  // ---- Weights ----

  @Override
  public Carried carry(Layer from, Layer to, Place place) {
    if (from.conf().getLayer() instanceof DropoutLayer) {
      return new Carried(0, 0, 0, "dropped, as spikes are 0 or 1");
    }
    if (to.conf().getLayer() instanceof ActivationLayer) {
      return new Carried(0, 0, 0, "folded into the convolution before it");
    }
    if (from.conf().getLayer() instanceof SubsamplingLayer pooling) {
      return pool(pooling, to);
    }
    Filters filters = new Filters(from, place.after());
    if (!(to.conf().getLayer() instanceof TrinaryConvolutionLayer)) {
      return transduction(filters, to, Arriving.at(place.reads()).reason());
    }
    Carried carried = trinary(filters, to);
    boolean dropout = Acting.dropout(from.conf().getLayer().getIDropout());
    return dropout
        ? new Carried(
            carried.largestWeight(),
            carried.clippedPercent(),
            carried.rmsError(),
            carried.note() + "; dropout dropped, as spikes are 0 or 1")
        : carried;
  }

  private static void set(Layer layer, String param, double[] values) {
    INDArray view = layer.getParam(param);
    layer.setParam(
        param, Nd4j.createFromArray(values).castTo(view.dataType()).reshape('c', view.shape()));
  }

  private static Carried transduction(Filters filters, Layer to, String reads) {
    set(to, "W", filters.weights());
    normalise(to, filters.bias(), filters.mean(), filters.variance());
    return new Carried(filters.largest(), 0, 0, reads + ": float filters kept");
  }

  private static Carried trinary(Filters filters, Layer to) {
    int groups = ((TrinaryConvolutionLayer) to.conf().getLayer()).getSpiking().groups();
    int own = filters.fanIn() / groups;
    int perGroup = filters.outputs() / groups;
    double[] hidden = new double[filters.outputs() * own];
    double[] trinary = new double[hidden.length];
    double[] mean = new double[filters.outputs()];
    double[] variance = new double[filters.outputs()];
    int clipped = 0;
    for (int o = 0; o < filters.outputs(); o++) {
      int from = o * filters.fanIn() + o / perGroup * own;
      double magnitude = 0;
      for (int i = 0; i < own; i++) {
        magnitude += Math.abs(filters.weights()[from + i]) / own;
      }
      double scale = magnitude == 0 ? 0 : TURN / (PART * magnitude);
      double beyond = 0;
      int count = 0;
      for (int i = 0; i < own; i++) {
        double weight = filters.weights()[from + i];
        double scaled = scale * weight;
        clipped += Math.abs(scaled) > 1 ? 1 : 0;
        hidden[o * own + i] = Math.max(-1, Math.min(1, scaled));
        trinary[o * own + i] = Math.abs(scaled) >= TURN ? Math.signum(scaled) : 0;
        beyond += Math.abs(scaled) >= TURN ? Math.abs(weight) : 0;
        count += Math.abs(scaled) >= TURN ? 1 : 0;
      }
      // A trinary weight stands for the mean of those beyond the turn.
      double unit = count == 0 ? 1 : beyond / count;
      mean[o] = filters.mean()[o] / unit;
      variance[o] = filters.variance()[o] / (unit * unit);
    }
    state(to, hidden, trinary, filters.bias(), mean, variance);
    String note =
        groups == 1
            ? "trinary"
            : "trinary in " + groups + " groups: 1/" + groups + " of each filter kept";
    return new Carried(filters.largest(), 100.0 * clipped / hidden.length, Double.NaN, note);
  }

  private static void state(
      Layer to,
      double[] hidden,
      double[] trinary,
      double[] bias,
      double[] mean,
      double[] variance) {
    set(to, "W", hidden);
    set(to, "T", trinary);
    normalise(to, bias, mean, variance);
  }

  /**
   * The target divides by √v + ε: v and a bias that leave the sign of (r − mean)/σ + bias, also
   * where σ is below ε.
   *
   * @param squares σ², one a feature
   */
  private static void normalise(Layer to, double[] biases, double[] mean, double[] squares) {
    double epsilon = ((SpikingLayer) to).options().epsilon();
    double[] variance = new double[squares.length];
    double[] bias = new double[squares.length];
    for (int o = 0; o < squares.length; o++) {
      double sigma = Math.sqrt(squares[o]);
      double root = Math.max(0, sigma - epsilon);
      variance[o] = root * root;
      bias[o] = biases[o] * sigma / (root + epsilon);
    }
    set(to, "b", bias);
    set(to, "mean", mean);
    set(to, "var", variance);
  }

  private static Carried pool(SubsamplingLayer pooling, Layer to) {
    TrinaryConvolutionLayer layer = (TrinaryConvolutionLayer) to.conf().getLayer();
    int features = (int) layer.getNOut();
    int taps = layer.getKernelSize()[0] * layer.getKernelSize()[1];
    int perGroup = features / layer.getSpiking().groups();
    double[] weights = new double[features * perGroup * taps];
    for (int feature = 0; feature < features; feature++) {
      int from = (feature * perGroup + feature % perGroup) * taps;
      Arrays.fill(weights, from, from + taps, 1);
    }
    double[] mean = new double[features];
    double[] variance = new double[features];
    Arrays.fill(mean, pooling.getPoolingType() == PoolingType.MAX ? 1 : taps / 2.0);
    Arrays.fill(variance, 1);
    state(to, weights, weights, new double[features], mean, variance);
    return new Carried(
        0, 0, 0, "strided, starts as " + pooling.getPoolingType() + " pooling of spikes");
  }
}
