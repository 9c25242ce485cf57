package io.github.dl4jhardware.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.fit.FitFiles;
import io.github.dl4jhardware.analog.fit.PulseCurve;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonRun;
import io.github.dl4jhardware.compare.Probe;
import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.examples.data.FeatureFiles;
import io.github.dl4jhardware.examples.data.Features;
import io.github.dl4jhardware.examples.data.Idx;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.data.Npy;
import io.github.dl4jhardware.examples.model.Comparison;
import io.github.dl4jhardware.examples.model.SavedModels;
import io.github.dl4jhardware.examples.model.Variant;
import io.github.dl4jhardware.examples.study.StudyFile;
import io.github.dl4jhardware.examples.study.StudyPoint;
import io.github.dl4jhardware.examples.study.StudyPoint.Cell;
import io.github.dl4jhardware.files.RecordJson;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.exchange.NirFile;
import io.github.dl4jhardware.neuromorphic.exchange.SpkFile;
import io.github.dl4jhardware.neuromorphic.network.EednNetwork;
import io.github.dl4jhardware.search.SearchCandidate;
import io.github.dl4jhardware.search.SearchResult;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Every format that is read, damaged in every way. */
class FileFuzzTest {
  private static final UnaryOperator<byte[]> AS_IT_IS = UnaryOperator.identity();

  @TempDir private Path directory;

