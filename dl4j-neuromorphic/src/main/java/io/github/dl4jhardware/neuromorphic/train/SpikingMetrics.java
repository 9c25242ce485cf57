package io.github.dl4jhardware.neuromorphic.train;

import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Listens to the firing rate and the flip ratio of every spiking layer: the mean activation of a
 * training batch, and the part of the trinary weights that changed since the batch before.
 *
 * <p>The host's user interface shows both without this listener: the rate as the mean magnitude of
 * the layer's activations, flips as the updates of its parameter {@code T}.
 */
public final class SpikingMetrics extends BaseTrainingListener {
  private final Map<String, Sums> layers = new TreeMap<>();
  private final @Nullable Writer csv;
  private final int every;

  /** Only gathers. */
  public SpikingMetrics() {
    this(null, 1);
  }

  /**
   * Gathers and writes.
   *
   * @param csv takes the lines {@code iteration,epoch,layer,firing_rate,flip_ratio}; the caller
   *     closes it
   * @param every a line a layer each so many iterations, at least 1
   */
  public SpikingMetrics(@Nullable Writer csv, int every) {
    if (every < 1) {
      throw new IllegalArgumentException("every must be at least 1, but is " + every);
    }
    this.csv = csv;
    this.every = every;
    write("iteration,epoch,layer,firing_rate,flip_ratio\n");
  }

  /** Sums of one layer since they were last drained. */
  private static final class Sums {
    private double rates;
    private int rateCount;
    private double flips;
    private int flipCount;
  }

  /**
   * Means over the batches and layers since the last call.
   *
   * @param firingRate 0…1, or NaN if there was no batch
   * @param flipRatio 0…1, or NaN if fewer than two batches were seen or no weight is trinary
   */
  public record Means(double firingRate, double flipRatio) {}

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    for (SpikingLayer layer : spiking(model)) {
      String name = layer.conf().getLayer().getLayerName();
      String key = name == null ? String.valueOf(layer.getIndex()) : name;
      Sums sums = layers.computeIfAbsent(key, each -> new Sums());
      sums.rates += layer.firingRate();
      sums.rateCount++;
      if (!Double.isNaN(layer.flipRatio())) {
        sums.flips += layer.flipRatio();
        sums.flipCount++;
      }
      if (csv != null && iteration % every == 0) {
        write(
            String.format(
                Locale.ROOT,
                "%d,%d,\"%s\",%.6f,%s\n",
                iteration,
                epoch,
                key.replace("\"", "\"\""),
                layer.firingRate(),
                Double.isNaN(layer.flipRatio())
                    ? ""
                    : String.format(Locale.ROOT, "%.8f", layer.flipRatio())));
      }
    }
  }

  private static List<SpikingLayer> spiking(Model model) {
    List<SpikingLayer> found = new ArrayList<>();
    if (model instanceof NeuralNetwork network) {
      for (Layer layer : HostNetwork.layers(network)) {
        if (Wrappers.inside(layer) instanceof SpikingLayer spiking) {
          found.add(spiking);
        }
      }
    }
    return found;
  }

  /**
   * The means since the last call, and starts anew.
   *
   * @return over all layers alike
   */
  public Means drain() {
    double rate =
        layers.values().stream()
            .mapToDouble(sums -> sums.rates / sums.rateCount)
            .average()
            .orElse(Double.NaN);
    double flips =
        layers.values().stream()
            .filter(sums -> sums.flipCount > 0)
            .mapToDouble(sums -> sums.flips / sums.flipCount)
            .average()
            .orElse(Double.NaN);
    layers.clear();
    return new Means(rate, flips);
  }

  private void write(String text) {
    if (csv != null) {
      try {
        csv.write(text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
