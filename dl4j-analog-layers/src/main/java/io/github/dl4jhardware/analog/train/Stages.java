package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.cell.ArrayObserver;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.Window;
import io.github.dl4jhardware.host.HostNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.jspecify.annotations.Nullable;

/** A network's layers and vertices as stages, for examples of one extent. */
final class Stages {
  private final int parts;
  private final ArrayObserver observer;
  private final InputStage input;
  private final List<Stage> stages = new ArrayList<>();

  private Stages(Extent extent, int parts, ArrayObserver observer) {
    this.parts = parts;
    this.observer = observer;
    input = new InputStage(extent);
  }

  /**
   * All stages of a network.
   *
   * @param nodes that {@link Suitability} has nothing against
   * @param extent of an example
   * @param parts threads
   * @param observer of arrays
   */
  static Stages of(List<HostNode> nodes, Extent extent, int parts, ArrayObserver observer) {
    Stages all = new Stages(extent, parts, observer);
    List<Stage> ofNodes = new ArrayList<>();
    for (HostNode node : nodes) {
      List<Stage> sources = new ArrayList<>();
      for (int source : node.sources()) {
        sources.add(source == HostNode.INPUT ? all.input : ofNodes.get(source));
      }
      ofNodes.add(all.stage(node, sources));
    }
    return all;
  }

  InputStage input() {
    return input;
  }

  /** All behind the input, each after those that it reads. */
  List<Stage> list() {
    return stages;
  }

  private Stage stage(HostNode node, List<Stage> sources) {
    @Nullable Layer layer = node.layer();
    if (layer == null) {
      return vertex(node.where(), Objects.requireNonNull(node.vertex()), sources);
    }
    Stage source = reshaped(node.where(), node.before(), sources.get(0));
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    if (conf instanceof AnalogConvolutionLayer convolution) {
      return add(convolution(node.where(), layer, convolution, source));
    }
    if (layer instanceof AnalogLayer) {
      return add(dense(node.where(), layer, (FeedForwardLayer) conf, source));
    }
    if (conf instanceof SubsamplingLayer pooling) {
      return add(pooling(node.where(), pooling, source));
    }
    if (conf instanceof GlobalPoolingLayer pooling) {
      return add(globalPooling(node.where(), pooling, source));
    }
    if (conf instanceof BatchNormalization normalisation) {
      return add(normalisation(node.where(), layer, normalisation, source));
    }
    return add(
        new ActivationStage(
            source, Suitability.nonlinearity(((ActivationLayer) conf).getActivationFn())));
  }

  private Stage add(Stage stage) {
    stages.add(stage);
    return stage;
  }

  // ---- Vertices ----

  private Stage vertex(String where, GraphVertex vertex, List<Stage> sources) {
    if (vertex instanceof PreprocessorVertex between) {
      return reshaped(where, between.getPreProcessor(), sources.get(0));
    }
    Extent first = sources.get(0).extent();
    boolean sum = vertex instanceof ElementWiseVertex;
    if (vertex instanceof MergeVertex merge) {
      checkAxis(where, merge.getMergeAxis(), first);
    }
    int channels = 0;
    for (Stage source : sources) {
      Extent other = source.extent();
      boolean alike =
          sum ? other.equals(first) : other.equals(first.withChannels(other.channels()));
      if (!alike) {
        throw Suitability.refusal(
            where + " puts " + first.text() + " and " + other.text() + " together",
            "they must be of the same shape" + (sum ? "" : ", but for their channels"));
      }
      channels += other.channels();
    }
    return add(
        sum ? new SumStage(sources) : new MergedStage(sources, first.withChannels(channels)));
  }

  /** The host corrects an axis that was not given only where it knows the network's input type. */
  private static void checkAxis(String where, int axis, Extent extent) {
    int rank = extent.images() ? 4 : 2;
    int channels = extent.images() && extent.channelsLast() ? 3 : 1;
    if (Math.floorMod(axis, rank) != channels) {
      throw Suitability.refusal(
          where + " merges along axis " + axis + " of " + extent.text(),
          "InSituTrainer merges channels, which are axis "
              + channels
              + ": set the network's input type, or train with network.fit(...)");
    }
  }

  private Stage reshaped(String where, @Nullable InputPreProcessor between, Stage source) {
    if (between == null) {
      return source;
    }
    Extent extent =
        between instanceof FeedForwardToCnnPreProcessor images
            ? Extent.images(
                (int) images.getNumChannels(),
                (int) images.getInputHeight(),
                (int) images.getInputWidth(),
                false)
            : Extent.row(source.extent().size());
    if (between instanceof CnnToFeedForwardPreProcessor flat
        ? !source.extent().equals(images(flat))
        : source.extent().images() || extent.size() != source.extent().size()) {
      throw Suitability.misfit(
          where
              + " has the preprocessor "
              + between
              + ", and what it reads is of the shape "
              + source.extent().text());
    }
    return add(new ReorderedStage(source, extent));
  }

