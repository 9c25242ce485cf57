package io.github.dl4jhardware.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.examples.data.GeneratedDigits;
import io.github.dl4jhardware.examples.data.Images;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EquivalentAccuracyTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    out.reset();
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--out", directory.resolve("results").toString()));
    return EquivalentAccuracy.run(
        all.toArray(new String[0]),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private void assertRuns(String... args) {
    int status = run(args);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(status).isZero();
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private List<String> rows() throws IOException {
    return Files.readAllLines(directory.resolve("results/equivalent-accuracy.csv"));
  }

  @Test
  void digitsGoOnWhereTheyStopped() throws IOException {
    String[] args = {
      "--data", "synthetic,synthetic-backrand", "--examples", "600", "--epochs", "1", "--seeds", "2"
    };
    assertRuns(args);
    assertThat(printed())
        .contains("synthetic: 528-250-125-10, 164,885 synapses, 1 epoch(s), 2 chip(s)")
        .contains("analog-no-inversion")
        .contains("±");
    List<String> first = rows();
    assertThat(first).hasSize(1 + 2 * 3 * 2);
    assertThat(first.get(0)).startsWith("variant,data,seed,epochs,test_accuracy_percent,");
    assertThat(first.get(1)).startsWith("software,synthetic,1,1,");
    assertThat(first.get(9)).startsWith("analog-inversion,synthetic-backrand,1,1,");
    BufferedImage picture =
        ImageIO.read(directory.resolve("results/equivalent-accuracy.png").toFile());
    assertThat(picture.getWidth()).isGreaterThan(1200);
    assertRuns(args);
    assertThat(printed().lines().filter(line -> line.contains("(recorded)"))).hasSize(12);
    assertThat(rows()).isEqualTo(first);
  }

  /** What is not there is said before anything is trained. */
  @Test
  void aMissingSetIsMissedFirst() {
    assertThat(run("--data", "synthetic,cifar10", "--data-dir", directory.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("cifar10 was not found");
    assertThat(printed()).isEmpty();
  }

  /** CIFAR-100's format, generated: 100 classes of a colour each, with noise. */
  @Test
  void hundredClassesGoThroughTheBuiltInFeatures() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("data/cifar-100-binary"));
    Files.write(folder.resolve("train.bin"), hundredClasses(1200, 1));
    Files.write(folder.resolve("test.bin"), hundredClasses(300, 2));
    String[] args = {
      "--data",
      "cifar100",
      "--data-dir",
      directory.resolve("data").toString(),
      "--centroids",
      "10",
      "--patches",
      "2000",
      "--epochs",
      "2",
      "--seeds",
      "1",
      "--dl4j-seeds",
      "1",
      "--whitening",
      "1e-3",
      "--input-rms",
      "0.3",
      "--learning-rate",
      "0.05"
    };
    assertRuns(args);
    assertThat(printed())
        .contains("cifar100: 40 features of 1,500 images in ")
        .contains("images/s on ")
        .contains("cifar100: 40-100, 4,100 synapses, 2 epoch(s)");
    double software = Double.parseDouble(rows().get(1).split(",", -1)[4]);
    double inversion = Double.parseDouble(rows().get(2).split(",", -1)[4]);
    // Guessing gives 1 %.
    assertThat(software).isGreaterThan(5);
    assertThat(inversion).isGreaterThan(5);
    assertRuns(args);
    assertThat(printed()).contains("cifar100: features taken from the cache");
  }

  private static byte[] hundredClasses(int count, long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[count * 3074];
    for (int i = 0; i < count; i++) {
      int label = i % 100;
      bytes[i * 3074] = (byte) (label / 5);
      bytes[i * 3074 + 1] = (byte) label;
      for (int at = 0; at < 3072; at++) {
        int position = at % 1024;
        boolean quarter = (position / 512) * 2 + position % 32 / 16 == label % 4;
        int level = quarter ? 40 + 8 * (label / 4) : 128;
        bytes[i * 3074 + 2 + at] =
            (byte)
                Math.max(
                    0, Math.min(255, level * (at / 1024 + 1) * 0.5 + 12 * random.nextGaussian()));
      }
    }
    return bytes;
  }

  @Test
  void softwareOnIdealDevicesIsTheSoftwareOfDl4j() throws IOException {
    String[] args = {"--data", "synthetic", "--examples", "500", "--epochs", "1", "--seeds", "1"};
    assertRuns(args);
    String ideal = rows().get(1).split(",", -1)[4];
    List<String> longer = new ArrayList<>(List.of(args));
    longer.addAll(List.of("--dl4j-seeds", "1"));
    assertRuns(longer.toArray(new String[0]));
    assertThat(Double.parseDouble(rows().get(1).split(",", -1)[4]))
        .isCloseTo(Double.parseDouble(ideal), within(0.1));
  }

  @Test
  void ownFeaturesAndOwnImages() throws IOException {
    Path features = Files.createDirectory(directory.resolve("own"));
    Images digits = GeneratedDigits.draw(600, 1);
    StringBuilder csv = new StringBuilder("label,a,b,c,d\n");
    for (int i = 0; i < digits.count(); i++) {
      csv.append(digits.labels()[i]);
      for (int quarter = 0; quarter < 4; quarter++) {
        csv.append(',').append(digits.pixels()[i][196 * quarter + 100] & 0xFF);
      }
      csv.append('\n');
    }
    Files.writeString(features.resolve("train.csv"), csv);
    Files.writeString(features.resolve("test.csv"), csv);
    assertRuns("--features", features.toString(), "--epochs", "1", "--seeds", "1");
    assertThat(printed()).contains("own-features: 4-10, 50 synapses");
    assertRuns("--data-dir", features.toString(), "--epochs", "1", "--seeds", "1");
    assertThat(printed()).contains("own: 4-10, 50 synapses");
    assertRuns("--features", features.toString(), "--epochs", "1", "--seeds", "1");
    assertThat(printed()).contains("(recorded)");
    // Another label of an example that no test sees: other results.
    Files.writeString(features.resolve("train.csv"), csv.toString().replaceFirst("\n\\d", "\n5"));
    assertRuns("--features", features.toString(), "--epochs", "1", "--seeds", "1");
    assertThat(printed()).doesNotContain("(recorded)");
    Files.writeString(features.resolve("train.csv"), "label,a,b,c,d\n0,1,1,1,1\n1,1,1,1,1\n");
    assertThat(run("--features", features.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("Features of own-features: All rows of features are the same");
    err.reset();
    Path images = directory.resolve("pictures");
    for (int i = 0; i < 60; i++) {
      BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
      for (int at = 0; at < 784; at++) {
        image.getRaster().setSample(at % 28, at / 28, 0, digits.pixels()[i][at] & 0xFF);
      }
      Path file =
          images.resolve(
              (i % 3 == 0 ? "test" : "train") + "/" + digits.labels()[i] % 2 + "/" + i + ".png");
      Files.createDirectories(file.getParent());
      ImageIO.write(image, "png", file.toFile());
    }
    assertRuns(
        "--images",
        images.toString(),
        "--centroids",
        "5",
        "--patches",
        "100",
        "--epochs",
        "1",
        "--seeds",
        "1");
    assertThat(printed()).contains("images: 20 features of 60 images").contains("images: 20-2, 42");
  }

  /** Software and cells are searched by the same factors, on validation examples and own chips. */
  @Test
  void tuningChoosesOnValidationExamples() throws IOException {
    String[] args = {
      "--data",
      "synthetic",
      "--examples",
      "1200",
      "--epochs",
      "1",
      "--seeds",
      "1",
      "--tune",
      "--tune-seeds",
      "1",
      "--learning-rate",
      "0.0005"
    };
    assertRuns(args);
    assertThat(printed())
        .contains("synthetic: choosing rates and scale on validation examples, 1 epoch(s)")
        .containsPattern("learning rate 0\\.0\\d+ in software and 0\\.0\\d+ on cells");
    List<String> tried =
        Files.readAllLines(directory.resolve("results/synthetic/tuning/results.csv"));
    assertThat(tried).anyMatch(row -> row.startsWith("software-rate0.001,synthetic,1001,"));
    assertThat(tried).anyMatch(row -> row.startsWith("analog-rate"));
    assertThat(tried.stream().skip(1)).allMatch(row -> row.contains(",synthetic,1001,"));
    // In so few examples such a rate learns next to nothing: both climb away from it.
    assertThat(printed()).doesNotContain("learning rate 5.0E-4 in software");
    assertRuns(args);
    assertThat(printed().lines().filter(line -> line.contains("chip 1001")))
        .allMatch(line -> line.contains("(recorded)"));
  }

  /** A folder of one's own is known by what lies in it. */
  @Test
  void dataDirTakesAnyIdxSet() throws IOException {
    Path own = Files.createDirectory(directory.resolve("glyphs"));
    idx(own, "glyphs-train", GeneratedDigits.draw(300, 1));
    idx(own, "glyphs-test", GeneratedDigits.draw(100, 2));
    assertRuns("--data-dir", own.toString(), "--epochs", "1", "--seeds", "1");
    assertThat(printed()).contains("glyphs: 784-250-125-10, 228,885 synapses");
    Files.delete(own.resolve("glyphs-test-labels-idx1-ubyte"));
    assertThat(run("--data-dir", own.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("glyphs has no IDX file of test labels, such as test-labels-idx1-ubyte.gz");
  }

  private static void idx(Path folder, String name, Images images) throws IOException {
    int pixels = images.height() * images.width();
    ByteBuffer bytes = ByteBuffer.allocate(16 + images.count() * pixels);
    bytes.putInt(0x803).putInt(images.count()).putInt(images.height()).putInt(images.width());
    ByteBuffer labels = ByteBuffer.allocate(8 + images.count());
    labels.putInt(0x801).putInt(images.count());
    for (int i = 0; i < images.count(); i++) {
      bytes.put(images.pixels()[i]);
      labels.put((byte) images.labels()[i]);
    }
    Files.write(folder.resolve(name + "-images-idx3-ubyte"), bytes.array());
    Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.array());
  }

  @ParameterizedTest
  @CsvSource({
    "--scale,-1,--scale must be above 0",
    "--tune-seeds,0,--tune-seeds must be 1…1000",
    "--no-inversion-seeds,6,--no-inversion-seeds must be 1…5",
    "--pulses,none,Invalid value for option '--pulses'",
    "--seeds,0,--seeds must be 1…1000",
    "--dl4j-seeds,6,--dl4j-seeds must be 0…5",
    "--epochs,-1,--epochs must be 1",
    "--learning-rate,11,--learning-rate must be above 0",
    "--examples,0,--examples must be 1",
    "--data,mnist2,Invalid value for option '--data'",
    "--images,x,exclude each other",
    "--patches,100,--patches must be at least --centroids",
    "--whitening,0,--whitening must be above 0",
    "--input-rms,2,--input-rms must be above 0 and at most 1",
    "--threads,0,--threads must be 1",
    "--mirror,file:///x,begins with http:// or https://",
    "--mirror,host/path,begins with http:// or https://",
    "--extractor,none.zip,--extractor none.zip is no file",
    "--layer,x,belong to an --extractor"
  })
  void badOptionsAreNamed(String option, String value, String message) {
    assertThat(run("--data=synthetic", option, value)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(message);
    assertThat(directory.resolve("results")).doesNotExist();
  }

  @Test
  void plainHttpMustBeAskedFor() {
    assertThat(
            run(
                "--data=cifar10",
                "--data-dir=" + directory,
                "--download",
                "--mirror=http://localhost:9/"))
        .isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("--mirror http://localhost:9/ is plain http")
        .contains("--allow-http");
  }

  @Test
  void whatIsMissingIsSaid() throws IOException {
    assertThat(run("--data", "cifar10", "--data-dir", directory.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("cifar10 was not found in [" + directory)
        .contains("--download");
    err.reset();
    Path wrong = Files.writeString(directory.resolve("model.zip"), "no model");
    assertThat(run("--data", "synthetic-features", "--extractor", wrong.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8).lines().toList())
        .hasSize(1)
        .allMatch(line -> line.contains("model.zip is no MultiLayerNetwork"));
  }
}
