package io.github.dl4jhardware.analog.convert;

import io.github.dl4jhardware.analog.cell.IdealSynapse;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ArrayTiles;
import io.github.dl4jhardware.analog.layer.AnalogConvolution1DLayer;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLSTM;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.layer.AnalogRnnOutputLayer;
import io.github.dl4jhardware.analog.layer.AnalogSimpleRnn;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.convert.LayerConversion;
import io.github.dl4jhardware.convert.Place;
import io.github.dl4jhardware.host.Acting;
import io.github.dl4jhardware.host.HostSettings;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Dense, output, convolution and recurrent layers on analogue memory, depthwise convolutions too,
 * and what wrappers such as Bidirectional are around, for {@link
 * io.github.dl4jhardware.convert.HardwareConversion}: their weights are programmed into the
 * devices.
 *
 * <pre>{@code
 * HardwareConversion.of(trained).all(Analog.on(Synapses.pcmCapacitor2018())).convert();
 * }</pre>
 *
 * <p>{@code Analog.on(Synapses.pcmInference())} prepares for a chip that only infers: training goes
 * on with the noise of programming and reading in each forward pass.
 */
public final class Analog implements LayerConversion {
  private final Synapse synapse;
  private final @Nullable Long chipSeed;
  private final @Nullable IUpdater updater;
  private final ArrayEdges edges;

  private Analog(
      Synapse synapse, @Nullable Long chipSeed, @Nullable IUpdater updater, ArrayEdges edges) {
    this.synapse = synapse;
    this.chipSeed = chipSeed;
    this.updater = updater;
    this.edges = edges;
  }

  /**
   * On cells of one kind, trained by the source's updater, on the chip of the network's seed.
   *
   * @param synapse what one weight is made of
   * @return the conversion
   */
  public static Analog on(Synapse synapse) {
    return new Analog(
        Objects.requireNonNull(synapse, "synapse is missing"), null, null, ArrayEdges.IDEAL);
  }

  /**
   * Analogue layers made plain again, with the weights that the devices hold.
   *
   * @return the conversion
   */
  public static LayerConversion toSoftware() {
    return new ToSoftware();
  }

  /**
   * On another chip.
   *
   * @param seed of variation and noise
   * @return a copy
   */
  public Analog chipSeed(long seed) {
    return new Analog(synapse, seed, updater, edges);
  }

  /**
   * With another updater for the analogue layers.
   *
   * @param trainer such as AnalogSgd
   * @return a copy
   */
  public Analog updater(IUpdater trainer) {
    Objects.requireNonNull(trainer, "trainer is missing");
    return new Analog(synapse, chipSeed, trainer, edges);
  }

  /**
   * With converters, bounds and noise of reads.
   *
   * @param own ideal by default
   * @return a copy
   */
  public Analog edges(ArrayEdges own) {
    Objects.requireNonNull(own, "edges are missing");
    return new Analog(synapse, chipSeed, updater, own);
  }

  @Override
  public boolean scalesColumns() {
    return synapse instanceof IdealSynapse
        || (synapse instanceof InferenceSynapse target && target.perColumn());
  }

  @Override
  public boolean takes(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer.getClass() == DenseLayer.class
        || layer.getClass() == OutputLayer.class
        || layer.getClass() == DepthwiseConvolution2D.class
        || layer.getClass() == Convolution1DLayer.class
        || layer.getClass() == Convolution1D.class
        || layer.getClass() == ConvolutionLayer.class
        || layer.getClass() == Convolution2D.class
        || layer.getClass() == LSTM.class
        || layer.getClass() == SimpleRnn.class
        || layer.getClass() == RnnOutputLayer.class;
  }

