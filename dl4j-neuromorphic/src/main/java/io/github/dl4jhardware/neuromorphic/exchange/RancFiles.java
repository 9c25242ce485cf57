package io.github.dl4jhardware.neuromorphic.exchange;

import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.neuromorphic.core.Core;
import io.github.dl4jhardware.neuromorphic.core.CoreLimits;
import io.github.dl4jhardware.neuromorphic.core.Placement;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.shade.jackson.core.JsonEncoding;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Placed cores for RANC, a simulator and FPGA emulator of such cores. Source of the format: the
 * simulator's description in its public repository; J. Mack et al., IEEE TCAD 40, 2265 (2021).
 *
 * <p>RANC keeps a membrane that lies between its two thresholds. As these neurons start each tick
 * at 0, both are set to the neuron's threshold and the reset potential to 0: whatever a membrane
 * reaches, it is reset. A delay of d ticks is RANC's destination tick d − 1. Spikes that go nowhere
 * belong to neurons without connections that never fire, as RANC has no such place.
 */
public final class RancFiles {
  private static final String INPUT = "input.json";
  private static final String CONFIG = "config.json";
  private static final int CHIP_SIDE = 64;

  private RancFiles() {}

  /**
   * Writes {@code input.json} (cores, output bus, spikes that enter, a frame a tick) and {@code
   * config.json}; each all of it or nothing. Output number i of the placement is output i of the
   * bus; frame k leaves the last of n layers in tick k + n + 1, counted from 1.
   *
   * @param placement cores, as they are now
   * @param frames spikes that enter; none is allowed
   * @param folder must exist
   * @throws IOException if a file cannot be written
   * @throws IllegalArgumentException if the frames are not of the size that the cores take
   */
  public static void write(Placement placement, SpikeFrames frames, Path folder)
      throws IOException {
    if (frames.features() * frames.positions() != placement.inputCount()) {
      throw new IllegalArgumentException(
          frames + "; the cores take " + placement.inputCount() + " inputs a frame");
    }
    Grid grid = new Grid(placement);
    whole(folder.resolve(INPUT), json -> input(json, placement, frames, grid));
    whole(folder.resolve(CONFIG), json -> config(json, grid));
  }

  private interface Content {
    void to(JsonGenerator json) throws IOException;
  }

  private static void whole(Path file, Content content) throws IOException {
    WholeFile.make(
        file,
        part -> {
          try (JsonGenerator json =
              new JsonFactory().createGenerator(part.toFile(), JsonEncoding.UTF8)) {
            content.to(json);
          }
        });
  }

  /** The cores' rectangle, and one row above it for the output bus. */
  private static final class Grid {
    private final int columns;
    private final int rows;
    private final int outputs;

    Grid(Placement placement) {
      List<Core> cores = placement.cores();
      columns = CHIP_SIDE * placement.mapping().chips();
      rows = Math.min(CHIP_SIDE, (cores.size() + CHIP_SIDE - 1) / CHIP_SIDE);
      int most = 0;
      for (Core core : cores) {
        for (int neuron = 0; neuron < CoreLimits.NEURONS; neuron++) {
          if (core.targetCore(neuron) == Core.OUTPUT) {
            most = Math.max(most, core.targetAxon(neuron) + 1);
          }
        }
      }
      outputs = most;
    }
  }

  private static void config(JsonGenerator json, Grid grid) throws IOException {
    json.writeStartObject();
    json.writeNumberField("num_neurons", CoreLimits.NEURONS);
    json.writeNumberField("num_axons", CoreLimits.AXONS);
    json.writeNumberField("num_cores_x", grid.columns);
    json.writeNumberField("num_cores_y", grid.rows + 1);
    json.writeNumberField("num_weights", CoreLimits.AXON_TYPES);
    json.writeNumberField("max_tick_offset", CoreLimits.GREATEST_DELAY_TICKS + 1);
    json.writeNumberField("neuron_block_trace_verbosity", 0);
    json.writeNumberField("core_controller_trace_verbosity", 0);
    json.writeNumberField("scheduler_trace_verbosity", 0);
    json.writeNumberField("neuron_reset_type", 0);
    json.writeEndObject();
  }

