package io.github.dl4jhardware.neuromorphic.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The number of cores that a network needs, layer by layer. Source: worked out from the constraints
 * of S. K. Esser et al., PNAS 113, 11441 (2016); gives their 4,042 cores for the one-chip network.
 *
 * <p>From the last layer back, with A = N = 256 axons and neurons: copies = 2·max over pixels of Σ
 * (tiles of the next layer that read it × its cores per tile), 1 for the last layer; cores per tile
 * = ⌈T²·features of a group·copies/N⌉. The frames' spikes come in through splitters, one neuron for
 * each axon of the first layer.
 */
public final class CoreMapping {
  private final List<LayerCores> layers;
  private final int splitters;

  private CoreMapping(List<LayerCores> layers, int splitters) {
    this.layers = List.copyOf(layers);
    this.splitters = splitters;
  }

  /**
   * Maps layers.
   *
   * @param shapes the layers on cores, each reading the one before; at least one
   * @return the mapping
   * @throws IllegalArgumentException if a neuron has more inputs than a core can feed; the message
   *     names the layer, the inputs, the limit and what would fit
   */
  public static CoreMapping of(List<LayerShape> shapes) {
    if (shapes.isEmpty()) {
      throw new IllegalArgumentException("A mapping has at least one layer");
    }
    List<LayerCores> layers = new ArrayList<>();
    for (int i = shapes.size() - 1; i >= 0; i--) {
      layers.add(0, map(shapes.get(i), layers.isEmpty() ? null : layers.get(0)));
    }
    return new CoreMapping(layers, splitters(layers.get(0)));
  }

  private static LayerCores map(LayerShape shape, @Nullable LayerCores next) {
    if (shape.fanIn() > CoreLimits.INPUTS_PER_NEURON) {
      int fewest = CoreLimits.fewestGroups(shape.inFeatures(), shape.outFeatures(), shape.taps());
      throw new IllegalArgumentException(
          shape.name()
              + ": "
              + shape.fanIn()
              + " inputs per neuron are "
              + (shape.fanIn() - CoreLimits.INPUTS_PER_NEURON)
              + " more than the "
              + CoreLimits.INPUTS_PER_NEURON
              + " that a core can feed; "
              + (fewest == 0
                  ? "no number of groups makes it fit: use a smaller kernel or other features"
                  : "it fits with " + fewest + " groups"));
    }
    int side = 1;
    while (side < Math.max(shape.outHeight(), shape.outWidth())
        && LayerCores.patchInputs(shape, side + 1) <= CoreLimits.INPUTS_PER_NEURON) {
      side++;
    }
    LayerCores one = new LayerCores(shape, side, 1, 1, 1, 1);
    int tiles = one.tileRows() * one.tileColumns();
    int copies = next == null ? 1 : 2 * mostReaders(next) * next.coresPerTile();
    long neurons = (long) one.tileHeight() * one.tileWidth() * shape.groupOutputs() * copies;
    int perTile = Math.toIntExact((neurons + CoreLimits.NEURONS - 1) / CoreLimits.NEURONS);
    int cores = Math.multiplyExact(Math.multiplyExact(tiles, shape.groups()), perTile);
    return new LayerCores(shape, side, tiles, copies, perTile, cores);
  }

  /** The most tiles that read one pixel. */
  private static int mostReaders(LayerCores next) {
    int most = 0;
    for (int count : readers(next)) {
      most = Math.max(most, count);
    }
    // A layer that nothing reads still has its neurons.
    return Math.max(1, most);
  }

  /** For each pixel of a layer's input the number of its tiles that read it. */
  static int[] readers(LayerCores layer) {
    LayerShape shape = layer.layer();
    int[] counts = new int[shape.inPositions()];
    int[] last = new int[shape.inPositions()];
    for (int tile = 0; tile < layer.tiles(); tile++) {
      for (int position : tilePositions(layer, tile)) {
        for (int tap = 0; tap < shape.taps(); tap++) {
          int pixel = shape.inPosition(position, tap);
          if (pixel >= 0 && last[pixel] != tile + 1) {
            last[pixel] = tile + 1;
            counts[pixel]++;
          }
        }
      }
    }
    return counts;
  }

