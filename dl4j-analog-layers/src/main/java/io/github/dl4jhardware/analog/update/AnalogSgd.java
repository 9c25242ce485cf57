package io.github.dl4jhardware.analog.update;

import io.github.dl4jhardware.analog.device.Check;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.SgdUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stochastic gradient descent in the array: analogue layers fire rank-1 pulses from each example's
 * input and delta.
 *
 * <p>On layers that are not analogue it is plain SGD with the same learning rate. Analogue layers
 * evaluate a schedule at their own step counter, which is part of the saved state, so that a
 * resumed run goes on where it stopped.
 */
public final class AnalogSgd implements IUpdater {
  /**
   * Slots of a pulse train where none are given. Assumed. Short trains couple the noise of the
   * cells of a line and cost accuracy.
   */
  public static final int DEFAULT_PULSE_TRAIN_LENGTH = 31;

  private static final long serialVersionUID = 1;
  private static final int MAX_PULSE_TRAIN_LENGTH = 31;

  private double learningRate;
  private @Nullable ISchedule learningRateSchedule;
  private final PulseScheme pulseScheme;
  private final int pulseTrainLength;

  /**
   * A constant learning rate with stochastic pulses.
   *
   * @param learningRate η, finite and at least 0
   */
  public AnalogSgd(double learningRate) {
    this(learningRate, PulseScheme.STOCHASTIC);
  }

  /**
   * A constant learning rate.
   *
   * @param learningRate η, finite and at least 0
   * @param pulseScheme how pulses are made
   */
  public AnalogSgd(double learningRate, PulseScheme pulseScheme) {
    this(
        Check.notNegative("AnalogSgd.learningRate", learningRate),
        null,
        pulseScheme,
        DEFAULT_PULSE_TRAIN_LENGTH);
  }

  /**
   * A schedule of learning rates.
   *
   * @param learningRateSchedule evaluated at the layer's step counter and DL4J's epoch
   * @param pulseScheme how pulses are made
   */
  public AnalogSgd(ISchedule learningRateSchedule, PulseScheme pulseScheme) {
    this(
        Double.NaN,
        Objects.requireNonNull(learningRateSchedule, "AnalogSgd.learningRateSchedule is missing"),
        pulseScheme,
        DEFAULT_PULSE_TRAIN_LENGTH);
  }

  /**
   * Every setting by itself.
   *
   * @param learningRate η; ignored where there is a schedule
   * @param learningRateSchedule or null for a constant rate
   * @param pulseScheme how pulses are made
   * @param pulseTrainLength slots of a pulse train, 1…31; used by the stochastic scheme
   */
  @JsonCreator
  public AnalogSgd(
      @JsonProperty(value = "learningRate", required = true) double learningRate,
      @JsonProperty("learningRateSchedule") @Nullable ISchedule learningRateSchedule,
      @JsonProperty(value = "pulseScheme", required = true) PulseScheme pulseScheme,
      @JsonProperty(value = "pulseTrainLength", required = true) int pulseTrainLength) {
    if (learningRateSchedule == null) {
      Check.notNegative("AnalogSgd.learningRate", learningRate);
    }
    Check.present("AnalogSgd.pulseScheme", pulseScheme);
    Check.inRange("AnalogSgd.pulseTrainLength", pulseTrainLength, 1, MAX_PULSE_TRAIN_LENGTH);
    this.learningRate = learningRate;
    this.learningRateSchedule = learningRateSchedule;
    this.pulseScheme = pulseScheme;
    this.pulseTrainLength = pulseTrainLength;
  }

  /**
   * The constant rate.
   *
   * @return η, NaN where there is only a schedule
   */
  public double getLearningRate() {
    return learningRate;
  }

  /**
   * The schedule.
   *
   * @return or null for a constant rate
   */
  public @Nullable ISchedule getLearningRateSchedule() {
    return learningRateSchedule;
  }

  /**
   * How pulses are made.
   *
   * @return the scheme
   */
  public PulseScheme getPulseScheme() {
    return pulseScheme;
  }

  /**
   * Slots of a pulse train.
   *
   * @return 1…31
   */
  public int getPulseTrainLength() {
    return pulseTrainLength;
  }

  /**
   * The same updater with another scheme.
   *
   * @param scheme how pulses are made
   * @return a copy
   */
  public AnalogSgd withPulseScheme(PulseScheme scheme) {
    return new AnalogSgd(learningRate, learningRateSchedule, scheme, pulseTrainLength);
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return learningRateSchedule == null
        ? learningRate
        : learningRateSchedule.valueAt(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  @Override
  public void setLrAndSchedule(double lr, @Nullable ISchedule lrSchedule) {
    if (lrSchedule == null) {
      Check.notNegative("AnalogSgd.learningRate", lr);
    }
    learningRate = lr;
    learningRateSchedule = lrSchedule;
  }

  @Override
  public long stateSize(long numParams) {
    return 0;
  }

  @Override
  public GradientUpdater<?> instantiate(@Nullable INDArray viewArray, boolean initializeViewArray) {
    return new SgdUpdater(digital());
  }

  @Override
  public GradientUpdater<?> instantiate(
      Map<String, INDArray> updaterState, boolean initializeStateArrays) {
    return new SgdUpdater(digital());
  }

  private Sgd digital() {
    return learningRateSchedule == null ? new Sgd(learningRate) : new Sgd(learningRateSchedule);
  }

  @Override
  @SuppressWarnings(
      "MissingSuperCall") // Object.clone() would share the mutable rate with nothing gained.
  public AnalogSgd clone() {
    ISchedule schedule = learningRateSchedule == null ? null : learningRateSchedule.clone();
    return new AnalogSgd(learningRate, schedule, pulseScheme, pulseTrainLength);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AnalogSgd that
        && Double.compare(learningRate, that.learningRate) == 0
        && Objects.equals(learningRateSchedule, that.learningRateSchedule)
        && pulseScheme == that.pulseScheme
        && pulseTrainLength == that.pulseTrainLength;
  }

  @Override
  public int hashCode() {
    return Objects.hash(learningRate, learningRateSchedule, pulseScheme, pulseTrainLength);
  }

  @Override
  public String toString() {
    return "AnalogSgd("
        + (learningRateSchedule == null ? learningRate : learningRateSchedule)
        + ", "
        + pulseScheme
        + ")";
  }
}