  @Override
  public FeedForwardLayer replace(org.deeplearning4j.nn.conf.layers.Layer layer, Place place) {
    FeedForwardLayer from = (FeedForwardLayer) layer;
    if (Acting.weightNoise(from.getWeightNoise())) {
      throw new IllegalArgumentException(
          "weight noise has no place on an array; use Synapses.pcmInference() for noise in training");
    }
    FeedForwardLayer to;
    if (layer instanceof DenseLayer dense) {
      if (dense.hasLayerNorm()) {
        throw new IllegalArgumentException("layer normalisation cannot be done on an array");
      }
      AnalogDenseLayer.Builder builder =
          new AnalogDenseLayer.Builder().synapse(synapse).edges(edges);
      to =
          (chipSeed == null ? builder : builder.chipSeed(chipSeed))
              .hasBias(dense.hasBias())
              .build();
    } else if (layer instanceof Convolution1DLayer sequence) {
      to = sequence(sequence);
    } else if (layer instanceof ConvolutionLayer convolution) {
      to = convolution(convolution);
    } else if (layer instanceof BaseRecurrentLayer recurrent) {
      to = recurrent(recurrent);
    } else if (layer instanceof RnnOutputLayer output) {
      AnalogRnnOutputLayer.Builder builder =
          new AnalogRnnOutputLayer.Builder(output.getLossFn()).synapse(synapse).edges(edges);
      AnalogRnnOutputLayer own =
          (chipSeed == null ? builder : builder.chipSeed(chipSeed))
              .hasBias(output.hasBias())
              .build();
      own.setRnnDataFormat(output.getRnnDataFormat());
      to = own;
    } else {
      OutputLayer output = (OutputLayer) layer;
      AnalogOutputLayer.Builder builder =
          new AnalogOutputLayer.Builder(output.getLossFn()).synapse(synapse).edges(edges);
      to =
          (chipSeed == null ? builder : builder.chipSeed(chipSeed))
              .hasBias(output.hasBias())
              .build();
    }
    HostSettings.copy(from, to);
    if (updater != null) {
      to.setIUpdater(updater);
    }
    if (to.getIUpdater() instanceof AnalogSgd) {
      // What no array can do; carry() says so.
      to.setBiasUpdater(null);
      to.setRegularization(List.of());
      to.setRegularizationBias(List.of());
      to.setConstraints(null);
      to.setGradientNormalization(GradientNormalization.None);
    }
    return to;
  }

  private BaseRecurrentLayer recurrent(BaseRecurrentLayer from) {
    BaseRecurrentLayer to;
    if (from instanceof LSTM lstm) {
      AnalogLSTM.Builder builder =
          new AnalogLSTM.Builder()
              .gateActivationFunction(lstm.getGateActivationFn())
              .forgetGateBiasInit(lstm.getForgetGateBiasInit())
              .synapse(synapse)
              .edges(edges);
      to = (chipSeed == null ? builder : builder.chipSeed(chipSeed)).build();
    } else {
      if (((SimpleRnn) from).hasLayerNorm()) {
        throw new IllegalArgumentException("layer normalisation cannot be done on an array");
      }
      AnalogSimpleRnn.Builder builder = new AnalogSimpleRnn.Builder().synapse(synapse).edges(edges);
      to = (chipSeed == null ? builder : builder.chipSeed(chipSeed)).build();
    }
    to.setWeightInitFnRecurrent(from.getWeightInitFnRecurrent());
    to.setRnnDataFormat(from.getRnnDataFormat());
    return to;
  }

  private AnalogConvolution1DLayer sequence(Convolution1DLayer from) {
    AnalogConvolution1DLayer.Builder builder =
        new AnalogConvolution1DLayer.Builder(
                from.getKernelSize()[0], from.getStride()[0], from.getPadding()[0])
            .synapse(synapse)
            .edges(edges);
    AnalogConvolution1DLayer to =
        (chipSeed == null ? builder : builder.chipSeed(chipSeed))
            .dilation(from.getDilation()[0])
            .hasBias(from.hasBias())
            .rnnDataFormat(from.getRnnDataFormat())
            .build();
    // Not by the builder: a mode of the whole network may meet paddings that it leaves unused.
    to.setConvolutionMode(from.getConvolutionMode());
    to.setCudnnAlgoMode(from.getCudnnAlgoMode());
    to.setCnn2dDataFormat(from.getCnn2dDataFormat());
    to.setDefaultValueOverriden(from.isDefaultValueOverriden());
    return to;
  }

