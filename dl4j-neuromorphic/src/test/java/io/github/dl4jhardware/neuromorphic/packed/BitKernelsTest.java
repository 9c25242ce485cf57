package io.github.dl4jhardware.neuromorphic.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitKernelsTest {
  private static final int POSITIONS = 203;

  /**
   * Each form against a count by {@link BitSet}: random words and masks, all zeros, all ones, every
   * number of words, thresholds that all, some and no sums reach, part of the positions.
   */
  @ParameterizedTest
  @CsvSource({
    "bit-count,1", "bit-count,2", "bit-count,3", "bit-count,4",
    "carry-save,1", "carry-save,2", "carry-save,3", "carry-save,4"
  })
  void everyFormCounts(String name, int words) {
    BitKernels kernels = KernelChoice.named(name);
    SplittableRandom random = new SplittableRandom(words);
    for (int round = 0; round < 300; round++) {
      int[][] x = new int[words][POSITIONS];
      int[] m = new int[words];
      int[] d = new int[words];
      for (int word = 0; word < words; word++) {
        for (int p = 0; p < POSITIONS; p++) {
          x[word][p] = word(random, p + round);
        }
        m[word] = word(random, round);
        d[word] = word(random, round / 3);
      }
      int below = random.nextInt(-2, 32 * words + 2);
      int bit = round % 32;
      int from = random.nextInt(POSITIONS);
      int to = random.nextInt(from, POSITIONS + 1);
      int[] out = random.ints(POSITIONS).map(each -> each & ~(1 << bit)).toArray();
      int[] expected = out.clone();
      for (int p = from; p < to; p++) {
        int sum = 0;
        for (int word = 0; word < words; word++) {
          long ones = (m[word] ^ (x[word][p] & d[word])) & 0xffffffffL;
          sum += BitSet.valueOf(new long[] {ones}).cardinality();
        }
        expected[p] |= sum > below ? 1 << bit : 0;
      }
      fire(kernels, x, m, d, below, bit, out, from, to);
      assertThat(out).isEqualTo(expected);
    }
  }

  private static int word(SplittableRandom random, int which) {
    return switch (which % 7) {
      case 0 -> 0;
      case 1 -> -1;
      default -> random.nextInt();
    };
  }

  private static void fire(
      BitKernels kernels,
      int[][] x,
      int[] m,
      int[] d,
      int below,
      int bit,
      int[] out,
      int from,
      int to) {
    switch (x.length) {
      case 1 -> kernels.fire1(x[0], m[0], d[0], below, bit, out, from, to);
      case 2 -> kernels.fire2(x[0], x[1], m[0], m[1], d[0], d[1], below, bit, out, from, to);
      case 3 ->
          kernels.fire3(
              x[0], x[1], x[2], m[0], m[1], m[2], d[0], d[1], d[2], below, bit, out, from, to);
      default ->
          kernels.fire4(
              x[0], x[1], x[2], x[3], m[0], m[1], m[2], m[3], d[0], d[1], d[2], d[3], below, bit,
              out, from, to);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "amd64, 'flags\t\t: fpu avx2 avx512f avx512_vpopcntdq rdpid', 3, bit-count",
    "amd64, flags : avx2 avx512f avx512_vpopcntdq, 2, carry-save",
    "amd64, flags : avx2 avx512f, 3, carry-save",
    "amd64, flags : avx2, 2, carry-save",
    "amd64, '', 3, carry-save",
    "x86_64, '', 3, carry-save",
    "aarch64, '', 3, bit-count"
  })
  void processorDecides(String architecture, String flags, int useAvx, String expected) {
    assertThat(KernelChoice.choose(architecture, flags, useAvx)).hasToString(expected);
  }

  @Test
  void unknownKernelsAreRefused() {
    assertThatThrownBy(() -> KernelChoice.named("fast"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dl4jhardware.packed.kernels is \"fast\"; it may be bit-count or carry-save");
  }

  @Test
  void thePropertyChooses() {
    String before = System.getProperty(KernelChoice.PROPERTY);
    try {
      for (String name : new String[] {"bit-count", "carry-save"}) {
        System.setProperty(KernelChoice.PROPERTY, name);
        assertThat(KernelChoice.kernels()).hasToString(name);
      }
      System.clearProperty(KernelChoice.PROPERTY);
      assertThat(KernelChoice.kernels()).isIn(KernelChoice.BIT_COUNT, KernelChoice.CARRY_SAVE);
    } finally {
      if (before != null) {
        System.setProperty(KernelChoice.PROPERTY, before);
      }
    }
  }

  /** A layer's spikes are the same with either, whichever this machine chooses. */
  @ParameterizedTest
  @CsvSource({"1,3", "3,2", "3,8", "3,14"})
  void layersFireAlike(int kernel, int features) {
    LayerShape shape =
        new LayerShape(
            "layer", features, 9, 8, 40, 9, 8, 1, kernel, kernel, 1, 1, kernel / 2, kernel / 2);
    SplittableRandom random = new SplittableRandom(features);
    byte[] weights = new byte[40 * shape.fanIn()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) (random.nextInt(3) - 1);
    }
    TrinaryLayer layer = new TrinaryLayer(shape, weights, random.ints(40, -1, 3).toArray());
    int frames = 5;
    int[][] in = new int[1][];
    in[0] = random.ints(frames * 72L, 0, 1 << features).toArray();
    int[][][] out = new int[2][2][frames * 72];
    BitKernels[] both = {KernelChoice.BIT_COUNT, KernelChoice.CARRY_SAVE};
    for (int which = 0; which < 2; which++) {
      PackedLayer packed = new PackedLayer(layer, 1, both[which]);
      int[][] patches = new int[packed.scratchWords()][frames * 72];
      packed.run(frames, in, patches, out[which]);
    }
    assertThat(out[1]).isDeepEqualTo(out[0]);
    assertThat(out[0][0]).doesNotContain(-1);
    assertThat(Arrays.stream(out[0][0]).distinct().count()).isGreaterThan(4);
  }
}
