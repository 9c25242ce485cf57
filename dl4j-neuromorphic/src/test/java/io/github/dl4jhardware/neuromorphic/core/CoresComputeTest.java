package io.github.dl4jhardware.neuromorphic.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cores, frames and layers against plain loops over the definition. */
class CoresComputeTest {
  private static final int FRAMES = 9;

  private static List<TrinaryLayer> layers(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    // Odd sizes, a stride that leaves an edge unread, padding, groups, a tile shared by cores.
    List<LayerShape> shapes =
        CoreMappingTest.shapes(
            7, 9, 5, new int[][] {{3, 2, 1, 36, 1}, {1, 1, 0, 60, 3}, {2, 1, 0, 30, 10}});
    List<TrinaryLayer> layers = new ArrayList<>();
    for (LayerShape shape : shapes) {
      byte[] weights = new byte[shape.outFeatures() * shape.fanIn()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (byte) (random.nextInt(3) - 1);
      }
      int[] thresholds = random.ints(shape.outFeatures(), -1, 4).toArray();
      layers.add(new TrinaryLayer(shape, weights, thresholds));
    }
    return layers;
  }

  private static SpikeFrames randomFrames(LayerShape in, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SpikeFrames frames = new SpikeFrames(FRAMES, in.inFeatures(), in.inPositions());
    for (int frame = 0; frame < FRAMES; frame++) {
      for (int feature = 0; feature < in.inFeatures(); feature++) {
        for (int position = 0; position < in.inPositions(); position++) {
          frames.set(frame, feature, position, random.nextInt(3) == 0);
        }
      }
    }
    return frames;
  }

  /** The definition: Σ w·x ≥ θ over the group's inputs under the kernel, 0 outside the image. */
  private static SpikeFrames byHand(TrinaryLayer layer, SpikeFrames in) {
    LayerShape s = layer.shape();
    SpikeFrames out = new SpikeFrames(in.frames(), s.outFeatures(), s.outPositions());
    for (int frame = 0; frame < in.frames(); frame++) {
      for (int feature = 0; feature < s.outFeatures(); feature++) {
        int group = feature / (s.outFeatures() / s.groups());
        for (int y = 0; y < s.outHeight(); y++) {
          for (int x = 0; x < s.outWidth(); x++) {
            int sum = 0;
            for (int input = 0; input < s.inFeatures() / s.groups(); input++) {
              for (int ky = 0; ky < s.kernelHeight(); ky++) {
                for (int kx = 0; kx < s.kernelWidth(); kx++) {
                  int inY = y * s.strideHeight() + ky - s.padTop();
                  int inX = x * s.strideWidth() + kx - s.padLeft();
                  if (inY < 0 || inX < 0 || inY >= s.inHeight() || inX >= s.inWidth()) {
                    continue;
                  }
                  int from = group * (s.inFeatures() / s.groups()) + input;
                  int weight = layer.weight(feature, input, ky * s.kernelWidth() + kx);
                  if (in.get(frame, from, inY * s.inWidth() + inX)) {
                    sum += weight;
                  }
                }
              }
            }
            out.set(frame, feature, y * s.outWidth() + x, sum >= layer.threshold(feature));
          }
        }
      }
    }
    return out;
  }

  private static BitSet entering(SpikeFrames frames, int frame) {
    BitSet set = new BitSet();
    for (int i = 0; i < frames.features() * frames.positions(); i++) {
      set.set(i, frames.get(frame, i / frames.positions(), i % frames.positions()));
    }
    return set;
  }

