package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.WeightTransfer;
import io.github.dl4jhardware.analog.layer.ModelZip;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * A run that is stopped at a checkpoint and goes on in a new JVM equals the run that was not
 * stopped, bit for bit.
 */
class ResumeTest {
  private static final int STEPS = 30;
  private static final int STOP = 14;
  private static final int BATCH = 4;

  /** A transfer every 32 examples, so that several fall on both sides of the stop. */
  private static final PcmCapacitorSynapse SYNAPSE =
      Synapses.pcmCapacitor2018().withTransfer(new WeightTransfer(32, true, 2));

  @TempDir private Path directory;

  static Stream<Arguments> cases() {
    ExponentialSchedule schedule = new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.95);
    return Stream.of(
        Arguments.of("fit", new AnalogSgd(0.05, PulseScheme.STOCHASTIC)),
        Arguments.of("fit", new AnalogSgd(0.05, PulseScheme.DETERMINISTIC)),
        Arguments.of("fit", new AnalogSgd(0.05, PulseScheme.EXPECTED)),
        Arguments.of("fit", new AnalogSgd(schedule, PulseScheme.STOCHASTIC)),
        Arguments.of("fit", new Sgd(0.05)),
        Arguments.of("in-situ", new AnalogSgd(0.05, PulseScheme.STOCHASTIC)),
        Arguments.of("in-situ", new AnalogSgd(schedule, PulseScheme.DETERMINISTIC)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resumedRunEqualsUninterruptedRun(String how, IUpdater updater) throws Exception {
    MultiLayerNetwork network = Networks.analog(SYNAPSE, updater, DataType.FLOAT);
    boolean inSitu = how.equals("in-situ");
    // In situ an iteration is an example; DL4J's listeners hear of a step before it is counted.
    int at = inSitu ? STOP * BATCH : STOP - 1;
    network.setListeners(
        new CheckpointListener.Builder(directory.toFile())
            .keepAll()
            .saveEveryNIterations(at)
            .build());
    train(network, how, 0, STEPS);

    File checkpoint = new File(directory.toFile(), "checkpoint_0_MultiLayerNetwork.zip");
    Path result = directory.resolve("resumed.bin");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ResumeTest.class.getName(),
                checkpoint.getPath(),
                how,
                result.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    assertThat(other.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(other.exitValue()).as(Files.readString(directory.resolve("log"))).isZero();
    assertThat(Files.readAllBytes(result)).isEqualTo(bytes(network));
    assertThat(network.getParam("0_state").getDouble(4 + 2 * 5))
        .as("transfers")
        .isGreaterThanOrEqualTo(3);
  }

  private static void train(MultiLayerNetwork network, String how, int from, int to) {
    InSituTrainer trainer =
        how.equals("in-situ") ? InSituTrainer.of(network).listenEvery(BATCH) : null;
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

  /** The new JVM: checkpoint, how, file for the parameters. */
  public static void main(String[] args) throws Exception {
    List<String> arguments = List.of(args);
    MultiLayerNetwork network = ModelZip.restoreMultiLayerNetwork(Path.of(arguments.get(0)));
    train(network, arguments.get(1), STOP, STEPS);
    Files.write(Path.of(arguments.get(2)), bytes(network));
  }
}
