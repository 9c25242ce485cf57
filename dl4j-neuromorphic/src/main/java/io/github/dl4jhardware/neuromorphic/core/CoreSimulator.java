package io.github.dl4jhardware.neuromorphic.core;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Runs placed cores tick by tick: spikes arrive at axons, go through the crossbars, are summed in
 * the membranes, and the neurons that fire send theirs to one axon each. It knows the placement's
 * cores and where frames enter, and nothing of the network they came from.
 *
 * <p>A frame can enter in every tick; layer i of a placement answers i ticks later, the first layer
 * one tick later as the splitters come before it. Cores are shared between the threads of the
 * common pool, or of the pool that calls; the result does not depend on them.
 */
public final class CoreSimulator {
  private static final int SLOTS = 16;
  private static final int TRINARY_PAIRS = 4;
  private static final int WORDS = Core.WORDS;

  /** For each input of a frame the axons that it goes to. */
  private final int[][] entries;

  private final Compact[] cores;

  /** {@code [core][tick mod 16][word]}. */
  private final long[] axons;

  /** {@code [core][word]}: who fired in this tick. */
  private final long[] fired;

  private final BitSet outputs = new BitSet();
  private final LongAdder events = new LongAdder();
  private long ticks;
  private long spikes;
  private long hops;

  /**
   * A simulation with silent axons.
   *
   * @param placement taken as it is now; later changes to its cores are not seen
   */
  public CoreSimulator(Placement placement) {
    entries =
        IntStream.range(0, placement.inputCount())
            .mapToObj(placement::entries)
            .toArray(int[][]::new);
    List<Core> all = placement.cores();
    cores = new Compact[all.size()];
    for (int i = 0; i < cores.length; i++) {
      cores[i] = new Compact(all.get(i), i);
    }
    axons = new long[cores.length * SLOTS * WORDS];
    fired = new long[cores.length * WORDS];
  }

  /** A core's configuration for the loops: neurons in use, words of axons of one type. */
  private static final class Compact {
    private final int[] neurons;

    /** For each neuron of the core its place among those in use. */
    private final int[] positions = new int[CoreLimits.NEURONS];

    /** For each word of 64 neurons the first place of its neurons; one more for the end. */
    private final int[] firstOfWord = new int[WORDS + 1];

    private final int[] thresholds;

    /** core·256 + axon, NOWHERE, or OUTPUT − the output's number. */
    private final int[] targets;

    private final byte[] delays;
    private final int[] hops;

    /** Pairs of word and type that have axons, and which of the word's axons are of the type. */
    private final int[] words;

    private final long[] masks;

    /** {@code [neuron][pair]}. */
    private final long[] columns;

    private final int[] weights;
    private final boolean uniform;

    Compact(Core core, int number) {
      neurons = IntStream.range(0, CoreLimits.NEURONS).filter(core::used).toArray();
      long[] all = new long[WORDS * CoreLimits.AXON_TYPES];
      for (int axon = 0; axon < CoreLimits.AXONS; axon++) {
        all[axon / Long.SIZE * CoreLimits.AXON_TYPES + core.axonType(axon)] |= 1L << axon;
      }
      int[] pairs = IntStream.range(0, all.length).filter(pair -> all[pair] != 0).toArray();
      words = Arrays.stream(pairs).map(pair -> pair / CoreLimits.AXON_TYPES).toArray();
      masks = Arrays.stream(pairs).mapToLong(pair -> all[pair]).toArray();
      thresholds = new int[neurons.length];
      targets = new int[neurons.length];
      delays = new byte[neurons.length];
      hops = new int[neurons.length];
      columns = new long[neurons.length * pairs.length];
      weights = new int[neurons.length * pairs.length];
      for (int i = 0; i < neurons.length; i++) {
        int neuron = neurons[i];
        positions[neuron] = i;
        firstOfWord[neuron / Long.SIZE + 1]++;
        thresholds[i] = core.threshold(neuron);
        delays[i] = (byte) core.delayTicks(neuron);
        int target = core.targetCore(neuron);
        if (target >= 0) {
          targets[i] = target * CoreLimits.AXONS + core.targetAxon(neuron);
          hops[i] = Placement.hops(number, target);
        } else {
          targets[i] = target == Core.OUTPUT ? Core.OUTPUT - core.targetAxon(neuron) : Core.NOWHERE;
        }
        for (int pair = 0; pair < pairs.length; pair++) {
          columns[i * pairs.length + pair] = core.word(neuron, words[pair]);
          weights[i * pairs.length + pair] =
              core.weight(neuron, pairs[pair] % CoreLimits.AXON_TYPES);
        }
      }
      for (int word = 0; word < WORDS; word++) {
        firstOfWord[word + 1] += firstOfWord[word];
      }
      uniform = neurons.length > 0 && uniform(weights, pairs.length);
    }

    /** Whether all neurons have the first one's weights: then these alone are read. */
    private static boolean uniform(int[] weights, int pairs) {
      for (int i = pairs; i < weights.length; i++) {
        if (weights[i] != weights[i % pairs]) {
          return false;
        }
      }
      return true;
    }

