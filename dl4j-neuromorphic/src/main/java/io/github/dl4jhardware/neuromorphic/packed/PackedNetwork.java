package io.github.dl4jhardware.neuromorphic.packed;

import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A compiled network on packed bits: the same spikes as the layers it was compiled from, in plain
 * Java. Frames go through in blocks, the blocks of a call over the threads of the common pool or of
 * the pool that calls. Immutable; several threads may use one.
 */
public final class PackedNetwork {
  /** Frames that go through together: late layers have few positions, and lanes are positions. */
  static final int BLOCK = 64;

  private final Optional<PixelLayer> first;
  private final List<PackedLayer> layers;
  private final int classes;

  /** For each class and word of the last layer its features. */
  private final int[] classMasks;

  private final int[] populations;
  private final Queue<Lanes> free = new ConcurrentLinkedQueue<>();

  /**
   * Packs the parts of a compiled network; {@code SpikingProgram.packed()} calls it with its own.
   *
   * @param transduction before the first layer; none where frames are spikes
   * @param trinary at least one layer; each reads what the one before puts out
   * @param classes at least 1, at most the last layer's features
   */
  public PackedNetwork(Optional<PixelLayer> transduction, List<TrinaryLayer> trinary, int classes) {
    first = transduction;
    this.classes = classes;
    layers = new ArrayList<>();
    BitKernels kernels = KernelChoice.kernels();
    for (int i = 0; i < trinary.size(); i++) {
      int readers = i + 1 < trinary.size() ? trinary.get(i + 1).shape().groups() : 1;
      layers.add(new PackedLayer(trinary.get(i), readers, kernels));
    }
    PackedLayer last = layers.get(layers.size() - 1);
    classMasks = new int[classes * last.outWords()];
    populations = new int[classes];
    for (int feature = 0; feature < last.shape().outFeatures(); feature++) {
      int own = feature % classes;
      classMasks[own * last.outWords() + last.targetWord(feature)] |= 1 << last.targetBit(feature);
      populations[own] += last.shape().outPositions();
    }
  }

  /** Arrays of one block of frames, kept for the next. */
  private final class Lanes {
    private final int[][][] spikes = new int[layers.size() + 1][][];
    private final int[][] patches;
    private final PixelLayer.@Nullable Room pixels;

    Lanes() {
      LayerShape in = layers.get(0).shape();
      spikes[0] = new int[layers.get(0).inWords()][BLOCK * in.inPositions()];
      int words = 0;
      int longest = 0;
      for (int i = 0; i < layers.size(); i++) {
        PackedLayer layer = layers.get(i);
        spikes[i + 1] = new int[layer.outWords()][BLOCK * layer.shape().outPositions()];
        words = Math.max(words, layer.scratchWords());
        longest = Math.max(longest, BLOCK * layer.shape().outPositions());
      }
      patches = new int[words][longest];
      pixels = first.map(layer -> layer.new Room()).orElse(null);
    }

    void transduce(float[][] images, int from, int count) {
      LayerShape in = layers.get(0).shape();
      silence();
      for (int frame = 0; frame < count; frame++) {
        int lane = frame * in.inPositions();
        if (pixels != null) {
          pixels.respond(
              images[from + frame],
              0,
              (feature, normalised) -> {
                int[] target = spikes[0][word(in, feature)];
                int bit = bit(in, feature);
                for (int i = 0; i < in.inPositions(); i++) {
                  target[lane + i] |= (normalised[i] >= 0 ? 1 : 0) << bit;
                }
              });
        } else {
          for (int i = 0; i < images[from + frame].length; i++) {
            int feature = i / in.inPositions();
            if (images[from + frame][i] != 0) {
              spikes[0][word(in, feature)][lane + i % in.inPositions()] |= 1 << bit(in, feature);
            }
          }
        }
      }
    }

    private void silence() {
      for (int[] word : spikes[0]) {
        Arrays.fill(word, 0);
      }
    }

    void load(SpikeFrames frames, int from, int count) {
      LayerShape in = layers.get(0).shape();
      silence();
      for (int frame = 0; frame < count; frame++) {
        for (int feature = 0; feature < in.inFeatures(); feature++) {
          int[] target = spikes[0][word(in, feature)];
          int lane = frame * in.inPositions();
          for (int i = 0; i < in.inPositions(); i++) {
            if (frames.get(from + frame, feature, i)) {
              target[lane + i] |= 1 << bit(in, feature);
            }
          }
        }
      }
    }

