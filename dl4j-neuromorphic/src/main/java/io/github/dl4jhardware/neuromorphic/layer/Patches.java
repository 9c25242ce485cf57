package io.github.dl4jhardware.neuromorphic.layer;

import java.util.Arrays;

/**
 * Images to patches and back, feature by feature: patch row {@code feature·taps + tap} holds, for
 * every output position, the pixel under that tap of the kernel, 0 where it hangs over the edge.
 */
final class Patches {
  private Patches() {}

  /**
   * Fills the patch rows of one feature.
   *
   * @param image the feature's pixels {@code [examples, inHeight, inWidth]}
   * @param row scratch of an output's length
   * @param patches takes the rows
   */
  static void gather(Geometry g, double[] image, double[] row, Rows patches, int feature) {
    for (int tap = 0; tap < g.taps(); tap++) {
      Arrays.fill(row, 0, g.outPositions(), 0);
      visit(
          g,
          tap,
          0,
          g.examples(),
          (from, step, to, count) -> {
            if (step == 1) {
              System.arraycopy(image, from, row, to, count);
              return;
            }
            for (int i = 0; i < count; i++) {
              row[to + i] = image[from + i * step];
            }
          });
      patches.write(feature * g.taps() + tap, row);
    }
  }

  /** Adds the patch rows of one feature up: the transpose of {@link #gather}. */
  static void scatter(Geometry g, Rows patches, int feature, double[] row, double[] image) {
    Arrays.fill(image, 0, g.inPositions(), 0);
    for (int tap = 0; tap < g.taps(); tap++) {
      patches.read(feature * g.taps() + tap, row);
      visit(
          g,
          tap,
          0,
          g.examples(),
          (from, step, to, count) -> {
            if (step == 1) {
              // For the vector units, which do not take a step that varies.
              for (int i = 0; i < count; i++) {
                image[from + i] += row[to + i];
              }
              return;
            }
            for (int i = 0; i < count; i++) {
              image[from + i * step] += row[to + i];
            }
          });
    }
  }

  /**
   * Adds what belongs to one tap, for some examples, to an image of the same length as a batch's.
   */
  static void add(
      Geometry g, int tap, int firstExample, int lastExample, float[] row, float[] image) {
    visit(
        g,
        tap,
        firstExample,
        lastExample,
        (from, step, to, count) -> {
          for (int i = 0; i < count; i++) {
            image[from + i * step] += row[to + i];
          }
        });
  }

  /** A stretch of one image line under a tap. */
  interface Stretch {
    void of(int from, int step, int to, int count);
  }

  /** Visits the lines of some examples that a tap reads. */
  static void visit(Geometry g, int tap, int firstExample, int lastExample, Stretch stretch) {
    int tapY = tap / g.kernelWidth() - g.padTop();
    int tapX = tap % g.kernelWidth() - g.padLeft();
    int strideX = g.strideWidth();
    int first = Math.max(0, -Math.floorDiv(tapX, strideX));
    int last = Math.min(g.outWidth() - 1, Math.floorDiv(g.inWidth() - 1 - tapX, strideX));
    if (last < first) {
      return;
    }
    for (int example = firstExample; example < lastExample; example++) {
      for (int y = 0; y < g.outHeight(); y++) {
        int inY = y * g.strideHeight() + tapY;
        if (inY >= 0 && inY < g.inHeight()) {
          int line = (example * g.inHeight() + inY) * g.inWidth();
          int to = (example * g.outHeight() + y) * g.outWidth() + first;
          stretch.of(line + first * strideX + tapX, strideX, to, last - first + 1);
        }
      }
    }
  }
}
