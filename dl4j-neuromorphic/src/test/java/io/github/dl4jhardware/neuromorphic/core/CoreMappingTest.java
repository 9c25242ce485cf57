package io.github.dl4jhardware.neuromorphic.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The published count, and what was placed against the limits. */
class CoreMappingTest {
  /** Kernel, stride, padding, features, groups. */
  static List<LayerShape> shapes(int height, int width, int features, int[][] layers) {
    List<LayerShape> shapes = new ArrayList<>();
    for (int[] each : layers) {
      int outHeight = (height + 2 * each[2] - each[0]) / each[1] + 1;
      int outWidth = (width + 2 * each[2] - each[0]) / each[1] + 1;
      shapes.add(
          new LayerShape(
              "layer " + shapes.size(),
              features,
              height,
              width,
              each[3],
              outHeight,
              outWidth,
              each[4],
              each[0],
              each[0],
              each[1],
              each[1],
              each[2],
              each[2]));
      height = outHeight;
      width = outWidth;
      features = each[3];
    }
    return shapes;
  }

  private static List<LayerShape> oneChip(int secondFeatures, int thirdGroups) {
    return shapes(
        32,
        32,
        12,
        new int[][] {
          {4, 2, 1, 252, 2},
          {1, 1, 0, secondFeatures, 2},
          {2, 2, 0, 256, thirdGroups},
          {3, 1, 1, 512, 32},
          {1, 1, 0, 512, 4},
          {1, 1, 0, 512, 4},
          {1, 1, 0, 512, 4},
          {2, 2, 0, 512, 16},
          {3, 1, 1, 1024, 64},
          {1, 1, 0, 1024, 8},
          {2, 2, 0, 1024, 32},
          {1, 1, 0, 1024, 8},
          {1, 1, 0, 1024, 8},
          {1, 1, 0, 2048, 8}
        });
  }

  /** Source: S. K. Esser et al. (2016), 4,042 cores for the network on one chip. */
  @Test
  void oneChipNetworkTakesThePublishedCores() {
    CoreMapping mapping = CoreMapping.of(oneChip(256, 8));
    assertThat(mapping.splitters()).isEqualTo(362);
    assertThat(mapping.layers().stream().map(LayerCores::cores))
        .containsExactly(512, 512, 512, 512, 256, 256, 256, 256, 256, 128, 128, 32, 32, 32);
    assertThat(mapping.cores()).isEqualTo(4042);
    assertThat(mapping.chips()).isEqualTo(1);
    assertThat(mapping.table()).contains("4,042 cores on 1 chip");
    assertThat(mapping.csv().lines()).hasSize(16);
  }

  @Test
  void widerSecondLayerTakesMore() {
    CoreMapping mapping = CoreMapping.of(oneChip(512, 16));
    assertThat(mapping.splitters()).isEqualTo(722);
    assertThat(mapping.cores()).isEqualTo(5938);
    assertThat(mapping.chips()).isEqualTo(2);
  }

  @Test
  void adviceMakesItFit() {
    assertThat(CoreAdvice.of(CoreMapping.of(oneChip(256, 8)))).isEmpty();
    assertThat(CoreAdvice.text(CoreMapping.of(oneChip(256, 8)))).isEmpty();

    CoreMapping wide = CoreMapping.of(oneChip(512, 16));
    List<CoreAdvice.Change> changes = CoreAdvice.of(wide);
    assertThat(changes).isNotEmpty().allMatch(change -> change.cores() <= 4096);
    CoreAdvice.Change features =
        changes.stream()
            .filter(c -> c.layer().equals("layer 1") && c.what().startsWith("512 features to "))
            .findFirst()
            .orElseThrow();
    int kept = Integer.parseInt(features.what().substring("512 features to ".length()));
    assertThat(CoreMapping.of(oneChip(kept, 16)).cores()).isEqualTo(features.cores());
    assertThat(CoreMapping.of(oneChip(kept + 16, 16)).chips()).isEqualTo(2);
    assertThat(CoreAdvice.text(wide))
        .contains("5,938 cores are 1,842 more than one chip has")
        .contains("512 features to " + kept);
  }

