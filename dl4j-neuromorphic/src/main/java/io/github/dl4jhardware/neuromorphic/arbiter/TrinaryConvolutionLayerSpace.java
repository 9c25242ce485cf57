package io.github.dl4jhardware.neuromorphic.arbiter;

import io.github.dl4jhardware.neuromorphic.core.CoreLimits;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.deeplearning4j.arbiter.layers.BaseLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.util.LeafUtils;
import org.jspecify.annotations.Nullable;

/**
 * Space of {@link TrinaryConvolutionLayer}s: features, groups, hysteresis and sparsity.
 *
 * <p>Every candidate fits a core: groups are chosen among those that divide all features that may
 * come in and all that may go out, and that leave a neuron at most 128 inputs. What stands before
 * this layer in the network must therefore be named by {@link Builder#inputFeatures}.
 */
public final class TrinaryConvolutionLayerSpace extends BaseLayerSpace<TrinaryConvolutionLayer> {
  private int kernel;
  private int stride;
  private int padding;
  private @Nullable ParameterSpace<Integer> features;
  private @Nullable ParameterSpace<Integer> groups;
  private @Nullable ParameterSpace<Double> hysteresis;
  private @Nullable ParameterSpace<Double> sparsityPenalty;

  private TrinaryConvolutionLayerSpace(Builder builder) {
    super(builder);
    kernel = builder.kernel;
    stride = builder.stride;
    padding = builder.padding;
    features = choice(builder.features);
    groups = choice(builder.legalGroups());
    hysteresis = builder.hysteresis;
    sparsityPenalty = builder.sparsityPenalty;
    // Arbiter declares the field at two levels, and reads both.
    int count = LeafUtils.countUniqueParameters(collectLeaves());
    numParameters = count;
    setNumParameters(count);
  }

  /** For JSON. */
  private TrinaryConvolutionLayerSpace() {}

  private static ParameterSpace<Integer> choice(int[] values) {
    return values.length == 1
        ? new FixedValue<>(values[0])
        : new DiscreteParameterSpace<>(Arrays.stream(values).boxed().toArray(Integer[]::new));
  }

  @Override
  public TrinaryConvolutionLayer getValue(double[] values) {
    TrinaryConvolutionLayer.Builder builder =
        new TrinaryConvolutionLayer.Builder(kernel, kernel)
            .stride(stride, stride)
            .padding(padding, padding);
    setLayerOptionsBuilder(builder, values);
    if (features != null) {
      builder.nOut(features.getValue(values));
    }
    if (groups != null) {
      builder.groups(groups.getValue(values));
    }
    if (hysteresis != null) {
      builder.hysteresis(hysteresis.getValue(values));
    }
    if (sparsityPenalty != null) {
      builder.sparsityPenalty(sparsityPenalty.getValue(values));
    }
    return builder.build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof TrinaryConvolutionLayerSpace that
        && kernel == that.kernel
        && stride == that.stride
        && padding == that.padding
        && Objects.equals(features, that.features)
        && Objects.equals(groups, that.groups)
        && Objects.equals(hysteresis, that.hysteresis)
        && Objects.equals(sparsityPenalty, that.sparsityPenalty);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof TrinaryConvolutionLayerSpace;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), kernel, stride, padding, features, groups);
  }

  @Override
  public String toString() {
    return "TrinaryConvolutionLayerSpace(" + toString(", ") + ")";
  }

  /** Builds the space; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // Arbiter declares <E extends LayerSpace> E build().
  public static final class Builder extends BaseLayerSpace.Builder<Builder> {
    private final int kernel;
    private int stride = 1;
    private int padding;
    private int[] inputFeatures = {};
    private int[] features = {};
    private @Nullable ParameterSpace<Double> hysteresis;
    private @Nullable ParameterSpace<Double> sparsityPenalty;

    /**
     * Square kernels.
     *
     * @param kernel height and width
     */
    public Builder(int kernel) {
      if (kernel < 1) {
        throw new IllegalArgumentException("kernel must be at least 1, but is " + kernel);
      }
      this.kernel = kernel;
    }

    /**
     * Steps between positions.
     *
     * @param step 1 by default
     * @return this
     */
    public Builder stride(int step) {
      stride = step;
      return this;
    }

    /**
     * Zeros around the input.
     *
     * @param zeros 0 by default
     * @return this
     */
    public Builder padding(int zeros) {
      padding = zeros;
      return this;
    }

    /**
     * What the layer before may put out.
     *
     * @param possible one or more
     * @return this
     */
    public Builder inputFeatures(int... possible) {
      inputFeatures = possible.clone();
      return this;
    }

    /**
     * What this layer may put out.
     *
     * @param possible one or more
     * @return this
     */
    public Builder features(int... possible) {
      features = possible.clone();
      return this;
    }

    /**
     * Hysteresis of the trinary rule.
     *
     * @param space h, 0…0.5; the layer's default without
     * @return this
     */
    public Builder hysteresis(ParameterSpace<Double> space) {
      hysteresis = space;
      return this;
    }

    /**
     * The cost of activity.
     *
     * @param space γ, at least 0; the layer's default without
     * @return this
     */
    public Builder sparsityPenalty(ParameterSpace<Double> space) {
      sparsityPenalty = space;
      return this;
    }

    /**
     * Groups that fit every choice of features.
     *
     * @return from the fewest
     * @throws IllegalArgumentException if features are missing, or no number of groups fits them
     *     all
     */
    public int[] legalGroups() {
      if (inputFeatures.length == 0 || features.length == 0) {
        throw new IllegalArgumentException(
            "TrinaryConvolutionLayerSpace needs inputFeatures and features");
      }
      int most = Arrays.stream(inputFeatures).max().orElseThrow();
      int[] legal =
          IntStream.rangeClosed(1, most)
              .filter(g -> Arrays.stream(inputFeatures).allMatch(n -> n > 0 && n % g == 0))
              .filter(g -> Arrays.stream(features).allMatch(n -> n > 0 && n % g == 0))
              .filter(g -> kernel * kernel * most / g <= CoreLimits.INPUTS_PER_NEURON)
              .toArray();
      if (legal.length == 0) {
        throw new IllegalArgumentException(
            "No number of groups divides the input features "
                + Arrays.toString(inputFeatures)
                + " and the features "
                + Arrays.toString(features)
                + " and leaves a neuron with a kernel of "
                + kernel
                + "×"
                + kernel
                + " at most "
                + CoreLimits.INPUTS_PER_NEURON
                + " inputs");
      }
      return legal;
    }

    @Override
    public TrinaryConvolutionLayerSpace build() {
      return new TrinaryConvolutionLayerSpace(this);
    }
  }
}