    /** Sums, fires, and tells how many synapses were active. */
    long tick(long[] axons, int from, long[] fired, int to) {
      int pairs = words.length;
      long[] active = new long[pairs];
      long any = 0;
      for (int pair = 0; pair < pairs; pair++) {
        active[pair] = axons[from + words[pair]] & masks[pair];
        any |= active[pair];
      }
      if (any != 0 && uniform && pairs == TRINARY_PAIRS) {
        return trinary(active, fired, to);
      }
      long synapses = 0;
      for (int i = 0; i < neurons.length; i++) {
        int membrane = 0;
        if (any != 0) {
          for (int pair = 0; pair < pairs; pair++) {
            int count = Long.bitCount(active[pair] & columns[i * pairs + pair]);
            membrane += weights[i * pairs + pair] * count;
            synapses += count;
          }
        }
        if (membrane >= thresholds[i]) {
          fired[to + neurons[i] / Long.SIZE] |= 1L << neurons[i];
        }
      }
      return synapses;
    }

    /** The same for two words of axons of each of two types, as layers are placed. */
    private long trinary(long[] active, long[] fired, int to) {
      long active0 = active[0];
      long active1 = active[1];
      long active2 = active[2];
      long active3 = active[3];
      int weight0 = weights[0];
      int weight1 = weights[1];
      int weight2 = weights[2];
      int weight3 = weights[3];
      long synapses = 0;
      int at = 0;
      for (int word = 0; word < WORDS; word++) {
        long firing = 0;
        for (int i = firstOfWord[word]; i < firstOfWord[word + 1]; i++, at += TRINARY_PAIRS) {
          int count0 = Long.bitCount(active0 & columns[at]);
          int count1 = Long.bitCount(active1 & columns[at + 1]);
          int count2 = Long.bitCount(active2 & columns[at + 2]);
          int count3 = Long.bitCount(active3 & columns[at + 3]);
          synapses += count0 + count1 + count2 + count3;
          int membrane = weight0 * count0 + weight1 * count1 + weight2 * count2 + weight3 * count3;
          // Without a branch, which would be mispredicted for every second or third neuron: the
          // difference is negative, and its sign bit 1, where the neuron fires.
          firing |= (((long) thresholds[i] - 1 - membrane) >>> 63) << neurons[i];
        }
        fired[to + word] |= firing;
      }
      return synapses;
    }
  }

  /**
   * One tick.
   *
   * @param frame spikes that enter, by input number; the empty set for none
   * @throws IllegalArgumentException if there is no such input
   */
  public void tick(BitSet frame) {
    if (frame.length() > entries.length) {
      throw new IllegalArgumentException("input " + (frame.length() - 1) + " of " + entries.length);
    }
    int slot = (int) (ticks % SLOTS) * WORDS;
    for (int input = frame.nextSetBit(0); input >= 0; input = frame.nextSetBit(input + 1)) {
      for (int entry : entries[input]) {
        axons[entry / CoreLimits.AXONS * SLOTS * WORDS + slot + entry % CoreLimits.AXONS / 64] |=
            1L << entry;
      }
    }
    Arrays.fill(fired, 0);
    IntStream.range(0, cores.length)
        .parallel()
        .forEach(
            core -> {
              int from = core * SLOTS * WORDS + slot;
              long count = cores[core].tick(axons, from, fired, core * WORDS);
              events.add(count);
              Arrays.fill(axons, from, from + WORDS, 0);
            });
    outputs.clear();
    for (int core = 0; core < cores.length; core++) {
      route(core);
    }
    ticks++;
  }

  private void route(int core) {
    Compact own = cores[core];
    for (int word = 0; word < WORDS; word++) {
      int first = word * Long.SIZE;
      for (long left = fired[core * WORDS + word]; left != 0; left &= left - 1) {
        send(own, own.positions[first + Long.numberOfTrailingZeros(left)]);
      }
    }
  }

  private void send(Compact own, int i) {
    spikes++;
    int target = own.targets[i];
    if (target >= 0) {
      int slot = (int) ((ticks + own.delays[i]) % SLOTS) * WORDS;
      axons[target / CoreLimits.AXONS * SLOTS * WORDS + slot + target % CoreLimits.AXONS / 64] |=
          1L << target;
      hops += own.hops[i];
    } else if (target <= Core.OUTPUT) {
      outputs.set(Core.OUTPUT - target);
    }
  }

  /**
   * Whether a neuron fired in the last tick.
   *
   * @param slot core·256 + neuron
   * @return true if it did
   */
  public boolean fired(int slot) {
    int neuron = slot % CoreLimits.NEURONS;
    return (fired[slot / CoreLimits.NEURONS * WORDS + neuron / Long.SIZE] >>> neuron & 1) != 0;
  }

  /**
   * Outputs that fired in the last tick.
   *
   * @return a copy, by output number
   */
  public BitSet outputs() {
    return (BitSet) outputs.clone();
  }

  /**
   * Ticks until now.
   *
   * @return 0 or more
   */
  public long ticks() {
    return ticks;
  }

  /**
   * Spikes of neurons until now.
   *
   * @return 0 or more
   */
  public long spikes() {
    return spikes;
  }

  /**
   * Synaptic events until now: active axons times the neurons that the crossbar connects them with.
   *
   * @return 0 or more
   */
  public long synapticEvents() {
    return events.sum();
  }

  /**
   * Steps between neighbouring routers that the spikes took until now.
   *
   * @return 0 or more
   */
  public long hops() {
    return hops;
  }
}
