package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.Internal;
import io.github.dl4jhardware.host.HostSettings;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * The ends of networks. One that comes from Keras without the loss it was compiled for ends in a
 * plain layer, and the host cannot train it; where the activation leaves no choice, the layer is
 * given its loss.
 */
@Internal
public final class Heads {
  private Heads() {}

  /**
   * A last layer with its loss.
   *
   * @param last configuration of a layer whose values leave the network
   * @param before configuration of the layer whose values it reads; null if there is none
   * @return an output or loss layer that computes the same; null if it has a loss, or its
   *     activation does not tell which, or its values may be images or sequences
   */
  static @Nullable Layer withLoss(Layer last, @Nullable Layer before) {
    if (last.getClass() == DenseLayer.class) {
      DenseLayer dense = (DenseLayer) last;
      boolean sequences = dense.getTimeDistributedFormat() != null;
      ILossFunction loss =
          sequences || dense.hasLayerNorm() ? null : lossOf(dense.getActivationFn());
      if (loss != null) {
        OutputLayer output = new OutputLayer.Builder(loss).hasBias(dense.hasBias()).build();
        HostSettings.copy(dense, output);
        return output;
      }
    } else if (last.getClass() == ActivationLayer.class && givesVectors(before)) {
      IActivation activation = ((ActivationLayer) last).getActivationFn();
      ILossFunction loss = lossOf(activation);
      if (loss != null) {
        return new LossLayer.Builder(loss).activation(activation).name(last.getLayerName()).build();
      }
    }
    return null;
  }

  private static boolean givesVectors(@Nullable Layer layer) {
    return (layer instanceof GlobalPoolingLayer pooling && pooling.isCollapseDimensions())
        || (layer instanceof DenseLayer dense && dense.getTimeDistributedFormat() == null);
  }

  /** The loss whose gradient an activation is made for. */
  private static @Nullable ILossFunction lossOf(@Nullable IActivation activation) {
    return activation instanceof ActivationSoftmax
        ? new LossMCXENT()
        : activation instanceof ActivationSigmoid ? new LossBinaryXENT() : null;
  }

  /**
   * What stands in the way of training.
   *
   * @param network initialised, a MultiLayerNetwork or ComputationGraph
   * @return the name and kind of an end without a loss; empty if there is none
   */
  public static String withoutLoss(NeuralNetwork network) {
    if (network instanceof MultiLayerNetwork sequence) {
      org.deeplearning4j.nn.api.Layer last = sequence.getOutputLayer();
      return last instanceof IOutputLayer ? "" : describe(last);
    }
    ComputationGraph graph = (ComputationGraph) network;
    for (String name : graph.getConfiguration().getNetworkOutputs()) {
      org.deeplearning4j.nn.api.Layer layer = graph.getLayer(name);
      if (layer == null) {
        return "\"" + name + "\", which is no layer";
      }
      if (!(layer instanceof IOutputLayer)) {
        return describe(layer);
      }
    }
    return "";
  }

  private static String describe(org.deeplearning4j.nn.api.Layer layer) {
    Layer configuration = layer.conf().getLayer();
    return "\""
        + configuration.getLayerName()
        + "\", a layer of kind "
        + Reasons.kind(configuration);
  }
}
