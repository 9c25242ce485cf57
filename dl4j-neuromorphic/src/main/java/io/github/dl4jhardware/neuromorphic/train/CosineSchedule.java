package io.github.dl4jhardware.neuromorphic.train;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learning rate that falls from its first value to 0 along half a cosine, slowly at both ends,
 * and stays there: rate·(1 + cos(π·iteration/steps))/2. Source: I. Loshchilov, F. Hutter, ICLR
 * 2017, without restarts.
 */
public final class CosineSchedule implements ISchedule {
  private static final long serialVersionUID = 1;

  private final double rate;
  private final int steps;

  /**
   * A schedule.
   *
   * @param rate at the start, finite and at least 0
   * @param steps iterations until it is 0, at least 1
   */
  public CosineSchedule(
      @JsonProperty(value = "rate", required = true) double rate,
      @JsonProperty(value = "steps", required = true) int steps) {
    if (!(rate >= 0 && rate <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "CosineSchedule.rate must be a finite number of at least 0, but is " + rate);
    }
    if (steps < 1) {
      throw new IllegalArgumentException(
          "CosineSchedule.steps must be at least 1, but is " + steps);
    }
    this.rate = rate;
    this.steps = steps;
  }

  /**
   * The first value.
   *
   * @return rate
   */
  public double getRate() {
    return rate;
  }

  /**
   * Its length.
   *
   * @return iterations until the rate is 0
   */
  public int getSteps() {
    return steps;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double part = Math.min(1, Math.max(0, iteration / (double) steps));
    return rate * 0.5 * (1 + Math.cos(Math.PI * part));
  }

  @Override
  @SuppressWarnings("MissingSuperCall") // Nothing of it changes.
  public CosineSchedule clone() {
    return new CosineSchedule(rate, steps);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CosineSchedule that
        && Double.compare(rate, that.rate) == 0
        && steps == that.steps;
  }

  @Override
  public int hashCode() {
    return 31 * Double.hashCode(rate) + steps;
  }

  @Override
  public String toString() {
    return "CosineSchedule(" + rate + ", " + steps + ")";
  }
}
