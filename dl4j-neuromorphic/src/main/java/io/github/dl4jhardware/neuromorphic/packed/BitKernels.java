package io.github.dl4jhardware.neuromorphic.packed;

/**
 * The innermost loops of packed inference: a neuron of n words at the positions {@code [from, to)}.
 * With the neuron's masks {@code m} of −1 weights and {@code d} of all but 0, its sum is the number
 * of ones in the words {@code m ^ (x[p] & d)}; where it is above {@code below}, bit {@code bit} of
 * {@code out[p]} is set.
 *
 * <p>Each loop has an array for each word and one index for all: with offsets into one array the
 * compiler does not use the vector units, which makes it ten times slower. {@code below − sum} is
 * negative, and its sign bit 1, where the neuron fires. Implementations differ in speed alone.
 */
interface BitKernels {
  void fire1(int[] x0, int m0, int d0, int below, int bit, int[] out, int from, int to);

  void fire2(
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
      int to);

  void fire3(
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
      int to);

  void fire4(
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
      int to);
}
