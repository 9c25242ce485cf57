package io.github.dl4jhardware.analog.cell;

import java.util.Arrays;

/**
 * Polarity and counters of one array, and their form in a model file: a vector of {@value #LENGTH}
 * numbers that single precision holds exactly.
 *
 * <pre>
 *   [0] layout version, 1       [1] polarity s, +1 or −1
 *   [2] examples of a step that a digital updater has requested and the devices have not followed yet
 *   [3] mark of that request, see {@link #requestedExamples}
 *   [4 + 5c … 8 + 5c] counter c in five digits to base 4,096, lowest first, in the order of {@link Count}
 *   the rest: 0, for later layouts
 * </pre>
 */
@SuppressWarnings("EnumOrdinal") // The order of the counts is file format.
public final class ArrayCounters {
  /** Numbers in the vector. */
  public static final int LENGTH = 48;

  /** Position of the requested examples in the vector. */
  public static final int REQUEST_EXAMPLES = 2;

  /** Position of the request's mark in the vector. */
  public static final int REQUEST_MARK = 3;

  private static final int VERSION = 1;
  private static final int FIRST_DIGIT = 4;
  private static final int DIGITS = 5;
  private static final int BASE = 4096;
  private static final float SHIFT = 2e-5f;

  /** What is counted. The order is file format. */
  public enum Count {
    /** Parameter steps; the learning-rate schedule reads this. */
    STEPS,
    /** Training examples; transfers, leak and the draws of pulses read this. */
    EXAMPLES,
    /** Weight transfers. */
    TRANSFERS,
    /** Pulses that raised a weight, in units of {@link PulseTally#UNITS}. */
    PULSE_UNITS_UP,
    /** Pulses that lowered a weight, in units of {@link PulseTally#UNITS}. */
    PULSE_UNITS_DOWN,
    /** Pairs that a closed-loop write left outside its tolerance. */
    PROGRAMMING_FAILURES
  }

  private final long[] counts = new long[Count.values().length];
  private int polarity = 1;

  /** Counters of a new array. */
  public ArrayCounters() {}

  /**
   * Reads one counter.
   *
   * @param count which
   * @return its value
   */
  public long get(Count count) {
    return counts[count.ordinal()];
  }

  /**
   * Moves one counter on.
   *
   * @param count which
   * @param amount by how much, at least 0
   */
  public void add(Count count, long amount) {
    counts[count.ordinal()] += amount;
  }

  /**
   * The sign with which the capacitor counts.
   *
   * @return s, +1 or −1
   */
  public int polarity() {
    return polarity;
  }

  void polarity(int sign) {
    polarity = sign;
  }

  /**
   * Takes over everything from another array's counters.
   *
   * @param other where from
   */
  public void copyFrom(ArrayCounters other) {
    System.arraycopy(other.counts, 0, counts, 0, counts.length);
    polarity = other.polarity;
  }

  /**
   * Writes the vector, with no request.
   *
   * @return {@value #LENGTH} numbers
   */
  public float[] encode() {
    float[] vector = new float[LENGTH];
    vector[0] = VERSION;
    vector[1] = polarity;
    for (int c = 0; c < counts.length; c++) {
      long rest = counts[c];
      for (int digit = 0; digit < DIGITS; digit++) {
        vector[FIRST_DIGIT + c * DIGITS + digit] = rest % BASE;
        rest /= BASE;
      }
    }
    return vector;
  }

  /**
   * Reads a vector.
   *
   * @param vector {@value #LENGTH} numbers
   * @throws IllegalStateException if it is not one that {@link #encode} wrote, for instance because
   *     other parameters were set, or replicas of the layer averaged
   */
  public void decode(float[] vector) {
    if (whole(vector[0]) != VERSION) {
      throw damaged("layout version " + vector[0] + ", this release reads " + VERSION, vector);
    }
    if (Math.abs(whole(vector[1])) != 1) {
      throw damaged("polarity " + vector[1] + ", it must be +1 or −1", vector);
    }
    for (int c = 0; c < counts.length; c++) {
      long value = 0;
      for (int digit = DIGITS - 1; digit >= 0; digit--) {
        float stored = vector[FIRST_DIGIT + c * DIGITS + digit];
        float part = whole(stored);
        if (!(part >= 0 && part < BASE)) {
          throw damaged(
              Count.values()[c]
                  + " has the digit "
                  + stored
                  + ", it must be whole, 0…"
                  + (BASE - 1),
              vector);
        }
        value = value * BASE + (long) part;
      }
      counts[c] = value;
    }
    polarity = (int) whole(vector[1]);
  }

  /**
   * The nearest whole number, or NaN if it is not near; a numerical gradient check may shift an
   * entry a little.
   */
  private static float whole(float stored) {
    float nearest = (float) Math.rint(stored);
    return Math.abs(stored - nearest) <= SHIFT ? nearest : Float.NaN;
  }

  /**
   * The size of the step that a digital updater has requested and the devices have not followed
   * yet.
   *
   * <p>The layer writes (examples · ε, ε) into the gradient, with ε far below any weight's
   * gradient. Gradient clipping and renormalisation may scale both by the same factor; the quotient
   * still tells the number of examples, and their share of the norm is nil.
   *
   * @param vector the vector as it stands in the parameters
   * @return number of examples; 0 if there is no request
   */
  public static long requestedExamples(float[] vector) {
    return vector[REQUEST_MARK] == 0
        ? 0
        : Math.round((double) vector[REQUEST_EXAMPLES] / vector[REQUEST_MARK]);
  }

  private static IllegalStateException damaged(String what, float[] vector) {
    return new IllegalStateException(
        "the state vector is none that an analogue layer wrote: "
            + what
            + ". That is so after setParams(...) with numbers of another network, after averaging the parameters of several"
            + " networks, and after a gradient accumulator has changed them; give the network parameters of its own kind,"
            + " and train it by its own fit(...). Vector: "
            + Arrays.toString(Arrays.copyOf(vector, FIRST_DIGIT + DIGITS)));
  }
}
