package io.github.dl4jhardware.neuromorphic.packed;

/**
 * Counts bits by shifts, masks and additions, which every vector unit has. Three words are first
 * added bit by bit, as a full adder does, to a word of sums and a word of carries, so that two
 * words are counted instead of three (carry-save adders; shift-and-mask counts of bits: Warren,
 * Hacker's Delight, 2nd edition, 2012, chapter 5).
 *
 * <p>Fields of 2 bits hold the counts of 2 bits, then fields of 4 and of 8; a multiplication adds
 * the four bytes into the highest. At most 4·32 ones: a byte holds the total.
 */
final class CarrySaveKernels implements BitKernels {
  private static final int PAIRS = 0x55555555;
  private static final int NIBBLES = 0x33333333;
  private static final int BYTES = 0x0f0f0f0f;
  private static final int ADD_BYTES = 0x01010101;

  @Override
  public String toString() {
    return "carry-save";
  }

  @Override
  public void fire1(int[] x0, int m0, int d0, int below, int bit, int[] out, int from, int to) {
    for (int p = from; p < to; p++) {
      int a = m0 ^ (x0[p] & d0);
      a -= (a >>> 1) & PAIRS;
      a = (a & NIBBLES) + ((a >>> 2) & NIBBLES);
      int bytes = (a + (a >>> 4)) & BYTES;
      out[p] |= ((below - ((bytes * ADD_BYTES) >>> 24)) >>> 31) << bit;
    }
  }

  @Override
  public void fire2(
      int[] x0,
      int[] x1,
      int m0,
      int m1,
      int d0,
      int d1,
      int below,
      int bit,
      int[] out,
      int from,
      int to) {
    for (int p = from; p < to; p++) {
      int a = m0 ^ (x0[p] & d0);
      int b = m1 ^ (x1[p] & d1);
      a -= (a >>> 1) & PAIRS;
      b -= (b >>> 1) & PAIRS;
      a = (a & NIBBLES) + ((a >>> 2) & NIBBLES) + (b & NIBBLES) + ((b >>> 2) & NIBBLES);
      int bytes = (a & BYTES) + ((a >>> 4) & BYTES);
      out[p] |= ((below - ((bytes * ADD_BYTES) >>> 24)) >>> 31) << bit;
    }
  }

  @Override
  public void fire3(
      int[] x0,
      int[] x1,
      int[] x2,
      int m0,
      int m1,
      int m2,
      int d0,
      int d1,
      int d2,
      int below,
      int bit,
      int[] out,
      int from,
      int to) {
    for (int p = from; p < to; p++) {
      int a = m0 ^ (x0[p] & d0);
      int b = m1 ^ (x1[p] & d1);
      int c = m2 ^ (x2[p] & d2);
      int half = a ^ b;
      int carry = (a & b) | (half & c);
      int sum = half ^ c;
      sum -= (sum >>> 1) & PAIRS;
      carry -= (carry >>> 1) & PAIRS;
      sum = (sum & NIBBLES) + ((sum >>> 2) & NIBBLES);
      carry = (carry & NIBBLES) + ((carry >>> 2) & NIBBLES);
      sum += carry << 1; // At most 4 + 2·4.
      int bytes = (sum & BYTES) + ((sum >>> 4) & BYTES);
      out[p] |= ((below - ((bytes * ADD_BYTES) >>> 24)) >>> 31) << bit;
    }
  }

  @Override
  public void fire4(
      int[] x0,
      int[] x1,
      int[] x2,
      int[] x3,
      int m0,
      int m1,
      int m2,
      int m3,
      int d0,
      int d1,
      int d2,
      int d3,
      int below,
      int bit,
      int[] out,
      int from,
      int to) {
    for (int p = from; p < to; p++) {
      int a = m0 ^ (x0[p] & d0);
      int b = m1 ^ (x1[p] & d1);
      int c = m2 ^ (x2[p] & d2);
      int d = m3 ^ (x3[p] & d3);
      int half = a ^ b;
      int carry = (a & b) | (half & c);
      int sum = half ^ c;
      sum -= (sum >>> 1) & PAIRS;
      carry -= (carry >>> 1) & PAIRS;
      d -= (d >>> 1) & PAIRS;
      sum = (sum & NIBBLES) + ((sum >>> 2) & NIBBLES) + (d & NIBBLES) + ((d >>> 2) & NIBBLES);
      carry = (carry & NIBBLES) + ((carry >>> 2) & NIBBLES);
      int bytes = (sum & BYTES) + ((sum >>> 4) & BYTES) + (((carry + (carry >>> 4)) & BYTES) << 1);
      out[p] |= ((below - ((bytes * ADD_BYTES) >>> 24)) >>> 31) << bit;
    }
  }
}
