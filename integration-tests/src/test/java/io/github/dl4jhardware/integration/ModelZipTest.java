package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.host.ModelZip;
import io.github.dl4jhardware.host.TypeNames;
import io.github.dl4jhardware.integration.RandomModels.Drawn;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Model files from elsewhere: read in full, refused in our words, and nobody's code is run. */
class ModelZipTest {
  /** Every so many bytes are flipped in the gate; {@code -Dfuzz.every=1} flips all. */
  private static final int EVERY = Integer.getInteger("fuzz.every", 5);

  private static final Duration WATCHDOG = Duration.ofSeconds(20);

  @TempDir private Path directory;

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.01))
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(4).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(4)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    network.fit(new DataSet(Nd4j.rand(DataType.FLOAT, 5, 3), Nd4j.zeros(5, 2).addi(0.5)));
    return network;
  }

  private static byte[] zip(Model model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(model, bytes, true);
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  private Path write(Map<String, byte[]> entries) throws IOException {
    Path file = Files.createTempFile(directory, "model", ".zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  private static boolean same(MultiLayerNetwork one, MultiLayerNetwork other) {
    return one.params().equals(other.params())
        && other.getUpdater() != null
        && one.getUpdater().getStateViewArray().equals(other.getUpdater().getStateViewArray())
        && one.getLayerWiseConfigurations().equals(other.getLayerWiseConfigurations());
  }

  /**
   * What is written are the entries of ModelSerializer, byte for byte: sequences and graphs, with
   * and without updaters that keep a state, analogue and spiking layers, DOUBLE, and a network
   * without parameters.
   */
  @Test
  void writesWhatDl4jWrites() throws IOException {
    List<Model> models = new ArrayList<>();
    for (long seed = 0; seed < 24; seed++) {
      models.add(RandomModels.of(seed).model());
    }
    models.add(network());
    models.add(Networks.analog(Synapses.pcmCapacitor2018(), new AnalogSgd(0.1), DataType.FLOAT));
    models.add(Networks.analog(Synapses.pcmPair(), new Adam(0.1), DataType.DOUBLE));
    models.add(Networks.analogGraph(Synapses.ecRam(), new AnalogSgd(0.1), DataType.FLOAT));
    models.add(withoutParameters());
    Path file = directory.resolve("ours.zip");
    for (Model model : models) {
      for (boolean updater : new boolean[] {true, false}) {
        ModelZip.write(model, file, updater);
        ByteArrayOutputStream theirs = new ByteArrayOutputStream();
        ModelSerializer.writeModel(model, theirs, updater);
        Map<String, byte[]> expected = entries(theirs.toByteArray());
        Map<String, byte[]> written = entries(Files.readAllBytes(file));
        assertThat(written.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(written.get(name)).as(name).isEqualTo(bytes));
      }
    }
    ModelZip.write(network(), file);
    assertThat(ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true).params())
        .isEqualTo(network().params());
  }

  private static MultiLayerNetwork withoutParameters() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ActivationLayer.Builder().activation(Activation.TANH).build())
                .layer(
                    new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build())
                .build());
    network.init();
    return network;
  }

  private static <T> T pretending(Class<T> type, Function<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.apply(method.getName())));
  }

  /** No array of so many bytes can be made here: one that only says so is refused. */
  @Test
  void whatCouldNotBeReadBackIsNotWritten() throws IOException {
    INDArray numbers =
        pretending(
            INDArray.class, name -> name.equals("length") ? (Object) (1L << 29) : DataType.FLOAT);
    Model huge = pretending(Model.class, name -> numbers);
    Path file = directory.resolve("huge.zip");
    assertThatThrownBy(() -> ModelZip.write(huge, file, false))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            file + " cannot be written, and is as it was: its numbers come to 2,048 MB")
        .hasMessageNotContaining(".part");
    // A write that breaks off in the middle leaves nothing either.
    INDArray few =
        pretending(INDArray.class, name -> name.equals("length") ? (Object) 5L : DataType.FLOAT);
    Model other = pretending(Model.class, name -> few);
    assertThatThrownBy(() -> ModelZip.write(other, file, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no MultiLayerNetwork and no ComputationGraph");
    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void restoresWhatDl4jsReaderRestores() throws IOException {
    List<Model> models = new ArrayList<>(List.of(network()));
    models.add(Networks.analog(Synapses.pcmPair(), new Adam(0.1), DataType.DOUBLE));
    models.add(Networks.analog(Synapses.pcmInference(), new Adam(0.1), DataType.FLOAT));
    models.add(Networks.analogGraph(Synapses.pcmInference(), new Adam(0.1), DataType.FLOAT));
    Path file = directory.resolve("theirs.zip");
    for (Model model : models) {
      ModelSerializer.writeModel(model, file.toFile(), true);
      if (model instanceof ComputationGraph) {
        ComputationGraph own = ModelZip.restoreComputationGraph(file);
        ComputationGraph theirs = ModelSerializer.restoreComputationGraph(file.toFile(), true);
        assertThat(own.params()).isEqualTo(theirs.params());
        assertThat(own.getUpdater().getStateViewArray())
            .isEqualTo(theirs.getUpdater().getStateViewArray());
        assertThat(own.getConfiguration()).isEqualTo(theirs.getConfiguration());
      } else {
        MultiLayerNetwork own = ModelZip.restoreMultiLayerNetwork(file);
        MultiLayerNetwork theirs = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
        assertThat(own.params()).isEqualTo(theirs.params());
        assertThat(own.params().shape()).isEqualTo(theirs.params().shape());
        assertThat(own.getUpdater().getStateViewArray())
            .isEqualTo(theirs.getUpdater().getStateViewArray());
        assertThat(own.getLayerWiseConfigurations()).isEqualTo(theirs.getLayerWiseConfigurations());
      }
    }
  }

  @Test
  void everythingComesBack() throws IOException {
    for (long seed = 0; seed < 24; seed++) {
      Drawn drawn = RandomModels.of(seed);
      Path file = directory.resolve("drawn" + seed + ".zip");
      Files.write(file, zip(drawn.model()));
      Model back =
          drawn.model() instanceof ComputationGraph
              ? ModelZip.restoreComputationGraph(file)
              : ModelZip.restoreMultiLayerNetwork(file);
      assertThat(back.params()).isEqualTo(drawn.model().params());
    }
    MultiLayerNetwork network = network();
    MultiLayerNetwork analog =
        HardwareConversion.of(network)
            .dense(Analog.on(Synapses.pcmCapacitor2018()))
            .convert()
            .network();
    Path file = directory.resolve("analog.zip");
    Files.write(file, zip(analog));
    assertThat(ModelZip.restoreMultiLayerNetwork(file).params()).isEqualTo(analog.params());
    Files.write(file, zip(network));
    assertThat(same(network, ModelZip.restoreMultiLayerNetwork(file))).isTrue();
  }

  /** One bit of each byte: the same network, or a message of ours with the file's name. */
  @Test
  void flippedBitsAreSeenOrChangeNothing() throws IOException {
    MultiLayerNetwork network = network();
    byte[] whole = zip(network);
    SplittableRandom random = new SplittableRandom(5);
    Path file = directory.resolve("flipped.zip");
    int refused = 0;
    for (int at = random.nextInt(EVERY); at < whole.length; at += EVERY) {
      byte[] mutant = whole.clone();
      mutant[at] ^= (byte) (1 << random.nextInt(8));
      refused += checkMutant(mutant, file, network, "byte " + at);
    }
    for (int length = 0; length < whole.length; length += 37 * EVERY) {
      byte[] cut = Arrays.copyOf(whole, length);
      refused += checkMutant(cut, file, network, "cut at " + length);
    }
    assertThat(refused).isGreaterThan(whole.length / EVERY / 2);
  }

  /** Bytes of the entries themselves, with checksums made right again. */
  @Test
  void flippedContentIsReadOrRefusedInOurWords() throws IOException {
    MultiLayerNetwork network = network();
    Map<String, byte[]> whole = entries(zip(network));
    SplittableRandom random = new SplittableRandom(6);
    for (String name : whole.keySet()) {
      byte[] content = Objects.requireNonNull(whole.get(name));
      for (int at = random.nextInt(EVERY); at < content.length; at += EVERY) {
        byte[] mutant = content.clone();
        mutant[at] ^= (byte) (1 << random.nextInt(8));
        Map<String, byte[]> entries = new LinkedHashMap<>(whole);
        entries.put(name, mutant);
        Path file = write(entries);
        String what = name + ", byte " + at;
        Assertions.assertTimeoutPreemptively(
            WATCHDOG,
            () -> {
              try {
                ModelZip.restoreMultiLayerNetwork(file);
              } catch (IOException e) {
                assertOurs(e, file, what);
              }
            },
            what);
        Files.delete(file);
      }
    }
  }

  private static int checkMutant(byte[] mutant, Path file, MultiLayerNetwork network, String what)
      throws IOException {
    Files.write(file, mutant);
    try {
      assertThat(same(network, ModelZip.restoreMultiLayerNetwork(file))).as(what).isTrue();
      return 0;
    } catch (IOException e) {
      assertOurs(e, file, what);
      return 1;
    }
  }

  private static void assertOurs(IOException e, Path file, String what) {
    assertThat(e).as(what).hasMessageContaining(file.toString());
    assertThat(e.getMessage()).as(what).doesNotContain("null");
  }

  @Test
  void aNetworkWithoutParametersComesBack() throws IOException {
    MultiLayerNetwork nothing =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ActivationLayer(Activation.TANH))
                .layer(
                    new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build())
                .build());
    nothing.init();
    Path file = directory.resolve("nothing.zip");
    nothing.save(file.toFile());
    INDArray input = Nd4j.rand(DataType.FLOAT, 2, 3);
    assertThat(ModelZip.restoreMultiLayerNetwork(file).output(input.dup()))
        .isEqualTo(nothing.output(input.dup()));
  }

  // ---- Nobody's code ----

  /** Stands for what a stranger could have on the class path. */
  static final class Trap implements Serializable {
    private static final long serialVersionUID = 1;
    static int sprung;

    private void readObject(ObjectInputStream in) {
      sprung++;
    }
  }

  @Test
  void noObjectOfTheFileIsDeserialised() throws IOException {
    Map<String, byte[]> entries = entries(zip(network()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Trap());
    }
    entries.put("preprocessor.bin", bytes.toByteArray());
    ModelZip.restoreMultiLayerNetwork(write(entries));
    assertThat(Trap.sprung).isZero();
    // Three kilobytes of sets within sets, whose hash takes for ever.
    Set<Object> root = new HashSet<>();
    Set<Object> one = root;
    Set<Object> two = new HashSet<>();
    for (int depth = 0; depth < 100; depth++) {
      Set<Object> next = new HashSet<>();
      Set<Object> other = new HashSet<>();
      next.add("x");
      one.add(next);
      one.add(other);
      two.add(next);
      two.add(other);
      one = next;
      two = other;
    }
    ByteArrayOutputStream sets = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(sets)) {
      out.writeObject(root);
    }
    entries.put("preprocessor.bin", sets.toByteArray());
    Path file = write(entries);
    Assertions.assertTimeoutPreemptively(WATCHDOG, () -> ModelZip.restoreMultiLayerNetwork(file));
  }

  @Test
  void aNormaliserDoesNotStandInTheWay() throws IOException {
    MultiLayerNetwork network = network();
    Path file = directory.resolve("normalised.zip");
    Files.write(file, zip(network));
    NormalizerStandardize normaliser = new NormalizerStandardize();
    normaliser.fit(new DataSet(Nd4j.rand(DataType.FLOAT, 9, 3), Nd4j.zeros(9, 2)));
    ModelSerializer.addNormalizerToModel(file.toFile(), normaliser);
    assertThat(ModelZip.restoreMultiLayerNetwork(file).params()).isEqualTo(network.params());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.util.HashMap",
        "javax.swing.JEditorPane",
        "org.nd4j.shade.guava.collect.HashMultimap",
        "org.springframework.context.support.ClassPathXmlApplicationContext",
        "io.github.dl4jhardwareX.Other"
      })
  void classesOfOthersAreRefusedByName(String name) throws IOException {
    Map<String, byte[]> entries = entries(zip(network()));
    String json =
        new String(
            Objects.requireNonNull(entries.get("configuration.json")), StandardCharsets.UTF_8);
    String changed = json.replaceFirst("org\\.nd4j\\.linalg\\.learning\\.config\\.Adam", name);
    assertThat(changed).isNotEqualTo(json);
    entries.put("configuration.json", changed.getBytes(StandardCharsets.UTF_8));
    Path file = write(entries);
    assertThatThrownBy(() -> ModelZip.restoreMultiLayerNetwork(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("names the class " + name)
        .hasMessageContaining("TypeNames.allow(");
    // Written twice, or with an escape, it is still seen.
    String twice =
        json.replaceFirst(
            "\"@class\" : \"org", "\"\\\\u0040class\" : \"" + name + "\", \"@class\" : \"org");
    assertThat(twice).isNotEqualTo(json);
    entries.put("configuration.json", twice.getBytes(StandardCharsets.UTF_8));
    Path second = write(entries);
    assertThatThrownBy(() -> ModelZip.restoreMultiLayerNetwork(second))
        .hasMessageContaining("names the class " + name);
  }

  @Test
  void theUsersOwnClassesAreAllowedByName() throws IOException {
    Map<String, byte[]> entries = entries(zip(network()));
    String json =
        new String(
            Objects.requireNonNull(entries.get("configuration.json")), StandardCharsets.UTF_8);
    entries.put(
        "configuration.json",
        json.replace("org.nd4j.linalg.learning.config.Adam", "java.util.ArrayDeque")
            .getBytes(StandardCharsets.UTF_8));
    TypeNames.allow(ArrayDeque.class);
    Path file = write(entries);
    // Allowed, and then no updater for DL4J.
    assertThatThrownBy(() -> ModelZip.restoreMultiLayerNetwork(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("that DL4J can restore");
  }

  // ---- Sizes ----

  /** A gigabyte of zeros in a megabyte, in each entry. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "configuration.json",
        "coefficients.bin",
        "updaterState.bin",
        "preprocessor.bin",
        "noParams.marker"
      })
  void bombsDoNotGoOff(String name) throws IOException {
    Map<String, byte[]> entries = entries(zip(network()));
    Path file = Files.createTempFile(directory, "bomb", ".zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        if (!entry.getKey().equals(name)) {
          zip.putNextEntry(new ZipEntry(entry.getKey()));
          zip.write(entry.getValue());
          zip.closeEntry();
        }
      }
      zip.putNextEntry(new ZipEntry(name));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 1024; i++) {
        zip.write(zeros);
      }
      zip.closeEntry();
    }
    Assertions.assertTimeoutPreemptively(
        WATCHDOG,
        () -> {
          if (name.equals("preprocessor.bin") || name.equals("noParams.marker")) {
            ModelZip.restoreMultiLayerNetwork(file);
          } else {
            assertThatThrownBy(() -> ModelZip.restoreMultiLayerNetwork(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(name);
          }
        });
  }

  @Test
  void forgedLengthsAllocateNothing() throws IOException {
    for (String name : new String[] {"coefficients.bin", "updaterState.bin"}) {
      Map<String, byte[]> entries = entries(zip(network()));
      byte[] content = Objects.requireNonNull(entries.get(name)).clone();
      // The values' length stands before the type's name, as eight bytes.
      int at = new String(content, StandardCharsets.ISO_8859_1).lastIndexOf("FLOAT") - 2 - 8;
      ByteBuffer.wrap(content).order(ByteOrder.BIG_ENDIAN).putLong(at, 1L << 40);
      entries.put(name, content);
      Path file = write(entries);
      assertThatThrownBy(() -> ModelZip.restoreMultiLayerNetwork(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(name + " says that its values has " + (1L << 40) + " numbers");
    }
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    Map<String, byte[]> entries = entries(zip(network()));
    entries.put("configuration.json", "[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    Path file = write(entries);
    assertThatThrownBy(() -> ModelZip.restoreMultiLayerNetwork(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nested deeper");
  }

  @Test
  void theOtherKindIsNoStackTrace() throws IOException {
    Path file = directory.resolve("sequence.zip");
    MultiLayerNetwork network = network();
    Files.write(file, zip(network));
    assertThatThrownBy(() -> ModelZip.restoreComputationGraph(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("holds no ComputationGraph")
        .hasMessageNotContaining("null");
    INDArray input = Nd4j.rand(DataType.FLOAT, 2, 3);
    assertThat(ModelZip.restoreMultiLayerNetwork(file).output(input))
        .isEqualTo(network.output(input));
  }
}
