package io.github.dl4jhardware.analog.train;

import java.util.Arrays;

/**
 * One layer or vertex in training: its activations and errors of one example, as plain arrays,
 * images with their channels first.
 *
 * <p>Each call is made by all threads of a team, each with its own part of the work, and none goes
 * on to the next before all are done. Every sum runs in one thread, in an order that does not
 * depend on how work is divided.
 */
abstract class Stage {
  private final Extent extent;
  private final Nonlinearity nonlinearity;
  private final boolean learns;
  private final float[] output;
  private final float[] delta;

  /**
   * One stage.
   *
   * @param extent of its activations
   * @param nonlinearity that its sums become activations by
   * @param learns whether it or what it reads is trained, so that errors have to come here
   */
  Stage(Extent extent, Nonlinearity nonlinearity, boolean learns) {
    this.extent = extent;
    this.nonlinearity = nonlinearity;
    this.learns = learns;
    output = new float[extent.size()];
    delta = new float[extent.size()];
  }

  final Extent extent() {
    return extent;
  }

  final Nonlinearity nonlinearity() {
    return nonlinearity;
  }

  final boolean learns() {
    return learns;
  }

  /** Activations. */
  final float[] output() {
    return output;
  }

  /** ∂loss/∂(sums before the nonlinearity). */
  final float[] delta() {
    return delta;
  }

  /** Forgets the errors of the last example; by one thread. */
  final void forget() {
    Arrays.fill(delta, 0);
  }

  /**
   * Takes ∂loss/∂(activations) from one of those that read them; several add up.
   *
   * @param from first activation
   * @param errors stand here
   * @param at from this place on
   * @param count how many
   */
  final void receive(int from, float[] errors, int at, int count) {
    nonlinearity.addErrors(errors, at, output, delta, from, count);
  }

  /** What has to be laid out before {@link #forward}. */
  void gather(int part, int parts) {}

  /** Activations from those of the sources. */
  abstract void forward(int part, int parts);

  /** What has to be laid out before {@link #backward}, once all errors are here. */
  void differentiated(int part, int parts) {}

  /** Sends errors to the sources that learn. */
  abstract void backward(int part, int parts);

  /**
   * Starts the update; by one thread.
   *
   * @param iteration the network's
   * @param epoch the network's
   */
  void begin(int iteration, int epoch) {}

  /** What has to be there before {@link #fire}. */
  void prepare(int part, int parts) {}

  /** Pulses. */
  void fire(int part, int parts) {}

  /** Whether cells leak at the end of this example. */
  boolean restDue() {
    return false;
  }

  /** Leak, where it is due. */
  void rest(int part, int parts) {}

  /** Ends the example; by one thread. */
  void end() {}

  /** Leaves everything in the network's parameters; by one thread. */
  void writeBack() {}

  /** Where a part of a range begins. */
  static int share(int total, int part, int parts) {
    return (int) ((long) total * part / parts);
  }
}