  private static Extent images(CnnToFeedForwardPreProcessor flat) {
    return Extent.images(
        (int) flat.getNumChannels(),
        (int) flat.getInputHeight(),
        (int) flat.getInputWidth(),
        flat.getFormat() == CNN2DFormat.NHWC);
  }

  // ---- Layers ----

  private ArrayWork work(Layer layer) {
    return new ArrayWork(
        layer, observer.observe(layer.getIndex(), ((AnalogLayer) layer).readArray()), parts);
  }

  private Stage dense(String where, Layer layer, FeedForwardLayer conf, Stage source) {
    if (source.extent().images() || source.extent().size() != conf.getNIn()) {
      throw Suitability.misfit(
          where
              + " takes [examples, "
              + conf.getNIn()
              + "], and what it reads is of the shape "
              + source.extent().text());
    }
    Nonlinearity nonlinearity = Suitability.nonlinearity(((BaseLayer) conf).getActivationFn());
    return new DenseStage(source, work(layer), nonlinearity, parts);
  }

  private Stage convolution(String where, Layer layer, AnalogConvolutionLayer conf, Stage source) {
    checkImages(where, source, conf.getCnn2dDataFormat());
    Extent images = source.extent();
    if (images.channels() != conf.getNIn()) {
      throw Suitability.misfit(
          where
              + " takes "
              + conf.getNIn()
              + " channels, and what it reads is of the shape "
              + images.text());
    }
    Window[] windows =
        Window.both(
            conf.getConvolutionMode(),
            conf.getKernelSize(),
            conf.getStride(),
            conf.getDilation(),
            conf.getPadding(),
            new int[] {images.height(), images.width()},
            where);
    Nonlinearity nonlinearity = Suitability.nonlinearity(conf.getActivationFn());
    return new ConvolutionStage(source, work(layer), nonlinearity, windows, parts);
  }

  private Stage pooling(String where, SubsamplingLayer conf, Stage source) {
    checkImages(where, source, conf.getCnn2dDataFormat());
    Extent images = source.extent();
    Window[] windows =
        Window.both(
            conf.getConvolutionMode(),
            conf.getKernelSize(),
            conf.getStride(),
            conf.getDilation(),
            conf.getPadding(),
            new int[] {images.height(), images.width()},
            where);
    PoolingStage.Kind kind = PoolingStage.Kind.GREATEST;
    if (conf.getPoolingType() == PoolingType.AVG) {
      kind =
          conf.isAvgPoolIncludePadInDivisor()
              ? PoolingStage.Kind.MEAN_WITH_PADDING
              : PoolingStage.Kind.MEAN;
    }
    Extent extent = images.withImages(images.channels(), windows[0].out(), windows[1].out());
    return new PoolingStage(source, extent, kind, windows, parts);
  }

  private Stage globalPooling(String where, GlobalPoolingLayer conf, Stage source) {
    Extent images = source.extent();
    int @Nullable [] over = conf.getPoolingDimensions();
    boolean last = over != null && over.length == 2 && over[0] == 1 && over[1] == 2;
    boolean first = over == null || (over.length == 2 && over[0] == 2 && over[1] == 3);
    if (!(last || first)) {
      throw Suitability.refusal(
          where + " does not pool over height and width", "train with network.fit(...)");
    }
    checkImages(where, source, last ? CNN2DFormat.NHWC : CNN2DFormat.NCHW);
    PoolingStage.Kind kind =
        switch (conf.getPoolingType()) {
          case MAX -> PoolingStage.Kind.GREATEST;
          case SUM -> PoolingStage.Kind.SUM;
          default -> PoolingStage.Kind.MEAN;
        };
    int channels = images.channels();
    Extent extent =
        conf.isCollapseDimensions() ? Extent.row(channels) : images.withImages(channels, 1, 1);
    int[] size = {images.height(), images.width()};
    int[] one = {1, 1};
    Window[] windows =
        Window.both(ConvolutionMode.Truncate, size, one, one, new int[2], size, where);
    return new PoolingStage(source, extent, kind, windows, parts);
  }

  private Stage normalisation(String where, Layer layer, BatchNormalization conf, Stage source) {
    if (source.extent().pixels() < 2) {
      throw Suitability.refusal(
          where + " normalises single numbers, and a single example has no variance of them",
          "remove it, or train with network.fit(...)");
    }
    checkImages(where, source, conf.getCnn2DFormat());
    if (source.extent().channels() != conf.getNIn()) {
      throw Suitability.misfit(
          where
              + " takes "
              + conf.getNIn()
              + " channels, and what it reads is of the shape "
              + source.extent().text());
    }
    return new NormalisationStage(source, layer, parts);
  }

  private static void checkImages(String where, Stage source, CNN2DFormat format) {
    Extent extent = source.extent();
    if (!extent.images() || extent.channelsLast() != (format == CNN2DFormat.NHWC)) {
      throw Suitability.misfit(
          where
              + " takes images as "
              + format
              + ", and what it reads is of the shape "
              + extent.text());
    }
  }
}
