package io.github.dl4jhardware.analog.edge;

import io.github.dl4jhardware.Internal;
import io.github.dl4jhardware.analog.device.Draws;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one array through its edges, in both directions; where an edge is ideal, nothing is done
 * here and the caller's own product stands. One for each thread.
 */
@Internal
public final class ArrayReads {
  private final @Nullable EdgeRead forward;
  private final @Nullable EdgeRead backward;
  private final long chipSeed;
  private final int layer;

  /**
   * Reads of an array.
   *
   * @param edges of both directions
   * @param rows of the array, the bias row included
   * @param inputs rows that a backward read looks at
   * @param columns of the array
   * @param chipSeed the chip
   * @param layer index of its layer
   */
  public ArrayReads(ArrayEdges edges, int rows, int inputs, int columns, long chipSeed, int layer) {
    this(edges, rows, inputs, columns, chipSeed, layer, 0, new EdgeRead.Many());
  }

  private ArrayReads(
      ArrayEdges edges,
      int rows,
      int inputs,
      int columns,
      long chipSeed,
      int layer,
      int group,
      EdgeRead.Many many) {
    this.chipSeed = chipSeed;
    this.layer = layer;
    forward =
        edges.forward().ideal()
            ? null
            : new EdgeRead(edges.forward(), rows, columns, true, chipSeed, layer, group, many);
    backward =
        edges.backward().ideal()
            ? null
            : new EdgeRead(edges.backward(), inputs, columns, false, chipSeed, layer, group, many);
  }

  /**
   * Reads of arrays that stand side by side in a layer, and are read in turn.
   *
   * @param groups how many
   * @param columns of one of them
   * @return one for each
   */
  public static ArrayReads[] ofGroups(
      ArrayEdges edges, int groups, int rows, int inputs, int columns, long chipSeed, int layer) {
    EdgeRead.Many many = new EdgeRead.Many();
    ArrayReads[] reads = new ArrayReads[groups];
    Arrays.setAll(
        reads, group -> new ArrayReads(edges, rows, inputs, columns, chipSeed, layer, group, many));
    return reads;
  }

  /**
   * Whether sums come through converters.
   *
   * @return false where {@link #forward} has nothing to do
   */
  public boolean readsForward() {
    return forward != null;
  }

  /**
   * Whether what goes back comes through converters.
   *
   * @return false where {@link #backward} has nothing to do
   */
  public boolean readsBackward() {
    return backward != null;
  }

  /**
   * Sums of one example.
   *
   * @param weights row-major {@code [rows * columns]}
   * @param variances as for {@link EdgeRead#read}
   * @param line one value a row
   * @param sums takes one value a column
   * @param sumsFrom from this place on
   * @param training whether it is a read of training, whose examples are counted
   * @param example its number in training, or its place in the batch
   * @param index which read of the example, from 0
   */
  public void forward(
      float[] weights,
      float[] variances,
      float[] line,
      float[] sums,
      int sumsFrom,
      boolean training,
      long example,
      int index) {
    if (forward != null) {
      int purpose = training ? Draws.FORWARD_READ : Draws.INFERENCE_READ;
      long key = key(purpose, example, index);
      forward.read(weights, variances, line, 0, sums, sumsFrom, key);
    }
  }

  /**
   * What goes back for one example.
   *
   * @param weights row-major {@code [inputs * columns]}, or more rows
   * @param variances as for {@link EdgeRead#read}
   * @param deltas one value a column
   * @param deltasFrom from this place on
   * @param errors takes one value a row
   * @param errorsFrom from this place on
   * @param example its number in training
   * @param index which read of the example, from 0
   */
  public void backward(
      float[] weights,
      float[] variances,
      float[] deltas,
      int deltasFrom,
      float[] errors,
      int errorsFrom,
      long example,
      int index) {
    if (backward != null) {
      long key = key(Draws.BACKWARD_READ, example, index);
      backward.read(weights, variances, deltas, deltasFrom, errors, errorsFrom, key);
    }
  }

  /**
   * Sums of many reads.
   *
   * @param weights row-major {@code [rows * columns]}
   * @param variances as for {@link EdgeRead#read}
   * @param lines {@code [rows, reads]}
   * @param sums takes {@code [columns, reads]}
   * @param training whether they are reads of training, whose examples are counted
   * @param examples of each read: its number in training, or its place in the batch
   * @param indices which read of its example each is
   */
  public void forwardAll(
      float[] weights,
      float[] variances,
      float[] lines,
      float[] sums,
      boolean training,
      long[] examples,
      int[] indices) {
    if (forward != null) {
      int purpose = training ? Draws.FORWARD_READ : Draws.INFERENCE_READ;
      forward.readAll(weights, variances, lines, sums, keys(purpose, examples, indices));
    }
  }

  /**
   * What goes back, of many reads.
   *
   * @param weights row-major {@code [inputs * columns]}, or more rows
   * @param variances as for {@link EdgeRead#read}
   * @param deltas {@code [columns, reads]}
   * @param errors takes {@code [inputs, reads]}
   * @param examples of each read
   * @param indices which read of its example each is
   */
  public void backwardAll(
      float[] weights,
      float[] variances,
      float[] deltas,
      float[] errors,
      long[] examples,
      int[] indices) {
    if (backward != null) {
      backward.readAll(
          weights, variances, deltas, errors, keys(Draws.BACKWARD_READ, examples, indices));
    }
  }

  private long[] keys(int purpose, long[] examples, int[] indices) {
    long[] keys = new long[examples.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(purpose, examples[i], indices[i]);
    }
    return keys;
  }

  private long key(int purpose, long example, int index) {
    long key = Draws.key(chipSeed, layer, purpose, example);
    return index == 0 ? key : Draws.subKey(key, index);
  }
}
