package io.github.dl4jhardware.analog.edge;

import io.github.dl4jhardware.analog.device.Check;
import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Both directions of reading an array.
 *
 * @param forward activations in at the rows, sums out at the columns
 * @param backward deltas in at the columns, sums out at the rows
 */
public record ArrayEdges(
    @JsonProperty(required = true) ReadPath forward,
    @JsonProperty(required = true) ReadPath backward)
    implements Serializable {

  /** Ideal both ways. */
  public static final ArrayEdges IDEAL = new ArrayEdges(ReadPath.IDEAL, ReadPath.IDEAL);

  /** Checks that both are there. */
  public ArrayEdges {
    Check.present("ArrayEdges.forward", forward);
    Check.present("ArrayEdges.backward", backward);
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
