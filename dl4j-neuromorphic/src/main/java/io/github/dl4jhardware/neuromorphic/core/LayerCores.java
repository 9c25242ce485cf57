package io.github.dl4jhardware.neuromorphic.core;

/**
 * The cores of one layer. A core holds neurons of one tile of output positions and one group, and
 * has an axon for +1 and one for −1 for each input of the tile.
 *
 * @param layer the layer
 * @param tileSide T, the largest side with ((T − 1)·stride + kernel)² · inputs of a group ≤ 128
 * @param tiles tiles of T×T output positions
 * @param copies neurons that compute the same output, since each feeds one axon only
 * @param coresPerTile cores that share the neurons of one tile and group
 * @param cores tiles · groups · coresPerTile
 */
public record LayerCores(
    LayerShape layer, int tileSide, int tiles, int copies, int coresPerTile, int cores) {

  /**
   * Neurons in use, as a part of all that the layer's cores have.
   *
   * @return 0…1
   */
  public double neuronUtilisation() {
    return (double) layer.outFeatures()
        * layer.outPositions()
        * copies
        / ((double) cores * CoreLimits.NEURONS);
  }

  /**
   * Axons that a full tile uses, as a part of a core's.
   *
   * @return 0…1
   */
  public double axonUtilisation() {
    return 2.0 * patchInputs(layer, tileSide) / CoreLimits.AXONS;
  }

  /** Inputs of a tile of some side. */
  static long patchInputs(LayerShape layer, int side) {
    long height =
        ((long) Math.min(side, layer.outHeight()) - 1) * layer.strideHeight()
            + layer.kernelHeight();
    long width =
        ((long) Math.min(side, layer.outWidth()) - 1) * layer.strideWidth() + layer.kernelWidth();
    return height * width * layer.groupInputs();
  }

  int tileHeight() {
    return Math.min(tileSide, layer.outHeight());
  }

  int tileWidth() {
    return Math.min(tileSide, layer.outWidth());
  }

  int tileColumns() {
    return (layer.outWidth() + tileSide - 1) / tileSide;
  }

  int tileRows() {
    return (layer.outHeight() + tileSide - 1) / tileSide;
  }
}
