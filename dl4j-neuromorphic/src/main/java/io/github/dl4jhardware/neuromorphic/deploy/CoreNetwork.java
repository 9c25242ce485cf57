package io.github.dl4jhardware.neuromorphic.deploy;

import io.github.dl4jhardware.neuromorphic.core.CoreSimulator;
import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.Placement;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A program on simulated cores, a new frame in every tick. Layer i, counted from 0, answers i + 1
 * ticks after its frame has entered the splitters.
 */
public final class CoreNetwork {
  private final List<LayerShape> shapes;
  private final Placement placement;

  /**
   * Places a program.
   *
   * @param program its transduction stays off the cores
   */
  public CoreNetwork(SpikingProgram program) {
    this(program, Placement.of(program.layers()));
  }

  /**
   * A program on cores that were placed before, and perhaps changed since.
   *
   * @param program what was placed
   * @param placement of its layers
   */
  public CoreNetwork(SpikingProgram program, Placement placement) {
    shapes = program.layers().stream().map(TrinaryLayer::shape).toList();
    this.placement = placement;
  }

  /**
   * The cores.
   *
   * @return as they are simulated
   */
  public Placement placement() {
    return placement;
  }

  /**
   * What a run came to, until the last frame has left the last layer.
   *
   * @param spikes of each layer in turn, as they were seen at the first of each neuron's copies
   * @param ticks that were simulated
   * @param seconds that the ticks took
   * @param spikesPerFrame of all neurons, copies and splitters included
   * @param synapticEventsPerFrame active axons times the neurons connected with them
   * @param hopsPerFrame steps between routers
   */
  public record Run(
      List<SpikeFrames> spikes,
      long ticks,
      double seconds,
      double spikesPerFrame,
      double synapticEventsPerFrame,
      double hopsPerFrame) {}

  /**
   * Runs some frames through. Counts are those of the ticks in which every layer has a frame, where
   * there are more frames than layers, else of the whole run: neurons whose threshold is 0 or less
   * fire in empty ticks too.
   *
   * @param entering spikes that enter the splitters
   * @return every spike, and counts
   */
  public Run run(SpikeFrames entering) {
    int frames = entering.frames();
    List<SpikeFrames> all = new ArrayList<>();
    for (LayerShape shape : shapes) {
      all.add(new SpikeFrames(frames, shape.outFeatures(), shape.outPositions()));
    }
    CoreSimulator simulator = new CoreSimulator(placement);
    int latency = shapes.size();
    long nanos = 0;
    boolean fills = frames > latency;
    long[] before = new long[3];
    long[] after = new long[3];
    for (int tick = 0; tick < frames + latency; tick++) {
      if (fills && tick == latency) {
        before = counts(simulator);
      }
      BitSet frame = tick < frames ? frame(entering, tick) : new BitSet();
      long start = System.nanoTime();
      simulator.tick(frame);
      nanos += System.nanoTime() - start;
      if (!fills || tick < frames) {
        after = counts(simulator);
      }
      for (int layer = 0; layer < latency; layer++) {
        int of = tick - layer - 1;
        if (of >= 0 && of < frames) {
          read(simulator, layer, of, all.get(layer));
        }
      }
    }
    double counted = Math.max(1, fills ? frames - latency : frames);
    return new Run(
        all,
        simulator.ticks(),
        nanos * 1e-9,
        (after[0] - before[0]) / counted,
        (after[1] - before[1]) / counted,
        (after[2] - before[2]) / counted);
  }

  private static long[] counts(CoreSimulator simulator) {
    return new long[] {simulator.spikes(), simulator.synapticEvents(), simulator.hops()};
  }

  private static BitSet frame(SpikeFrames frames, int which) {
    BitSet frame = new BitSet();
    for (int feature = 0; feature < frames.features(); feature++) {
      for (int position = 0; position < frames.positions(); position++) {
        frame.set(feature * frames.positions() + position, frames.get(which, feature, position));
      }
    }
    return frame;
  }

  private void read(CoreSimulator simulator, int layer, int frame, SpikeFrames target) {
    for (int feature = 0; feature < target.features(); feature++) {
      for (int position = 0; position < target.positions(); position++) {
        int slot = placement.slot(layer, feature * target.positions() + position);
        if (simulator.fired(slot)) {
          target.set(frame, feature, position, true);
        }
      }
    }
  }
}
