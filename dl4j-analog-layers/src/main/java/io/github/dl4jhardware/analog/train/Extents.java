package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.host.HostNode;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a network takes as its input, which no configuration of the host says as a whole. */
final class Extents {
  private Extents() {}

  /**
   * By what reads the input, and for the size of images by the first of them.
   *
   * @param nodes of the network
   * @param features the first
   */
  static Extent ofInput(List<HostNode> nodes, INDArray features) {
    HostNode reader =
        nodes.stream()
            .filter(node -> node.sources().contains(HostNode.INPUT))
            .findFirst()
            .orElseThrow();
    if (before(reader) instanceof FeedForwardToCnnPreProcessor images) {
      return Extent.row(
          (int) (images.getNumChannels() * images.getInputHeight() * images.getInputWidth()));
    }
    @Nullable Layer layer = reader.layer();
    if (before(reader) == null
        && layer != null
        && layer.conf().getLayer() instanceof FeedForwardLayer dense
        && (dense instanceof AnalogDenseLayer || dense instanceof AnalogOutputLayer)) {
      return Extent.row((int) dense.getNIn());
    }
    if (features.rank() != 2 && features.rank() != 4) {
      throw Suitability.misfit("Features have the shape " + Arrays.toString(features.shape()));
    }
    if (features.rank() == 2) {
      return Extent.row((int) features.size(1));
    }
    boolean last = nodes.stream().anyMatch(Extents::channelsLast);
    return Extent.images(
        (int) features.size(last ? 3 : 1),
        (int) features.size(last ? 1 : 2),
        (int) features.size(last ? 2 : 3),
        last);
  }

  private static @Nullable InputPreProcessor before(HostNode node) {
    return node.vertex() instanceof PreprocessorVertex vertex
        ? vertex.getPreProcessor()
        : node.before();
  }

  private static boolean channelsLast(HostNode node) {
    if (before(node) instanceof CnnToFeedForwardPreProcessor flat) {
      return flat.getFormat() == CNN2DFormat.NHWC;
    }
    @Nullable Layer layer = node.layer();
    return layer != null && format(layer.conf().getLayer()) == CNN2DFormat.NHWC;
  }

  private static @Nullable CNN2DFormat format(org.deeplearning4j.nn.conf.layers.Layer conf) {
    if (conf instanceof ConvolutionLayer convolution) {
      return convolution.getCnn2dDataFormat();
    }
    if (conf instanceof SubsamplingLayer pooling) {
      return pooling.getCnn2dDataFormat();
    }
    if (conf instanceof GlobalPoolingLayer pooling) {
      int @Nullable [] over = pooling.getPoolingDimensions();
      return over != null && over[0] == 1 ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
    }
    return conf instanceof BatchNormalization normalisation
        ? Objects.requireNonNull(normalisation.getCnn2DFormat())
        : null;
  }
}