  private AnalogConvolutionLayer convolution(ConvolutionLayer from) {
    AnalogConvolutionLayer.Builder builder =
        new AnalogConvolutionLayer.Builder().synapse(synapse).edges(edges);
    AnalogConvolutionLayer to =
        (chipSeed == null ? builder : builder.chipSeed(chipSeed))
            .kernelSize(from.getKernelSize())
            .stride(from.getStride())
            .padding(from.getPadding())
            .dilation(from.getDilation())
            .hasBias(from.hasBias())
            .groups(from instanceof DepthwiseConvolution2D ? (int) from.getNIn() : 1)
            .build();
    // Not by the builder: a mode of the whole network may meet paddings that it leaves unused.
    to.setConvolutionMode(from.getConvolutionMode());
    to.setCudnnAlgoMode(from.getCudnnAlgoMode());
    to.setCnn2dDataFormat(from.getCnn2dDataFormat());
    to.setDefaultValueOverriden(from.isDefaultValueOverriden());
    return to;
  }

  @Override
  public Carried carry(Layer from, Layer to, Place place) {
    ToSoftware.copyBesideW(from, to);
    to.getParam("W").assign(weights(from));
    AnalogLayer analog = (AnalogLayer) to;
    INDArray wanted = analog.weightRows().dup('c');
    // Programs the whole array, bias row included.
    to.setParam("W", weights(from).dup());
    SynapseArray array = analog.readArray();
    int clipped = synapse instanceof InferenceSynapse target ? clip(target, array, to) : 0;
    INDArray error = analog.weightRows().sub(wanted);
    int saturated = 0;
    int cells = array.rows() * array.columns();
    for (int cell = 0; cell < cells; cell++) {
      saturated += array.saturated(cell) ? 1 : 0;
    }
    return new Carried(
        wanted.amaxNumber().doubleValue(),
        100.0 * Math.max(saturated, clipped) / cells,
        error.norm2Number().doubleValue() / Math.sqrt((double) error.length()),
        dropped((FeedForwardLayer) from.conf().getLayer(), (FeedForwardLayer) to.conf().getLayer()),
        tiles(analog));
  }

  /** Each group's array is cut for itself. */
  private static Tiles tiles(AnalogLayer layer) {
    SynapseArray array = layer.readArray();
    ArrayTiles size = layer.edges().tiles();
    int groups = layer.arrays();
    int columns = array.columns() / groups;
    int tiles = groups * size.down(array.rows()) * size.across(columns);
    long used = (long) array.rows() * array.columns();
    boolean limited = !size.equals(ArrayTiles.UNLIMITED);
    return new Tiles(tiles, used, limited ? tiles * (long) size.rows() * size.columns() : used);
  }

  /** W as an analogue layer has it: the host's depthwise one goes by kernel first. */
  private static INDArray weights(Layer from) {
    INDArray w = from.getParam("W");
    return from.conf().getLayer() instanceof DepthwiseConvolution2D
        ? w.permute(2, 3, 0, 1)
            .dup('c')
            .reshape('c', w.size(2) * w.size(3), 1, w.size(0), w.size(1))
        : w;
  }

  /** As a training step would: cells of inference hold no weight that is far out. */
  private static int clip(InferenceSynapse target, SynapseArray array, Layer to) {
    int clipped = target.clip(array.weights(), array.columns());
    if (clipped > 0) {
      ((AnalogLayer) to).writeArray();
    }
    return clipped;
  }

  private static String dropped(FeedForwardLayer from, FeedForwardLayer to) {
    boolean any =
        lost(from.getRegularization(), to.getRegularization())
            || lost(from.getRegularizationBias(), to.getRegularizationBias())
            || (from.getConstraints() != null
                && !from.getConstraints().isEmpty()
                && to.getConstraints() == null)
            || (from.getGradientNormalization() != null
                && from.getGradientNormalization() != GradientNormalization.None
                && to.getGradientNormalization() == GradientNormalization.None);
    return any
        ? "L1, L2, weight decay, constraints and gradient normalisation dropped: no array can do them"
        : "";
  }

  private static boolean lost(
      @Nullable List<Regularization> before, @Nullable List<Regularization> after) {
    return !Acting.regularization(before).isEmpty() && Acting.regularization(after).isEmpty();
  }
}
