package io.github.dl4jhardware.neuromorphic.arbiter;

import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import java.util.Objects;
import org.deeplearning4j.arbiter.layers.LayerSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.util.LeafUtils;
import org.jspecify.annotations.Nullable;

/**
 * Space of {@link SpikePopulationOutputLayer}s: it searches the softmax sharpness of the output
 * layer.
 */
public final class SpikePopulationOutputLayerSpace extends LayerSpace<SpikePopulationOutputLayer> {
  private int classes;
  private @Nullable ParameterSpace<Double> sharpness;

  private SpikePopulationOutputLayerSpace(Builder builder) {
    super(builder);
    classes = builder.classes;
    sharpness = builder.sharpness;
    numParameters = LeafUtils.countUniqueParameters(collectLeaves());
  }

  /** For JSON. */
  private SpikePopulationOutputLayerSpace() {}

  @Override
  public SpikePopulationOutputLayer getValue(double[] values) {
    SpikePopulationOutputLayer.Builder builder =
        new SpikePopulationOutputLayer.Builder().nOut(classes);
    setLayerOptionsBuilder(builder, values);
    if (sharpness != null) {
      builder.sharpness(sharpness.getValue(values));
    }
    return builder.build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof SpikePopulationOutputLayerSpace that
        && classes == that.classes
        && Objects.equals(sharpness, that.sharpness);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof SpikePopulationOutputLayerSpace;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), classes, sharpness);
  }

  @Override
  public String toString() {
    return "SpikePopulationOutputLayerSpace(" + classes + " classes, " + sharpness + ")";
  }

  /** Builds the space. */
  @SuppressWarnings("unchecked") // Arbiter declares <E extends LayerSpace> E build().
  public static final class Builder extends LayerSpace.Builder<Builder> {
    private final int classes;
    private @Nullable ParameterSpace<Double> sharpness;

    /**
     * Of some classes.
     *
     * @param classes at least 1
     */
    public Builder(int classes) {
      if (classes < 1) {
        throw new IllegalArgumentException("classes must be at least 1, but are " + classes);
      }
      this.classes = classes;
    }

    /**
     * One factor of the scores.
     *
     * @param factor for all candidates
     * @return this
     */
    public Builder sharpness(double factor) {
      return sharpness(new FixedValue<>(factor));
    }

    /**
     * The factor of the scores.
     *
     * @param space above 0; 1 without
     * @return this
     */
    public Builder sharpness(ParameterSpace<Double> space) {
      sharpness = space;
      return this;
    }

    @Override
    public SpikePopulationOutputLayerSpace build() {
      return new SpikePopulationOutputLayerSpace(this);
    }
  }
}
