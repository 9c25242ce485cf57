package io.github.dl4jhardware.neuromorphic.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network on cores: each core's configuration, where the frames' spikes enter, and where each
 * neuron of the network stands. Axon i of a core carries an input with weight +1 (type 0), axon 128
 * + i the same input with weight −1 (type 1).
 */
public final class Placement {
  private static final int SIDE = 64;
  private static final int HALF = CoreLimits.AXONS / 2;

  private final CoreMapping mapping;
  private final List<Core> cores = new ArrayList<>();

  /** For each input the axons that it goes to: core·256 + axon. */
  private final int[][] inputs;

  /** For each layer and output where the first of its copies stands: core·256 + neuron. */
  private final int[][] slots;

  /** For each layer the number of its first core. */
  private final int[] firstCores;

  private Placement(CoreMapping mapping, List<TrinaryLayer> layers) {
    this.mapping = mapping;
    LayerShape in = layers.get(0).shape();
    inputs = new int[in.inFeatures() * in.inPositions()][];
    slots = new int[layers.size()][];
    firstCores = new int[layers.size()];
    int next = mapping.splitters();
    for (int i = 0; i < layers.size(); i++) {
      firstCores[i] = next;
      next += mapping.layers().get(i).cores();
    }
    for (int i = 0; i < next; i++) {
      cores.add(new Core());
    }
  }

  /**
   * Places layers.
   *
   * @param layers each reading the one before; at least one
   * @return their cores
   * @throws IllegalArgumentException if a layer does not fit, as in {@link CoreMapping#of}
   */
  public static Placement of(List<TrinaryLayer> layers) {
    CoreMapping mapping = CoreMapping.of(layers.stream().map(TrinaryLayer::shape).toList());
    Placement placement = new Placement(mapping, layers);
    for (int i = 0; i < layers.size(); i++) {
      placement.place(i, layers.get(i), i + 1 == layers.size());
    }
    placement.placeSplitters();
    return placement;
  }

  /** Core of a layer's tile and group, the first of those that share it. */
  private int coreOf(int layer, int tile, int group) {
    LayerCores cores = mapping.layers().get(layer);
    return firstCores[layer] + (tile * cores.layer().groups() + group) * cores.coresPerTile();
  }

  private void place(int index, TrinaryLayer layer, boolean last) {
    LayerCores own = mapping.layers().get(index);
    LayerShape shape = layer.shape();
    slots[index] = new int[shape.outFeatures() * shape.outPositions()];
    List<int[]> targets = last ? List.of() : targets(index + 1);
    for (int tile = 0; tile < own.tiles(); tile++) {
      int[] positions = CoreMapping.tilePositions(own, tile);
      for (int group = 0; group < shape.groups(); group++) {
        int slot = 0;
        for (int position : positions) {
          for (int o = 0; o < shape.groupOutputs(); o++) {
            int feature = group * shape.groupOutputs() + o;
            int output = feature * shape.outPositions() + position;
            int[] goesTo = last ? new int[] {output} : targets.get(output);
            for (int copy = 0; copy < own.copies(); copy++, slot++) {
              if (copy > 0 && copy >= goesTo.length) {
                continue;
              }
              int core = coreOf(index, tile, group) + slot / CoreLimits.NEURONS;
              int neuron = slot % CoreLimits.NEURONS;
              configure(cores.get(core), neuron, layer, own, tile, feature, position);
              if (copy == 0) {
                slots[index][output] = core * CoreLimits.NEURONS + neuron;
              }
              if (last) {
                cores.get(core).setTarget(neuron, Core.OUTPUT, output, 1);
              } else if (copy < goesTo.length) {
                int target = goesTo[copy];
                cores
                    .get(core)
                    .setTarget(neuron, target / CoreLimits.AXONS, target % CoreLimits.AXONS, 1);
              }
            }
          }
        }
      }
    }
  }

  private static void configure(
      Core core,
      int neuron,
      TrinaryLayer layer,
      LayerCores cores,
      int tile,
      int feature,
      int position) {
    LayerShape shape = layer.shape();
    core.setThreshold(neuron, layer.threshold(feature));
    core.setWeight(neuron, 0, 1);
    core.setWeight(neuron, 1, -1);
    for (int axon = HALF; axon < CoreLimits.AXONS; axon++) {
      core.setAxonType(axon, 1);
    }
    for (int tap = 0; tap < shape.taps(); tap++) {
      if (shape.inPosition(position, tap) < 0) {
        continue;
      }
      int patch = patchPosition(cores, tile, position, tap);
      for (int input = 0; input < shape.groupInputs(); input++) {
        int weight = layer.weight(feature, input, tap);
        if (weight != 0) {
          int axon = patch * shape.groupInputs() + input;
          core.connect(weight > 0 ? axon : HALF + axon, neuron, true);
        }
      }
    }
  }

