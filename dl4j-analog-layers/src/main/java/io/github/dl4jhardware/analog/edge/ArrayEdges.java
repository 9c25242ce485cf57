package io.github.dl4jhardware.analog.edge;

import io.github.dl4jhardware.analog.device.Check;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Both directions of reading an array, and how large it is.
 *
 * @param forward activations in at the rows, sums out at the columns
 * @param backward deltas in at the columns, sums out at the rows
 * @param tiles size of a physical array
 */
public record ArrayEdges(
    ReadPath forward,
    ReadPath backward,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = WithoutSize.class)
        ArrayTiles tiles)
    implements Serializable {

  /** Ideal both ways. */
  public static final ArrayEdges IDEAL = new ArrayEdges(ReadPath.IDEAL, ReadPath.IDEAL);

  /** What is not written, so that networks from before there were sizes keep their text. */
  static final class WithoutSize {
    @Override
    public boolean equals(@Nullable Object other) {
      return other == null || ArrayTiles.UNLIMITED.equals(other);
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  /** Checks that all are there. */
  public ArrayEdges {
    Check.present("ArrayEdges.forward", forward);
    Check.present("ArrayEdges.backward", backward);
    Check.present("ArrayEdges.tiles", tiles);
  }

  /**
   * On arrays of the usual size.
   *
   * @param forward activations in at the rows, sums out at the columns
   * @param backward deltas in at the columns, sums out at the rows
   */
  public ArrayEdges(ReadPath forward, ReadPath backward) {
    this(forward, backward, ArrayTiles.USUAL);
  }

  @JsonCreator
  static ArrayEdges read(
      @JsonProperty(value = "forward", required = true) ReadPath forward,
      @JsonProperty(value = "backward", required = true) ReadPath backward,
      @JsonProperty("tiles") @Nullable ArrayTiles tiles) {
    return new ArrayEdges(forward, backward, tiles == null ? ArrayTiles.UNLIMITED : tiles);
  }

  /**
   * The same on arrays of another size.
   *
   * @param own the new {@link #tiles()}
   * @return a copy
   */
  public ArrayEdges withTiles(ArrayTiles own) {
    return new ArrayEdges(forward, backward, own);
  }

  /**
   * Ideal but for the forward direction.
   *
   * @param forward activations in, sums out
   * @return the edges
   */
  public static ArrayEdges forward(ReadPath forward) {
    return new ArrayEdges(forward, ReadPath.IDEAL);
  }
}
