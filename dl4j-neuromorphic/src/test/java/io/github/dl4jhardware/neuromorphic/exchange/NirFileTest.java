package io.github.dl4jhardware.neuromorphic.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingNets;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryDenseLayer;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

/** Programs as NIR graphs, and back. */
class NirFileTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("net.nir");
  }

  private static SpikingProgram program() {
    InputType input = InputType.convolutional(7, 9, 2);
    return SpikingProgram.compile(
        SpikingNets.random(
            31,
            DataType.FLOAT,
            input,
            new TransductionLayer.Builder(3, 3).padding(1, 1).nOut(12).build(),
            new TrinaryConvolutionLayer.Builder(3, 3)
                .stride(2, 2)
                .padding(1, 1)
                .nOut(28)
                .groups(4)
                .build(),
            new TrinaryConvolutionLayer.Builder(1, 1).nOut(20).build(),
            new TrinaryDenseLayer.Builder().nOut(30).groups(5).build(),
            new SpikePopulationOutputLayer.Builder().nOut(7).build()),
        input);
  }

  private byte[] spk(SpikingProgram program) throws IOException {
    Path spk = directory.resolve("program.spk");
    SpkFile.write(program, spk);
    return Files.readAllBytes(spk);
  }

  /** Not only the same behaviour: the same layers, thresholds, groups and names. */
  @Test
  void readingBackGivesTheSameProgram() throws IOException {
    SpikingProgram program = program();
    NirFile.write(program, file);
    assertThat(spk(NirFile.read(file))).isEqualTo(spk(program));
    assertThat(directory).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void spikingInputAndFlattenedImagesToo() throws IOException {
    InputType input = InputType.convolutional(3, 4, 6);
    SpikingProgram program =
        SpikingProgram.compile(
            SpikingNets.random(
                5,
                DataType.FLOAT,
                input,
                new TrinaryConvolutionLayer.Builder(2, 2).nOut(10).build(),
                new TrinaryDenseLayer.Builder().nOut(30).groups(2).build(),
                new TrinaryDenseLayer.Builder().nOut(20).build(),
                new SpikePopulationOutputLayer.Builder().nOut(4).build()),
            input);
    NirFile.write(program, file);
    assertThat(spk(NirFile.read(file))).isEqualTo(spk(program));
  }

  @Test
  void paddingOnOneSideIsRefused() {
    InputType input = InputType.convolutional(6, 6, 2);
    SpikingProgram program =
        SpikingProgram.compile(
            SpikingNets.random(
                1,
                DataType.FLOAT,
                input,
                new TrinaryConvolutionLayer.Builder(2, 2)
                    .convolutionMode(ConvolutionMode.Same)
                    .nOut(4)
                    .build(),
                new SpikePopulationOutputLayer.Builder().nOut(2).build()),
            input);
    assertThatThrownBy(() -> NirFile.write(program, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("symmetric padding");
    assertThat(directory).isEmptyDirectory();
  }

  // ---- Graphs of others ----

  /** Nodes in a row, each a type and its values. */
  private void graph(Object[]... nodes) {
    try (WritableHdfFile out = HdfFile.write(file)) {
      WritableGroup graph = out.putGroup("node");
      graph.putDataset("type", "NIRGraph");
      WritableGroup all = graph.putGroup("nodes");
      String[][] edges = new String[nodes.length - 1][];
      for (int i = 0; i < nodes.length; i++) {
        WritableGroup node = all.putGroup("n" + i);
        node.putDataset("type", nodes[i][0]);
        for (int value = 1; value < nodes[i].length; value += 2) {
          node.putDataset((String) nodes[i][value], nodes[i][value + 1]);
        }
        if (i > 0) {
          edges[i - 1] = new String[] {"n" + (i - 1), "n" + i};
        }
      }
      graph.putDataset("edges", edges);
    }
  }

  private static Object[] node(Object... values) {
    return values;
  }

  /** t = ⌊θ − b⌋ + 1 for any real threshold, and clamped to what responses reach. */
  @Test
  void linearNetsOfOthersAreRead() throws IOException {
    graph(
        node("Input", "shape", new long[] {3}),
        node(
            "Affine",
            "weight",
            new float[][] {{1, -1, 0}, {1, 1, 1}, {-1, -1, -1}, {1, 0, 0}},
            "bias",
            new float[] {0, 0.25f, 1, 0}),
        node("Threshold", "threshold", new float[] {0, 1.25f, -0.5f, 1e9f}),
        node("Output", "shape", new long[] {4}));
    SpikingProgram program = NirFile.read(file);
    TrinaryLayer layer = program.layers().get(0);
    // 0: above 0; 1: above 1.0; 2: above −1.5; 3: never.
    assertThat(layer.thresholds()).containsExactly(1, 2, -1, 4);
    assertThat(program.classes()).isEqualTo(4);
    assertThat(program.transduction()).isEmpty();
  }

  /** A layer that looks like the means of the classes is one where a Threshold follows. */
  @Test
  void identityIsALayerNotTheClasses() throws IOException {
    float[][] identity = {{1, 0}, {0, 1}};
    graph(
        node("Input", "shape", new long[] {2}),
        node("Linear", "weight", identity),
        node("Threshold", "threshold", new float[2]),
        node("Linear", "weight", identity),
        node("Threshold", "threshold", new float[2]),
        node("Output", "shape", new long[] {2}));
    assertThat(NirFile.read(file).layers()).hasSize(2);
  }

  /** Without a word of groups, the zeros tell; with NIR's own groups, the weight's shape does. */
  @Test
  void groupsAreFound() throws IOException {
    float[][][][] weights = new float[4][256][1][1];
    float[][][][] grouped = new float[4][128][1][1];
    for (int feature = 0; feature < 4; feature++) {
      for (int i = 0; i < 128; i++) {
        float w = (i + feature) % 3 - 1;
        weights[feature][feature / 2 * 128 + i][0][0] = w;
        grouped[feature][i][0][0] = w;
      }
    }
    byte[] first = null;
    for (Map.Entry<Long, Object> each : Map.<Long, Object>of(1L, weights, 2L, grouped).entrySet()) {
      graph(
          node("Input", "shape", new long[] {256, 2, 3}),
          node(
              "Conv2d",
              "input_shape",
              new long[] {2, 3},
              "weight",
              each.getValue(),
              "bias",
              new float[4],
              "stride",
              1L,
              "padding",
              "valid",
              "dilation",
              1L,
              "groups",
              each.getKey()),
          node("Threshold", "threshold", new float[4][2][3]),
          node("Output", "shape", new long[] {4, 2, 3}));
      SpikingProgram program = NirFile.read(file);
      LayerShape shape = program.layers().get(0).shape();
      assertThat(shape.groups()).isEqualTo(2);
      assertThat(shape.outPositions()).isEqualTo(6);
      assertThat(first == null ? spk(program) : first).isEqualTo(spk(program));
      first = spk(program);
    }
  }

  @Test
  void whatCannotRunOnCoresIsNamed() throws IOException {
    Object[] input = node("Input", "shape", new long[] {2});
    Object[] linear = node("Linear", "weight", new float[][] {{1, 0}, {0, 1}});
    Object[] threshold = node("Threshold", "threshold", new float[2]);
    graph(
        input,
        linear,
        node("LIF", "tau", new float[2], "r", new float[2], "v_threshold", new float[2]));
    assertThatThrownBy(() -> NirFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("net.nir")
        .hasMessageContaining("\"n2\": LIF keeps a state");
    graph(input, linear);
    assertThatThrownBy(() -> NirFile.read(file)).hasMessageContaining("a Threshold must follow");
    graph(
        input,
        linear,
        threshold,
        node("Linear", "weight", new float[][] {{0.3f, 1}}),
        node("Threshold", "threshold", new float[1]));
    assertThatThrownBy(() -> NirFile.read(file))
        .hasMessageContaining("\"n3\"")
        .hasMessageContaining("weights other than -1, 0 and 1");
    graph(input, node("Linear", "weight", new float[][] {{1, 0, 1}}));
    assertThatThrownBy(() -> NirFile.read(file))
        .hasMessageContaining("does not take the 2 values before it");
    graph(
        input, linear, node("Threshold", "threshold", new float[] {0, Float.NaN}), node("Output"));
    assertThatThrownBy(() -> NirFile.read(file)).hasMessageContaining("feature 1 is NaN");
    graph(
        node("Input", "shape", new long[] {1, 3, 3}),
        node(
            "Conv2d", "weight", new float[1][1][2][2], "stride", 0L, "padding", 0L, "dilation", 1L),
        threshold);
    assertThatThrownBy(() -> NirFile.read(file)).hasMessageContaining("a stride of [0, 0]");
    graph(
        node("Input", "shape", new long[] {200}),
        node("Linear", "weight", full(2, 200)),
        node("Threshold", "threshold", new float[2]));
    assertThatThrownBy(() -> NirFile.read(file))
        .hasMessageContaining("200 inputs per neuron are more than the 128");
  }

  private static float[][] full(int rows, int columns) {
    float[][] weights = new float[rows][columns];
    for (float[] row : weights) {
      Arrays.fill(row, 1);
    }
    return weights;
  }

  @Test
  void filesThatAreNoneAreSaidToBeNone() throws IOException {
    Files.writeString(file, "no HDF5");
    assertThatThrownBy(() -> NirFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("net.nir");
    assertThatThrownBy(() -> NirFile.read(directory.resolve("none.nir")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none.nir");
  }

  /** HDF5 has no checksum here, but what is missing is noticed, or was not needed. */
  @Test
  void filesCutOffAreRefusedOrWhole() throws IOException {
    SpikingProgram program = program();
    NirFile.write(program, file);
    byte[] bytes = Files.readAllBytes(file);
    int refused = 0;
    for (int length = 0; length < bytes.length; length += 1 + bytes.length / 40) {
      Files.write(file, Arrays.copyOf(bytes, length));
      try {
        assertThat(spk(NirFile.read(file))).as("%d bytes", length).isEqualTo(spk(program));
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("net.nir");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(30);
  }
}
