package io.github.dl4jhardware.analog.edge;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The size of a physical array. A larger matrix is cut into tiles as equal as can be, each with
 * converters, bounds and noise of its own: forward, inputs are scaled tile by tile, and what the
 * tiles of a column say is added digitally, behind their converters; backward likewise, for a row.
 * Where nothing is at the edges, tiles change no number; costs count their lines.
 *
 * @param rows inputs of one array, the bias row included, at least 1
 * @param columns outputs of one array, at least 1
 */
public record ArrayTiles(
    @JsonProperty(required = true) int rows, @JsonProperty(required = true) int columns)
    implements Serializable {

  /** 512×512, of layers that say nothing else; in the range of published chips (assumed). */
  public static final ArrayTiles USUAL = new ArrayTiles(512, 512);

  /** One array however large the matrix is; networks that were saved without a size have it. */
  public static final ArrayTiles UNLIMITED = new ArrayTiles(Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** Checks both sizes. */
  public ArrayTiles {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "ArrayTiles of " + rows + "×" + columns + "; both must be at least 1");
    }
  }

  /**
   * Tiles one below the other.
   *
   * @param inputs rows of a matrix
   * @return at least 1
   */
  public int down(int inputs) {
    return count(inputs, rows);
  }

  /**
   * Tiles side by side.
   *
   * @param outputs columns of a matrix
   * @return at least 1
   */
  public int across(int outputs) {
    return count(outputs, columns);
  }

  /**
   * Drivers and converters at the edges of all tiles: one a row in front and one a column behind
   * each.
   *
   * @param inputs rows of a matrix
   * @param outputs columns of it
   * @return their number
   */
  public long lines(int inputs, int outputs) {
    return (long) inputs * across(outputs) + (long) outputs * down(inputs);
  }

  private static int count(int length, int most) {
    return (int) ((length + (long) most - 1) / most);
  }

  /** Where parts begin, and where the last one ends: the first ones are larger by one. */
  static int[] cuts(int length, int parts) {
    int[] cuts = new int[parts + 1];
    for (int i = 0; i < parts; i++) {
      cuts[i + 1] = cuts[i] + length / parts + (i < length % parts ? 1 : 0);
    }
    return cuts;
  }
}
