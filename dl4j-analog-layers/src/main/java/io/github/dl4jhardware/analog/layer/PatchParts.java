package io.github.dl4jhardware.analog.layer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A batch of images in parts whose patches stay in a processor's cache, and the arrays that one
 * part after the other is worked on in. They are used again by the next batch of the same shape.
 *
 * <p>Patches and sums are matrices with a line for each position: {@code [lines, width]} where
 * channels are last, else {@code [width, lines]}.
 */
final class PatchParts {
  /** Numbers of a part's patches, about: 1 MB in FLOAT, a share of a second-level cache. */
  private static final int PATCH_NUMBERS = 1 << 18;

  private final DataType type;
  private @Nullable ConvolutionShape shape;
  private List<Part> parts = List.of();
  private final Map<List<Integer>, INDArray> matrices = new HashMap<>();
  private Numbers images;
  private Numbers patches;
  private Numbers backPatches;
  private Numbers sums;

  /** Of the parts whose padding stands in the patches as zeros; −1 if none does. */
  private int laidOut = -1;

  PatchParts(DataType type) {
    this.type = type;
    images = Numbers.of(type, 0);
    patches = images;
    backPatches = images;
    sums = images;
  }

  /**
   * Some whole images, or some rows of positions of one image.
   *
   * @param first image
   * @param count of images
   * @param rowFrom first row of positions
   * @param rowTo one past the last
   * @param lines positions of all its images
   * @param layout the same for parts whose patches lie alike
   * @param runs its patches' stretches
   * @param patch for native products
   * @param sum for native products
   */
  record Part(
      int first,
      int count,
      int rowFrom,
      int rowTo,
      int lines,
      int layout,
      PatchRuns runs,
      INDArray patch,
      INDArray sum) {
    Part at(int image) {
      return new Part(image, count, rowFrom, rowTo, lines, layout, runs, patch, sum);
    }
  }

  /** The parts of a batch, in order. */
  List<Part> of(ConvolutionShape next) {
    if (!next.equals(shape)) {
      prepare(next);
      shape = next;
    }
    return parts;
  }

  private void prepare(ConvolutionShape s) {
    long ofRow = Math.max(1, (long) s.rows() * s.outWidth());
    long ofImage = ofRow * s.outHeight();
    int whole = (int) Math.max(1, Math.min(s.examples(), PATCH_NUMBERS / ofImage));
    int height = (int) Math.max(1, Math.min(s.outHeight(), PATCH_NUMBERS / ofRow));
    parts = new ArrayList<>();
    matrices.clear();
    Map<List<Integer>, Part> alike = new HashMap<>();
    int most = 0;
    for (int first = 0; first < s.examples(); first += whole) {
      int count = Math.min(whole, s.examples() - first);
      for (int row = 0; row < s.outHeight(); row += height) {
        int to = Math.min(row + height, s.outHeight());
        int from = row;
        int layout = alike.size();
        Part part =
            alike
                .computeIfAbsent(List.of(count, row), key -> part(s, count, from, to, layout))
                .at(first);
        parts.add(part);
        most = Math.max(most, part.lines);
      }
    }
    images = Numbers.of(type, whole * s.pixels() * s.channels());
    patches = Numbers.of(type, most * s.rows());
    backPatches = Numbers.of(type, most * s.rows());
    sums = Numbers.of(type, most * s.outputsOfGroup());
    laidOut = -1;
  }

  private Part part(ConvolutionShape s, int count, int from, int to, int layout) {
    int lines = count * (to - from) * s.outWidth();
    return new Part(
        0,
        count,
        from,
        to,
        lines,
        layout,
        PatchRuns.of(s, count, from, to),
        matrix(s, lines, s.rows(), true),
        matrix(s, lines, s.outputsOfGroup(), false));
  }

