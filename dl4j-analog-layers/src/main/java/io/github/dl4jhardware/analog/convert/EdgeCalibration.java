package io.github.dl4jhardware.analog.convert;

import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.convert.LayerConversion;
import io.github.dl4jhardware.convert.Place;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Bounds of converters from data: a network is shown examples, and each layer's forward converters
 * get the range that what they convert needs.
 *
 * <pre>{@code
 * network = EdgeCalibration.by(trainingData.next().getFeatures()).of(network);
 * }</pre>
 *
 * <p>A converter's levels are worth something only where its range is that of the signal: bounds of
 * 12, as {@link ReadPath#converters} has them, leave a layer of small sums a few levels of 255.
 * Output bounds are set for every path that converts outputs, input bounds for those that convert
 * inputs and do not scale them example by example. A bound is what a share of the values stays
 * within; the others are clipped, or read again where the path manages its bounds. Examples for
 * calibration are best not those that a result is of. Assumed: the same bound for all columns of a
 * layer, as if its converters were set together.
 */
public final class EdgeCalibration {
  private static final double DEFAULT_PERCENTILE = 99.99;

  /** Features, and which of their steps are none. */
  private record Batch(INDArray features, @Nullable INDArray mask) {}

  private final List<Batch> batches;
  private final double percentile;

  private EdgeCalibration(List<Batch> batches, double percentile) {
    this.batches = batches;
    this.percentile = percentile;
  }

  /**
   * By batches of one input's features.
   *
   * @param features at least one batch, {@code [examples, …]}
   * @return the calibration, at 99.99 % of all values
   */
  public static EdgeCalibration by(INDArray... features) {
    return by(Arrays.stream(features).map(batch -> new Batch(batch, null)).toList());
  }

  private static EdgeCalibration by(List<Batch> batches) {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("Calibration needs at least one batch of examples");
    }
    return new EdgeCalibration(batches, DEFAULT_PERCENTILE);
  }

  /**
   * By batches of an iterator, with their masks of features.
   *
   * @param data is reset before and after where it can be
   * @param most batches at the most, at least 1
   * @return the calibration, at 99.99 % of all values
   */
  public static EdgeCalibration by(DataSetIterator data, int most) {
    List<Batch> taken = new ArrayList<>();
    if (data.resetSupported()) {
      data.reset();
    }
    while (data.hasNext() && taken.size() < most) {
      DataSet next = data.next();
      INDArray mask = next.getFeaturesMaskArray();
      // An asynchronous iterator goes on to use its memory.
      taken.add(
          new Batch(next.getFeatures().dup().detach(), mask == null ? null : mask.dup().detach()));
    }
    if (data.resetSupported()) {
      data.reset();
    }
    return by(taken);
  }

  /**
   * With another share of the values within bounds.
   *
   * @param percent above 0, at most 100
   * @return a copy
   */
  public EdgeCalibration percentile(double percent) {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException(
          "EdgeCalibration.percentile must be above 0 and at most 100, but is " + percent);
    }
    return new EdgeCalibration(batches, percent);
  }

  /**
   * Calibrates a network.
   *
   * @param network initialised; it is not changed
   * @return a copy with other bounds, the same weights and devices
   * @throws IllegalArgumentException if no layer has converters, or one that has is frozen
   */
  public MultiLayerNetwork of(MultiLayerNetwork network) {
    OtherEdges edges = bounds(network);
    MultiLayerNetwork calibrated = HardwareConversion.of(network).all(edges).convert().network();
    edges.checkAllCarried();
    return calibrated;
  }

  /**
   * Calibrates a graph with one input.
   *
   * @param network initialised; it is not changed
   * @return a copy with other bounds, the same weights and devices
   * @throws IllegalArgumentException if no layer has converters, or one that has is frozen
   */
  public ComputationGraph of(ComputationGraph network) {
    OtherEdges edges = bounds(network);
    ComputationGraph calibrated = HardwareConversion.of(network).all(edges).convert().network();
    edges.checkAllCarried();
    return calibrated;
  }

  private OtherEdges bounds(NeuralNetwork network) {
    List<AnalogLayer> layers = new ArrayList<>();
    List<Seen> seen = new ArrayList<>();
    for (Layer each : HostNetwork.layers(network)) {
      for (Layer inside : Wrappers.allInside(each)) {
        if (inside instanceof AnalogLayer analog && !analog.edges().forward().ideal()) {
          layers.add(analog);
          Seen own = new Seen(analog.edges().forward());
          seen.add(own);
          analog.observeReads(own::add);
        }
      }
    }
    try {
      if (!layers.isEmpty()) {
        batches.forEach(batch -> HostNetwork.output(network, batch.features(), batch.mask()));
      }
    } finally {
      layers.forEach(layer -> layer.observeReads(null));
    }
    OtherEdges edges = new OtherEdges();
    for (int i = 0; i < layers.size(); i++) {
      AnalogLayer layer = layers.get(i);
      ArrayEdges own =
          new ArrayEdges(
              seen.get(i).path(percentile), layer.edges().backward(), layer.edges().tiles());
      if (!own.equals(layer.edges())) {
        edges.found.put(((Layer) layer).conf().getLayer(), layer.configurationWith(own));
      }
    }
    return edges;
  }

  /** What one layer's converters see, in units of what is sent. */
  private static final class Seen {
    private final ReadPath path;
    private final Range inputs = new Range();
    private final Range outputs = new Range();

    Seen(ReadPath path) {
      this.path = path;
    }

    void add(float[] lines, float[] sums, int reads) {
      float[] scales = new float[reads];
      Arrays.fill(scales, path.scaleInputs() ? 0 : 1);
      for (int i = 0; i < lines.length; i++) {
        float magnitude = Math.abs(lines[i]);
        if (path.scaleInputs()) {
          scales[i % reads] = Math.max(scales[i % reads], magnitude);
        } else {
          inputs.add(magnitude);
        }
      }
      for (int i = 0; i < sums.length; i++) {
        float scale = scales[i % reads];
        outputs.add(scale == 0 ? 0 : Math.abs(sums[i]) / scale);
      }
    }

    ReadPath path(double percentile) {
      double in = inputs.percentile(percentile);
      double out = outputs.percentile(percentile);
      boolean setsIn = path.inputBits() > 0 && !path.scaleInputs() && in > 0;
      boolean setsOut = path.outputBits() > 0 && out > 0;
      return path.withBounds(setsIn ? in : path.inputBound(), setsOut ? out : path.outputBound());
    }
  }

  /** The same layers with other edges; their parameters are moved as they are. */
  private static final class OtherEdges implements LayerConversion {
    /** By the very configurations of the source's layers: equal ones may see other numbers. */
    private final IdentityHashMap<
            org.deeplearning4j.nn.conf.layers.Layer, org.deeplearning4j.nn.conf.layers.Layer>
        found = new IdentityHashMap<>();

    private int carried;

    @Override
    public boolean takes(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return found.containsKey(layer);
    }

    @Override
    public org.deeplearning4j.nn.conf.layers.Layer replace(
        org.deeplearning4j.nn.conf.layers.Layer layer, Place place) {
      return found.getOrDefault(layer, layer);
    }

    @Override
    public Carried carry(Layer from, Layer to, Place place) {
      from.paramTable().forEach((name, value) -> to.getParam(name).assign(value));
      carried += found.containsKey(from.conf().getLayer()) ? 1 : 0;
      return Carried.NO_WEIGHTS;
    }

    void checkAllCarried() {
      if (carried < found.size()) {
        throw new IllegalArgumentException(
            (found.size() - carried)
                + " layer(s) with converters are frozen, and would keep their bounds: calibrate before layers are frozen");
      }
    }
  }
}
