package io.github.dl4jhardware.neuromorphic.packed;

/**
 * Counts bits by {@link Integer#bitCount}: one instruction for a whole vector where the processor
 * counts bits in vectors (AVX-512 with VPOPCNTDQ) and the compiler knows it; on AVX2 JDK 17 leaves
 * the loop scalar.
 */
final class BitCountKernels implements BitKernels {
  @Override
  public String toString() {
    return "bit-count";
  }

  @Override
  public void fire1(int[] x0, int m0, int d0, int below, int bit, int[] out, int from, int to) {
    for (int p = from; p < to; p++) {
      int sum = Integer.bitCount(m0 ^ (x0[p] & d0));
      out[p] |= ((below - sum) >>> 31) << bit;
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
      int sum = Integer.bitCount(m0 ^ (x0[p] & d0)) + Integer.bitCount(m1 ^ (x1[p] & d1));
      out[p] |= ((below - sum) >>> 31) << bit;
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
      int sum =
          Integer.bitCount(m0 ^ (x0[p] & d0))
              + Integer.bitCount(m1 ^ (x1[p] & d1))
              + Integer.bitCount(m2 ^ (x2[p] & d2));
      out[p] |= ((below - sum) >>> 31) << bit;
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
      int sum =
          Integer.bitCount(m0 ^ (x0[p] & d0))
              + Integer.bitCount(m1 ^ (x1[p] & d1))
              + Integer.bitCount(m2 ^ (x2[p] & d2))
              + Integer.bitCount(m3 ^ (x3[p] & d3));
      out[p] |= ((below - sum) >>> 31) << bit;
    }
  }
}