  /** Where under a tile's patch an output's tap is, row by row. */
  private static int patchPosition(LayerCores cores, int tile, int position, int tap) {
    LayerShape shape = cores.layer();
    int top = tile / cores.tileColumns() * cores.tileSide();
    int left = tile % cores.tileColumns() * cores.tileSide();
    int y = (position / shape.outWidth() - top) * shape.strideHeight() + tap / shape.kernelWidth();
    int x = (position % shape.outWidth() - left) * shape.strideWidth() + tap % shape.kernelWidth();
    int width = (cores.tileWidth() - 1) * shape.strideWidth() + shape.kernelWidth();
    return y * width + x;
  }

  /** For each input of a layer the axons that have to get it, as core·256 + axon. */
  private List<int[]> targets(int index) {
    LayerCores own = mapping.layers().get(index);
    LayerShape shape = own.layer();
    int[][] targets = new int[shape.inFeatures() * shape.inPositions()][0];
    int[] last = new int[shape.inPositions()];
    for (int tile = 0; tile < own.tiles(); tile++) {
      for (int position : CoreMapping.tilePositions(own, tile)) {
        for (int tap = 0; tap < shape.taps(); tap++) {
          int pixel = shape.inPosition(position, tap);
          if (pixel < 0 || last[pixel] == tile + 1) {
            continue;
          }
          last[pixel] = tile + 1;
          int patch = patchPosition(own, tile, position, tap);
          for (int feature = 0; feature < shape.inFeatures(); feature++) {
            int group = feature / shape.groupInputs();
            int axon = patch * shape.groupInputs() + feature % shape.groupInputs();
            int input = feature * shape.inPositions() + pixel;
            int[] before = targets[input];
            int[] after = Arrays.copyOf(before, before.length + 2 * own.coresPerTile());
            for (int i = 0; i < own.coresPerTile(); i++) {
              int core = coreOf(index, tile, group) + i;
              after[before.length + 2 * i] = core * CoreLimits.AXONS + axon;
              after[before.length + 2 * i + 1] = core * CoreLimits.AXONS + HALF + axon;
            }
            targets[input] = after;
          }
        }
      }
    }
    return List.of(targets);
  }

  /** Neurons that fire when their one axon does, each for one axon of the first layer. */
  private void placeSplitters() {
    LayerShape shape = mapping.layers().get(0).layer();
    List<int[]> targets = targets(0);
    int core = -1;
    for (int group = 0; group < shape.groups(); group++) {
      int neuron = CoreLimits.NEURONS;
      int axons = 0;
      for (int f = 0; f < shape.groupInputs(); f++) {
        for (int pixel = 0; pixel < shape.inPositions(); pixel++) {
          int input = (group * shape.groupInputs() + f) * shape.inPositions() + pixel;
          int[] entries = new int[0];
          int entered = -1;
          for (int target : targets.get(input)) {
            if (neuron == CoreLimits.NEURONS) {
              core++;
              neuron = 0;
              axons = 0;
            }
            if (entered != core) {
              entered = core;
              entries = Arrays.copyOf(entries, entries.length + 1);
              entries[entries.length - 1] = core * CoreLimits.AXONS + axons++;
            }
            Core own = cores.get(core);
            own.setWeight(neuron, 0, 1);
            own.connect(axons - 1, neuron, true);
            own.setTarget(neuron, target / CoreLimits.AXONS, target % CoreLimits.AXONS, 1);
            neuron++;
          }
          inputs[input] = entries;
        }
      }
    }
  }

  /**
   * How many cores, and for what.
   *
   * @return the mapping
   */
  public CoreMapping mapping() {
    return mapping;
  }

  /**
   * The cores: splitters, then layer by layer. What is changed in one is changed in the placement.
   *
   * @return each core's configuration
   */
  public List<Core> cores() {
    return List.copyOf(cores);
  }

  /**
   * Where a frame's spike enters.
   *
   * @param input feature·positions + position
   * @return core·256 + axon of every axon that it goes to
   */
  public int[] entries(int input) {
    return inputs[input].clone();
  }

  /**
   * Number of inputs of a frame.
   *
   * @return features·positions
   */
  public int inputCount() {
    return inputs.length;
  }

  /**
   * Where a neuron of the network stands; of several copies the first.
   *
   * @param layer index
   * @param output feature·positions + position
   * @return core·256 + neuron
   */
  public int slot(int layer, int output) {
    return slots[layer][output];
  }

  /**
   * Which layer a core belongs to.
   *
   * @param core number
   * @return the layer's index, −1 for splitters
   */
  public int layerOf(int core) {
    int layer = -1;
    while (layer + 1 < firstCores.length && core >= firstCores[layer + 1]) {
      layer++;
    }
    return layer;
  }

  /** Hops between routers from one core to another, over the edges of chips too. */
  static int hops(int from, int to) {
    return Math.abs(column(from) - column(to)) + Math.abs(row(from) - row(to));
  }

  /**
   * Column of a core; chips stand side by side.
   *
   * @param core number
   * @return 0 to 63 on the first chip, 64 to 127 on the second
   */
  public static int column(int core) {
    return core / CoreLimits.CORES_PER_CHIP * SIDE + core % SIDE;
  }

  /**
   * Row of a core.
   *
   * @param core number
   * @return 0 to 63
   */
  public static int row(int core) {
    return core % CoreLimits.CORES_PER_CHIP / SIDE;
  }
}
