package io.github.dl4jhardware.analog.arbiter;

import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadPath;
import java.util.Objects;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Converters of the forward read, as {@link ReadPath#converters} makes them; the backward read is
 * ideal.
 */
public final class ArrayEdgesSpace extends CompositeSpace<ArrayEdges> {
  private final ParameterSpace<Integer> inputBits;
  private final ParameterSpace<Integer> outputBits;
  private final ParameterSpace<Double> outputNoise;

  /**
   * A space.
   *
   * @param inputBits of the DAC, 2…24; 0 is exact
   * @param outputBits of the ADC, 2…24; 0 is exact
   * @param outputNoise σ of each output, at least 0
   */
  @JsonCreator
  public ArrayEdgesSpace(
      @JsonProperty("inputBits") ParameterSpace<Integer> inputBits,
      @JsonProperty("outputBits") ParameterSpace<Integer> outputBits,
      @JsonProperty("outputNoise") ParameterSpace<Double> outputNoise) {
    this.inputBits = Objects.requireNonNull(inputBits, "ArrayEdgesSpace.inputBits is missing");
    this.outputBits = Objects.requireNonNull(outputBits, "ArrayEdgesSpace.outputBits is missing");
    this.outputNoise =
        Objects.requireNonNull(outputNoise, "ArrayEdgesSpace.outputNoise is missing");
  }

  @Override
  public ArrayEdges getValue(double[] values) {
    return ArrayEdges.forward(
        ReadPath.converters(inputBits.getValue(values), outputBits.getValue(values))
            .withOutputNoise(outputNoise.getValue(values)));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ArrayEdgesSpace that
        && inputBits.equals(that.inputBits)
        && outputBits.equals(that.outputBits)
        && outputNoise.equals(that.outputNoise);
  }

  @Override
  public int hashCode() {
    return Objects.hash(inputBits, outputBits, outputNoise);
  }
}
