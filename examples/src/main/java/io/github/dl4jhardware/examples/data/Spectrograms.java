package io.github.dl4jhardware.examples.data;

import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * Sequences as grey images: time to the right, the first number of a step at the bottom. A
 * recording's log-mel frames become its spectrogram. Sequences of all lengths are brought to one
 * width; black and white are two standard deviations from the training set's mean.
 */
public final class Spectrograms {
  private static final double DEVIATIONS = 2;

  private Spectrograms() {}

  /**
   * Draws sequences.
   *
   * @param name for files
   * @param sequences to train on and to test on
   * @param rows height of the images
   * @param columns width of the images
   * @return images of one channel, in the order of the sequences
   */
  public static ImageData of(String name, SequenceFolder.Pair sequences, int rows, int columns) {
    SummaryStatistics values = new SummaryStatistics();
    for (float[][] sequence : sequences.train().steps()) {
      for (float[] step : sequence) {
        for (float value : step) {
          values.addValue(value);
        }
      }
    }
    double black = values.getMean() - DEVIATIONS * values.getStandardDeviation();
    double range = Math.max(Float.MIN_NORMAL, 2 * DEVIATIONS * values.getStandardDeviation());
    return new ImageData(
        name,
        images(sequences.train(), black, range, rows, columns),
        images(sequences.test(), black, range, rows, columns));
  }

  private static Images images(
      Sequences sequences, double black, double range, int rows, int columns) {
    byte[][] pixels = new byte[sequences.count()][];
    for (int each = 0; each < pixels.length; each++) {
      float[][] steps = sequences.steps()[each];
      int height = sequences.width();
      byte[] drawn = new byte[height * steps.length];
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < steps.length; column++) {
          double grey = 255 * (steps[column][height - 1 - row] - black) / range;
          drawn[row * steps.length + column] = (byte) Math.round(Math.max(0, Math.min(255, grey)));
        }
      }
      Images one =
          new Images(
              new byte[][] {drawn}, new int[] {0}, height, steps.length, sequences.classes());
      pixels[each] = one.resized(rows, columns).pixels()[0];
    }
    return new Images(pixels, sequences.labels(), rows, columns, sequences.classes());
  }
}
