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
   * Slots of a pulse train at the most, where no number is given. Assumed. Short trains couple the
   * noise of the cells of a line and cost accuracy.
   */
  public static final int DEFAULT_PULSE_TRAIN_LENGTH = PulseTrains.MOST_SLOTS;

  private static final long serialVersionUID = 1;

  private double learningRate;
  private @Nullable ISchedule learningRateSchedule;
  private final PulseScheme pulseScheme;
  private final int pulseTrainLength;
  private final double slotsPerPulse;

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
        DEFAULT_PULSE_TRAIN_LENGTH,
        0);
  }

  /**
   * A schedule of learning rates with stochastic pulses.
   *
   * @param learningRateSchedule evaluated at the layer's step counter and DL4J's epoch
   */
  public AnalogSgd(ISchedule learningRateSchedule) {
    this(learningRateSchedule, PulseScheme.STOCHASTIC);
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
        DEFAULT_PULSE_TRAIN_LENGTH,
        0);
  }

  /**
   * Every setting by itself.
   *
   * @param learningRate η; ignored where there is a schedule
   * @param learningRateSchedule or null for a constant rate
   * @param pulseScheme how pulses are made
   * @param pulseTrainLength slots of a pulse train at the most, 1…32; used by the realisable
   *     schemes; low-discrepancy trains need a power of two above 1
   * @param slotsPerPulse update management of the stochastic scheme: slots of an example's trains
   *     for each pulse that the cell with the most is to get, at least 1; 0 is trains of one length
   */
  @JsonCreator
  public AnalogSgd(
      @JsonProperty(value = "learningRate", required = true) double learningRate,
      @JsonProperty("learningRateSchedule") @Nullable ISchedule learningRateSchedule,
      @JsonProperty(value = "pulseScheme", required = true) PulseScheme pulseScheme,
      @JsonProperty(value = "pulseTrainLength", required = true) int pulseTrainLength,
      @JsonProperty("slotsPerPulse") double slotsPerPulse) {
    if (learningRateSchedule == null) {
      Check.notNegative("AnalogSgd.learningRate", learningRate);
    }
    Check.present("AnalogSgd.pulseScheme", pulseScheme);
    Check.inRange("AnalogSgd.pulseTrainLength", pulseTrainLength, 1, PulseTrains.MOST_SLOTS);
    if (pulseScheme == PulseScheme.LOW_DISCREPANCY
        && (pulseTrainLength < 2 || Integer.bitCount(pulseTrainLength) != 1)) {
      throw new IllegalArgumentException(
          "AnalogSgd.pulseTrainLength must be a power of two from 2 to "
              + PulseTrains.MOST_SLOTS
              + " for low-discrepancy trains, but is "
              + pulseTrainLength);
    }
    if (slotsPerPulse != 0) {
      Check.inRange("AnalogSgd.slotsPerPulse", slotsPerPulse, 1, 1e6);
    }
    this.learningRate = learningRate;
    this.learningRateSchedule = learningRateSchedule;
    this.pulseScheme = pulseScheme;
    this.pulseTrainLength = pulseTrainLength;
    this.slotsPerPulse = slotsPerPulse;
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
   * Slots of a pulse train at the most.
   *
   * @return 1…32
   */
  public int getPulseTrainLength() {
    return pulseTrainLength;
  }

  /**
   * Update management of the stochastic scheme.
   *
   * @return slots for each pulse that the cell with the most is to get; 0 for trains of one length
   */
  public double getSlotsPerPulse() {
    return slotsPerPulse;
  }

  /**
   * The same updater with another scheme.
   *
   * @param scheme how pulses are made
   * @return a copy
   */
  public AnalogSgd withPulseScheme(PulseScheme scheme) {
    return new AnalogSgd(
        learningRate, learningRateSchedule, scheme, pulseTrainLength, slotsPerPulse);
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
    return new AnalogSgd(learningRate, schedule, pulseScheme, pulseTrainLength, slotsPerPulse);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AnalogSgd that
        && Double.compare(learningRate, that.learningRate) == 0
        && Objects.equals(learningRateSchedule, that.learningRateSchedule)
        && pulseScheme == that.pulseScheme
        && pulseTrainLength == that.pulseTrainLength
        && Double.compare(slotsPerPulse, that.slotsPerPulse) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        learningRate, learningRateSchedule, pulseScheme, pulseTrainLength, slotsPerPulse);
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
