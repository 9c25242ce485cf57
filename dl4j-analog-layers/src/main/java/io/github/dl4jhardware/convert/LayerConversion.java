package io.github.dl4jhardware.convert;

import org.deeplearning4j.nn.api.Layer;

/**
 * The conversion of one kind of layer; implement it for hardware of your own. Own kinds are added
 * with {@link HardwareConversion#with}; an implementation keeps no state between calls.
 */
public interface LayerConversion {
  /**
   * Whether this conversion is for a layer. It may still refuse it.
   *
   * @param layer configuration in the source network
   * @return true to be asked for a replacement
   */
  boolean takes(org.deeplearning4j.nn.conf.layers.Layer layer);

  /**
   * The layer that stands in its place: same inputs, same shape of outputs. Of layers with others
   * around them, the innermost is asked for; of what goes both ways, first the forward one and then
   * the backward one, at the same place, and weights are moved for one after the other.
   *
   * @param layer configuration in the source network; not to be changed
   * @param place where it stands
   * @return a new configuration; the layer itself if it can stay as it is
   * @throws IllegalArgumentException if this one cannot be converted; the message, a clause, says
   *     why, and the layer is kept
   */
  org.deeplearning4j.nn.conf.layers.Layer replace(
      org.deeplearning4j.nn.conf.layers.Layer layer, Place place);

  /**
   * Moves what the source layer has learnt.
   *
   * @param from layer of the source network; not to be changed
   * @param to its replacement, initialised
   * @param place where they stand
   * @return what it came to
   */
  Carried carry(Layer from, Layer to, Place place);

  /**
   * Whether each output of a layer has a scale of its own on the hardware, so that batch
   * normalisation can be folded into it.
   *
   * @return false unless a conversion says otherwise
   */
  default boolean scalesColumns() {
    return false;
  }

  /**
   * What it came to when weights moved.
   *
   * @param largestWeight the largest magnitude of the source's weights; 0 without weights
   * @param clippedPercent of the weights, those beyond what the hardware can hold
   * @param rmsError root mean square of reached − wanted weights, in the source's unit; NaN where
   *     weights of another kind have taken their place
   * @param note what else is to be said, a clause; may be empty
   * @param tiles physical arrays that hold them
   */
  record Carried(
      double largestWeight, double clippedPercent, double rmsError, String note, Tiles tiles) {
    /** Nothing had weights. */
    public static final Carried NO_WEIGHTS = new Carried(0, 0, 0, "");

    /**
     * Not on arrays.
     *
     * @param largestWeight the largest magnitude of the source's weights; 0 without weights
     * @param clippedPercent of the weights, those beyond what the hardware can hold
     * @param rmsError root mean square of reached − wanted weights, in the source's unit
     * @param note what else is to be said, a clause; may be empty
     */
    public Carried(double largestWeight, double clippedPercent, double rmsError, String note) {
      this(largestWeight, clippedPercent, rmsError, note, Tiles.NONE);
    }

    /**
     * Of two layers of equal size, such as the two directions of one.
     *
     * @param other what the other's weights came to
     * @return of both
     */
    public Carried and(Carried other) {
      return new Carried(
          Math.max(largestWeight, other.largestWeight),
          (clippedPercent + other.clippedPercent) / 2,
          Math.sqrt((rmsError * rmsError + other.rmsError * other.rmsError) / 2),
          note.equals(other.note) || other.note.isEmpty()
              ? note
              : note.isEmpty() ? other.note : note + "; " + other.note,
          tiles.and(other.tiles));
    }
  }

  /**
   * Physical arrays.
   *
   * @param count how many
   * @param usedCells that hold a weight
   * @param cells that they have, used or not; as many as are used where their size is not limited
   */
  record Tiles(int count, long usedCells, long cells) {
    /** No array. */
    public static final Tiles NONE = new Tiles(0, 0, 0);

    /**
     * These and others.
     *
     * @param others beside them
     * @return all
     */
    public Tiles and(Tiles others) {
      return new Tiles(count + others.count, usedCells + others.usedCells, cells + others.cells);
    }

    /**
     * Used cells.
     *
     * @return in percent of all; 0 without arrays
     */
    public double utilisationPercent() {
      return cells == 0 ? 0 : 100.0 * usedCells / cells;
    }
  }
}
