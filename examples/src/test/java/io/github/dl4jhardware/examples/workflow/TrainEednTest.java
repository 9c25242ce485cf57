package io.github.dl4jhardware.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.examples.CommandRun;
import io.github.dl4jhardware.examples.Tones;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainEednTest {
  private static final String SMALL = "T-8, P4-32(1), N-32(1), P2-60(2)";

  @TempDir private Path directory;

  private final CommandRun command = new CommandRun(TrainEedn::run);

  private int run(String... args) {
    return command.with(args);
  }

  private int train(String to, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--data",
                "synthetic",
                "--network",
                SMALL,
                "--epochs",
                "3",
                "--examples",
                "1500",
                "--batch",
                "50",
                "--out",
                directory.resolve(to).toString()));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  @Test
  void trainsStopsAndGoesOnAsIfItHadNotStopped() throws IOException {
    assertThat(train("whole")).as(command::complaint).isZero();
    assertThat(command.said())
        .contains(SMALL)
        .contains("Of 8,960 weights 0 are not -1, 0 or 1")
        .contains("0 are not 0 or 1");
    List<CurveFile.Point> whole = CurveFile.read(directory.resolve("whole/curve.csv"));
    assertThat(whole).hasSize(3);
    // Chance is 10 % with a deviation of 0.3 %: above 14 % by chance with less than 1e-30.
    assertThat(whole.get(2).testAccuracyPercent()).isGreaterThan(14);
    assertThat(Files.size(directory.resolve("whole/curve.png"))).isGreaterThan(10_000);

    assertThat(train("parts", "--minutes", "0.0001")).isZero();
    assertThat(command.said()).contains("Another epoch would not end");
    assertThat(CurveFile.read(directory.resolve("parts/curve.csv"))).hasSize(1);
    assertThat(train("parts")).isZero();
    assertThat(command.said()).contains("Going on after epoch 1");
    List<CurveFile.Point> parts = CurveFile.read(directory.resolve("parts/curve.csv"));
    assertThat(parts)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("minutes")
        .isEqualTo(whole);
    assertThat(params("parts")).isEqualTo(params("whole"));

    assertThat(train("whole", "--seed", "2")).isEqualTo(1);
    assertThat(command.complaint()).contains("holds a run with other settings").contains("seed 1");
    for (String lost : List.of("curve.csv", "settings.txt")) {
      Path kept = directory.resolve("whole/" + lost + ".kept");
      Files.move(directory.resolve("whole/" + lost), kept);
      assertThat(train("whole")).isEqualTo(1);
      assertThat(command.complaint()).contains(lost).contains("another --out");
      Files.move(kept, directory.resolve("whole/" + lost));
    }
    assertThat(directory.resolve("whole"))
        .isDirectoryNotContaining("glob:**.part")
        .isDirectoryContaining("glob:**/settings.txt");
  }

  /** Recordings of a user's own, of three classes, in another size than 32×32. */
  @Test
  void foldersOfRecordings() throws IOException {
    Path data = directory.resolve("tones");
    for (int i = 0; i < 40; i++) {
      for (int c = 0; c < 3; c++) {
        String set = i < 30 ? "train" : "test";
        Path file = data.resolve(set).resolve("tone" + c).resolve(i + ".wav");
        Tones.write(file, 8_000, 400 + 1_000 * c + 7 * i, 3_000 + 50 * i);
      }
    }
    String[] args = {
      "--data-dir=" + data,
      "--size=16x16",
      "--network=T-8, P4-32(1), N-60(2)",
      "--epochs=4",
      "--batch=10",
      "--augment=none",
      "--out=" + directory.resolve("tones-out")
    };
    assertThat(run(args)).as(command::complaint).isZero();
    assertThat(command.said()).contains("on tones, 4 epochs of 90 images");
    List<CurveFile.Point> curve = CurveFile.read(directory.resolve("tones-out/curve.csv"));
    // Chance is a third, with a deviation of 8.6 points for 30 recordings: 60 % is three of them.
    assertThat(curve.get(3).testAccuracyPercent()).isGreaterThan(60);
    args[5] = "--augment=shift";
    assertThat(run(args)).isEqualTo(1);
    assertThat(command.complaint()).contains("holds a run with other settings", "augmentation");
  }

  /** Folders are read class by class: a tenth of each is held back, none of them as a whole. */
  @Test
  void aTenthOfEachClassIsHeldBack() {
    int[] labels = new int[100];
    byte[][] pixels = new byte[100][4];
    for (int i = 0; i < 100; i++) {
      labels[i] = i < 70 ? 0 : 1;
      pixels[i][0] = (byte) i;
    }
    Images all = new Images(pixels, labels, 2, 2, 2);
    ImageData held = TrainEedn.heldBack(new ImageData("own", all, all));
    assertThat(held.name()).isEqualTo("own-validation");
    assertThat(held.test().labels()).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 1, 1);
    assertThat(held.train().count()).isEqualTo(90);
    Set<Byte> seen = new HashSet<>();
    for (Images part : List.of(held.train(), held.test())) {
      for (byte[] each : part.pixels()) {
        seen.add(each[0]);
      }
    }
    assertThat(seen).hasSize(100);
  }

  @Test
  void validationIsOfTrainingRecordings() throws IOException {
    Path data = directory.resolve("tones");
    for (int i = 0; i < 20; i++) {
      for (int c = 0; c < 3; c++) {
        for (String set : new String[] {"train", "test"}) {
          Path file = data.resolve(set).resolve("tone" + c).resolve(i + ".wav");
          Tones.write(file, 8_000, 400 + 1_000 * c, 2_000);
        }
      }
    }
    String[] args = {
      "--data-dir=" + data,
      "--size=16x16",
      "--network=T-8, P4-32(1), N-60(2)",
      "--epochs=1",
      "--batch=9",
      "--validation",
      "--out=" + directory.resolve("held")
    };
    assertThat(run(args)).as(command::complaint).isZero();
    assertThat(command.said()).contains("on tones-validation, 1 epochs of 54 images");
    args[5] = "--fit=pad";
    assertThat(run(args)).isEqualTo(1);
    assertThat(command.complaint()).contains("--fit is of images");
  }

  @Test
  void ownImagesAreBroughtToTheSize() {
    assertThat(run("--data=synthetic", "--size=20x20", "--fit=pad")).isEqualTo(1);
    assertThat(command.complaint()).contains("28×28 cannot be padded to 20×20");
    assertThat(run("--data=synthetic", "--size=40x40", "--fit=crop")).isEqualTo(1);
    assertThat(command.complaint()).contains("28×28 cannot be cropped to 40×40");
    assertThat(run("--data=folder")).isEqualTo(1);
    assertThat(command.complaint()).contains("--data folder needs a --data-dir");
    assertThat(run("--data=idx", "--data-dir=" + directory)).isEqualTo(1);
    assertThat(command.complaint()).contains("holds no IDX files");
    assertThat(run("--data=speech", "--data-dir=" + directory)).isEqualTo(1);
    assertThat(command.complaint()).contains("The spoken digits were not found");
  }

  private double[] params(String from) throws IOException {
    MultiLayerNetwork network =
        ModelSerializer.restoreMultiLayerNetwork(
            directory.resolve(from).resolve("checkpoint.zip").toFile(), true);
    return network.params().dup().data().asDouble();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--network | half | 2 | \"half\" is no layer",
        "--network | T-16, S-64(1), N-60 | 2 | 144 inputs per neuron",
        "--epochs | 0 | 2 | --epochs must be 1",
        "--minutes | 0 | 2 | --minutes must be above 0",
        "--examples | 3 | 2 | at least one batch",
        "--data-dir | /no/such/folder | 1 | holds no",
        "--optimizer | newton | 2 | newton",
      })
  void refusesInOneLine(String option, String value, int code, String message) {
    List<String> args =
        new ArrayList<>(List.of(option, value, "--out", directory.resolve("none").toString()));
    if (!option.equals("--data-dir")) {
      args.addAll(List.of("--data", "synthetic"));
    }
    assertThat(run(args.toArray(String[]::new))).isEqualTo(code);
    assertThat(command.complaint().strip()).contains(message).doesNotContain("\n");
    assertThat(directory.resolve("none")).doesNotExist();
  }
}
