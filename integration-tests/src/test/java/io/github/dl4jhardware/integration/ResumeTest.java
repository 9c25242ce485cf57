package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.WeightTransfer;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.host.ModelZip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * A run that is stopped at a checkpoint and goes on in a new JVM equals the run that was not
 * stopped, bit for bit: every preset, every scheme, DL4J's loop and ours, with real array edges.
 */
class ResumeTest {
  private static final int STEPS = 30;
  private static final int STOP = 14;
  private static final int BATCH = 4;
  private static final String CHECKPOINT = "checkpoint_0_MultiLayerNetwork.zip";

  @TempDir private Path directory;

  private record Case(boolean inSitu, Synapse synapse, IUpdater updater, ArrayEdges edges) {}

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    // A transfer every 32 examples, so that several fall on both sides of the stop.
    PcmCapacitorSynapse often =
        Synapses.pcmCapacitor2018().withTransfer(new WeightTransfer(32, true, 2));
    ExponentialSchedule schedule = new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.95);
    for (PulseScheme scheme : PulseScheme.values()) {
      IUpdater updater = new AnalogSgd(0.05, scheme);
      cases.put("fit-" + scheme, new Case(false, often, updater, ArrayEdges.IDEAL));
    }
    IUpdater falling = new AnalogSgd(schedule, PulseScheme.STOCHASTIC);
    cases.put("fit-schedule", new Case(false, often, falling, ArrayEdges.IDEAL));
    cases.put("fit-sgd", new Case(false, often, new Sgd(0.05), ArrayEdges.IDEAL));
    cases.put("in-situ-stochastic", new Case(true, often, falling, ArrayEdges.IDEAL));
    Synapses.byName()
        .forEach(
            (name, preset) -> {
              boolean digital = preset instanceof InferenceSynapse;
              IUpdater updater =
                  digital ? new Sgd(0.05) : new AnalogSgd(schedule, PulseScheme.CELL_COUNTS);
              ArrayEdges edges =
                  digital ? ArrayEdges.forward(Networks.REAL_EDGES.forward()) : Networks.REAL_EDGES;
              Synapse synapse = preset;
              if (preset instanceof PcmCapacitorSynapse cell) {
                boolean inversion = cell.transfer().polarityInversion();
                synapse = cell.withTransfer(new WeightTransfer(32, inversion, 2));
              }
              cases.put("fit-" + name, new Case(false, synapse, updater, edges));
              if (!digital) {
                cases.put("in-situ-" + name, new Case(true, synapse, updater, edges));
              }
            });
    return cases;
  }

  @Test
  void resumedRunEqualsUninterruptedRun() throws Exception {
    Map<String, byte[]> uninterrupted = new LinkedHashMap<>();
    for (Map.Entry<String, Case> each : cases().entrySet()) {
      Case run = each.getValue();
      MultiLayerNetwork network =
          Networks.analog(run.synapse(), run.updater(), DataType.FLOAT, run.edges());
      // In situ an iteration is an example; DL4J's listeners hear of a step before it is counted.
      int at = run.inSitu() ? STOP * BATCH : STOP - 1;
      Path own = Files.createDirectory(directory.resolve(each.getKey()));
      network.setListeners(
          new CheckpointListener.Builder(own.toFile()).keepAll().saveEveryNIterations(at).build());
      train(network, run.inSitu(), 0, STEPS);
      uninterrupted.put(each.getKey(), bytes(network));
      if (run.synapse() instanceof PcmCapacitorSynapse) {
        assertThat(network.getParam("0_state").getDouble(4 + 2 * 5))
            .as("transfers")
            .isGreaterThanOrEqualTo(3);
      }
    }
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ResumeTest.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    assertThat(other.waitFor(4, TimeUnit.MINUTES)).isTrue();
    assertThat(other.exitValue()).as(Files.readString(directory.resolve("log"))).isZero();
    SoftAssertions all = new SoftAssertions();
    for (Map.Entry<String, byte[]> each : uninterrupted.entrySet()) {
      byte[] resumed = Files.readAllBytes(directory.resolve(each.getKey()).resolve("resumed"));
      all.assertThat(resumed).as(each.getKey()).isEqualTo(each.getValue());
    }
    all.assertAll();
  }

  private static void train(MultiLayerNetwork network, boolean inSitu, int from, int to) {
    InSituTrainer trainer = inSitu ? InSituTrainer.of(network).listenEvery(BATCH) : null;
    for (int step = from; step < to; step++) {
      if (trainer == null) {
        network.fit(Networks.data(BATCH, step, DataType.FLOAT));
      } else {
        trainer.fit(Networks.data(BATCH, step, DataType.FLOAT));
      }
    }
  }

  private static byte[] bytes(MultiLayerNetwork network) {
    float[] params = network.params().dup().data().asFloat();
    ByteBuffer buffer = ByteBuffer.allocate(params.length * Float.BYTES);
    IntStream.range(0, params.length).forEach(i -> buffer.putFloat(params[i]));
    return buffer.array();
  }

  /** The new JVM: resumes every case in a directory. */
  public static void main(String[] args) throws IOException {
    for (Map.Entry<String, Case> each : cases().entrySet()) {
      Path own = Path.of(args[0]).resolve(each.getKey());
      MultiLayerNetwork network = ModelZip.restoreMultiLayerNetwork(own.resolve(CHECKPOINT));
      train(network, each.getValue().inSitu(), STOP, STEPS);
      Files.write(own.resolve("resumed"), bytes(network));
    }
  }
}
