package io.github.dl4jhardware.neuromorphic.layer;

import java.util.Arrays;

/**
 * dL/dx of trinary weights: at each input the gradients of the neurons with +1 are added and those
 * with −1 subtracted, over the positions of a few examples at a time, so that they stay in the
 * cache.
 */
final class TrinarySums {
  /** About so many positions at a time. */
  private static final int BLOCK = 256;

  /** Rows that are added in one pass; JDK 17's compiler takes vectors for five, for eight not. */
  private static final int AT_ONCE = 5;

  private static final ThreadLocal<Room> ROOM = ThreadLocal.withInitial(Room::new);

  private final Geometry g;
  private final TrinaryMasks masks;
  private final float[][] gradients;
  private final Rows images;
  private final float[] zeros;

  /**
   * Sums for a batch.
   *
   * @param gradients dL/dr, {@code [features][positions]}
   * @param images takes dL/dx, a row for each input feature
   */
  TrinarySums(Geometry g, TrinaryMasks masks, float[][] gradients, Rows images) {
    this.g = g;
    this.masks = masks;
    this.gradients = gradients;
    this.images = images;
    zeros = new float[g.outPositions()];
  }

  /** A thread's arrays. */
  private static final class Room {
    private float[] sums = new float[0];
    private float[] image = new float[0];

    void reach(int out, int in) {
      sums = sums.length < out ? new float[out] : sums;
      image = image.length < in ? new float[in] : image;
    }
  }

  /** Writes the gradients of a group's inputs for some examples. */
  void add(int group, int firstExample, int lastExample) {
    Room room = ROOM.get();
    room.reach(g.outPositions(), g.inPositions());
    int perOut = g.outHeight() * g.outWidth();
    int perIn = g.inHeight() * g.inWidth();
    int step = Math.max(1, BLOCK / perOut);
    for (int example = firstExample; example < lastExample; example += step) {
      int end = Math.min(lastExample, example + step);
      for (int input = 0; input < masks.inputs(); input++) {
        float[] image = g.pointwise() ? room.sums : room.image;
        if (!g.pointwise()) {
          Arrays.fill(image, example * perIn, end * perIn, 0);
        }
        for (int tap = 0; tap < g.taps(); tap++) {
          sum(room.sums, group, tap * masks.inputs() + input, example * perOut, end * perOut);
          if (!g.pointwise()) {
            Patches.add(g, tap, example, end, room.sums, image);
          }
        }
        images.writeFloats(group * masks.inputs() + input, image, example * perIn, end * perIn);
      }
    }
  }

  private void sum(float[] sums, int group, int bit, int from, int to) {
    Arrays.fill(sums, from, to, 0);
    add(sums, masks.minus(group, bit), from, to);
    negate(sums, from, to);
    add(sums, masks.plus(group, bit), from, to);
  }

  private void add(float[] sums, int[] features, int from, int to) {
    for (int i = 0; i < features.length; i += AT_ONCE) {
      add(
          sums,
          row(features, i),
          row(features, i + 1),
          row(features, i + 2),
          row(features, i + 3),
          row(features, i + 4),
          from,
          to);
    }
  }

  private float[] row(int[] features, int i) {
    return i < features.length ? gradients[features[i]] : zeros;
  }

  private static void add(
      float[] sums, float[] a, float[] b, float[] c, float[] d, float[] e, int from, int to) {
    for (int p = from; p < to; p++) {
      sums[p] += (a[p] + b[p]) + (c[p] + d[p]) + e[p];
    }
  }

  private static void negate(float[] sums, int from, int to) {
    for (int p = from; p < to; p++) {
      sums[p] = -sums[p];
    }
  }
}