  private static void input(JsonGenerator json, Placement placement, SpikeFrames frames, Grid grid)
      throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("packets");
    for (int frame = 0; frame < frames.frames(); frame++) {
      json.writeStartArray();
      for (int input = 0; input < placement.inputCount(); input++) {
        if (frames.get(frame, input / frames.positions(), input % frames.positions())) {
          for (int entry : placement.entries(input)) {
            json.writeStartObject();
            int core = entry / CoreLimits.AXONS;
            pair(json, "destination_core", Placement.column(core), Placement.row(core));
            json.writeNumberField("destination_axon", entry % CoreLimits.AXONS);
            json.writeNumberField("destination_tick", 0);
            json.writeEndObject();
          }
        }
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("output_bus");
    pair(json, "coordinates", 0, grid.rows);
    json.writeNumberField("num_outputs", grid.outputs);
    json.writeEndObject();
    json.writeArrayFieldStart("cores");
    List<Core> cores = placement.cores();
    for (int number = 0; number < cores.size(); number++) {
      core(json, cores.get(number), number, grid);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void core(JsonGenerator json, Core core, int number, Grid grid)
      throws IOException {
    int neurons = 0;
    for (int neuron = 0; neuron < CoreLimits.NEURONS; neuron++) {
      neurons = core.targetCore(neuron) == Core.NOWHERE ? neurons : neuron + 1;
    }
    json.writeStartObject();
    pair(json, "coordinates", Placement.column(number), Placement.row(number));
    json.writeArrayFieldStart("axons");
    for (int axon = 0; axon < CoreLimits.AXONS; axon++) {
      json.writeNumber(core.axonType(axon));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("neurons");
    for (int neuron = 0; neuron < neurons; neuron++) {
      neuron(json, core, neuron, number, grid);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("connections");
    for (int neuron = 0; neuron < neurons; neuron++) {
      json.writeStartArray();
      if (core.targetCore(neuron) != Core.NOWHERE) {
        for (int axon = 0; axon < CoreLimits.AXONS; axon++) {
          json.writeNumber(core.connected(axon, neuron) ? 1 : 0);
        }
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void neuron(JsonGenerator json, Core core, int neuron, int number, Grid grid)
      throws IOException {
    int target = core.targetCore(neuron);
    boolean fires = target != Core.NOWHERE;
    int threshold = fires ? core.threshold(neuron) : 1;
    json.writeStartObject();
    json.writeNumberField("reset_potential", 0);
    json.writeArrayFieldStart("weights");
    for (int type = 0; type < CoreLimits.AXON_TYPES; type++) {
      json.writeNumber(core.weight(neuron, type));
    }
    json.writeEndArray();
    json.writeNumberField("leak", 0);
    json.writeNumberField("positive_threshold", threshold);
    json.writeNumberField("negative_threshold", threshold);
    int column = Placement.column(number);
    int row = Placement.row(number);
    if (target == Core.OUTPUT) {
      pair(json, "destination_core_offset", -column, grid.rows - row);
    } else if (fires) {
      pair(
          json,
          "destination_core_offset",
          Placement.column(target) - column,
          Placement.row(target) - row);
    } else {
      pair(json, "destination_core_offset", 0, 0);
    }
    json.writeNumberField("destination_axon", fires ? core.targetAxon(neuron) : 0);
    json.writeNumberField("destination_tick", core.delayTicks(neuron) - 1);
    json.writeNumberField("current_potential", 0);
    json.writeNumberField("reset_mode", 0);
    json.writeEndObject();
  }

  private static void pair(JsonGenerator json, String name, int first, int second)
      throws IOException {
    json.writeArrayFieldStart(name);
    json.writeNumber(first);
    json.writeNumber(second);
    json.writeEndArray();
  }
}