  /** Output positions of a tile, row by row; at the edges fewer. */
  static int[] tilePositions(LayerCores layer, int tile) {
    LayerShape shape = layer.layer();
    int top = tile / layer.tileColumns() * layer.tileSide();
    int left = tile % layer.tileColumns() * layer.tileSide();
    int bottom = Math.min(shape.outHeight(), top + layer.tileSide());
    int right = Math.min(shape.outWidth(), left + layer.tileSide());
    int[] positions = new int[(bottom - top) * (right - left)];
    int count = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        positions[count++] = y * shape.outWidth() + x;
      }
    }
    return positions;
  }

  private static int splitters(LayerCores first) {
    long incidences = 0;
    for (int count : readers(first)) {
      incidences += count;
    }
    long perGroup = 2 * incidences * first.layer().groupInputs() * first.coresPerTile();
    return Math.toIntExact(
        first.layer().groups() * ((perGroup + CoreLimits.NEURONS - 1) / CoreLimits.NEURONS));
  }

  /**
   * The layers.
   *
   * @return first to last
   */
  public List<LayerCores> layers() {
    return layers;
  }

  /**
   * Cores that copy the frames' spikes to the first layer's axons.
   *
   * @return their number
   */
  public int splitters() {
    return splitters;
  }

  /**
   * All cores.
   *
   * @return splitters and layers
   */
  public int cores() {
    return splitters + layers.stream().mapToInt(LayerCores::cores).sum();
  }

  /**
   * Chips that the cores fill.
   *
   * @return at least 1
   */
  public int chips() {
    return (cores() + CoreLimits.CORES_PER_CHIP - 1) / CoreLimits.CORES_PER_CHIP;
  }

  /**
   * Where the cores go, by layer.
   *
   * @return a table with a line for the splitters, each layer and the sum
   */
  public String table() {
    StringBuilder text = new StringBuilder();
    int width = layers.stream().mapToInt(each -> shortName(each).length()).max().orElse(0);
    String format =
        "%-" + Math.max(width, "splitters".length()) + "s %5s %6s %7s %9s %6s %8s %8s%n";
    text.append(
        String.format(
            Locale.ROOT,
            format,
            "layer",
            "tile",
            "tiles",
            "copies",
            "per tile",
            "cores",
            "axons",
            "neurons"));
    text.append(String.format(Locale.ROOT, format, "splitters", "", "", "", "", splitters, "", ""));
    for (LayerCores each : layers) {
      text.append(
          String.format(
              Locale.ROOT,
              format,
              shortName(each),
              each.tileSide() + "×" + each.tileSide(),
              each.tiles(),
              each.copies(),
              each.coresPerTile(),
              each.cores(),
              percent(each.axonUtilisation()),
              percent(each.neuronUtilisation())));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%,d cores on %d chip(s) of %,d%n",
            cores(),
            chips(),
            CoreLimits.CORES_PER_CHIP));
    return text.toString();
  }

  /** What the user called it, where the layer says more of itself. */
  private static String shortName(LayerCores layer) {
    String name = layer.layer().name();
    int from = name.indexOf('"');
    int to = name.lastIndexOf('"');
    return from < 0 || to <= from + 1 ? name : name.substring(from + 1, to);
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * part);
  }

  /**
   * The table for other programs.
   *
   * @return CSV with a head, a line for the splitters and for each layer
   */
  public String csv() {
    StringBuilder text =
        new StringBuilder(
            "layer,groups,inputs_per_neuron,tile_side,tiles,copies,cores_per_tile,cores,axon_utilisation,neuron_utilisation\n");
    text.append("splitters,,,,,,,").append(splitters).append(",,\n");
    for (LayerCores each : layers) {
      text.append(
          String.format(
              Locale.ROOT,
              "\"%s\",%d,%d,%d,%d,%d,%d,%d,%.4f,%.4f%n",
              each.layer().name().replace("\"", "\"\""),
              each.layer().groups(),
              each.layer().fanIn(),
              each.tileSide(),
              each.tiles(),
              each.copies(),
              each.coresPerTile(),
              each.cores(),
              each.axonUtilisation(),
              each.neuronUtilisation()));
    }
    return text.toString();
  }
}
