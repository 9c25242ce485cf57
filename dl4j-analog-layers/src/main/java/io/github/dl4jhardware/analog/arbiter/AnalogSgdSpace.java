package io.github.dl4jhardware.analog.arbiter;

import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import java.util.Arrays;
import java.util.Objects;
import org.deeplearning4j.arbiter.conf.updater.BaseUpdaterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Space of {@link AnalogSgd}: learning rate, pulse scheme and length of a stochastic train. */
public final class AnalogSgdSpace extends BaseUpdaterSpace {
  private final ParameterSpace<Double> learningRate;
  // By name: Arbiter's JSON of a discrete space knows no enumerations.
  private final ParameterSpace<String> pulseScheme;
  private final ParameterSpace<Integer> pulseTrainLength;

  /**
   * A space.
   *
   * @param learningRate η
   * @param pulseScheme names of {@link PulseScheme}
   * @param pulseTrainLength slots of a train, 1…31; used by the stochastic scheme
   */
  @JsonCreator
  public AnalogSgdSpace(
      @JsonProperty("learningRate") ParameterSpace<Double> learningRate,
      @JsonProperty("pulseScheme") ParameterSpace<String> pulseScheme,
      @JsonProperty("pulseTrainLength") ParameterSpace<Integer> pulseTrainLength) {
    this.learningRate =
        Objects.requireNonNull(learningRate, "AnalogSgdSpace.learningRate is missing");
    this.pulseScheme = Objects.requireNonNull(pulseScheme, "AnalogSgdSpace.pulseScheme is missing");
    this.pulseTrainLength =
        Objects.requireNonNull(pulseTrainLength, "AnalogSgdSpace.pulseTrainLength is missing");
  }

  /**
   * Learning rates and schemes, with trains of the default length.
   *
   * @param learningRate η
   * @param schemes one or more
   */
  public AnalogSgdSpace(ParameterSpace<Double> learningRate, PulseScheme... schemes) {
    this(
        learningRate,
        schemes.length == 1
            ? new FixedValue<>(schemes[0].name())
            : new DiscreteParameterSpace<>(
                Arrays.stream(schemes).map(PulseScheme::name).toArray(String[]::new)),
        new FixedValue<>(AnalogSgd.DEFAULT_PULSE_TRAIN_LENGTH));
  }

  @Override
  public IUpdater getValue(double[] values) {
    return new AnalogSgd(
        learningRate.getValue(values),
        null,
        PulseScheme.named(pulseScheme.getValue(values)),
        pulseTrainLength.getValue(values),
        0);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AnalogSgdSpace that
        && learningRate.equals(that.learningRate)
        && pulseScheme.equals(that.pulseScheme)
        && pulseTrainLength.equals(that.pulseTrainLength);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof AnalogSgdSpace;
  }

  @Override
  public int hashCode() {
    return Objects.hash(learningRate, pulseScheme, pulseTrainLength);
  }

  @Override
  public String toString() {
    return "AnalogSgdSpace" + getNestedSpaces();
  }
}
