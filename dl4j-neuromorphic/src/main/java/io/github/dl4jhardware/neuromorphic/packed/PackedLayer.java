package io.github.dl4jhardware.neuromorphic.packed;

import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import java.util.Arrays;

/**
 * One layer on packed spikes. With M the mask of −1 weights and D that of all but 0, Σ w·x =
 * popcount(M ^ (x &amp; D)) − popcount(M), where popcount(M) goes into the threshold.
 *
 * <p>Output positions lie on the lanes of the vector units: a neuron's masks stay in registers
 * while it goes over the positions of a whole block of frames, and its spike goes to one bit of
 * each position's word. Spikes stand as {@code [word][lane]}, features of a group of the layer that
 * reads them in words of their own, lanes frame by frame and row by row.
 */
final class PackedLayer {
  /** As many positions as the first cache holds, five arrays of them. */
  private static final int TILE = 2048;

  private final LayerShape shape;

  /** Words of a patch, up to the last that has an input. */
  private final int patchWords;

  /** Words of a group's input features at one position. */
  private final int groupWords;

  private final int[] minus;
  private final int[] nonZero;
  private final int[] thresholds;

  /** For each output feature the word that its spike goes to, and the bit. */
  private final int[] targetWords;

  private final int[] targetBits;
  private final int outWords;

  /** What a patch word is made of: quadruples of patch word, tap, word within the group, shift. */
  private final int[] pieces;

  private final BitKernels kernels;

  PackedLayer(TrinaryLayer layer, int readersGroups, BitKernels kernels) {
    this.kernels = kernels;
    shape = layer.shape();
    int fanIn = shape.fanIn();
    groupWords = words(shape.groupInputs());
    patchWords = words(fanIn);
    int features = shape.outFeatures();
    minus = new int[features * patchWords];
    nonZero = new int[features * patchWords];
    thresholds = new int[features];
    for (int feature = 0; feature < features; feature++) {
      int negatives = 0;
      for (int tap = 0; tap < shape.taps(); tap++) {
        for (int input = 0; input < shape.groupInputs(); input++) {
          int weight = layer.weight(feature, input, tap);
          int bit = tap * shape.groupInputs() + input;
          int word = feature * patchWords + bit / 32;
          if (weight != 0) {
            nonZero[word] |= 1 << bit % 32;
          }
          if (weight < 0) {
            minus[word] |= 1 << bit % 32;
            negatives++;
          }
        }
      }
      thresholds[feature] = layer.threshold(feature) + negatives;
    }
    int share = features / readersGroups;
    int shareWords = words(share);
    outWords = readersGroups * shareWords;
    targetWords = new int[features];
    targetBits = new int[features];
    for (int feature = 0; feature < features; feature++) {
      targetWords[feature] = feature / share * shareWords + feature % share / 32;
      targetBits[feature] = feature % share % 32;
    }
    pieces = shape.pointwise() ? new int[0] : pieces();
  }

  static int words(int bits) {
    return (bits + 31) / 32;
  }

  private int[] pieces() {
    int[] made = new int[shape.taps() * groupWords * 2 * 4];
    int count = 0;
    for (int tap = 0; tap < shape.taps(); tap++) {
      for (int word = 0; word < groupWords; word++) {
        int at = tap * shape.groupInputs() + 32 * word;
        int bits = Math.min(32, shape.groupInputs() - 32 * word);
        int shift = at % 32;
        made[count++] = at / 32;
        made[count++] = tap;
        made[count++] = word;
        made[count++] = shift;
        if (shift + bits > 32) {
          made[count++] = at / 32 + 1;
          made[count++] = tap;
          made[count++] = word;
          made[count++] = shift - 32;
        }
      }
    }
    return Arrays.copyOf(made, count);
  }

  LayerShape shape() {
    return shape;
  }

  int inWords() {
    return shape.groups() * groupWords;
  }

  int outWords() {
    return outWords;
  }

  /** Words of scratch at each output position. */
  int scratchWords() {
    return shape.pointwise() ? 0 : patchWords;
  }

