package io.github.dl4jhardware.analog.cell;

/**
 * How well a transfer or a programming kept the weights.
 *
 * @param maxError greatest distance between a weight before and after, in weight units
 * @param rmsError root mean square of these distances, in weight units
 * @param failures pairs that the closed-loop write left outside its tolerance
 */
public record TransferReport(double maxError, double rmsError, long failures) {
  static TransferReport of(float[] wanted, float[] reached, long failures) {
    double max = 0;
    double squares = 0;
    for (int cell = 0; cell < wanted.length; cell++) {
      double error = Math.abs(wanted[cell] - reached[cell]);
      max = Math.max(max, error);
      squares += error * error;
    }
    return new TransferReport(max, Math.sqrt(squares / Math.max(1, wanted.length)), failures);
  }
}
