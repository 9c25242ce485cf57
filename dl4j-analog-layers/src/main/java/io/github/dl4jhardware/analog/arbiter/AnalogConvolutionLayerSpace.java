package io.github.dl4jhardware.analog.arbiter;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import java.util.Objects;
import org.deeplearning4j.arbiter.layers.FeedForwardLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.util.LeafUtils;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.jspecify.annotations.Nullable;

/**
 * Space of {@link AnalogConvolutionLayer}s: kernel, stride, padding and mode as Arbiter's own space
 * of convolutions has them, and the cells, the array's edges and where the bias stands. What is not
 * given is the layer's default; so are dilation, groups and the images' format.
 */
public final class AnalogConvolutionLayerSpace
    extends FeedForwardLayerSpace<AnalogConvolutionLayer> {
  private @Nullable ParameterSpace<int[]> kernelSize;
  private @Nullable ParameterSpace<int[]> stride;
  private @Nullable ParameterSpace<int[]> padding;
  private @Nullable ParameterSpace<ConvolutionMode> convolutionMode;
  // CPD-OFF Arbiter looks for spaces in the fields of a class itself.

  private @Nullable ParameterSpace<Synapse> synapse;
  private @Nullable ParameterSpace<ArrayEdges> edges;
  private @Nullable ParameterSpace<Boolean> biasOnArray;
  private @Nullable ParameterSpace<Boolean> hasBias;
  private @Nullable Long chipSeed;

  private AnalogConvolutionLayerSpace(Builder builder) {
    super(builder);
    kernelSize = builder.kernelSize;
    stride = builder.stride;
    padding = builder.padding;
    convolutionMode = builder.convolutionMode;
    synapse = builder.synapse;
    edges = builder.edges;
    biasOnArray = builder.biasOnArray;
    hasBias = builder.hasBias;
    chipSeed = builder.chipSeed;
    // Arbiter declares the field at two levels, and reads both.
    int count = LeafUtils.countUniqueParameters(collectLeaves());
    numParameters = count;
    setNumParameters(count);
  }

  /** For JSON. */
  private AnalogConvolutionLayerSpace() {}

  @Override
  public AnalogConvolutionLayer getValue(double[] values) {
    AnalogConvolutionLayer.Builder builder = new AnalogConvolutionLayer.Builder();
    setLayerOptionsBuilder(builder, values);
    if (kernelSize != null) {
      builder.kernelSize(kernelSize.getValue(values));
    }
    if (stride != null) {
      builder.stride(stride.getValue(values));
    }
    if (padding != null) {
      builder.padding(padding.getValue(values));
    }
    if (convolutionMode != null) {
      builder.convolutionMode(convolutionMode.getValue(values));
    }
    if (synapse != null) {
      builder.synapse(synapse.getValue(values));
    }
    if (edges != null) {
      builder.edges(edges.getValue(values));
    }
    if (biasOnArray != null) {
      builder.biasOnArray(biasOnArray.getValue(values));
    }
    if (hasBias != null) {
      builder.hasBias(hasBias.getValue(values));
    }
    if (chipSeed != null) {
      builder.chipSeed(chipSeed);
    }
    return builder.build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof AnalogConvolutionLayerSpace that
        && Objects.equals(kernelSize, that.kernelSize)
        && Objects.equals(stride, that.stride)
        && Objects.equals(padding, that.padding)
        && Objects.equals(convolutionMode, that.convolutionMode)
        && Objects.equals(synapse, that.synapse)
        && Objects.equals(edges, that.edges)
        && Objects.equals(biasOnArray, that.biasOnArray)
        && Objects.equals(hasBias, that.hasBias)
        && Objects.equals(chipSeed, that.chipSeed);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof AnalogConvolutionLayerSpace;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), convolutionMode, synapse, edges, biasOnArray, chipSeed);
  }

  @Override
  public String toString() {
    return "AnalogConvolutionLayerSpace(" + toString(", ") + ")";
  }

  // CPD-ON

  /** Builds the space; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // Arbiter declares <E extends LayerSpace> E build().
  public static final class Builder extends FeedForwardLayerSpace.Builder<Builder> {
    private @Nullable ParameterSpace<int[]> kernelSize;
    private @Nullable ParameterSpace<int[]> stride;
    private @Nullable ParameterSpace<int[]> padding;
    private @Nullable ParameterSpace<ConvolutionMode> convolutionMode;
    private @Nullable ParameterSpace<Synapse> synapse;
    private @Nullable ParameterSpace<ArrayEdges> edges;
    private @Nullable ParameterSpace<Boolean> biasOnArray;
    private @Nullable ParameterSpace<Boolean> hasBias;
    private @Nullable Long chipSeed;

    /** All settings at the layer's defaults. */
    public Builder() {}

    /**
     * The kernel of all candidates.
     *
     * @param size height and width
     * @return this
     */
    public Builder kernelSize(int... size) {
      return kernelSize(new FixedValue<>(size));
    }

    /**
     * Kernels.
     *
     * @param space of heights and widths
     * @return this
     */
    public Builder kernelSize(ParameterSpace<int[]> space) {
      kernelSize = space;
      return this;
    }

    /**
     * The stride of all candidates.
     *
     * @param step down and across
     * @return this
     */
    public Builder stride(int... step) {
      return stride(new FixedValue<>(step));
    }

    /**
     * Strides.
     *
     * @param space of steps down and across
     * @return this
     */
    public Builder stride(ParameterSpace<int[]> space) {
      stride = space;
      return this;
    }

    /**
     * Zeros around the input.
     *
     * @param space above and to the left
     * @return this
     */
    public Builder padding(ParameterSpace<int[]> space) {
      padding = space;
      return this;
    }

    /**
     * What happens at the edges of images.
     *
     * @param mode of all candidates
     * @return this
     */
    public Builder convolutionMode(ConvolutionMode mode) {
      convolutionMode = new FixedValue<>(mode);
      return this;
    }

    // CPD-OFF Builders of spaces of Arbiter's, without a common parent of ours.

    /**
     * What one weight is made of.
     *
     * @param one for all candidates
     * @return this
     */
    public Builder synapse(Synapse one) {
      return synapse(new FixedValue<>(one));
    }

    /**
     * What one weight is made of.
     *
     * @param space such as a {@link PcmCapacitorSynapseSpace}
     * @return this
     */
    public Builder synapse(ParameterSpace<Synapse> space) {
      synapse = space;
      return this;
    }

    /**
     * Converters, bounds and noise of reads.
     *
     * @param space such as an {@link ArrayEdgesSpace}
     * @return this
     */
    public Builder edges(ParameterSpace<ArrayEdges> space) {
      edges = space;
      return this;
    }

    /**
     * Whether the bias is one more row of devices.
     *
     * @param space of both
     * @return this
     */
    public Builder biasOnArray(ParameterSpace<Boolean> space) {
      biasOnArray = space;
      return this;
    }

    /**
     * Whether the layer has a bias.
     *
     * @param space of both
     * @return this
     */
    public Builder hasBias(ParameterSpace<Boolean> space) {
      hasBias = space;
      return this;
    }

    /**
     * The seed of the devices' variation and noise.
     *
     * @param seed the network's by default
     * @return this
     */
    public Builder chipSeed(long seed) {
      chipSeed = seed;
      return this;
    }

    // CPD-ON

    @Override
    public AnalogConvolutionLayerSpace build() {
      return new AnalogConvolutionLayerSpace(this);
    }
  }
}
