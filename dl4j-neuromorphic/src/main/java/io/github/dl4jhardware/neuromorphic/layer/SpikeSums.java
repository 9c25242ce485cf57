package io.github.dl4jhardware.neuromorphic.layer;

/**
 * dL/dw of inputs that are spikes: at each input the sum of the neurons' gradients over the
 * positions where it spikes.
 *
 * <p>Positions are taken by fours. Of four positions' gradients all sixteen sums are made once, a
 * row of neurons each; an input then adds the one row that its four spikes choose, instead of up to
 * four (the "method of the Four Russians": Arlazarov, Dinic, Kronrod and Faradzev, 1970).
 */
final class SpikeSums {
  private static final int FOURS = 4;
  private static final int CHUNK = 32;

  private SpikeSums() {}

  /**
   * Sums.
   *
   * @param gradients dL/dr, {@code [neurons][positions]}
   * @param words patches of the neurons' group
   * @param fanIn bits of a patch
   * @param from first position
   * @param to the position after the last
   * @return {@code [fanIn][neurons]}
   */
  static float[][] of(float[][] gradients, int[][] words, int fanIn, int from, int to) {
    int neurons = gradients.length;
    float[][] sums = new float[fanIn][neurons];
    float[][] lines = new float[CHUNK][neurons];
    float[][][] tables = new float[FOURS][16][neurons];
    int[] bits = new int[CHUNK];
    int[][] spikes = new int[words.length][CHUNK];
    for (int chunk = from; chunk < to; chunk += CHUNK) {
      int count = Math.min(CHUNK, to - chunk);
      turn(gradients, chunk, count, lines);
      for (int word = 0; word < words.length; word++) {
        for (int i = 0; i < CHUNK; i++) {
          bits[i] = i < count ? words[word][chunk + i] : 0;
        }
        turn(bits, spikes[word]);
      }
      for (int half = 0; half < count; half += CHUNK / 2) {
        for (int four = 0; four < FOURS; four++) {
          fill(tables[four], lines, half + FOURS * four, neurons);
        }
        for (int input = 0; input < fanIn; input++) {
          int own = spikes[input / 32][input % 32] >>> half;
          add(
              sums[input],
              tables[0][own & 15],
              tables[1][own >>> 4 & 15],
              tables[2][own >>> 8 & 15],
              tables[3][own >>> 12 & 15],
              neurons);
        }
      }
    }
    return sums;
  }

  /** A row of neurons for each of some positions; 0 for what is left of a chunk. */
  private static void turn(float[][] gradients, int from, int count, float[][] lines) {
    for (int neuron = 0; neuron < gradients.length; neuron++) {
      float[] own = gradients[neuron];
      for (int i = 0; i < count; i++) {
        lines[i][neuron] = own[from + i];
      }
      for (int i = count; i < CHUNK; i++) {
        lines[i][neuron] = 0;
      }
    }
  }

  /** Bit i of word b from bit b of word i (Warren, Hacker's Delight, 2nd edition, section 7-3). */
  private static void turn(int[] bits, int[] turned) {
    System.arraycopy(bits, 0, turned, 0, CHUNK);
    int mask = 0x0000ffff;
    for (int width = 16; width != 0; width >>>= 1, mask ^= mask << width) {
      for (int i = 0; i < CHUNK; i = (i + width + 1) & -width - 1) {
        int swap = (turned[i] >>> width ^ turned[i + width]) & mask;
        turned[i + width] ^= swap;
        turned[i] ^= swap << width;
      }
    }
  }

  /** Row s is the sum of the lines whose bit is in s; row 0 stays 0. */
  private static void fill(float[][] table, float[][] lines, int first, int neurons) {
    for (int bit = 0; bit < FOURS; bit++) {
      int size = 1 << bit;
      System.arraycopy(lines[first + bit], 0, table[size], 0, neurons);
      for (int rest = 1; rest < size; rest++) {
        sum(table[size + rest], table[size], table[rest], neurons);
      }
    }
  }

  private static void sum(float[] target, float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      target[i] = a[i] + b[i];
    }
  }

  private static void add(float[] sums, float[] a, float[] b, float[] c, float[] d, int count) {
    for (int i = 0; i < count; i++) {
      sums[i] += (a[i] + b[i]) + (c[i] + d[i]);
    }
  }
}
