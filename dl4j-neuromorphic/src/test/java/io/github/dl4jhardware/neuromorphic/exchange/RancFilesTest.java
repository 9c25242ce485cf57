package io.github.dl4jhardware.neuromorphic.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.neuromorphic.core.Placement;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingNets;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The exported files, run by the rules that RANC's description states. */
class RancFilesTest {
  @TempDir private Path directory;

  private static SpikingProgram program() {
    InputType input = InputType.convolutional(5, 6, 8);
    return SpikingProgram.compile(
        SpikingNets.random(
            21,
            DataType.FLOAT,
            input,
            new TrinaryConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(40).groups(2).build(),
            new TrinaryConvolutionLayer.Builder(2, 2).stride(2, 2).nOut(36).groups(4).build(),
            new SpikePopulationOutputLayer.Builder().nOut(3).build()),
        input);
  }

  /** Potentials stay between ticks unless a threshold resets them; offsets, buses, delays. */
  private static final class Ranc {
    private final Map<List<Integer>, JsonNode> cores = new HashMap<>();
    private final Map<String, Integer> potentials = new HashMap<>();
    private final List<Integer> bus;
    private final JsonNode packets;

    /** By tick: core and axon. */
    private final Map<Integer, Set<List<Integer>>> arriving = new HashMap<>();

    Ranc(JsonNode input) {
      for (JsonNode core : input.get("cores")) {
        JsonNode at = core.get("coordinates");
        assertThat(cores.put(List.of(at.get(0).asInt(), at.get(1).asInt()), core)).isNull();
      }
      JsonNode at = input.get("output_bus").get("coordinates");
      bus = List.of(at.get(0).asInt(), at.get(1).asInt());
      packets = input.get("packets");
      assertThat(cores).doesNotContainKey(bus);
    }

    private void send(int tick, int x, int y, int axon) {
      assertThat(arriving.computeIfAbsent(tick, t -> new HashSet<>()).add(List.of(x, y, axon)))
          .as("two spikes at one axon")
          .isTrue();
    }

    /** Outputs that fire in each tick. */
    List<Set<Integer>> run(int ticks) {
      List<Set<Integer>> outputs = new ArrayList<>();
      for (int tick = 0; tick < ticks; tick++) {
        Set<Integer> out = new HashSet<>();
        outputs.add(out);
        if (tick < packets.size()) {
          for (JsonNode packet : packets.get(tick)) {
            JsonNode core = packet.get("destination_core");
            assertThat(packet.get("destination_tick").asInt()).isZero();
            send(
                tick,
                core.get(0).asInt(),
                core.get(1).asInt(),
                packet.get("destination_axon").asInt());
          }
        }
        Set<List<Integer>> now = arriving.getOrDefault(tick, Set.of());
        for (Map.Entry<List<Integer>, JsonNode> entry : cores.entrySet()) {
          core(entry.getKey(), entry.getValue(), now, tick, out);
        }
      }
      return outputs;
    }

    private void core(
        List<Integer> at, JsonNode core, Set<List<Integer>> now, int tick, Set<Integer> out) {
      List<Integer> active =
          now.stream()
              .filter(spike -> spike.get(0).equals(at.get(0)) && spike.get(1).equals(at.get(1)))
              .map(spike -> spike.get(2))
              .toList();
      for (int n = 0; n < core.get("neurons").size(); n++) {
        JsonNode neuron = core.get("neurons").get(n);
        JsonNode connections = core.get("connections").get(n);
        int potential = potentials.getOrDefault(at + "/" + n, 0);
        for (int axon : active) {
          if (connections.path(axon).asInt() == 1) {
            potential += neuron.get("weights").get(core.get("axons").get(axon).asInt()).asInt();
          }
        }
        potential += neuron.get("leak").asInt();
        assertThat(neuron.get("reset_mode").asInt()).isZero();
        if (potential >= neuron.get("positive_threshold").asInt()) {
          potential = neuron.get("reset_potential").asInt();
          JsonNode offset = neuron.get("destination_core_offset");
          int x = at.get(0) + offset.get(0).asInt();
          int y = at.get(1) + offset.get(1).asInt();
          int axon = neuron.get("destination_axon").asInt();
          if (bus.equals(List.of(x, y))) {
            out.add(axon);
          } else {
            assertThat(cores).containsKey(List.of(x, y));
            send(tick + 1 + neuron.get("destination_tick").asInt(), x, y, axon);
          }
        } else if (potential < neuron.get("negative_threshold").asInt()) {
          potential = -neuron.get("reset_potential").asInt();
        }
        potentials.put(at + "/" + n, potential);
      }
    }
  }

  @Test
  void exportedCoresFireLikeOurs() throws IOException {
    SpikingProgram program = program();
    int frames = 6;
    List<SpikeFrames> spikes = program.packed().trace(SpikingNets.spikes(5, frames, 240));
    RancFiles.write(Placement.of(program.layers()), spikes.get(0), directory);
    ObjectMapper mapper = new ObjectMapper();
    JsonNode input = mapper.readTree(directory.resolve("input.json").toFile());
    JsonNode config = mapper.readTree(directory.resolve("config.json").toFile());
    JsonNode bus = input.get("output_bus");
    assertThat(bus.get("num_outputs").asInt()).isEqualTo(36 * 6);
    assertThat(config.get("num_cores_y").asInt())
        .isEqualTo(bus.get("coordinates").get(1).asInt() + 1);
    assertThat(config.get("num_cores_x").asInt()).isEqualTo(64);
    List<Set<Integer>> outputs = new Ranc(input).run(frames + 2);
    SpikeFrames last = spikes.get(2);
    for (int frame = 0; frame < frames; frame++) {
      for (int output = 0; output < 36 * 6; output++) {
        assertThat(outputs.get(frame + 2).contains(output))
            .as("frame %d, output %d", frame, output)
            .isEqualTo(last.get(frame, output / 6, output % 6));
      }
    }
    assertThat(directory).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void framesOfAnotherSizeAreRefused() {
    Placement placement = Placement.of(program().layers());
    assertThatThrownBy(() -> RancFiles.write(placement, new SpikeFrames(1, 7, 30), directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("240 inputs");
    assertThat(directory).isEmptyDirectory();
  }
}
