package io.github.dl4jhardware.analog.device;

import org.jspecify.annotations.Nullable;

/** Argument checks that name the value and its bound, and that NaN does not pass. */
public final class Check {
  private Check() {}

  /**
   * Checks a lower and an upper bound.
   *
   * @param name the parameter's name with its unit
   * @param value the value given
   * @param low the least value allowed
   * @param high the greatest value allowed
   * @return the value
   * @throws IllegalArgumentException if the value is NaN or outside
   */
  public static double inRange(String name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          name + " must be a number from " + text(low) + " to " + text(high) + ", but is " + value);
    }
    return value;
  }

  /**
   * Checks for a finite number greater than zero.
   *
   * @param name the parameter's name with its unit
   * @param value the value given
   * @return the value
   * @throws IllegalArgumentException if the value is NaN, infinite, zero or negative
   */
  public static double positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " must be a finite number above 0, but is " + value);
    }
    return value;
  }

  /**
   * Checks for a finite number of at least zero.
   *
   * @param name the parameter's name with its unit
   * @param value the value given
   * @return the value
   * @throws IllegalArgumentException if the value is NaN, infinite or negative
   */
  public static double notNegative(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " must be a finite number of at least 0, but is " + value);
    }
    return value;
  }

  /**
   * Checks a count.
   *
   * @param name the parameter's name
   * @param value the value given
   * @param low the least value allowed
   * @param high the greatest value allowed
   * @return the value
   * @throws IllegalArgumentException if the value is outside
   */
  public static long inRange(String name, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          name + " must be a whole number from " + low + " to " + high + ", but is " + value);
    }
    return value;
  }

  /**
   * Checks that a part was given.
   *
   * @param name the parameter's name
   * @param value the value given
   * @throws IllegalArgumentException if it is null
   */
  public static void present(String name, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
  }

  private static String text(double bound) {
    return bound == Math.rint(bound) && Math.abs(bound) < 1e15
        ? Long.toString((long) bound)
        : Double.toString(bound);
  }
}
