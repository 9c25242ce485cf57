package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.WeightTransfer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.AnalogSummary;
import io.github.dl4jhardware.analog.readout.ArrayReadout;
import io.github.dl4jhardware.analog.readout.DevicePictures;
import io.github.dl4jhardware.analog.readout.PulseLog;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

class InspectTest {
  private static final PcmCapacitorSynapse OFTEN =
      Synapses.pcmCapacitor2018().withTransfer(new WeightTransfer(50, true, 2));

  @TempDir private Path directory;

  private static MultiLayerNetwork trained(Synapse synapse, PulseLog log, PulseScheme scheme) {
    MultiLayerNetwork network =
        Networks.analog(synapse, new AnalogSgd(0.05, scheme), DataType.FLOAT);
    InSituTrainer trainer = InSituTrainer.of(network).observe(log).threads(2);
    trainer.fit(Networks.data(90, 1, DataType.FLOAT));
    trainer.fit(Networks.data(85, 2, DataType.FLOAT));
    return network;
  }

  /** W = (3·(G+ − G−) + s·(g − g_shared)) / 40, and V_C between the rails. */
  @Test
  void readOutTellsTheWholeCell() {
    MultiLayerNetwork network = trained(OFTEN, new PulseLog(), PulseScheme.CELL_COUNTS);
    ArrayReadout hidden = AnalogSummary.of(network).layers().get(0);
    assertThat(hidden.rows()).isEqualTo(Networks.INPUTS + 1);
    assertThat(hidden.columns()).isEqualTo(Networks.HIDDEN);
    assertThat(hidden.biasRow()).isTrue();
    assertThat(hidden.polarity()).isEqualTo(-1);
    assertThat(hidden.count(Count.TRANSFERS)).isEqualTo(3);
    assertThat(hidden.count(Count.EXAMPLES)).isEqualTo(175);
    float[] plus = hidden.gPlusMicroSiemens().orElseThrow();
    float[] minus = hidden.gMinusMicroSiemens().orElseThrow();
    float[] g = hidden.gMicroSiemens().orElseThrow();
    float[] shared = hidden.gSharedMicroSiemens().orElseThrow();
    float[] volts = hidden.capacitorVolts().orElseThrow();
    float[] weights = hidden.weights();
    for (int cell = 0; cell < weights.length; cell++) {
      float capacitor = hidden.polarity() * (g[cell] - shared[cell % Networks.HIDDEN]);
      assertThat((3 * (plus[cell] - minus[cell]) + capacitor) / 40)
          .isCloseTo(weights[cell], within(1e-5f));
      assertThat(volts[cell]).isBetween(0.2f, 0.9f);
    }
    assertThat(hidden.pulsesUp()).isPositive();
    assertThat(hidden.saturatedCells()).isZero();
  }

  @Test
  void everyPresetCanBeReadOut() throws IOException {
    for (Synapse synapse : Synapses.byName().values()) {
      boolean digital = synapse instanceof InferenceSynapse;
      IUpdater updater = digital ? new Sgd(0.05) : new AnalogSgd(0.05);
      MultiLayerNetwork network = Networks.analog(synapse, updater, DataType.FLOAT);
      network.fit(Networks.data(8, 1, DataType.FLOAT));
      AnalogSummary summary = AnalogSummary.of(network);
      assertThat(summary.toString().lines().filter(line -> !line.startsWith(" "))).hasSize(3);
      assertThat(summary.toString().lines()).allMatch(line -> line.length() <= 80);
      Path cells = directory.resolve("cells.csv");
      summary.writeCells(cells);
      List<String> lines = Files.readAllLines(cells);
      assertThat(lines).hasSize(1 + 13 * 9 + 10 * 4);
      assertThat(lines.get(0)).startsWith("layer,row,column,weight,g_plus_microsiemens,");
      Path layers = directory.resolve("layers.csv");
      summary.writeLayers(layers);
      assertThat(Files.readAllLines(layers)).hasSize(3);
    }
    assertThat(AnalogSummary.of(Networks.software(new Sgd(0.1), DataType.FLOAT)).toString())
        .contains("no analogue layers");
  }

  /** A mean that is cut off instead of rounded is wrong by up to a whole last digit. */
  @Test
  void tableRoundsMeans() {
    for (Synapse synapse : Synapses.byName().values()) {
      IUpdater updater = synapse instanceof InferenceSynapse ? new Sgd(0.05) : new AnalogSgd(0.05);
      AnalogSummary summary = AnalogSummary.of(Networks.analog(synapse, updater, DataType.FLOAT));
      List<String> rows =
          summary.toString().lines().skip(1).filter(line -> !line.startsWith(" ")).toList();
      for (int i = 0; i < rows.size(); i++) {
        String[] columns = rows.get(i).trim().split(" +", -1);
        ArrayReadout layer = summary.layers().get(i);
        checkMean(columns[columns.length - 3], layer.gPlusMicroSiemens());
        checkMean(columns[columns.length - 2], layer.gMinusMicroSiemens());
        checkMean(columns[columns.length - 1], layer.gMicroSiemens());
      }
    }
  }

