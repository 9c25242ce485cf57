package io.github.dl4jhardware.neuromorphic.convert;

import io.github.dl4jhardware.convert.Origin;
import io.github.dl4jhardware.host.Acting;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryDenseLayer;
import io.github.dl4jhardware.neuromorphic.quantize.SpikeActivation;
import java.util.List;
import java.util.OptionalLong;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseUpsamplingLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.params.EmptyParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What arrives at a layer: spikes, or where other values come from. Followed back through all that
 * leaves spikes as they are.
 *
 * @param source of the values; null if spikes arrive
 */
record Arriving(@Nullable Origin source) {
  private static final Arriving SPIKES = new Arriving(null);

  static Arriving at(List<Origin> reads) {
    Arriving values = SPIKES;
    for (Origin read : reads) {
      Arriving each = at(read);
      // Of several the one that is no input of the network tells more.
      boolean more = values.source == null || values.source.input();
      values = each.source != null && more ? each : values;
    }
    return values;
  }

  private static Arriving at(Origin origin) {
    Layer layer = origin.layer();
    if (layer != null && spikes(layer)) {
      return SPIKES;
    }
    boolean through =
        !origin.input()
            && !origin.reads().isEmpty()
            && (layer != null ? letsThrough(layer) : letsThrough(origin.vertex()));
    if (through) {
      return at(origin.reads());
    }
    return new Arriving(made(origin) ? origin : input(origin));
  }

  /** Whether weights have made the values: what none has changed is still the network's input. */
  private static boolean made(Origin origin) {
    boolean weights =
        origin.layer() != null && !(origin.layer().initializer() instanceof EmptyParamInitializer);
    return weights || origin.reads().stream().anyMatch(Arriving::made);
  }

  private static Origin input(Origin origin) {
    return origin.reads().isEmpty() ? origin : input(origin.reads().get(0));
  }

  boolean spikes() {
    return source == null;
  }

  /** A clause: what is read, if it is not spikes. */
  String reason() {
    if (source == null) {
      return "it reads spikes";
    }
    return source.input() ? "it reads the network's input" : "it reads values of " + source;
  }

  static boolean spikes(Layer layer) {
    return layer instanceof TransductionLayer
        || layer instanceof TrinaryConvolutionLayer
        || layer instanceof TrinaryDenseLayer
        || (layer instanceof BaseLayer plain && plain.getActivationFn() instanceof SpikeActivation);
  }

  /** Whether zeros and ones come out as the same zeros and ones, and in training too. */
  private static boolean letsThrough(Layer layer) {
    if (Acting.dropout(layer.getIDropout())) {
      return false;
    }
    return layer instanceof ZeroPaddingLayer
        || layer instanceof Cropping2D
        || layer instanceof BaseUpsamplingLayer
        || layer instanceof SpaceToDepthLayer
        || layer instanceof PReLULayer
        || layer instanceof DropoutLayer
        || (layer instanceof ActivationLayer activation
            && keepsSpikes(activation.getActivationFn()))
        || (layer instanceof SubsamplingLayer pooling
            && pooling.getPoolingType() == PoolingType.MAX);
  }

  private static boolean letsThrough(@Nullable GraphVertex vertex) {
    return vertex instanceof MergeVertex
        || vertex instanceof SubsetVertex
        || (vertex instanceof ElementWiseVertex each
            && (each.getOp() == ElementWiseVertex.Op.Max
                || each.getOp() == ElementWiseVertex.Op.Product));
  }

  /** f(0) = 0 and f(1) = 1, tried, whatever stands beside them. */
  static boolean keepsSpikes(IActivation activation) {
    if (activation.equals(Activation.SOFTMAX.getActivationFunction())) {
      return false;
    }
    INDArray spikes = Nd4j.createFromArray(new double[][] {{0, 1}, {1, 0}});
    INDArray found = activation.getActivation(spikes.dup(), false).castTo(DataType.DOUBLE);
    return found.equalsWithEps(spikes, 0);
  }

  /** How many features arrive, if the configurations say so. */
  static OptionalLong features(List<Origin> reads) {
    long sum = 0;
    for (Origin read : reads) {
      OptionalLong each = features(read);
      if (each.isEmpty()) {
        return each;
      }
      sum += each.getAsLong();
    }
    return reads.isEmpty() ? OptionalLong.empty() : OptionalLong.of(sum);
  }

  private static OptionalLong features(Origin origin) {
    if (origin.vertex() instanceof SubsetVertex subset) {
      return OptionalLong.of(subset.getTo() - subset.getFrom() + 1L);
    }
    if (origin.vertex() instanceof ElementWiseVertex) {
      return features(origin.reads().get(0));
    }
    if (origin.layer() instanceof SpaceToDepthLayer) {
      return OptionalLong.empty();
    }
    return origin.layer() instanceof FeedForwardLayer layer
            && !(layer instanceof DropoutLayer)
            && layer.getNOut() > 0
        ? OptionalLong.of(layer.getNOut())
        : features(origin.reads());
  }
}
