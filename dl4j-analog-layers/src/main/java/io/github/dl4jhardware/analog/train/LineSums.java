package io.github.dl4jhardware.analog.train;

/**
 * Sums of lines times factors: what a convolution's forward pass is made of. Lines stand one below
 * the other, and touch.
 */
final class LineSums {
  /** Lines that a loop takes at once; the loop is written out for this number. */
  private static final int UNROLL = 8;

  private final float[] lines;
  private final int length;

  /**
   * Sums of some lines.
   *
   * @param lines all of them
   * @param length of one
   */
  LineSums(float[] lines, int length) {
    this.lines = lines;
    this.length = length;
  }

  /**
   * Where something begins among others of its kind, and goes on.
   *
   * @param first place
   * @param apart distance of two
   * @param count how many
   */
  record Row(int first, int apart, int count) {}

  /**
   * sums[at + i] += Σ factor · line[i], over all lines, each in its turn.
   *
   * @param from first number of the first line
   * @param factors hold one for each line
   * @param which of them
   * @param sums takes a line
   * @param at from this place on
   */
  void add(int from, float[] factors, Row which, float[] sums, int at) {
    int line = 0;
    for (; line + UNROLL <= which.count; line += UNROLL) {
      int place = which.first + line * which.apart;
      addEight(from + line * length, factors, place, which.apart, sums, at);
    }
    for (; line < which.count; line++) {
      float factor = factors[which.first + line * which.apart];
      int start = from + line * length;
      for (int i = 0; i < length; i++) {
        sums[at + i] += factor * lines[start + i];
      }
    }
  }

  /** Eight lines at once, so that each sum is loaded and stored once for eight products. */
  private void addEight(int from, float[] f, int place, int apart, float[] sums, int at) {
    float f0 = f[place];
    float f1 = f[place + apart];
    float f2 = f[place + 2 * apart];
    float f3 = f[place + 3 * apart];
    float f4 = f[place + 4 * apart];
    float f5 = f[place + 5 * apart];
    float f6 = f[place + 6 * apart];
    float f7 = f[place + 7 * apart];
    float[] v = lines;
    int count = length;
    int v1 = from + count;
    int v2 = v1 + count;
    int v3 = v2 + count;
    int v4 = v3 + count;
    int v5 = v4 + count;
    int v6 = v5 + count;
    int v7 = v6 + count;
    for (int i = 0; i < count; i++) {
      sums[at + i] +=
          ((f0 * v[from + i] + f1 * v[v1 + i]) + (f2 * v[v2 + i] + f3 * v[v3 + i]))
              + ((f4 * v[v4 + i] + f5 * v[v5 + i]) + (f6 * v[v6 + i] + f7 * v[v7 + i]));
    }
  }
}