  /** Four chips' worth, spread over the layers: one layer alone does not help. */
  @Test
  void adviceShrinksAllWhereOneIsNotEnough() {
    int[] wide = {1, 1, 0, 512, 4};
    CoreMapping mapping = CoreMapping.of(shapes(32, 32, 512, new int[][] {wide, wide, wide, wide}));
    assertThat(mapping.chips()).isGreaterThan(2);
    assertThat(CoreAdvice.text(mapping))
        .satisfiesAnyOf(
            text -> assertThat(text).contains("all layers but the last"),
            text -> assertThat(text).contains("smaller images"));
  }

  @Test
  void whatDoesNotFitSaysWhatWould() {
    assertThatThrownBy(() -> CoreMapping.of(shapes(8, 8, 64, new int[][] {{3, 1, 1, 64, 1}})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layer 0")
        .hasMessageContaining("576 inputs per neuron")
        .hasMessageContaining("448 more than the 128")
        .hasMessageContaining("8 groups");
  }

  /** Odd sizes, edges, strides, tiles that hang over, several cores for a tile, several chips. */
  @Test
  void placedCoresObeyTheLimits() {
    check(shapes(7, 9, 5, new int[][] {{3, 2, 1, 36, 1}, {1, 1, 0, 60, 3}, {2, 1, 0, 30, 10}}));
    check(shapes(11, 5, 6, new int[][] {{3, 1, 0, 40, 2}, {3, 1, 1, 16, 8}, {3, 1, 1, 300, 4}}));
    check(shapes(1, 1, 100, new int[][] {{1, 1, 0, 700, 1}, {1, 1, 0, 600, 20}}));
  }

  @Test
  @Tag("slow")
  void placedChipsObeyTheLimits() {
    check(oneChip(256, 8));
    check(oneChip(512, 16));
  }

  private static void check(List<LayerShape> shapes) {
    SplittableRandom random = new SplittableRandom(1);
    List<TrinaryLayer> layers = new ArrayList<>();
    for (LayerShape shape : shapes) {
      byte[] weights = new byte[shape.outFeatures() * shape.fanIn()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (byte) (random.nextInt(3) - 1);
      }
      layers.add(new TrinaryLayer(shape, weights, new int[shape.outFeatures()]));
    }
    Placement placement = Placement.of(layers);
    assertThat(placement.cores()).hasSize(placement.mapping().cores());
    Set<Integer> fed = new HashSet<>();
    Set<Integer> outputs = new HashSet<>();
    int used = 0;
    for (Core core : placement.cores()) {
      used += core.usedNeurons();
      for (int neuron = 0; neuron < 256; neuron++) {
        int target = core.targetCore(neuron);
        assertThat(core.delayTicks(neuron)).isBetween(1, 15);
        if (target >= 0) {
          assertThat(target).isLessThan(placement.mapping().cores());
          assertThat(fed.add(target * 256 + core.targetAxon(neuron)))
              .as("each axon is fed by one neuron")
              .isTrue();
        } else if (target == Core.OUTPUT) {
          assertThat(outputs.add(core.targetAxon(neuron))).isTrue();
        }
      }
    }
    // Neurons that nothing reads, at edges which strides leave out, are there but feed nothing.
    assertThat(used).isGreaterThanOrEqualTo(fed.size() + outputs.size());
    for (int input = 0; input < placement.inputCount(); input++) {
      for (int entry : placement.entries(input)) {
        assertThat(fed.add(entry)).isTrue();
      }
    }
    // Every axon that the crossbar uses is fed by someone.
    for (int number = 0; number < placement.cores().size(); number++) {
      Core core = placement.cores().get(number);
      for (int axon = 0; axon < 256; axon++) {
        boolean connected = false;
        for (int neuron = 0; neuron < 256 && !connected; neuron++) {
          connected = core.connected(axon, neuron);
        }
        assertThat(!connected || fed.contains(number * 256 + axon))
            .as("core %s, axon %s", number, axon)
            .isTrue();
      }
    }
    LayerShape last = shapes.get(shapes.size() - 1);
    assertThat(outputs).hasSize(last.outFeatures() * last.outPositions());
  }
}