  /**
   * One for all parts of the same size, each of which fills it anew. It outlives the pass, and so
   * the host's workspace.
   */
  private INDArray matrix(ConvolutionShape s, int lines, int width, boolean patch) {
    long[] size = s.channelsLast() ? new long[] {lines, width} : new long[] {width, lines};
    return matrices.computeIfAbsent(
        List.of(lines, patch ? 1 : 0), key -> Nd4j.create(type, size, 'c').detach());
  }

  Numbers images() {
    return images;
  }

  Numbers patches() {
    return patches;
  }

  /** What goes back, in the places of patches. */
  Numbers backPatches() {
    return backPatches;
  }

  Numbers sums() {
    return sums;
  }

  /** The place of a number of a part's patches or sums. */
  static int place(ConvolutionShape s, Part part, int line, int of, int width) {
    return s.channelsLast() ? line * width + of : of * part.lines + line;
  }

  /** Does something at a position. */
  interface Action {
    /**
     * Does it.
     *
     * @param line of the part
     * @param example of the batch
     * @param index of the position and the group in the example
     */
    void at(int line, int example, int index);
  }

  static void eachLine(ConvolutionShape s, Part part, int group, Action action) {
    int positions = (part.rowTo - part.rowFrom) * s.outWidth();
    for (int image = 0; image < part.count; image++) {
      for (int position = 0; position < positions; position++) {
        int index = (part.rowFrom * s.outWidth() + position) * s.groups() + group;
        action.at(image * positions + position, part.first + image, index);
      }
    }
  }

  /** A group's columns of a matrix of all columns; of one group, the matrix itself. */
  static INDArray ofGroup(ConvolutionShape s, INDArray weights, int group) {
    long width = s.outputsOfGroup();
    return s.groups() == 1
        ? weights
        : weights.get(
            NDArrayIndex.all(), NDArrayIndex.interval(group * width, (group + 1) * width));
  }

  /** Where a group's channels begin in an image. */
  static int start(ConvolutionShape s, int group) {
    return group * s.channelsOfGroup() * (s.channelsLast() ? 1 : s.pixels());
  }

  /**
   * Lays out the patches of a part's images. They are loaded for the first part of them and the
   * first group, so that parts are to be taken in their order, and groups in theirs within a part.
   */
  void gather(ConvolutionShape s, Part part, INDArray input, int group) {
    if (group == 0 && part.rowFrom == 0) {
      int ofImage = s.pixels() * s.channels();
      images.load(input, (long) part.first * ofImage, 0, part.count * ofImage);
    }
    if (laidOut != part.layout) {
      patches.clear();
      laidOut = part.layout;
    }
    images.gather(part.runs, start(s, group), patches);
  }

  /** Moves a part's sums into images of the output shape. */
  void storeSums(ConvolutionShape s, Part part, int group, INDArray images) {
    exchange(s, part, group, (place, at, count) -> sums.store(images, place, at, count));
  }

  /** Fills a part's sums from images of the output shape. */
  void loadSums(ConvolutionShape s, Part part, int group, INDArray images) {
    exchange(s, part, group, (place, at, count) -> sums.load(images, place, at, count));
  }

  /** Moves a stretch of numbers. */
  private interface Move {
    void stretch(long place, int at, int count);
  }

  private static void exchange(ConvolutionShape s, Part part, int group, Move move) {
    int width = s.outputsOfGroup();
    int positions = (part.rowTo - part.rowFrom) * s.outWidth();
    long firstPosition = (long) part.rowFrom * s.outWidth();
    if (!s.channelsLast()) {
      for (int image = 0; image < part.count; image++) {
        for (int column = 0; column < width; column++) {
          long feature = (part.first + image) * (long) s.outputs() + (group * width + column);
          int at = column * part.lines + image * positions;
          move.stretch(feature * s.positions() + firstPosition, at, positions);
        }
      }
      return;
    }
    long line = part.first * (long) s.positions() + firstPosition;
    if (s.groups() == 1) {
      move.stretch(line * width, 0, part.lines * width);
      return;
    }
    for (int i = 0; i < part.lines; i++) {
      move.stretch((line + i) * s.outputs() + (long) group * width, i * width, width);
    }
  }
}