    void run(int count) {
      for (int i = 0; i < layers.size(); i++) {
        layers.get(i).run(count, spikes[i], patches, spikes[i + 1]);
      }
    }

    void scores(int count, int from, double[][] scores) {
      PackedLayer last = layers.get(layers.size() - 1);
      int positions = last.shape().outPositions();
      int[][] spikes = this.spikes[layers.size()];
      for (int frame = 0; frame < count; frame++) {
        for (int own = 0; own < classes; own++) {
          int sum = 0;
          for (int word = 0; word < last.outWords(); word++) {
            int mask = classMasks[own * last.outWords() + word];
            int at = frame * positions;
            for (int i = 0; i < positions; i++) {
              sum += Integer.bitCount(spikes[word][at + i] & mask);
            }
          }
          scores[from + frame][own] = (double) sum / populations[own];
        }
      }
    }

    void copy(int layer, int from, int count, SpikeFrames target) {
      PackedLayer own = layers.get(layer);
      int positions = own.shape().outPositions();
      for (int feature = 0; feature < own.shape().outFeatures(); feature++) {
        int[] word = spikes[layer + 1][own.targetWord(feature)];
        for (int i = 0; i < count * positions; i++) {
          if ((word[i] >>> own.targetBit(feature) & 1) != 0) {
            target.set(from + i / positions, feature, i % positions, true);
          }
        }
      }
    }

    void copyInput(int from, int count, SpikeFrames target) {
      LayerShape in = layers.get(0).shape();
      for (int feature = 0; feature < in.inFeatures(); feature++) {
        int[] word = spikes[0][word(in, feature)];
        for (int i = 0; i < count * in.inPositions(); i++) {
          if ((word[i] >>> bit(in, feature) & 1) != 0) {
            target.set(from + i / in.inPositions(), feature, i % in.inPositions(), true);
          }
        }
      }
    }
  }

  private static int word(LayerShape reader, int feature) {
    int share = reader.groupInputs();
    return feature / share * PackedLayer.words(share) + feature % share / 32;
  }

  private static int bit(LayerShape reader, int feature) {
    return feature % reader.groupInputs() % 32;
  }

  /**
   * Classes of some frames.
   *
   * @param frames images {@code [channels, height, width]}, or spikes of 0 and 1 where the network
   *     begins without transduction
   * @return the class with the most spikes to its neurons, the lowest of several
   * @throws IllegalArgumentException if a frame has another size or values that it may not have
   */
  public int[] classes(float[][] frames) {
    return best(scores(frames));
  }

  /**
   * Class scores of some frames.
   *
   * @param frames as in {@link #classes}
   * @return for each frame and class the mean of its neurons' spikes
   * @throws IllegalArgumentException if a frame has another size or values that it may not have
   */
  public double[][] scores(float[][] frames) {
    check(frames);
    double[][] scores = new double[frames.length][classes];
    blocks(
        frames.length,
        (lanes, from, count) -> {
          lanes.transduce(frames, from, count);
          lanes.run(count);
          lanes.scores(count, from, scores);
        });
    return scores;
  }

  /**
   * The transduction alone.
   *
   * @param frames as in {@link #classes}
   * @return the spikes that enter the cores
   */
  public SpikeFrames transduce(float[][] frames) {
    check(frames);
    LayerShape in = layers.get(0).shape();
    SpikeFrames spikes = new SpikeFrames(frames.length, in.inFeatures(), in.inPositions());
    try (Borrowed borrowed = new Borrowed()) {
      for (int from = 0; from < frames.length; from += BLOCK) {
        int count = Math.min(BLOCK, frames.length - from);
        borrowed.lanes.transduce(frames, from, count);
        borrowed.lanes.copyInput(from, count, spikes);
      }
    }
    return spikes;
  }

