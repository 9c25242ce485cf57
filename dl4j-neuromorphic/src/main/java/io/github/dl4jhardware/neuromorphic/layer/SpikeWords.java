package io.github.dl4jhardware.neuromorphic.layer;

import java.util.Arrays;

/**
 * A batch of spikes as bits. A group's patch at a position is {@code patchWords} words; bit {@code
 * tap·inputs + input} is the spike of the group's input under that tap of the kernel, 0 where the
 * kernel hangs over the edge. Words stand as {@code [word][position]}, an array each.
 */
final class SpikeWords {
  private static final int ONE = Float.floatToRawIntBits(1f);

  private final int groups;
  private final int inputs;
  private final int taps;
  private final int inWords;
  private final int patchWords;
  private int[][] in = new int[0][];
  private int[][] patches = new int[0][];

  SpikeWords(int inFeatures, int groups, int taps) {
    this.groups = groups;
    this.taps = taps;
    inputs = inFeatures / groups;
    inWords = words(inputs);
    patchWords = words(inputs * taps);
  }

  static int words(int bits) {
    return (bits + 31) / 32;
  }

  int patchWords() {
    return patchWords;
  }

  /** {@code [groups·patchWords][positions]}. */
  int[][] patches() {
    return patches;
  }

  int[][] patchesOf(int group) {
    return Arrays.copyOfRange(patches, group * patchWords, (group + 1) * patchWords);
  }

  /**
   * Packs a batch.
   *
   * @param images FLOAT, a row for each input feature
   * @param check refuses what is no spike
   */
  void load(Rows images, Geometry g, InputCheck check) {
    in = room(in, groups * inWords, g.inPositions());
    Workers.each(groups * inWords, word -> pack(images, g, check, word));
    if (g.pointwise()) {
      patches = in;
      return;
    }
    patches = room(patches == in ? new int[0][] : patches, groups * patchWords, g.outPositions());
    Workers.each(groups, group -> gather(g, group));
  }

  private static int[][] room(int[][] before, int count, int length) {
    return before.length == count && before[0].length == length ? before : new int[count][length];
  }

  private void pack(Rows images, Geometry g, InputCheck check, int word) {
    int[] target = in[word];
    Arrays.fill(target, 0);
    int[] bits = Scratch.counts(target.length);
    int group = word / inWords;
    int first = group * inputs + 32 * (word % inWords);
    int last = Math.min((group + 1) * inputs, first + 32);
    for (int feature = first; feature < last; feature++) {
      images.readBits(feature, bits);
      if (!spikes(bits, target.length)) {
        double[] row = Scratch.row(0, target.length);
        images.read(feature, row);
        check.row(row, feature, g);
      }
      pack(bits, target, feature - first);
    }
  }

  /** Whether floats are 0 or 1; −0 is a case for the check. */
  private static boolean spikes(int[] bits, int count) {
    int wrong = 0;
    for (int i = 0; i < count; i++) {
      int spike = bits[i] >>> 29 & 1;
      wrong |= bits[i] ^ (-spike & ONE);
    }
    return wrong == 0;
  }

  /** Bit 29 of a float tells 1 from 0 and −0. */
  private static void pack(int[] bits, int[] target, int bit) {
    for (int i = 0; i < target.length; i++) {
      target[i] |= (bits[i] >>> 29 & 1) << bit;
    }
  }

  private void gather(Geometry g, int group) {
    int first = group * patchWords;
    for (int word = 0; word < patchWords; word++) {
      Arrays.fill(patches[first + word], 0);
    }
    for (int tap = 0; tap < taps; tap++) {
      for (int word = 0; word < inWords; word++) {
        int bit = tap * inputs + 32 * word;
        int bits = Math.min(32, inputs - 32 * word);
        int shift = bit % 32;
        int[] source = in[group * inWords + word];
        int[] target = patches[first + bit / 32];
        Patches.visit(
            g,
            tap,
            0,
            g.examples(),
            (from, step, to, count) -> {
              for (int i = 0; i < count; i++) {
                target[to + i] |= source[from + i * step] << shift;
              }
            });
        if (shift + bits > 32) {
          int[] next = patches[first + bit / 32 + 1];
          Patches.visit(
              g,
              tap,
              0,
              g.examples(),
              (from, step, to, count) -> {
                for (int i = 0; i < count; i++) {
                  next[to + i] |= source[from + i * step] >>> (32 - shift);
                }
              });
        }
      }
    }
  }
}
