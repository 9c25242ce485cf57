package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.host.ModelZip;
import io.github.dl4jhardware.neuromorphic.exchange.SpkFile;
import io.github.dl4jhardware.search.BudgetedAccuracy;
import io.github.dl4jhardware.search.SearchJson;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.deeplearning4j.arbiter.MultiLayerSpace;
import org.deeplearning4j.arbiter.optimize.serde.jackson.JsonMapper;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Files that were written before the packages took their present places load as what they were:
 * {@code recorded/} holds what {@link RecordedModels} wrote at that time, and is not made anew.
 */
class RecordedModelsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path directory;

  static List<Path> zips() throws IOException {
    try (Stream<Path> files = Files.list(recorded())) {
      return files.filter(file -> file.toString().endsWith(".zip")).sorted().toList();
    }
  }

  private static Path recorded() {
    URL url = Objects.requireNonNull(RecordedModelsTest.class.getResource("/recorded"));
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyKindIsThere() throws IOException {
    assertThat(zips()).hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("zips")
  void aZipLoadsTrainsAndIsWrittenWithTheSameKeys(Path zip) throws IOException {
    Path again = directory.resolve("again.zip");
    if (zip.endsWith("graph.zip")) {
      ComputationGraph graph = ModelZip.restoreComputationGraph(zip);
      assertThat(graph.params()).isEqualTo(ComputationGraph.load(zip.toFile(), true).params());
      graph.save(again.toFile());
      fit(graph);
    } else {
      MultiLayerNetwork network = ModelZip.restoreMultiLayerNetwork(zip);
      assertThat(network.params()).isEqualTo(MultiLayerNetwork.load(zip.toFile(), true).params());
      network.save(again.toFile());
      DataSet batch = RecordedModels.batch(9, network);
      assertThat(network.output(batch.getFeatures()).sumNumber().doubleValue()).isFinite();
      network.fit(batch);
      assertThat(network.params().sumNumber().doubleValue()).isFinite();
    }
    assertThat(entry(again, "configuration.json")).isEqualTo(entry(zip, "configuration.json"));
    assertThat(bytes(again, "coefficients.bin")).isEqualTo(bytes(zip, "coefficients.bin"));
  }

  @Test
  void aProgramLoads() throws IOException {
    Path spk = recorded().resolve("spiking.spk");
    Path again = directory.resolve("again.spk");
    SpkFile.write(SpkFile.read(spk), again);
    assertThat(again).hasSameBinaryContentAs(spk);
  }

  @Test
  void spacesAndScoresLoad() throws IOException {
    assertThat(SearchJson.read(text("score.json"), BudgetedAccuracy.class))
        .isEqualTo(ArbiterTest.score());
    assertThat(SearchJson.read(text("space.json"), MultiLayerSpace.class))
        .isEqualTo(ArbiterTest.space());
    assertThat(SearchJson.read(text("spiking-space.json"), MultiLayerSpace.class))
        .isEqualTo(ArbiterTest.spikingSpace());
    // And what is written today is read by Arbiter itself.
    assertThat(
            JsonMapper.getMapper()
                .readValue(SearchJson.write(ArbiterTest.score()), BudgetedAccuracy.class))
        .isEqualTo(ArbiterTest.score());
  }

  @Test
  void otherClassesAreRefused() throws IOException {
    String forged = text("score.json").replaceFirst("io.github[\\w.]*Accuracy", "java.lang.Thread");
    assertThatThrownBy(() -> SearchJson.read(forged, BudgetedAccuracy.class))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("names the class java.lang.Thread");
  }

  /** Deep JSON is read, or refused, in no time: the work grows with its length. */
  @Test
  @Timeout(10)
  void deepJsonEnds() {
    String deep = "{\"@class\":\"org.nd4j.X\",\"a\":".repeat(190) + "1" + "}".repeat(190);
    assertThatThrownBy(() -> SearchJson.read(deep, BudgetedAccuracy.class))
        .isInstanceOf(IOException.class);
  }

  private static String text(String name) throws IOException {
    return Files.readString(recorded().resolve(name));
  }

  private static void fit(ComputationGraph graph) {
    graph.fit(RecordedModels.batch(9, graph));
    assertThat(graph.params().sumNumber().doubleValue()).isFinite();
  }

  private static JsonNode entry(Path zip, String name) throws IOException {
    return MAPPER.readTree(bytes(zip, name));
  }

  private static byte[] bytes(Path zip, String name) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      return file.getInputStream(file.getEntry(name)).readAllBytes();
    }
  }
}