  /**
   * Every spike of every layer.
   *
   * @param frames as in {@link #classes}
   * @return the spikes that enter the first layer on cores, then those of each layer in turn
   */
  public List<SpikeFrames> trace(float[][] frames) {
    SpikeFrames entering = transduce(frames);
    List<SpikeFrames> all = new ArrayList<>(List.of(entering));
    for (PackedLayer layer : layers) {
      all.add(
          new SpikeFrames(
              frames.length, layer.shape().outFeatures(), layer.shape().outPositions()));
    }
    try (Borrowed borrowed = new Borrowed()) {
      for (int from = 0; from < frames.length; from += BLOCK) {
        int count = Math.min(BLOCK, frames.length - from);
        borrowed.lanes.load(entering, from, count);
        borrowed.lanes.run(count);
        for (int layer = 0; layer < layers.size(); layer++) {
          borrowed.lanes.copy(layer, from, count, all.get(layer + 1));
        }
      }
    }
    return all;
  }

  /** Frames whose spikes stand before the layers on cores, for measuring these alone. */
  public final class Ready {
    private final List<Lanes> blocks = new ArrayList<>();
    private final double[][] scores = new double[BLOCK][classes];

    private Ready(float[][] frames) {
      for (int from = 0; from + BLOCK <= frames.length; from += BLOCK) {
        Lanes lanes = new Lanes();
        lanes.transduce(frames, from, BLOCK);
        blocks.add(lanes);
      }
    }

    /**
     * Runs the layers, as often as wanted.
     *
     * @return the score of the first class for the first frame of the last block
     */
    public double run() {
      (blocks.size() > 1 && threads() > 1 ? blocks.parallelStream() : blocks.stream())
          .forEach(lanes -> lanes.run(BLOCK));
      for (Lanes lanes : blocks) {
        lanes.scores(BLOCK, 0, scores);
      }
      return scores[0][0];
    }
  }

  /**
   * Transduces frames and keeps their spikes.
   *
   * @param frames as in {@link #classes}; what is left of whole blocks of 64 is left out
   * @return ready to run
   */
  public Ready ready(float[][] frames) {
    check(frames);
    return new Ready(frames);
  }

  private final class Borrowed implements AutoCloseable {
    private final Lanes lanes;

    Borrowed() {
      Lanes kept = free.poll();
      lanes = kept == null ? new Lanes() : kept;
    }

    @Override
    public void close() {
      free.add(lanes);
    }
  }

  private interface Work {
    void of(Lanes lanes, int from, int count);
  }

  private void blocks(int frames, Work work) {
    int blocks = (frames + BLOCK - 1) / BLOCK;
    IntStream all = IntStream.range(0, blocks);
    if (blocks > 1 && threads() > 1) {
      all = all.parallel();
    }
    all.forEach(
        block -> {
          int from = block * BLOCK;
          try (Borrowed borrowed = new Borrowed()) {
            work.of(borrowed.lanes, from, Math.min(BLOCK, frames - from));
          }
        });
  }

  private static int threads() {
    return ForkJoinTask.inForkJoinPool()
        ? ForkJoinTask.getPool().getParallelism()
        : ForkJoinPool.getCommonPoolParallelism() + 1;
  }

  private void check(float[][] frames) {
    LayerShape in = first.map(PixelLayer::shape).orElse(layers.get(0).shape());
    int length = in.inFeatures() * in.inPositions();
    for (int frame = 0; frame < frames.length; frame++) {
      if (frames[frame].length != length) {
        throw new IllegalArgumentException(
            "Frame "
                + frame
                + " has "
                + frames[frame].length
                + " values; the network takes "
                + in.inFeatures()
                + "×"
                + in.inHeight()
                + "×"
                + in.inWidth());
      }
      for (int i = 0; i < length; i++) {
        float value = frames[frame][i];
        if (first.isPresent() ? !Float.isFinite(value) : value != 0 && value != 1) {
          throw new IllegalArgumentException(
              "Frame "
                  + frame
                  + ", value "
                  + i
                  + " is "
                  + value
                  + (first.isPresent() ? "; it must be finite" : "; it must be a spike, 0 or 1"));
        }
      }
    }
  }

  private static int[] best(double[][] scores) {
    int[] best = new int[scores.length];
    for (int frame = 0; frame < scores.length; frame++) {
      for (int own = 1; own < scores[frame].length; own++) {
        if (scores[frame][own] > scores[frame][best[frame]]) {
          best[frame] = own;
        }
      }
    }
    return best;
  }
}
