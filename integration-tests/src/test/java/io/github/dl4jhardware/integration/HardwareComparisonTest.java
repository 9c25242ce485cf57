package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.inference.DriftProbe;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.ArrayProbe;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.compare.ComparisonListener;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonRun;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.compare.Probe;
import io.github.dl4jhardware.convert.Distillation;
import io.github.dl4jhardware.convert.HardwareConversion;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class HardwareComparisonTest {
  private static final DataSet TRAIN = clusters(240, 1);
  private static final DataSet TEST = clusters(120, 2);

  @TempDir private Path folder;

  /** Four clusters that are easy to tell apart. */
  static DataSet clusters(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray x = Nd4j.zeros(DataType.FLOAT, count, Networks.INPUTS);
    INDArray y = Nd4j.zeros(DataType.FLOAT, count, Networks.CLASSES);
    for (int i = 0; i < count; i++) {
      int c = random.nextInt(Networks.CLASSES);
      y.putScalar(i, c, 1);
      for (int j = 0; j < Networks.INPUTS; j++) {
        x.putScalar(i, j, random.nextGaussian() * 0.5 + (j % Networks.CLASSES == c ? 1 : 0));
      }
    }
    return new DataSet(x, y);
  }

  private static DataSetIterator iterator(DataSet data, int batch) {
    return new ListDataSetIterator<>(data.asList(), batch);
  }

  private HardwareComparison comparison() {
    return new HardwareComparison(
        folder, "clusters", seed -> iterator(TRAIN, 20), iterator(TEST, 50));
  }

  private static ComparisonVariant software() {
    return ComparisonVariant.of(
        "software", "plain <DL4J>", seed -> Networks.software(new Sgd(0.1), DataType.FLOAT));
  }

  private static ComparisonVariant analog(String name, double rate) {
    return ComparisonVariant.of(
            name,
            "on arrays",
            seed ->
                Networks.analog(Synapses.pcmCapacitor2018(), new AnalogSgd(rate), DataType.FLOAT))
        .trainer(network -> InSituTrainer.of(network)::fit)
        .costs(ArrayCost.calibrated2018())
        .probes(ArrayProbe.COUNTS, DriftProbe.overAYear());
  }

  @Test
  void comparesCostsAndWrites() throws Exception {
    ComparisonResult result =
        comparison()
            .baseline(software())
            .variant(analog("analog", 0.05))
            .variant(
                ComparisonVariant.converted(
                        "converted",
                        "as built",
                        seed ->
                            HardwareConversion.of(Networks.software(new Sgd(0.1), DataType.FLOAT))
                                .dense(Analog.on(Synapses.ideal()))
                                .convert())
                    .epochs(0))
            .epochs(3)
            .chipSeeds(4, 5)
            .testEvery(100)
            .command("mvn a \"b\"")
            .run();
    assertThat(result.variants()).containsExactly("software", "analog", "converted");
    assertThat(result.runs()).hasSize(6).allMatch(run -> run.failure() == null);

    ComparisonRun first = result.of("analog").get(0);
    // At 0, then each 100 examples of 240, and at each epoch's end.
    assertThat(first.curve())
        .extracting(ComparisonRun.Point::examples)
        .containsExactly(0L, 100L, 200L, 240L, 340L, 440L, 480L, 580L, 680L, 720L);
    assertThat(first.testAccuracyPercent()).isGreaterThan(80);
    assertThat(first.curve().get(9).testAccuracyPercent()).isEqualTo(first.testAccuracyPercent());
    assertThat(first.confusion().stream().flatMap(List::stream).mapToInt(i -> i).sum())
        .isEqualTo(120);
    int right = 0;
    for (int c = 0; c < Networks.CLASSES; c++) {
      right += first.confusion().get(c).get(c);
    }
    assertThat(100.0 * right / 120).isCloseTo(first.testAccuracyPercent(), within(1e-9));
    assertThat(first.cost().trainingMillijoules()).isPositive();
    // Bias rows stand on the arrays: 13×9 and 10×4 cells of 71.26 fJ; two reads of 80 ns.
    assertThat(first.cost().inferenceNanojoules()).isCloseTo(157 * 71.263e-6, within(1e-6));
    assertThat(first.cost().inferencesPerSecond()).isCloseTo(1 / 160e-9, within(1.0));
    assertThat(first.cost().cores()).isNull();
    assertThat(first.findings().curves().get(0).points())
        .extracting(Probe.Point::x)
        .containsExactly(1.0, 3600.0, 86_400.0, 2_592_000.0, 31_536_000.0);
    assertThat(first.findings().numbers().get("pulses")).isPositive();

    ComparisonRun plain = result.of("software").get(1);
    assertThat(plain.seed()).isEqualTo(5);
    assertThat(plain.findings()).isEqualTo(Probe.Findings.NONE);
    assertThat(plain.cost().inferenceNanojoules()).isNull();
    MultiLayerNetwork alone = Networks.software(new Sgd(0.1), DataType.FLOAT);
    for (int epoch = 0; epoch < 3; epoch++) {
      alone.fit(iterator(TRAIN, 20));
    }
    Evaluation evaluation = alone.evaluate(iterator(TEST, 50));
    assertThat(plain.testAccuracyPercent()).isEqualTo(100 * evaluation.accuracy());

    ComparisonRun untrained = result.of("converted").get(0);
    assertThat(untrained.epochs()).isZero();
    assertThat(untrained.testAccuracyPercent()).isEqualTo(plain.accuracyBeforePercent());
    assertThat(result.conversions().get("converted")).hasSize(2);

    List<String> lines = Files.readAllLines(folder.resolve("results.csv"));
    assertThat(lines.get(0))
        .startsWith(
            "variant,data,seed,epochs,test_accuracy_percent,train_seconds,examples_per_second,transfers,");
    assertThat(lines).hasSize(7);
    JsonNode json = new ObjectMapper().readTree(folder.resolve("results.json").toFile());
    assertThat(json.get("runs")).hasSize(6);
    assertThat(json.get("command").asText()).isEqualTo("mvn a \"b\"");
    assertThat(json.get("runs").get(0).get("cost").get("cores").isNull()).isTrue();
    // Pictures are text of any letters.
    String report =
        Files.readString(folder.resolve("report.html")).replaceAll("base64,[^\"]*\"", "picture\"");
    assertThat(report)
        .contains("plain &lt;DL4J&gt;", "mvn a &quot;b&quot;", "Drift over time", "1 year")
        .doesNotContain("src=\"http", "NaN", "null");
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("results.csv", "results.json", "report.html", "accuracy.png");
    }
  }

  /** The teacher says the same of everything; a pupil taught by it alone learns nothing else. */
  @Test
  void variantsAreTaught() throws Exception {
    MultiLayerNetwork teacher = Networks.software(new Sgd(0.1), DataType.FLOAT);
    teacher.params().assign(0);
    teacher.getParam("1_b").putScalar(2, 50);
    List<INDArray> seen = new ArrayList<>();
    ComparisonVariant pupil =
        ComparisonVariant.of("pupil", "", seed -> Networks.software(new Sgd(0.1), DataType.FLOAT))
            .trainer(
                network ->
                    batch -> {
                      seen.add(batch.getLabels());
                      network.fit(batch);
                    });
    ComparisonResult result =
        comparison()
            .variant(pupil.taught(Distillation.of(teacher, 1, 1)))
            .epochs(8)
            .chipSeeds(1)
            .run();
    assertThat(seen).hasSize(8 * 12);
    for (INDArray labels : seen) {
      assertThat(labels.getColumn(2).minNumber().doubleValue()).isCloseTo(1, within(1e-6));
      assertThat(labels.sumNumber().doubleValue()).isCloseTo((double) labels.size(0), within(1e-4));
    }
    // It is tested by the data's own labels, nearly all of which it is wrong about.
    double ofThatClass = 100 * TEST.getLabels().getColumn(2).meanNumber().doubleValue();
    assertThat(result.of("pupil").get(0).testAccuracyPercent())
        .isCloseTo(ofThatClass, within(10.0));
  }

  @Test
  void finishedRunsAreNotRunAgain() throws Exception {
    List<String> trained = new ArrayList<>();
    List<String> recorded = new ArrayList<>();
    ComparisonListener listener =
        new ComparisonListener() {
          @Override
          public void tested(ComparisonVariant variant, long seed, NeuralNetwork network) {
            trained.add(variant.name() + seed);
          }

          @Override
          public void finished(ComparisonRun run, boolean found) {
            if (found) {
              recorded.add(run.variant() + run.seed());
            }
          }
        };
    ComparisonResult first =
        comparison().baseline(software()).chipSeeds(1, 2).listener(listener).run();
    assertThat(trained).containsExactly("software1", "software2");
    trained.clear();
    ComparisonResult second =
        comparison()
            .baseline(software())
            .variant(analog("analog", 0.05))
            .chipSeeds(1, 2, 3)
            .listener(listener)
            .run();
    assertThat(recorded).containsExactly("software1", "software2");
    assertThat(trained).containsExactly("software3", "analog1", "analog2", "analog3");
    assertThat(second.of("software").subList(0, 2)).isEqualTo(first.runs());

    // Another learning rate, or other data, is another run.
    trained.clear();
    comparison().baseline(analog("analog", 0.06)).chipSeeds(1).listener(listener).run();
    assertThat(trained).containsExactly("analog1");
    trained.clear();
    new HardwareComparison(
            folder, "clusters", seed -> iterator(clusters(240, 9), 20), iterator(TEST, 50))
        .baseline(analog("analog", 0.06))
        .chipSeeds(1)
        .listener(listener)
        .run();
    assertThat(trained).containsExactly("analog1");
  }

  /** DL4J does not evaluate them, though it needs no loss for it. */
  @Test
  void networksWithoutALossAreTested() throws Exception {
    MultiLayerNetwork whole = Networks.software(new Sgd(0.1), DataType.FLOAT);
    MultiLayerNetwork plain =
        new TransferLearning.Builder(whole)
            .fineTuneConfiguration(new FineTuneConfiguration.Builder().seed(1).build())
            .removeOutputLayer()
            .addLayer(
                new DenseLayer.Builder()
                    .nIn(whole.layerInputSize(whole.getnLayers() - 1))
                    .nOut(whole.layerSize(whole.getnLayers() - 1))
                    .activation(Activation.SOFTMAX)
                    .build())
            .build();
    plain.getOutputLayer().setParams(whole.getOutputLayer().params());
    ComparisonResult result =
        comparison()
            .baseline(ComparisonVariant.of("whole", "with", seed -> whole.clone()).epochs(0))
            .variant(ComparisonVariant.of("plain", "without", seed -> plain.clone()).epochs(0))
            .variant(
                ComparisonVariant.of("graph", "without", seed -> plain.toComputationGraph())
                    .epochs(0))
            .run();
    assertThat(result.runs()).allMatch(run -> run.failure() == null);
    assertThat(result.runs().get(1).confusion()).isEqualTo(result.runs().get(0).confusion());
    assertThat(result.runs().get(2).confusion()).isEqualTo(result.runs().get(0).confusion());
  }

  @Test
  void anotherTestSetIsAnotherResult() throws Exception {
    ComparisonResult first = comparison().baseline(software()).run();
    DataSet others = clusters(90, 8);
    ComparisonResult second =
        new HardwareComparison(
                folder, "clusters", seed -> iterator(TRAIN, 20), iterator(others, 50))
            .baseline(software())
            .run();
    assertThat(second.runs().get(0).confusion()).isNotEqualTo(first.runs().get(0).confusion());
  }

  @Test
  void aListenerThatFailsLosesNoResult() throws Exception {
    ComparisonListener full =
        new ComparisonListener() {
          @Override
          public void tested(ComparisonVariant variant, long seed, NeuralNetwork network) {
            throw new IllegalStateException("disk full");
          }
        };
    assertThatThrownBy(comparison().baseline(software()).listener(full)::run)
        .hasMessage("disk full");
    List<Boolean> recorded = new ArrayList<>();
    ComparisonResult result =
        comparison()
            .baseline(software())
            .listener(
                new ComparisonListener() {
                  @Override
                  public void finished(ComparisonRun run, boolean found) {
                    recorded.add(found);
                  }
                })
            .run();
    assertThat(recorded).containsExactly(true);
    assertThat(result.runs().get(0).failure()).isNull();
  }

  @Test
  void runsThatAreNotAskedForStay() throws Exception {
    comparison().baseline(software()).chipSeeds(1, 2).run();
    // One time alone is a point of the picture, not a line.
    ComparisonResult one =
        comparison().baseline(analog("analog", 0.05).probes(DriftProbe.at(3600))).run();
    assertThat(one.runs()).hasSize(1);
    assertThat(one.runs().get(0).findings().curves().get(0).points()).hasSize(1);
    JsonNode json = new ObjectMapper().readTree(folder.resolve("results.json").toFile());
    assertThat(json.get("runs")).hasSize(3);
    assertThat(Files.readAllLines(folder.resolve("results.csv"))).hasSize(2);
  }

  @Test
  void whatDivergesIsRecordedAndTheOthersGoOn() throws Exception {
    ComparisonResult result =
        comparison()
            .baseline(software())
            .variant(
                ComparisonVariant.of(
                    "wild",
                    "diverges",
                    seed -> Networks.software(new Sgd(Double.NaN), DataType.FLOAT)))
            .variant(
                ComparisonVariant.of(
                    "broken",
                    "cannot be built",
                    seed -> {
                      throw new IllegalArgumentException("no such device");
                    }))
            .variant(analog("analog", 0.05))
            .run();
    assertThat(result.of("wild").get(0).failure()).contains("diverged: after 240 examples");
    assertThat(result.of("broken").get(0).failure()).isEqualTo("no such device");
    assertThat(result.of("analog").get(0).failure()).isNull();
    assertThat(result.accuracy("wild").getN()).isZero();
    assertThat(Files.readString(folder.resolve("report.html"))).contains("failed: no such device");
    assertThat(Files.readAllLines(folder.resolve("results.csv")).get(3)).endsWith("no such device");
  }

  @Test
  void earlyStoppingTakesTheBestNetwork() throws Exception {
    // Each epoch after the second sets the parameters to 0, which is right by chance alone.
    int[] batches = {0};
    ComparisonResult result =
        comparison()
            .baseline(
                software()
                    .trainer(
                        network ->
                            batch -> {
                              if (batches[0]++ < 24) {
                                network.fit(batch);
                              } else {
                                network.params().assign(0);
                              }
                            }))
            .earlyStopping(iterator(clusters(100, 3), 50), 3)
            .epochs(50)
            .run();
    ComparisonRun run = result.runs().get(0);
    assertThat(run.bestEpoch()).isLessThanOrEqualTo(2);
    assertThat(run.epochs()).isEqualTo(run.bestEpoch() + 3);
    assertThat(run.testAccuracyPercent())
        .isEqualTo(run.curve().get(run.bestEpoch()).testAccuracyPercent());
    assertThat(run.curve().get(1).validationAccuracyPercent()).isPositive();
  }

  @Test
  void foldersThatCannotBeUsedAreNamed() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    HardwareComparison into =
        new HardwareComparison(file, "clusters", seed -> iterator(TRAIN, 20), iterator(TEST, 50))
            .baseline(software());
    assertThatThrownBy(into::run).isInstanceOf(IOException.class).hasMessageContaining("is a file");
    Files.writeString(folder.resolve("results.json"), "{\"runs\": 3");
    assertThatThrownBy(comparison().baseline(software())::run)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("results.json is no result of a comparison");
    assertThatThrownBy(comparison()::run).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> comparison().baseline(software()).variant(software()))
        .hasMessageContaining("two variants with the name");
    assertThatThrownBy(() -> comparison().chipSeeds(1, 1)).hasMessageContaining("each another");
  }

  @Test
  void resultsStayWhenTheFolderBecomesUnwritable() throws Exception {
    comparison().baseline(software()).run();
    String before = Files.readString(folder.resolve("results.json"));
    // A folder in the place of a file stands for a full disk.
    Files.delete(folder.resolve("results.csv"));
    Files.createDirectory(folder.resolve("results.csv"));
    Files.createFile(folder.resolve("results.csv").resolve("x"));
    assertThatThrownBy(comparison().baseline(software()).variant(analog("analog", 0.05))::run)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("results.csv")
        .hasMessageContaining("cannot be written, and is as it was");
    // Written first, and whole.
    assertThat(new ObjectMapper().readTree(folder.resolve("results.json").toFile()).get("runs"))
        .hasSize(2);
    assertThat(Files.readString(folder.resolve("results.json"))).isNotEqualTo(before);
  }

  @Test
  void theReportLooksRightInABrowser() throws Exception {
    String browser = Objects.requireNonNullElse(browser(), "");
    assumeFalse(browser.isEmpty(), "No browser (chromium, chrome) is installed");
    comparison()
        .baseline(software())
        .variant(analog("analog-with-quite-a-long-name", 0.05))
        .variant(analog("analog-slow", 0.01))
        .epochs(2)
        .chipSeeds(1, 2, 3)
        .run();
    // The page measures itself: nothing wider than the window, pictures decoded, no two blocks on
    // each other.
    String page = Files.readString(folder.resolve("report.html"));
    String script =
        """
        <script>
        const wide = document.documentElement.scrollWidth;
        const images = [...document.images];
        const boxes = [...document.querySelectorAll('h1,h2,table,figure,p')]
            .map(e => [e, e.getBoundingClientRect()]).filter(b => b[1].height > 0);
        let overlaps = 0;
        for (const [a, x] of boxes) for (const [b, y] of boxes)
          if (a !== b && !a.contains(b) && !b.contains(a) && x.left < y.right - 1
              && y.left < x.right - 1 && x.top < y.bottom - 1 && y.top < x.bottom - 1) overlaps++;
        document.title = 'wide=' + wide + ' images=' + images.length + ' decoded='
            + images.filter(i => i.naturalWidth > 0).length + ' overlaps=' + overlaps
            + ' rows=' + document.querySelectorAll('#summary tr').length + ' end';
        </script>
        """;
    Path probe = folder.resolve("probe.html");
    Files.writeString(probe, page.replace("</body>", script + "</body>"));
    Path screenshot = folder.resolve("report.png");
    String dom = run(browser, probe, "--dump-dom");
    assertThat(dom)
        .containsPattern("<title>wide=1280 images=4 decoded=4 overlaps=0 rows=4 end</title>");
    run(browser, folder.resolve("report.html"), "--screenshot=" + screenshot);
    BufferedImage picture = ImageIO.read(screenshot.toFile());
    assertThat(picture.getWidth()).isEqualTo(1280);
  }

  private String run(String browser, Path page, String what) throws Exception {
    File out = folder.resolve("browser.out").toFile();
    Process process =
        new ProcessBuilder(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--window-size=1280,2400",
                "--user-data-dir=" + folder.resolve("profile"),
                what,
                page.toUri().toString())
            .redirectOutput(out)
            .redirectError(folder.resolve("browser.err").toFile())
            .start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the browser did not come to an end");
    }
    return Files.readString(out.toPath(), StandardCharsets.UTF_8);
  }

  private static @Nullable String browser() {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      for (String name : List.of("chromium", "chromium-browser", "google-chrome", "chrome")) {
        Path file = Path.of(folder, name);
        if (Files.isExecutable(file)) {
          return file.toString();
        }
      }
    }
    return null;
  }
}
