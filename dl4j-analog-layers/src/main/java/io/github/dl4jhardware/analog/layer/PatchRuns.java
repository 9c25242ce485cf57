package io.github.dl4jhardware.analog.layer;

import java.util.Arrays;

/**
 * Which stretches of images make the patches that a convolution's kernel looks at: a patch's
 * numbers, in the order of the crossbar's rows, are stretches that lie side by side in the image.
 *
 * <p>Patches of channels-last images are {@code [positions, rows]}, others {@code [rows,
 * positions]}; so the stretches are long. What no stretch fills is padding.
 */
final class PatchRuns {
  private final int[] from;
  private final int[] to;
  private final int[] lengths;
  private final int count;
  private final Repeat channels;
  private final Repeat images;

  /**
   * How often all stretches come again, for further channels or images.
   *
   * @param times in all
   * @param from distance in the images
   * @param to distance in the patches
   */
  record Repeat(int times, int from, int to) {}

  private PatchRuns(
      int[] from, int[] to, int[] lengths, int count, Repeat channels, Repeat images) {
    this.from = from;
    this.to = to;
    this.lengths = lengths;
    this.count = count;
    this.channels = channels;
    this.images = images;
  }

  /** How many stretches one channel has. */
  int count() {
    return count;
  }

  /** Where a stretch begins in the first image and channel. */
  int from(int run) {
    return from[run];
  }

  /** Where a stretch begins in the patches. */
  int to(int run) {
    return to[run];
  }

  int length(int run) {
    return lengths[run];
  }

  Repeat channels() {
    return channels;
  }

  Repeat images() {
    return images;
  }

  /**
   * Of a part of a batch.
   *
   * @param shape sizes
   * @param images how many at once
   * @param rowFrom first row of output positions
   * @param rowTo one past the last
   */
  static PatchRuns of(ConvolutionShape shape, int images, int rowFrom, int rowTo) {
    Builder runs = new Builder();
    int positions = (rowTo - rowFrom) * shape.outWidth();
    int channels = shape.channelsOfGroup();
    if (shape.channelsLast()) {
      for (int y = rowFrom; y < rowTo; y++) {
        for (int x = 0; x < shape.outWidth(); x++) {
          int patch = ((y - rowFrom) * shape.outWidth() + x) * shape.rows();
          runs.patch(shape, y, x, patch, channels, shape.channels());
        }
      }
      int imageFrom = shape.pixels() * shape.channels();
      return runs.build(
          new Repeat(1, 0, 0), new Repeat(images, imageFrom, positions * shape.rows()));
    }
    for (int tap = 0; tap < shape.down().size() * shape.across().size(); tap++) {
      runs.tap(shape, tap, rowFrom, rowTo, tap * channels * images * positions);
    }
    int imageFrom = shape.pixels() * shape.channels();
    return runs.build(
        new Repeat(channels, shape.pixels(), images * positions),
        new Repeat(images, imageFrom, positions));
  }

  /** Collects stretches, and joins those that touch. */
  private static final class Builder {
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int[] lengths = new int[64];
    private int count;

    /** One patch of a channels-last image, whose stretches are the channels of a pixel. */
    void patch(ConvolutionShape shape, int y, int x, int start, int length, int pixel) {
      int tap = 0;
      for (int i = 0; i < shape.down().size(); i++) {
        int inY = shape.down().in(y, i);
        for (int j = 0; j < shape.across().size(); j++, tap++) {
          int inX = shape.across().in(x, j);
          if (inY >= 0 && inY < shape.inHeight() && inX >= 0 && inX < shape.inWidth()) {
            add((inY * shape.inWidth() + inX) * pixel, start + tap * length, length);
          }
        }
      }
    }

    /** What one tap sees of one channel at all positions. */
    void tap(ConvolutionShape shape, int tap, int rowFrom, int rowTo, int start) {
      int i = tap / shape.across().size();
      int j = tap % shape.across().size();
      for (int y = rowFrom; y < rowTo; y++) {
        int inY = shape.down().in(y, i);
        for (int x = 0; x < shape.outWidth(); x++) {
          int inX = shape.across().in(x, j);
          if (inY >= 0 && inY < shape.inHeight() && inX >= 0 && inX < shape.inWidth()) {
            int place = start + (y - rowFrom) * shape.outWidth() + x;
            add(inY * shape.inWidth() + inX, place, 1);
          }
        }
      }
    }

    private void add(int source, int target, int length) {
      int last = count - 1;
      if (last >= 0 && from[last] + lengths[last] == source && to[last] + lengths[last] == target) {
        lengths[last] += length;
        return;
      }
      if (count == from.length) {
        from = Arrays.copyOf(from, 2 * count);
        to = Arrays.copyOf(to, 2 * count);
        lengths = Arrays.copyOf(lengths, 2 * count);
      }
      from[count] = source;
      to[count] = target;
      lengths[count++] = length;
    }

    PatchRuns build(Repeat channels, Repeat images) {
      return new PatchRuns(from, to, lengths, count, channels, images);
    }
  }
}
