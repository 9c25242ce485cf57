package io.github.dl4jhardware.analog.arbiter;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.layer.AnalogLSTM;
import java.util.Objects;
import org.deeplearning4j.arbiter.layers.AbstractLSTMLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.util.LeafUtils;
import org.jspecify.annotations.Nullable;

/**
 * Space of {@link AnalogLSTM}s: what Arbiter's own spaces have, and the cells, the array's edges
 * and where the bias stands. What is not given is the layer's default.
 */
public final class AnalogLSTMLayerSpace extends AbstractLSTMLayerSpace<AnalogLSTM> {
  // CPD-OFF What Arbiter asks of each space; they have no common parent of ours.

  private @Nullable ParameterSpace<Synapse> synapse;
  private @Nullable ParameterSpace<ArrayEdges> edges;
  private @Nullable ParameterSpace<Boolean> biasOnArray;
  private @Nullable Long chipSeed;

  private AnalogLSTMLayerSpace(Builder builder) {
    super(builder);
    synapse = builder.synapse;
    edges = builder.edges;
    biasOnArray = builder.biasOnArray;
    chipSeed = builder.chipSeed;
    // Arbiter declares the field at two levels, and reads both.
    int count = LeafUtils.countUniqueParameters(collectLeaves());
    numParameters = count;
    setNumParameters(count);
  }

  /** For JSON. */
  private AnalogLSTMLayerSpace() {}

  @Override
  public AnalogLSTM getValue(double[] values) {
    AnalogLSTM.Builder builder = new AnalogLSTM.Builder();
    setLayerOptionsBuilder(builder, values);
    if (synapse != null) {
      builder.synapse(synapse.getValue(values));
    }
    if (edges != null) {
      builder.edges(edges.getValue(values));
    }
    if (biasOnArray != null) {
      builder.biasOnArray(biasOnArray.getValue(values));
    }
    if (chipSeed != null) {
      builder.chipSeed(chipSeed);
    }
    return builder.build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof AnalogLSTMLayerSpace that
        && Objects.equals(synapse, that.synapse)
        && Objects.equals(edges, that.edges)
        && Objects.equals(biasOnArray, that.biasOnArray)
        && Objects.equals(chipSeed, that.chipSeed);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof AnalogLSTMLayerSpace;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), synapse, edges, biasOnArray, chipSeed);
  }

  @Override
  public String toString() {
    return "AnalogLSTMLayerSpace(" + toString(", ") + ")";
  }

  /** Builds the space; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // Arbiter declares <E extends LayerSpace> E build().
  public static final class Builder extends AbstractLSTMLayerSpace.Builder<Builder> {
    private @Nullable ParameterSpace<Synapse> synapse;
    private @Nullable ParameterSpace<ArrayEdges> edges;
    private @Nullable ParameterSpace<Boolean> biasOnArray;
    private @Nullable Long chipSeed;

    /** All settings at the layer's defaults. */
    public Builder() {}

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
     * The seed of the devices' variation and noise.
     *
     * @param seed the network's by default
     * @return this
     */
    public Builder chipSeed(long seed) {
      chipSeed = seed;
      return this;
    }

    @Override
    public AnalogLSTMLayerSpace build() {
      return new AnalogLSTMLayerSpace(this);
    }
  }

  // CPD-ON
}
