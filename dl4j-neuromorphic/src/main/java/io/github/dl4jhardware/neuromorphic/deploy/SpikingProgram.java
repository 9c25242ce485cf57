package io.github.dl4jhardware.neuromorphic.deploy;

import io.github.dl4jhardware.neuromorphic.core.CoreLimits;
import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.packed.PackedNetwork;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/**
 * A trained spiking network as integers: a transduction in front, layers of trinary weights and
 * thresholds, and a population of class neurons, feature i for class i mod classes.
 *
 * <p>Normalisation and bias have become thresholds, as {@link
 * io.github.dl4jhardware.neuromorphic.quantize.FiringThreshold} says; every neuron fires exactly
 * when the layer's does at inference.
 */
public final class SpikingProgram {
  private final @Nullable PixelLayer transduction;
  private final List<TrinaryLayer> layers;
  private final int classes;

  /**
   * A program of parts.
   *
   * @param transduction before the first layer; none where frames are spikes
   * @param layers at least one; each reads what the one before puts out
   * @param classes at least 1, at most the last layer's features
   * @throws IllegalArgumentException if the parts do not fit each other
   */
  public SpikingProgram(Optional<PixelLayer> transduction, List<TrinaryLayer> layers, int classes) {
    this.transduction = transduction.orElse(null);
    this.layers = List.copyOf(layers);
    this.classes = classes;
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("A program has at least one layer of trinary weights");
    }
    LayerShape before = transduction.map(PixelLayer::shape).orElse(null);
    for (TrinaryLayer layer : layers) {
      LayerShape shape = layer.shape();
      if (shape.fanIn() > CoreLimits.INPUTS_PER_NEURON) {
        throw new IllegalArgumentException(
            shape.name()
                + ": "
                + shape.fanIn()
                + " inputs per neuron; a core takes at most "
                + CoreLimits.INPUTS_PER_NEURON);
      }
      if (before != null
          && (before.outFeatures() != shape.inFeatures()
              || before.outHeight() != shape.inHeight()
              || before.outWidth() != shape.inWidth())) {
        throw new IllegalArgumentException(
            shape.name()
                + " reads "
                + shape.inFeatures()
                + "×"
                + shape.inHeight()
                + "×"
                + shape.inWidth()
                + ", but "
                + before.name()
                + " puts out "
                + before.outFeatures()
                + "×"
                + before.outHeight()
                + "×"
                + before.outWidth());
      }
      before = shape;
    }
    int features = layers.get(layers.size() - 1).shape().outFeatures();
    if (classes < 1 || classes > features) {
      throw new IllegalArgumentException(
          classes + " classes for " + features + " output features; it must be 1 to " + features);
    }
  }

  /**
   * Compiles a network.
   *
   * @param network a transduction or none, trinary layers, a SpikePopulationOutputLayer
   * @param input what the network was configured for
   * @return its present state as a program
   * @throws IllegalArgumentException if a layer cannot be compiled; the message names it, and what
   *     to use instead
   */
  public static SpikingProgram compile(MultiLayerNetwork network, InputType input) {
    return NetworkCompiler.compile(network, input);
  }

  /**
   * Compiles a graph that is a chain of layers.
   *
   * @param graph as for {@link #compile(MultiLayerNetwork, InputType)}
   * @param input what the graph was configured for
   * @return its present state as a program
   * @throws IllegalArgumentException if a vertex cannot be compiled
   */
  public static SpikingProgram compile(ComputationGraph graph, InputType input) {
    return NetworkCompiler.compile(graph, input);
  }

  /**
   * What turns pixels into spikes, off the cores.
   *
   * @return none where frames are spikes
   */
  public Optional<PixelLayer> transduction() {
    return Optional.ofNullable(transduction);
  }

  /**
   * The layers on cores.
   *
   * @return at least one
   */
  public List<TrinaryLayer> layers() {
    return layers;
  }

  /**
   * Number of classes.
   *
   * @return at least 1
   */
  public int classes() {
    return classes;
  }

  /**
   * What the class neurons say.
   *
   * @param last spikes of the last layer
   * @return for each frame the class with the greatest mean of spikes; of several the first
   * @throws IllegalArgumentException if the frames are not of the last layer's size
   */
  public int[] classes(SpikeFrames last) {
    LayerShape shape = layers.get(layers.size() - 1).shape();
    if (last.features() != shape.outFeatures() || last.positions() != shape.outPositions()) {
      throw new IllegalArgumentException(
          last + "; the last layer puts out " + shape.outFeatures() + "×" + shape.outPositions());
    }
    int[] best = new int[last.frames()];
    for (int frame = 0; frame < best.length; frame++) {
      double[] scores = new double[classes];
      for (int feature = 0; feature < last.features(); feature++) {
        for (int position = 0; position < last.positions(); position++) {
          scores[feature % classes] += last.get(frame, feature, position) ? 1 : 0;
        }
      }
      for (int own = 0; own < classes; own++) {
        scores[own] /= (double) shape.outPositions() * population(own);
        best[frame] = scores[own] > scores[best[frame]] ? own : best[frame];
      }
    }
    return best;
  }

  /**
   * The size of a class's population.
   *
   * @param own the class
   * @return features of the last layer that stand for it
   */
  public int population(int own) {
    int features = layers.get(layers.size() - 1).shape().outFeatures();
    return (features - own + classes - 1) / classes;
  }

  /**
   * The network on packed bits.
   *
   * @return fast inference in plain Java
   */
  public PackedNetwork packed() {
    return new PackedNetwork(transduction(), layers, classes);
  }
}