  int targetWord(int feature) {
    return targetWords[feature];
  }

  int targetBit(int feature) {
    return targetBits[feature];
  }

  /**
   * Runs a block.
   *
   * @param in {@code [inWords][frames·inPositions]}
   * @param out {@code [outWords][frames·outPositions]}, overwritten
   */
  void run(int frames, int[][] in, int[][] patches, int[][] out) {
    int lanes = frames * shape.outPositions();
    for (int word = 0; word < outWords; word++) {
      Arrays.fill(out[word], 0, lanes, 0);
    }
    for (int group = 0; group < shape.groups(); group++) {
      int[][] words = in;
      int first = group * groupWords;
      if (!shape.pointwise()) {
        gather(frames, group, in, patches);
        words = patches;
        first = 0;
      }
      int last = (group + 1) * shape.groupOutputs();
      for (int from = 0; from < lanes; from += TILE) {
        int to = Math.min(lanes, from + TILE);
        for (int feature = group * shape.groupOutputs(); feature < last; feature++) {
          fire(feature, words, first, out[targetWords[feature]], from, to);
        }
      }
    }
  }

  private void fire(int feature, int[][] words, int first, int[] out, int from, int to) {
    int mask = feature * patchWords;
    int below = thresholds[feature] - 1;
    int bit = targetBits[feature];
    switch (patchWords) {
      case 1 -> kernels.fire1(words[first], minus[mask], nonZero[mask], below, bit, out, from, to);
      case 2 ->
          kernels.fire2(
              words[first],
              words[first + 1],
              minus[mask],
              minus[mask + 1],
              nonZero[mask],
              nonZero[mask + 1],
              below,
              bit,
              out,
              from,
              to);
      case 3 ->
          kernels.fire3(
              words[first],
              words[first + 1],
              words[first + 2],
              minus[mask],
              minus[mask + 1],
              minus[mask + 2],
              nonZero[mask],
              nonZero[mask + 1],
              nonZero[mask + 2],
              below,
              bit,
              out,
              from,
              to);
      case 4 ->
          kernels.fire4(
              words[first],
              words[first + 1],
              words[first + 2],
              words[first + 3],
              minus[mask],
              minus[mask + 1],
              minus[mask + 2],
              minus[mask + 3],
              nonZero[mask],
              nonZero[mask + 1],
              nonZero[mask + 2],
              nonZero[mask + 3],
              below,
              bit,
              out,
              from,
              to);
      default -> throw new IllegalStateException(shape.name() + ": " + patchWords + " words");
    }
  }

  /** Brings the words under a group's kernel together, for every output position. */
  private void gather(int frames, int group, int[][] in, int[][] patches) {
    int lanes = frames * shape.outPositions();
    for (int word = 0; word < patchWords; word++) {
      Arrays.fill(patches[word], 0, lanes, 0);
    }
    for (int i = 0; i < pieces.length; i += 4) {
      int[] target = patches[pieces[i]];
      int[] source = in[group * groupWords + pieces[i + 2]];
      int tap = pieces[i + 1];
      int shift = pieces[i + 3];
      int tapY = tap / shape.kernelWidth() - shape.padTop();
      int tapX = tap % shape.kernelWidth() - shape.padLeft();
      int stride = shape.strideWidth();
      int left = shape.firstColumn(tap);
      int right = shape.lastColumn(tap);
      for (int frame = 0; frame < frames; frame++) {
        for (int y = 0; y < shape.outHeight(); y++) {
          int inY = y * shape.strideHeight() + tapY;
          if (inY >= 0 && inY < shape.inHeight()) {
            int line = (frame * shape.inHeight() + inY) * shape.inWidth() + tapX;
            int to = (frame * shape.outHeight() + y) * shape.outWidth();
            if (shift >= 0) {
              for (int x = left; x <= right; x++) {
                target[to + x] |= source[line + x * stride] << shift;
              }
            } else {
              for (int x = left; x <= right; x++) {
                target[to + x] |= source[line + x * stride] >>> -shift;
              }
            }
          }
        }
      }
    }
  }
}
