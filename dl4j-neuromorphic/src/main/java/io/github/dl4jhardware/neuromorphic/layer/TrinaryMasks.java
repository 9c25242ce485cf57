package io.github.dl4jhardware.neuromorphic.layer;

import java.util.Arrays;

/**
 * Trinary weights as bit masks of {@link SpikeWords}, and as lists of the neurons that have +1 and
 * −1 at an input.
 */
final class TrinaryMasks {
  private static final int PAIRS = 0x55555555;
  private static final int NIBBLES = 0x33333333;
  private static final int BYTES = 0x0f0f0f0f;
  private static final int ADD_BYTES = 0x01010101;

  private final int features;
  private final int groups;
  private final int inputs;
  private final int fanIn;
  private final int patchWords;
  private final int[] minus;
  private final int[] nonZero;
  private final int[] negatives;

  /** Bit by bit the features with +1 and those with −1, in their order. */
  private final int[][] plus;

  private final int[][] minusOnes;

  TrinaryMasks(int features, int groups, int inputs, int fanIn) {
    this.features = features;
    this.groups = groups;
    this.inputs = inputs;
    this.fanIn = fanIn;
    patchWords = SpikeWords.words(fanIn);
    minus = new int[features * patchWords];
    nonZero = new int[features * patchWords];
    negatives = new int[features];
    plus = new int[fanIn * groups][];
    minusOnes = new int[fanIn * groups][];
  }

  /** Inputs of a group under one tap. */
  int inputs() {
    return inputs;
  }

  /** Where the host has the weight of a bit: it counts taps input by input. */
  int input(int bit) {
    return bit % inputs * (fanIn / inputs) + bit / inputs;
  }

  /** Takes −1, 0 and 1, a row a feature. */
  void load(Rows made) {
    Workers.each(groups, group -> load(made, group));
  }

  private void load(Rows made, int group) {
    int share = features / groups;
    int first = group * share;
    float[] row = new float[fanIn];
    byte[][] weights = new byte[fanIn][share];
    Arrays.fill(minus, first * patchWords, (first + share) * patchWords, 0);
    Arrays.fill(nonZero, first * patchWords, (first + share) * patchWords, 0);
    for (int feature = first; feature < first + share; feature++) {
      made.readFloats(feature, row);
      int count = 0;
      for (int bit = 0; bit < fanIn; bit++) {
        int weight = (int) row[input(bit)];
        weights[bit][feature - first] = (byte) weight;
        int word = feature * patchWords + bit / 32;
        nonZero[word] |= (weight & 1) << bit;
        minus[word] |= (weight >>> 31) << bit;
        count += weight >>> 31;
      }
      negatives[feature] = count;
    }
    for (int bit = 0; bit < fanIn; bit++) {
      plus[group * fanIn + bit] = features(weights[bit], 1, first);
      minusOnes[group * fanIn + bit] = features(weights[bit], -1, first);
    }
  }

  private static int[] features(byte[] weights, int sign, int first) {
    int[] list = new int[weights.length];
    int count = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] == sign) {
        list[count++] = first + i;
      }
    }
    return Arrays.copyOf(list, count);
  }

  /** Features of a group that have +1 at a bit. */
  int[] plus(int group, int bit) {
    return plus[group * fanIn + bit];
  }

  /** Features of a group that have −1 at a bit. */
  int[] minus(int group, int bit) {
    return minusOnes[group * fanIn + bit];
  }

  /**
   * Responses of a feature.
   *
   * @param words of the patches
   * @param first of the feature's group
   * @param sums takes the responses
   */
  void respond(int feature, int[][] words, int first, int[] sums, int positions) {
    Arrays.fill(sums, 0, positions, -negatives[feature]);
    int mask = feature * patchWords;
    for (int word = 0; word < patchWords; word++) {
      count(words[first + word], minus[mask + word], nonZero[mask + word], sums, positions);
    }
  }

  /**
   * Adds the number of ones in m ^ (x &amp; d), by shifts and masks, which every vector unit has
   * (Warren, Hacker's Delight, 2nd edition, 2012, chapter 5).
   */
  private static void count(int[] x, int m, int d, int[] sums, int positions) {
    for (int p = 0; p < positions; p++) {
      int a = m ^ (x[p] & d);
      a -= (a >>> 1) & PAIRS;
      a = (a & NIBBLES) + ((a >>> 2) & NIBBLES);
      sums[p] += (((a + (a >>> 4)) & BYTES) * ADD_BYTES) >>> 24;
    }
  }
}