  private static void checkMean(String printed, Optional<float[]> values) {
    if (values.isEmpty()) {
      assertThat(printed).isEqualTo("-");
      return;
    }
    float[] all = values.get();
    double mean = IntStream.range(0, all.length).mapToDouble(cell -> all[cell]).average().orElse(0);
    double lastDigit = Math.pow(10, printed.indexOf('.') + 1 - printed.length());
    assertThat(lastDigit).isLessThanOrEqualTo(0.01);
    assertThat(Double.parseDouble(printed)).isCloseTo(mean, within(0.5001 * lastDigit));
  }

  @Test
  void graphsAreReadOutToo() {
    AnalogSummary summary =
        AnalogSummary.of(Networks.analogGraph(OFTEN, new AnalogSgd(0.05), DataType.FLOAT));
    assertThat(summary.layers()).hasSize(2);
    assertThat(summary.toString()).contains("hidden").contains("out");
  }

  /** What the log counts cell by cell is what the array counts in all. */
  @Test
  void logCountsWhatTheArrayCounts() {
    for (PulseScheme scheme : PulseScheme.values()) {
      PulseLog log = new PulseLog();
      MultiLayerNetwork network = trained(OFTEN, log, scheme);
      for (ArrayReadout layer : AnalogSummary.of(network).layers()) {
        PulseLog.LayerLog own = Objects.requireNonNull(log.layers().get(layer.index()));
        assertThat(own.intervals()).isEqualTo(3);
        double net = sum(own.pulsesOverTwoIntervals()) + sum(own.pulsesSinceTransfer());
        MultiLayerNetwork first =
            Networks.analog(OFTEN, new AnalogSgd(0.05, scheme), DataType.FLOAT);
        InSituTrainer.of(first).fit(Networks.data(90, 1, DataType.FLOAT).batchBy(50).get(0));
        ArrayReadout before = AnalogSummary.of(first).layers().get(layer.index());
        double wanted =
            layer.pulsesUp() - layer.pulsesDown() - (before.pulsesUp() - before.pulsesDown());
        assertThat(net).isCloseTo(wanted, within(scheme == PulseScheme.EXPECTED ? 20 : 1e-3));
        assertThat(own.lastTransferMicroSiemens())
            .isNotEqualTo(own.transferBeforeLastMicroSiemens())
            .hasSize(layer.rows() * layer.columns());
      }
    }
  }

  /** Looking on changes nothing. */
  @Test
  void observedRunEqualsUnobservedRun() {
    MultiLayerNetwork observed = trained(OFTEN, new PulseLog(), PulseScheme.STOCHASTIC);
    MultiLayerNetwork alone =
        Networks.analog(OFTEN, new AnalogSgd(0.05, PulseScheme.STOCHASTIC), DataType.FLOAT);
    InSituTrainer.of(alone).fit(Networks.data(90, 1, DataType.FLOAT));
    InSituTrainer.of(alone).fit(Networks.data(85, 2, DataType.FLOAT));
    assertThat(observed.params()).isEqualTo(alone.params());
  }

  @Test
  void picturesShowSomething() throws IOException {
    PulseLog log = new PulseLog();
    trained(OFTEN, log, PulseScheme.CELL_COUNTS);
    PulseLog.LayerLog hidden = Objects.requireNonNull(log.layers().get(0));
    Path pulses = directory.resolve("pulses.png");
    DevicePictures.pulsesOverTwoIntervals(hidden, "hidden", pulses);
    assertPicture(pulses);
    Path transfers = directory.resolve("transfers.png");
    DevicePictures.correlationOfTransfers(hidden, "hidden", transfers);
    assertPicture(transfers);
    Path response = directory.resolve("response.png");
    DevicePictures.pulseResponse(OFTEN.capacitor(), 5, 1, "capacitor", response);
    assertPicture(response);
    DevicePictures.pulseResponse(Synapses.reRamSoftBounds().device(), 5, 1, "ReRAM", response);
    assertPicture(response);
  }

  @Test
  void picturesNeedTwoTransfers() {
    PulseLog log = new PulseLog();
    MultiLayerNetwork network = Networks.analog(OFTEN, new AnalogSgd(0.05), DataType.FLOAT);
    InSituTrainer.of(network).observe(log).fit(Networks.data(60, 1, DataType.FLOAT));
    assertThatThrownBy(
            () ->
                DevicePictures.pulsesOverTwoIntervals(
                    Objects.requireNonNull(log.layers().get(0)),
                    "hidden",
                    directory.resolve("none.png")))
        .hasMessage("The log has seen 1 complete transfer intervals; two are needed");
    assertThat(directory.resolve("none.png")).doesNotExist();
  }

  private static void assertPicture(Path file) throws IOException {
    BufferedImage picture = Objects.requireNonNull(ImageIO.read(file.toFile()));
    Set<Integer> colours = new HashSet<>();
    for (int x = 0; x < picture.getWidth(); x++) {
      colours.add(picture.getRGB(x, picture.getHeight() / 2));
    }
    assertThat(picture.getWidth()).isGreaterThanOrEqualTo(700);
    assertThat(colours).hasSizeGreaterThan(2);
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }
}