  /**
   * A frame in every tick; layer i answers i + 1 ticks after its frame entered. Every neuron of
   * every layer, and the outputs that leave.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void placedLayersFireAsDefined(long seed) {
    List<TrinaryLayer> layers = layers(seed);
    Placement placement = Placement.of(layers);
    List<SpikeFrames> expected = new ArrayList<>();
    SpikeFrames in = randomFrames(layers.get(0).shape(), seed);
    SpikeFrames now = in;
    for (TrinaryLayer layer : layers) {
      now = byHand(layer, now);
      expected.add(now);
    }
    CoreSimulator simulator = new CoreSimulator(placement);
    SpikeFrames last = expected.get(layers.size() - 1);
    for (int tick = 0; tick < FRAMES + layers.size() + 1; tick++) {
      assertThat(simulator.ticks()).isEqualTo(tick);
      simulator.tick(tick < FRAMES ? entering(in, tick) : new BitSet());
      for (int layer = 0; layer < layers.size(); layer++) {
        int frame = tick - 1 - layer;
        if (frame < 0 || frame >= FRAMES) {
          continue;
        }
        SpikeFrames own = expected.get(layer);
        for (int output = 0; output < own.features() * own.positions(); output++) {
          assertThat(simulator.fired(placement.slot(layer, output)))
              .as("layer %d, frame %d, output %d", layer, frame, output)
              .isEqualTo(own.get(frame, output / own.positions(), output % own.positions()));
        }
      }
      int frame = tick - layers.size();
      if (frame >= 0 && frame < FRAMES) {
        assertThat(simulator.outputs()).isEqualTo(entering(last, frame));
      }
    }
  }

  /**
   * Cores that no layer is placed as: a weight for each of four types, negative ones, thresholds at
   * a sum and just above it, delays, a spike that goes nowhere; and what is counted.
   */
  @Test
  void coresFollowTheirConfiguration() {
    LayerShape shape = new LayerShape("one", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0);
    Placement placement =
        Placement.of(List.of(new TrinaryLayer(shape, new byte[] {1}, new int[] {1})));
    int number = placement.slot(0, 0) / 256;
    Core core = placement.cores().get(number);
    // The input comes by a splitter's neurons, each of which feeds one axon a tick later.
    Core splitter = placement.cores().get(placement.entries(0)[0] / 256);
    List<Integer> fed = new ArrayList<>();
    for (int neuron = 0; neuron < 256; neuron++) {
      if (splitter.targetCore(neuron) == number) {
        assertThat(splitter.delayTicks(neuron)).isEqualTo(1);
        fed.add(splitter.targetAxon(neuron));
      }
    }
    assertThat(fed).isNotEmpty();
    SplittableRandom random = new SplittableRandom(5);
    for (int axon = 0; axon < 256; axon++) {
      core.setAxonType(axon, random.nextInt(4));
    }
    int[] sums = new int[256];
    for (int neuron = 0; neuron < 256; neuron++) {
      for (int type = 0; type < 4; type++) {
        core.setWeight(neuron, type, random.nextInt(-255, 256));
      }
      for (int axon = 0; axon < 256; axon++) {
        core.connect(axon, neuron, random.nextBoolean());
      }
      // Itself and its neighbours on the axon that it feeds, some ticks later.
      core.setTarget(neuron, number, neuron, 1 + neuron % 15);
    }
    core.setTarget(77, Core.NOWHERE, 0, 1);
    for (int neuron = 0; neuron < 256; neuron++) {
      for (int axon : fed) {
        sums[neuron] += core.connected(axon, neuron) ? core.weight(neuron, core.axonType(axon)) : 0;
      }
      core.setThreshold(neuron, neuron % 2 == 0 ? sums[neuron] : sums[neuron] + 1);
    }
    CoreSimulator simulator = new CoreSimulator(placement);
    boolean[][] axons = new boolean[40][256];
    // The splitter's own, for the two frames that enter.
    long events = 2L * fed.size();
    long spikes = 2L * fed.size();
    for (int tick = 0; tick < 20; tick++) {
      BitSet frame = new BitSet();
      int now = tick;
      frame.set(0, tick == 0 || tick == 7);
      simulator.tick(frame);
      if (frame.get(0)) {
        fed.forEach(axon -> axons[now + 1][axon] = true);
      }
      for (int neuron = 0; neuron < 256; neuron++) {
        int sum = 0;
        for (int axon = 0; axon < 256; axon++) {
          if (axons[tick][axon] && core.connected(axon, neuron)) {
            sum += core.weight(neuron, core.axonType(axon));
            events++;
          }
        }
        boolean fires = sum >= core.threshold(neuron);
        assertThat(simulator.fired(number * 256 + neuron))
            .as("tick %d, neuron %d", tick, neuron)
            .isEqualTo(fires);
        spikes += fires ? 1 : 0;
        if (fires && neuron != 77) {
          axons[tick + core.delayTicks(neuron)][core.targetAxon(neuron)] = true;
        }
      }
    }
    assertThat(simulator.synapticEvents()).isEqualTo(events);
    assertThat(simulator.spikes()).isEqualTo(spikes);
    assertThat(simulator.hops())
        .isEqualTo(2L * fed.size() * Placement.hops(placement.entries(0)[0] / 256, number));
    assertThatThrownBy(() -> simulator.tick(BitSet.valueOf(new long[] {2})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("input 1 of 1");
  }

  /** Float weights on pixels: the definition in double precision, in the law's order. */
  @Test
  void pixelsRespondAsDefined() {
    LayerShape s = new LayerShape("pixels", 3, 6, 5, 4, 3, 3, 1, 3, 2, 2, 2, 1, 1);
    SplittableRandom random = new SplittableRandom(9);
    double[] weights = random.doubles(4L * s.fanIn(), -1, 1).toArray();
    double[] scales = random.doubles(4, 0.5, 2).toArray();
    double[] shifts = {0.1, -0.2, -0.0, 0.4};
    PixelLayer layer = new PixelLayer(s, weights, scales, shifts);
    assertThat(layer.shape()).isEqualTo(s);
    assertThat(layer.weights()).isEqualTo(weights);
    assertThat(layer.scales()).isEqualTo(scales);
    assertThat(layer.shifts()).isEqualTo(new double[] {0.1, -0.2, 0.0, 0.4});
    float[] image = new float[2 * 3 * s.inPositions()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextDouble();
    }
    PixelLayer.Room room = layer.new Room();
    for (int offset : new int[] {0, 3 * s.inPositions()}) {
      int[] seen = new int[1];
      room.respond(
          image,
          offset,
          (feature, normalised) -> {
            assertThat(feature).isEqualTo(seen[0]++);
            for (int position = 0; position < s.outPositions(); position++) {
              double sum = 0;
              for (int input = 0; input < s.fanIn(); input++) {
                int pixel = s.inPosition(position, input % s.taps());
                int channel = input / s.taps();
                sum +=
                    weights[feature * s.fanIn() + input]
                        * (pixel < 0 ? 0 : image[offset + channel * s.inPositions() + pixel]);
              }
              assertThat(normalised[position])
                  .isEqualTo((float) sum * scales[feature] + (shifts[feature] + 0.0));
            }
          });
      assertThat(seen[0]).isEqualTo(4);
    }
    assertThatThrownBy(() -> new PixelLayer(s, new double[3], scales, shifts))
        .hasMessage("pixels: 3 weights; it has 72");
    double[] infinite = shifts.clone();
    infinite[2] = Double.NaN;
    assertThatThrownBy(() -> new PixelLayer(s, weights, scales, infinite))
        .hasMessage("pixels: value 2 of the shifts is NaN");
    LayerShape grouped = new LayerShape("pixels", 4, 6, 5, 4, 6, 5, 2, 1, 1, 1, 1, 0, 0);
    assertThatThrownBy(() -> new PixelLayer(grouped, new double[8], scales, shifts))
        .hasMessage("pixels: a transduction has one group, not 2");
  }

  @Test
  void framesKeepTheirSpikes() {
    SpikeFrames frames = new SpikeFrames(3, 5, 7);
    assertThat(frames.frames()).isEqualTo(3);
    assertThat(frames.features()).isEqualTo(5);
    assertThat(frames.positions()).isEqualTo(7);
    assertThat(frames.count()).isZero();
    frames.set(2, 4, 6, true);
    frames.set(0, 0, 0, true);
    frames.set(1, 2, 3, true);
    frames.set(1, 2, 3, false);
    assertThat(frames.count()).isEqualTo(2);
    int found = 0;
    for (int i = 0; i < 105; i++) {
      boolean fired = frames.get(i / 35, i / 7 % 5, i % 7);
      assertThat(fired).isEqualTo(i == 0 || i == 104);
      found += fired ? 1 : 0;
    }
    assertThat(found).isEqualTo(2);
    SpikeFrames other = new SpikeFrames(3, 5, 7);
    other.set(0, 0, 0, true);
    assertThat(frames.difference(other)).isEqualTo("frame 2, feature 4, position 6");
    other.set(2, 4, 6, true);
    assertThat(frames.difference(other)).isEmpty();
    assertThat(frames.difference(new SpikeFrames(3, 7, 5)))
        .isEqualTo(
            "3 frames of 5 features at 7 positions against 3 frames of 7 features at 5 positions");
    int[][] outside = {{-1, 0, 0}, {3, 0, 0}, {0, -1, 0}, {0, 5, 0}, {0, 0, -1}, {0, 0, 7}};
    for (int[] at : outside) {
      assertThatThrownBy(() -> frames.get(at[0], at[1], at[2]))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage(
              "frame %d, feature %d, position %d of 3 frames of 5 features at 7 positions",
              at[0], at[1], at[2]);
    }
    assertThat(new SpikeFrames(0, 1, 1).frames()).isZero();
    for (int[] sizes : new int[][] {{-1, 1, 1}, {1, 0, 1}, {1, 1, 0}}) {
      assertThatThrownBy(() -> new SpikeFrames(sizes[0], sizes[1], sizes[2]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void layersCheckWhatTheyAreGiven() {
    LayerShape s = new LayerShape("t", 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 0, 0);
    byte[] weights = {1, -1, 0, 1};
    int[] thresholds = {-2, 3};
    TrinaryLayer layer = new TrinaryLayer(s, weights, thresholds);
    assertThat(layer.weights()).isEqualTo(weights).isNotSameAs(weights);
    assertThat(layer.thresholds()).isEqualTo(thresholds).isNotSameAs(thresholds);
    assertThat(layer.weight(0, 1, 0)).isEqualTo(-1);
    assertThat(layer.weight(1, 1, 0)).isEqualTo(1);
    assertThat(layer.threshold(1)).isEqualTo(3);
    assertThatThrownBy(() -> new TrinaryLayer(s, new byte[3], thresholds))
        .hasMessage("t: 3 weights; it has 4");
    assertThatThrownBy(() -> new TrinaryLayer(s, weights, new int[1]))
        .hasMessage("t: 1 thresholds for 2 output features");
    assertThatThrownBy(() -> new TrinaryLayer(s, new byte[] {0, 0, 2, 0}, thresholds))
        .hasMessage("t: the weight of feature 1, input 0 is 2; it must be -1, 0 or 1");
    assertThatThrownBy(() -> new TrinaryLayer(s, new byte[] {0, 0, 0, -2}, thresholds))
        .hasMessage("t: the weight of feature 1, input 1 is -2; it must be -1, 0 or 1");
    assertThatThrownBy(() -> new TrinaryLayer(s, weights, new int[] {-3, 0}))
        .hasMessage("t: the threshold of feature 0 is -3; it must be -2 to 3");
    assertThatThrownBy(() -> new TrinaryLayer(s, weights, new int[] {0, 4}))
        .hasMessage("t: the threshold of feature 1 is 4; it must be -2 to 3");
  }

  /** The ends of what a core can be given are taken, and what is beyond is refused. */
  @Test
  void coresTakeWhatTheyCanHold() {
    Core core = new Core();
    assertThat(core.usedNeurons()).isZero();
    core.setAxonType(255, 3);
    assertThat(core.axonType(255)).isEqualTo(3);
    core.setWeight(255, 3, -255);
    core.setWeight(0, 0, 255);
    assertThat(core.weight(255, 3)).isEqualTo(-255);
    assertThat(core.weight(0, 0)).isEqualTo(255);
    core.setThreshold(7, (1 << 19) - 1);
    assertThat(core.threshold(7)).isEqualTo((1 << 19) - 1);
    core.setThreshold(7, -(1 << 19));
    assertThat(core.usedNeurons()).isEqualTo(1);
    core.connect(200, 9, true);
    assertThat(core.connected(200, 9)).isTrue();
    assertThat(core.connected(201, 9)).isFalse();
    assertThat(core.usedNeurons()).isEqualTo(2);
    core.connect(200, 9, false);
    assertThat(core.connected(200, 9)).isFalse();
    core.setTarget(11, Core.OUTPUT, 12_345, 15);
    assertThat(core.targetCore(11)).isEqualTo(Core.OUTPUT);
    assertThat(core.targetAxon(11)).isEqualTo(12_345);
    assertThat(core.delayTicks(11)).isEqualTo(15);
    core.setTarget(12, 0, 255, 1);
    assertThat(core.targetAxon(12)).isEqualTo(255);
    assertThat(core.usedNeurons()).isEqualTo(3);
    List<Runnable> refused =
        List.of(
            () -> core.setAxonType(256, 0),
            () -> core.setAxonType(-1, 0),
            () -> core.setAxonType(0, 4),
            () -> core.setWeight(0, 0, 256),
            () -> core.setWeight(0, 0, -256),
            () -> core.setWeight(0, 4, 0),
            () -> core.setThreshold(0, 1 << 19),
            () -> core.setThreshold(0, -(1 << 19) - 1),
            () -> core.connect(256, 0, true),
            () -> core.connect(0, 256, true),
            () -> core.setTarget(0, -3, 0, 1),
            () -> core.setTarget(0, 0, 256, 1),
            () -> core.setTarget(0, 0, -1, 1),
            () -> core.setTarget(0, 0, 0, 0),
            () -> core.setTarget(0, 0, 0, 16));
    for (Runnable each : refused) {
      assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** The tile by hand, and its utilisations from the counts of cores. */
  @Test
  void utilisationsByHand() {
    LayerShape s = new LayerShape("u", 8, 6, 5, 30, 6, 5, 2, 3, 3, 1, 1, 1, 1);
    LayerCores cores = CoreMapping.of(List.of(s)).layers().get(0);
    // ((T − 1) + 3)² · 4 ≤ 128 gives T = 3: 5·5·4 = 100 inputs, 200 axons.
    assertThat(cores.tileSide()).isEqualTo(3);
    assertThat(cores.axonUtilisation()).isEqualTo(200 / 256.0);
    assertThat(cores.tiles()).isEqualTo(4);
    assertThat(cores.neuronUtilisation())
        .isEqualTo(30.0 * 30 * cores.copies() / (256.0 * cores.cores()));
    assertThat(cores.tileColumns()).isEqualTo(2);
    assertThat(cores.tileRows()).isEqualTo(2);
    assertThat(cores.tileHeight()).isEqualTo(3);
    assertThat(cores.tileWidth()).isEqualTo(3);
  }
}
