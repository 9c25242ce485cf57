package io.github.dl4jhardware.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.device.VoltageCapacitor;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.model.Comparison.Result;
import io.github.dl4jhardware.examples.model.Variant;
import io.github.dl4jhardware.examples.study.StudyPoint.Cell;
import io.github.dl4jhardware.examples.workflow.FitDevice;
import io.github.dl4jhardware.files.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The longer experiments, on little data. */
class StudiesTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream console = new PrintStream(out, true, StandardCharsets.UTF_8);
  private final PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String complained() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** A second call finds the runs of the first, and runs only what is new. */
  @Test
  void polarityInversionStudyResumes() throws IOException {
    String[] args = {
      "--data=synthetic",
      "--examples=500",
      "--epochs=1",
      "--seeds=1",
      "--sweep-seeds=0",
      "--out=" + directory
    };
    assertThat(PolarityInversionStudy.run(args, console, errors)).as(complained()).isZero();
    assertThat(printed()).contains("3 runs, 0 of them finished before").contains("standard error");
    Path csv = directory.resolve("polarity-inversion.csv");
    List<String> first = Files.readAllLines(csv);
    assertThat(first).hasSize(4);
    assertThat(first.get(0))
        .isEqualTo(
            "variant,data,seed,epochs,test_accuracy_percent,train_seconds,examples_per_second,transfers,"
                + "asymmetry_sigma_percent,leak_seconds,transfer_examples,gain,examples_per_epoch,learning_rate,final_rate,microsiemens_per_weight,pulses,sha256_of_row");
    out.reset();
    args[3] = "--seeds=2";
    assertThat(PolarityInversionStudy.run(args, console, errors)).as(complained()).isZero();
    assertThat(printed()).contains("6 runs, 3 of them finished before");
    assertThat(Files.readAllLines(csv)).hasSize(7).containsAll(first);
    args[1] = "--examples=400";
    assertThat(PolarityInversionStudy.run(args, console, errors)).isEqualTo(1);
    assertThat(complained()).contains("polarity-inversion.csv, line 2: a run with Settings[");
    assertThat(complained().strip().lines()).hasSize(1);
  }

  /**
   * The table for {@code docs/check_aihwkit.py}: every device at every pulse count, and PCM that
   * starts near its target and has drifted below it after a year.
   */
  @Test
  void devicesAreDumped() throws IOException {
    String[] args = {"--devices=5", "--out=" + directory};
    assertThat(DumpDevices.run(args, console, errors)).as(complained()).isZero();
    List<String> devices = Files.readAllLines(directory.resolve("devices.csv"));
    assertThat(devices.get(0)).isEqualTo("device,train,pulses,index,w");
    assertThat(devices.stream().skip(1).map(line -> line.split(",", -1)[0]).distinct())
        .containsExactly("capacitor", "ecram", "ecram-mo", "reram-sb", "reram-es");
    assertThat(devices.stream().skip(1))
        .allMatch(line -> Math.abs(Double.parseDouble(line.split(",", -1)[4])) < 10);
    Map<String, Double> mean =
        Files.readAllLines(directory.resolve("pcm.csv")).stream()
            .skip(1)
            .map(line -> line.split(",", -1))
            .collect(
                Collectors.groupingBy(
                    row -> String.join(" ", row[0], row[1], row[2]),
                    Collectors.averagingDouble(row -> Double.parseDouble(row[4]))));
    assertThat(mean).hasSizeGreaterThan(20);
    // The fit's mean at full conductance is 25.00 uS with a deviation of 1.06 uS, and its exponent
    // of drift 0.049 with 0.008 (Joshi et al. 2020). After a year, from 20 s:
    // 25 exp(-0.049 x + (0.008 x)^2 / 2) = 12.50 uS, x = ln(31,536,020 / 20). Of 20,000 devices,
    // five
    // standard errors: false-alarm rate 6e-7 each.
    assertThat(mean.get("programmed 1.0 0")).isCloseTo(25.0, within(0.04));
    assertThat(mean.get("drifted 1.0 3.1536E7")).isCloseTo(12.5, within(0.06));
  }

  /** Every scheme with its accuracy, pulses and rate; a second call trains nothing. */
  @Test
  void pulseStudyTellsOfEveryScheme() throws IOException {
    String[] args = {
      "--data=synthetic", "--examples=300", "--epochs=1", "--seeds=1", "--out=" + directory
    };
    assertThat(PulseStudy.run(args, console, errors)).as(complained()).isZero();
    List<String> rows = Files.readAllLines(directory.resolve("pulses.csv"));
    assertThat(rows).hasSize(1 + 6);
    assertThat(rows.get(0))
        .isEqualTo(
            "pulses,realisable,seed,test_accuracy_percent,difference_points,pulses_per_example,examples_per_second");
    assertThat(rows.get(1)).startsWith("software,,1,");
    assertThat(rows.stream().filter(row -> row.contains(",yes,"))).hasSize(3);
    for (String row : rows.subList(2, rows.size())) {
      assertThat(Double.parseDouble(row.split(",", -1)[5])).isGreaterThan(10);
    }
    out.reset();
    assertThat(PulseStudy.run(args, console, errors)).as(complained()).isZero();
    assertThat(printed().lines().filter(line -> line.contains("(recorded)"))).hasSize(6);
    assertThat(Files.readAllLines(directory.resolve("pulses.csv"))).isEqualTo(rows);
  }

  /** A noisier read leaves a larger error at each transfer and takes less time. */
  @Test
  void transferStudyWeighsNoiseAgainstTime() throws IOException {
    String[] args = {"--cells=4000", "--transfers=2", "--epochs=0", "--out=" + directory};
    assertThat(TransferStudy.run(args, console, errors)).as(complained()).isZero();
    List<String[]> rows =
        Files.readAllLines(directory.resolve("transfers.csv")).stream()
            .map(row -> row.split(",", -1))
            .toList();
    assertThat(String.join(",", rows.get(0)))
        .isEqualTo(
            "rewrite_above_microsiemens,reads_in_a_row,wait_seconds,sweeps,error_rms_weight,error_percent_of_rms_weight,slope,seconds_per_transfer,test_accuracy_percent");
    assertThat(rows).hasSize(1 + 2 * 8);
    double exact = Double.parseDouble(rows.get(1)[4]);
    double single = Double.parseDouble(rows.get(2)[4]);
    assertThat(rows.get(1)[1]).isEqualTo("noise-free");
    assertThat(single).isGreaterThan(3 * exact);
    // Where pairs stay the noise of reading them is not in the weights.
    assertThat(rows.get(10)[0]).isEqualTo("8.0");
    assertThat(Double.parseDouble(rows.get(10)[4])).isLessThan(single / 3);
    for (String[] row : rows.subList(1, rows.size())) {
      assertThat(Double.parseDouble(row[6])).isBetween(0.9, 1.1);
      assertThat(Double.parseDouble(row[7])).isPositive();
      assertThat(row[8]).isEmpty();
    }
  }

  @Test
  void sweptPropertiesReachTheCell() {
    Cell cell =
        Cell.PRESET
            .withAsymmetryPercent(10)
            .withLeakSeconds(0.1)
            .withTransferExamples(4000)
            .withGain(2);
    PcmCapacitorSynapse synapse =
        (PcmCapacitorSynapse) new StudyPoint(Variant.ANALOG_NO_INVERSION, 1, 1, cell).synapse();
    VoltageCapacitor preset = (VoltageCapacitor) Synapses.pcmCapacitor2018().capacitor();
    assertThat(synapse.capacitor())
        .isEqualTo(preset.withAsymmetrySpread(0.1).withLeakExamples(0.1 / 1e-6));
    assertThat(synapse.transfer().everyExamples()).isEqualTo(4000);
    assertThat(synapse.transfer().polarityInversion()).isFalse();
    assertThat(synapse.gain()).isEqualTo(2);
    assertThat(new StudyPoint(Variant.ANALOG_INVERSION, 1, 1, Cell.PRESET).synapse())
        .isEqualTo(Variant.ANALOG_INVERSION.synapse());
  }

  @Test
  void studyPictureShowsEverySweep() throws IOException {
    Map<StudyPoint, Result> results = new LinkedHashMap<>();
    results.put(new StudyPoint(Variant.SOFTWARE, 1, 2, Cell.PRESET), new Result(97, 1, 1, 0));
    for (Variant variant : List.of(Variant.ANALOG_INVERSION, Variant.ANALOG_NO_INVERSION)) {
      for (long seed = 1; seed <= 2; seed++) {
        for (double gain : new double[] {1, 3}) {
          results.put(
              new StudyPoint(variant, seed, 2, Cell.PRESET.withGain(gain)),
              new Result(90 + seed + gain, 1, 1, 0));
        }
      }
    }
    Path picture = directory.resolve("study.png");
    StudyPicture.draw(results, 2, picture);
    assertThat(Objects.requireNonNull(ImageIO.read(picture.toFile())).getWidth()).isEqualTo(1400);
  }

  @ParameterizedTest
  @CsvSource({
    "'variant,data',line 1: the columns are not those of this study",
    "'software,d,1,1,97,1,1,0,,,,,10,0.1,0.5,160,LOW_DISCREPANCY',''",
    "'hardware,d,1,1,97,1,1,0,,,,,10,0.1,0.5,160,LOW_DISCREPANCY',line 2: there is no variant",
    "'software,d,1,x,97,1,1,0,,,,,10,0.1,0.5,160,LOW_DISCREPANCY',line 2: For input string",
    "'software,d,1,1',line 2:",
    "'-software,d,1,1,97,1,1,0,,,,,10,0.1,0.5,160,LOW_DISCREPANCY',line 2: the row was changed"
  })
  void studyFilesAreChecked(String line, String complaint) throws IOException {
    Path file = directory.resolve("study.csv");
    String header =
        "variant,data,seed,epochs,test_accuracy_percent,train_seconds,examples_per_second,transfers,"
            + "asymmetry_sigma_percent,leak_seconds,transfer_examples,gain,examples_per_epoch,learning_rate,final_rate,microsiemens_per_weight,pulses,sha256_of_row";
    // A minus is a row that was edited after it had its digest.
    String content = line.replace("-", "");
    String row = content + "," + Sha256.ofRow(List.of(content.split(",")));
    Files.writeString(
        file,
        complaint.startsWith("line 1")
            ? line + "\n"
            : header + "\n" + (line.startsWith("-") ? row.replace(",97,", ",98,") : row));
    StudyFile.Settings settings =
        new StudyFile.Settings("d", 10, 0.1, 0.5, 160, PulseScheme.LOW_DISCREPANCY);
    if (complaint.isEmpty()) {
      assertThat(StudyFile.open(file, settings).results()).hasSize(1);
    } else {
      assertThatThrownBy(() -> StudyFile.open(file, settings))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("study.csv, " + complaint);
    }
  }

  @Test
  void driftStudyWritesTableAndPicture() throws IOException {
    int status =
        DriftStudy.run(
            new String[] {
              "--data=synthetic",
              "--examples=640",
              "--epochs=1",
              "--seeds=1",
              "--chips=1",
              "--out=" + directory
            },
            console,
            errors);
    assertThat(status).as(complained()).isZero();
    List<String> lines = Files.readAllLines(directory.resolve("drift.csv"));
    assertThat(lines).hasSize(1 + 3 * 2 * 6 * 2);
    assertThat(lines.get(0))
        .isEqualTo(
            "training,weight_mapping,data,epochs,seed,chip,seconds_after_programming,drift_compensation,test_accuracy_percent");
    assertThat(printed()).contains("hardware-aware").contains("a year").doesNotContain("\r");
    assertThat(Objects.requireNonNull(ImageIO.read(directory.resolve("drift.png").toFile())))
        .isNotNull();
  }

  @Test
  void devicePlotsAreDrawn() throws IOException {
    assertThat(DevicePlots.run(new String[] {"--out=" + directory}, console, errors)).isZero();
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(7);
    }
  }

  @Test
  void deviceIsFitted() throws IOException {
    Path curve = directory.resolve("curve.csv");
    StringBuilder text = new StringBuilder("direction,pulse,conductance_microsiemens\n");
    for (int pulse = 0; pulse <= 50; pulse++) {
      text.append("potentiation,").append(pulse).append(',');
      text.append(5 + 20 * (1 - Math.exp(-pulse / 20.0))).append('\n');
      text.append("depression,").append(pulse).append(',');
      text.append(5 + 18 * Math.exp(-pulse / 20.0)).append('\n');
    }
    Files.writeString(curve, text);
    Path results = directory.resolve("fit");
    String[] args = {curve.toString(), "--out=" + results};
    assertThat(FitDevice.run(args, console, errors)).as(complained()).isZero();
    assertThat(printed()).contains("soft-bounds").contains("of the range");
    try (var files = Files.list(results)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("device.json", "fit.csv", "fit.png");
    }
    assertThat(FitDevice.run(new String[] {curve.toString(), "--model=cubic"}, console, errors))
        .isEqualTo(2);
    assertThat(complained()).contains("--model must be one of linear-step, soft-bounds");
    err.reset();
    Files.writeString(curve, "direction,pulse\n");
    assertThat(FitDevice.run(args, console, errors)).isEqualTo(1);
    assertThat(complained()).contains("line 1: there is no column \"conductance_microsiemens\"");
  }
}
