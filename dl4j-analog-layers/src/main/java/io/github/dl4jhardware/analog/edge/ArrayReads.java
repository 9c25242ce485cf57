package io.github.dl4jhardware.analog.edge;

import io.github.dl4jhardware.Internal;
import io.github.dl4jhardware.analog.device.Draws;
import java.util.Arrays;

/**
 * Reads of a matrix through the edges of its tiles, in both directions; where an edge is ideal,
 * nothing is done here and the caller's own product stands. One for each thread.
 */
@Internal
public final class ArrayReads {
  /** A tile each, one below the other; none where the edge is ideal. */
  private final EdgeRead[] forward;

  /** A tile each, side by side; likewise. */
  private final EdgeRead[] backward;

  private final int[] rowCuts;
  private final int[] columnCuts;
  private float[] part = new float[0];
  private final long chipSeed;
  private final int layer;
  private final int inputs;

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
    this.inputs = inputs;
    rowCuts = ArrayTiles.cuts(rows, edges.tiles().down(rows));
    columnCuts = ArrayTiles.cuts(columns, edges.tiles().across(columns));
    forward = new EdgeRead[edges.forward().ideal() ? 0 : rowCuts.length - 1];
    Arrays.setAll(
        forward,
        tile ->
            new EdgeRead(
                edges.forward(),
                rowCuts[tile + 1] - rowCuts[tile],
                columns,
                true,
                chipSeed,
                layer,
                group,
                new EdgeRead.Tile(tile, rowCuts[tile] * columns, columns),
                many));
    backward = new EdgeRead[edges.backward().ideal() ? 0 : columnCuts.length - 1];
    Arrays.setAll(
        backward,
        tile ->
            new EdgeRead(
                edges.backward(),
                inputs,
                columnCuts[tile + 1] - columnCuts[tile],
                false,
                chipSeed,
                layer,
                group,
                new EdgeRead.Tile(tile, columnCuts[tile], columns),
                many));
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
    return forward.length > 0;
  }

  /**
   * Whether what goes back comes through converters.
   *
   * @return false where {@link #backward} has nothing to do
   */
  public boolean readsBackward() {
    return backward.length > 0;
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
    int purpose = training ? Draws.FORWARD_READ : Draws.INFERENCE_READ;
    long key = key(purpose, example, index);
    for (int tile = 0; tile < forward.length; tile++) {
      boolean first = tile == 0;
      float[] into = first ? sums : part(columns());
      forward[tile].read(weights, variances, line, rowCuts[tile], into, first ? sumsFrom : 0, key);
      if (!first) {
        add(into, sums, sumsFrom, columns());
      }
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
    long key = key(Draws.BACKWARD_READ, example, index);
    for (int tile = 0; tile < backward.length; tile++) {
      boolean first = tile == 0;
      float[] into = first ? errors : part(inputs);
      int from = deltasFrom + columnCuts[tile];
      backward[tile].read(weights, variances, deltas, from, into, first ? errorsFrom : 0, key);
      if (!first) {
        add(into, errors, errorsFrom, inputs);
      }
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
    int purpose = training ? Draws.FORWARD_READ : Draws.INFERENCE_READ;
    long[] keys = keys(purpose, examples, indices);
    readAll(forward, rowCuts, weights, variances, lines, sums, columns() * keys.length, keys);
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
    long[] keys = keys(Draws.BACKWARD_READ, examples, indices);
    readAll(backward, columnCuts, weights, variances, deltas, errors, inputs * keys.length, keys);
  }

  private void readAll(
      EdgeRead[] tiles,
      int[] cuts,
      float[] weights,
      float[] variances,
      float[] lines,
      float[] read,
      int length,
      long[] keys) {
    for (int tile = 0; tile < tiles.length; tile++) {
      float[] into = tile == 0 ? read : part(length);
      tiles[tile].readAll(weights, variances, lines, cuts[tile] * keys.length, into, keys);
      if (tile > 0) {
        add(into, read, 0, length);
      }
    }
  }

  /** What a tile says before it is added to the others. */
  private float[] part(int length) {
    if (part.length < length) {
      part = new float[length];
    }
    return part;
  }

  private static void add(float[] part, float[] sums, int from, int length) {
    for (int i = 0; i < length; i++) {
      sums[from + i] += part[i];
    }
  }

  private int columns() {
    return columnCuts[columnCuts.length - 1];
  }

  /**
   * Shows somebody what each tile is sent forward and says, as {@link #forwardAll} reads it.
   *
   * @param looking gets a call for each tile
   * @param lines as for {@link #forwardAll}
   * @param weights likewise
   * @param reads how many
   */
  public void show(ReadObserver looking, float[] weights, float[] lines, int reads) {
    for (int tile = 0; tile < forward.length; tile++) {
      float[] sums = new float[columns() * reads];
      int from = rowCuts[tile] * reads;
      forward[tile].readAll(weights, new float[0], lines, from, sums, new long[reads]);
      looking.saw(Arrays.copyOfRange(lines, from, rowCuts[tile + 1] * reads), sums, reads);
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