  private static SpikingProgram program() {
    InputTypeConvolutional input = (InputTypeConvolutional) InputType.convolutional(6, 6, 1);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            EednNetwork.parse("T-8, P2-12(2), N-20(1)").configuration(input, 10, 1, 3));
    network.init();
    return SpikingProgram.compile(network, input);
  }

  private Mutants.Read text(SpikingProgram program) throws IOException {
    Path spk = directory.resolve("read.spk");
    SpkFile.write(program, spk);
    return new Mutants.Read("", Base64.getEncoder().encodeToString(Files.readAllBytes(spk)));
  }

  @Test
  void programs() throws IOException {
    Path file = directory.resolve("program.spk");
    SpkFile.write(program(), file);
    Mutants.Reader reader = () -> text(SpkFile.read(file));
    int[] found = Mutants.read(file, true, AS_IT_IS, reader);
    assertThat(found[0]).isPositive();
    assertThat(found[2]).isZero();
    // With the checksum made right, what is behind it is reached.
    int[] behind =
        Mutants.read(
            file,
            false,
            FileFuzzTest::withChecksum,
            () -> {
              SpkFile.read(file);
              return new Mutants.Read("", "");
            });
    assertThat(behind[0]).isPositive();
  }

  private static byte[] withChecksum(byte[] program) {
    CRC32 crc = new CRC32();
    crc.update(program, 0, program.length - 4);
    ByteBuffer.wrap(program).putInt(program.length - 4, (int) crc.getValue());
    return program;
  }

  @Test
  void nirGraphs() throws IOException {
    Path file = directory.resolve("graph.nir");
    NirFile.write(program(), file);
    int[] found = Mutants.read(file, true, AS_IT_IS, () -> text(NirFile.read(file)));
    assertThat(found[0]).isPositive();
    assertThat(found[2]).isZero();
  }

  /** Sizes stand in the configuration, where a flipped bit may make another network of it. */
  @Test
  void modelsOfKeras() throws Exception {
    Path file = directory.resolve("small.h5");
    Files.copy(
        Path.of(Objects.requireNonNull(FileFuzzTest.class.getResource("/keras/small.h5")).toURI()),
        file);
    int[] found =
        Mutants.read(
            file,
            false,
            AS_IT_IS,
            () -> new Mutants.Read("", SavedModels.read(file).params().toString()));
    assertThat(found[0]).isPositive();
    assertThat(found[1]).isPositive();
  }

  private static Mutants.Read text(Images images) {
    return new Mutants.Read(
        images.count() + " " + images.channels() + " " + images.height() + " " + images.width(),
        Arrays.deepToString(images.pixels()) + Arrays.toString(images.labels()));
  }

  @Test
  void idxImagesAndLabels() throws IOException {
    Images digits = ImageData.synthetic().train().range(0, 6);
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(pixels);
    for (int value : new int[] {0x803, digits.count(), digits.height(), digits.width()}) {
      out.writeInt(value);
    }
    for (byte[] image : digits.pixels()) {
      out.write(image);
    }
    ByteArrayOutputStream classes = new ByteArrayOutputStream();
    out = new DataOutputStream(classes);
    out.writeInt(0x801);
    out.writeInt(digits.count());
    for (int label : digits.labels()) {
      out.writeByte(label);
    }
    for (boolean packed : new boolean[] {false, true}) {
      Path images = directory.resolve(packed ? "images.gz" : "images");
      Path labels = directory.resolve(packed ? "labels.gz" : "labels");
      Files.write(images, packed ? gzip(pixels.toByteArray()) : pixels.toByteArray());
      Files.write(labels, packed ? gzip(classes.toByteArray()) : classes.toByteArray());
      Mutants.Reader reader = () -> text(Idx.read(images, labels, 10));
      assertThat(Mutants.read(images, packed, AS_IT_IS, reader)[0]).isPositive();
      assertThat(Mutants.read(labels, packed, AS_IT_IS, reader)[0]).isPositive();
    }
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void cifarBatches() throws IOException {
    Path folder = directory;
    byte[] records = new byte[2 * 3073];
    new SplittableRandom(1).nextBytes(records);
    records[0] = 3;
    records[3073] = 9;
    for (int batch = 1; batch <= 5; batch++) {
      Files.write(folder.resolve("data_batch_" + batch + ".bin"), records);
    }
    Files.write(folder.resolve("test_batch.bin"), records);
    assertThat(
            Mutants.read(
                folder.resolve("data_batch_2.bin"),
                false,
                AS_IT_IS,
                () -> text(ImageData.cifar10(directory).train()))[0])
        .isPositive();
  }

  private static Mutants.Read text(Features features) {
    return new Mutants.Read(
        features.count() + " " + features.width(),
        Arrays.deepToString(features.values()) + Arrays.toString(features.labels()));
  }

  @Test
  void npyFeatures() throws IOException {
    Path file = directory.resolve("features.npy");
    float[][] rows = {{1, 2.5f, -3}, {4, 5, 6}, {7, 8, 9}, {10, 11, 12}};
    Npy.write(rows, file);
    int[] found =
        Mutants.read(
            file,
            false,
            AS_IT_IS,
            () -> {
              float[][] read = Npy.rows(file);
              return new Mutants.Read(
                  read.length + " " + read[0].length, Arrays.deepToString(read));
            });
    assertThat(found[0]).isPositive();
  }

  @Test
  void csvFeatures() throws IOException {
    StringBuilder text = new StringBuilder("label,a,b\n");
    for (int row = 0; row < 20; row++) {
      text.append(row % 3).append(',').append(row * 1.37).append(',').append(-row).append('\n');
    }
    Files.writeString(directory.resolve("test.csv"), text);
    Path file = directory.resolve("train.csv");
    Files.writeString(file, text);
    assertThat(
            Mutants.read(file, false, AS_IT_IS, () -> text(FeatureFiles.read(directory).train()))[
                0])
        .isPositive();
  }

  @Test
  void pulseCurves() throws IOException {
    StringBuilder text = new StringBuilder("direction,pulse,conductance_microsiemens\n");
    for (int pulse = 0; pulse < 12; pulse++) {
      text.append("potentiation,").append(pulse).append(',').append(5 + pulse * 1.5).append('\n');
      text.append("depression,").append(pulse).append(',').append(23 - pulse * 1.5).append('\n');
    }
    Path file = directory.resolve("pulses.csv");
    Files.writeString(file, text);
    assertThat(
            Mutants.read(
                file,
                false,
                AS_IT_IS,
                () -> {
                  PulseCurve curve = PulseCurve.read(file);
                  return new Mutants.Read("", curve.toString());
                })[0])
        .isPositive();
  }

  @Test
  void devices() throws IOException {
    Path file = directory.resolve("device.json");
    FitFiles.writeDevice(Synapses.reRamSoftBounds().device(), file);
    assertThat(
            Mutants.read(
                file,
                false,
                AS_IT_IS,
                () -> new Mutants.Read("", FitFiles.readDevice(file).toString()))[0])
        .isPositive();
  }

  private static ComparisonResult comparison() {
    ComparisonRun run =
        new ComparisonRun(
            "software",
            "for people",
            1,
            2,
            2,
            List.of(
                new ComparisonRun.Point(0, 10.5, null), new ComparisonRun.Point(100, 91, 90.25)),
            91.0,
            0.9,
            List.of(List.of(3, 1), List.of(0, 4)),
            1.5,
            1e-7,
            Cost.UNKNOWN,
            new Probe.Findings(
                Map.of("pulses", 1.25e12),
                List.of(
                    new Probe.Curve(
                        "Drift",
                        "a caption",
                        "time, s",
                        true,
                        List.of(new Probe.Point(3600, 90.5))))),
            null,
            "0123456789abcdef");
    return new ComparisonResult(
        "digits",
        List.of("a note"),
        Map.of("term", "what it means"),
        Map.of("epochs", "2"),
        Map.of("JDK", "17"),
        "a command",
        List.of("software"),
        List.of(run),
        Map.of(
            "software",
            List.of(
                new ComparisonResult.ConvertedLayer(
                    "a", "Dense", "Analog", "converted", 0.5, Double.NaN, "why"))));
  }

  @Test
  void resultsOfComparisons() throws IOException {
    Path file = directory.resolve("results.json");
    ComparisonResult whole = comparison();
    Files.write(file, RecordJson.sealed(whole));
    assertThat(RecordJson.readSealed(file, ComparisonResult.class, "result")).isEqualTo(whole);
    int[] found =
        Mutants.read(
            file,
            true,
            AS_IT_IS,
            () ->
                new Mutants.Read(
                    "", RecordJson.readSealed(file, ComparisonResult.class, "result").toString()));
    assertThat(found[0]).isPositive();
    // Layout does not count.
    assertThat(found[1]).isPositive();
  }

  /** With a digest that fits: every fault is told by its place. */
  @Test
  void whatIsMissingInARecordIsNamed() throws IOException {
    Path file = directory.resolve("results.json");
    String whole =
        new String(RecordJson.sealed(comparison()), StandardCharsets.UTF_8)
            .replaceAll("(?s),\\s*\"sha256_of_the_rest\".*", "}");
    Files.write(file, sealedAgain(whole));
    assertThat(RecordJson.readSealed(file, ComparisonResult.class, "result").runs()).hasSize(1);
    String[][] faults = {
      {"\"seed\" : 1", "\"seed\" : null", "at runs[0].seed, "},
      {"\"seed\" : 1,", "", "at runs[0]"},
      {"(?s)\"cost\" : \\{.*?\\},", "", "at runs[0]"},
      {"(?s)\"cost\" : \\{.*?\\}", "\"cost\" : null", "at runs[0], its cost is missing"},
      {"\\[ 3, 1 \\]", "[ 3 ]", "a row of its confusion has 1 numbers, and there are 2 classes"},
      {"\\[ 3, 1 \\]", "null", "a row of its confusion is missing"},
      {
        "(?s)\"test_accuracy_percent\" : 91.0(,\\s+\"macro)",
        "\"test_accuracy_percent\" : null$1",
        "it has neither an accuracy"
      },
      {"\"epochs\" : 2", "\"epochs\" : \"two\"", "at runs[0].epochs, \"two\" is of another kind"},
      {
        "\"epochs\" : 2",
        "\"epochs\" : 2, \"extra\" : 3",
        "at runs[0].extra, which such a record does not have"
      },
      {"(?s)\"variants\" : \\[.*?\\]", "\"variants\" : []", "it has no variant"},
      {"(?s)^.*$", "[" + "[".repeat(200_000), "it is nested more than 64 deep"},
      {"(?s)^.*$", "[1, 2]", "it is no JSON object"},
      {"(?s)^.*$", "{\"data\" : \"x", "line 1, column "}
    };
    for (String[] fault : faults) {
      String changed = whole.replaceFirst(fault[0], fault[1]);
      assertThat(changed).as(fault[0]).isNotEqualTo(whole);
      Files.write(file, sealedAgain(changed));
      assertThatThrownBy(() -> RecordJson.readSealed(file, ComparisonResult.class, "result"))
          .as(fault[1])
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file + " is no result, so that it cannot be gone on with: ")
          .hasMessageContaining(fault[2]);
    }
    Files.writeString(file, whole);
    assertThatThrownBy(() -> RecordJson.readSealed(file, ComparisonResult.class, "result"))
        .hasMessageContaining("it has no sha256_of_the_rest");
  }

  /** What is no JSON object stays as it is. */
  private static byte[] sealedAgain(String record) throws IOException {
    if (!record.startsWith("{") || !record.endsWith("}")) {
      return record.getBytes(StandardCharsets.UTF_8);
    }
    return RecordJson.sealed(new ObjectMapper().readTree(record));
  }

  @Test
  void recordsOfSearches() throws IOException {
    Path file = directory.resolve("candidates.json");
    SearchResult whole =
        new SearchResult(
            "space",
            List.of(
                new SearchCandidate(
                    0, List.of(0.25, 0.75), Map.of("a", "1"), 0.5, Cost.UNKNOWN, 2, null),
                new SearchCandidate(
                    1, List.of(0.5, 0.1), Map.of("a", "2"), null, Cost.UNKNOWN, 1, "why")));
    Files.write(file, RecordJson.sealed(whole));
    assertThat(
            Mutants.read(
                file,
                true,
                AS_IT_IS,
                () ->
                    new Mutants.Read(
                        "", RecordJson.readSealed(file, SearchResult.class, "record").toString()))[
                0])
        .isPositive();
  }

  @Test
  void curvesAndStudies() throws IOException {
    Path curve = directory.resolve("curve.csv");
    CurveFile.write(
        List.of(
            new CurveFile.Point(1, 0.5, 2.25, 40.5, 0.125, 1e-4),
            new CurveFile.Point(2, 1.5, 1.25, 50.5, 0.25, 1e-5)),
        curve);
    assertThat(
            Mutants.read(
                curve,
                false,
                AS_IT_IS,
                () ->
                    new Mutants.Read(
                        "", new java.util.HashSet<>(CurveFile.read(curve)).toString()))[0])
        .isPositive();
    Path study = directory.resolve("study.csv");
    StudyFile.Settings settings =
        new StudyFile.Settings("d", 10, 0.1, 0.5, 160, PulseScheme.LOW_DISCREPANCY);
    StudyFile made = StudyFile.open(study, settings);
    for (long seed = 1; seed <= 3; seed++) {
      made.add(
          new StudyPoint(Variant.ANALOG_INVERSION, seed, 2, Cell.PRESET),
          new Comparison.Result(90 + seed, 1, 1, 3));
    }
    List<Comparison.Result> whole = List.copyOf(StudyFile.open(study, settings).results().values());
    Mutants.read(
        study,
        false,
        AS_IT_IS,
        () -> {
          // A whole row less is run again; a row that is there is one that was written.
          assertThat(whole).containsAll(StudyFile.open(study, settings).results().values());
          return new Mutants.Read("", "");
        });
  }
}
