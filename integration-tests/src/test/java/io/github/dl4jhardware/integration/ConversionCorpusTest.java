package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import io.github.dl4jhardware.convert.ConversionReport.Row;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.host.Wrappers;
import io.github.dl4jhardware.integration.RandomModels.Drawn;
import io.github.dl4jhardware.neuromorphic.convert.Trinary;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Networks that a seed draws, converted in each way: each converts or is refused by our own
 * exception, and what the report says of a layer is held to what the layer is seen to read.
 *
 * <p>The gate draws {@value #MODELS_OF_THE_GATE}; {@code -Dcorpus.models=N} draws more.
 */
class ConversionCorpusTest {
  private static final int MODELS_OF_THE_GATE = 90;
  private static final int MODELS = Integer.getInteger("corpus.models", MODELS_OF_THE_GATE);

  private final Map<String, Integer> kinds = new TreeMap<>();
  private final Map<String, Integer> converted = new TreeMap<>();

  @Test
  void everyNetworkConvertsOrIsRefusedInOurWords() throws IOException {
    int asked = 0;
    int done = 0;
    for (long seed = 0; seed < MODELS; seed++) {
      Drawn drawn = RandomModels.of(seed);
      count(drawn.model());
      for (boolean spiking : new boolean[] {false, true}) {
        String what = "seed " + seed + (spiking ? ", spiking" : ", analogue");
        asked++;
        Conversion<? extends Model> conversion;
        try {
          conversion = convert(drawn.model(), spiking);
        } catch (IllegalArgumentException | DL4JInvalidConfigException e) {
          assertThat(e).as(what).hasMessageNotContaining("null");
          assertThat(e.getMessage())
              .as(what)
              .contains("No layer of the network could be converted");
          continue;
        } catch (RuntimeException e) {
          fail(what, e);
          continue;
        }
        done++;
        conversion.report().rows().stream()
            .filter(row -> row.outcome() == Outcome.CONVERTED)
            .forEach(row -> converted.merge(row.from(), 1, Integer::sum));
        if (spiking) {
          checkReasons(drawn, conversion, what);
        } else {
          assertSame(drawn.outputs(), conversion.network(), drawn.inputs(), 1e-5, what);
        }
        live(drawn, conversion.network(), spiking, what);
      }
    }
    System.out.printf(
        "%d networks, %d of %d conversions done%nlayers in them: %s%nconverted: %s%n",
        MODELS, done, asked, kinds, converted);
    // Refusing is no pass: of those that hold what a conversion takes, most convert.
    assertThat((double) done / asked).isGreaterThan(0.6);
    if (MODELS >= 300) {
      assertThat(kinds.values()).allSatisfy(count -> assertThat(count).isGreaterThanOrEqualTo(10));
    }
  }

  private static Conversion<? extends Model> convert(Model model, boolean spiking) {
    return model instanceof ComputationGraph graph
        ? asked(HardwareConversion.of(graph), spiking)
        : asked(HardwareConversion.of((MultiLayerNetwork) model), spiking);
  }

  private static <N> Conversion<N> asked(HardwareConversion<N> conversion, boolean spiking) {
    return (spiking
            ? conversion.convolution(Trinary.eedn()).dense(Analog.on(Synapses.ideal()))
            : conversion.dense(Analog.on(Synapses.ideal())))
        .convert();
  }

  private void count(Model model) {
    if (model instanceof ComputationGraph graph) {
      for (GraphVertex vertex : graph.getConfiguration().getVertices().values()) {
        count(vertex instanceof LayerVertex layer ? layer.getLayerConf().getLayer() : vertex);
      }
    } else {
      ((MultiLayerNetwork) model)
          .getLayerWiseConfigurations()
          .getConfs()
          .forEach(conf -> count(conf.getLayer()));
    }
  }

  private void count(Object kind) {
    kinds.merge(kind.getClass().getSimpleName(), 1, Integer::sum);
  }

  private static Map<String, Layer> layers(Model model) {
    Map<String, Layer> layers = new HashMap<>();
    if (model instanceof ComputationGraph graph) {
      for (Layer layer : graph.getLayers()) {
        layers.put(layer.conf().getLayer().getLayerName(), layer);
      }
    } else {
      Layer[] all = ((MultiLayerNetwork) model).getLayers();
      for (int i = 0; i < all.length; i++) {
        layers.put("layer" + i, all[i]);
      }
    }
    return layers;
  }

  // ---- What a layer is seen to read ----

  /** What each layer reads when the network computes. */
  private static Map<String, INDArray> reads(Model model, INDArray[] inputs) {
    Map<String, INDArray> reads = new HashMap<>();
    if (model instanceof ComputationGraph graph) {
      Map<String, INDArray> values = graph.feedForward(inputs, false);
      for (Layer layer : graph.getLayers()) {
        String name = layer.conf().getLayer().getLayerName();
        String input = at(graph.getConfiguration().getVertexInputs(), name).get(0);
        int given = graph.getConfiguration().getNetworkInputs().indexOf(input);
        reads.put(name, given >= 0 ? inputs[given] : values.get(input));
      }
    } else {
      MultiLayerNetwork network = (MultiLayerNetwork) model;
      var values = network.feedForward(inputs[0], false);
      for (int i = 0; i < network.getnLayers(); i++) {
        reads.put("layer" + i, values.get(i));
      }
    }
    return reads;
  }

  private static <V> V at(Map<String, V> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }

  private static boolean spikes(INDArray values) {
    return Arrays.stream(values.dup('c').data().asDouble()).allMatch(v -> v == 0 || v == 1);
  }

  private static void checkReasons(
      Drawn drawn, Conversion<? extends Model> conversion, String what) {
    Map<String, INDArray> reads = reads(conversion.network(), drawn.inputs());
    Map<String, INDArray> untouched = readsWithOtherWeights(drawn);
    Map<String, INDArray> original = reads(drawn.model(), drawn.inputs());
    Map<String, Layer> layers = layers(conversion.network());
    for (Row row : conversion.report().rows()) {
      String where = what + ", " + row;
      org.deeplearning4j.nn.conf.layers.Layer is =
          Wrappers.inside(at(layers, row.layer()).conf().getLayer());
      if (is instanceof TrinaryConvolutionLayer) {
        assertThat(spikes(at(reads, row.layer()))).as(where).isTrue();
      }
      if (is instanceof TransductionLayer) {
        INDArray read = at(original, row.layer());
        // What is the same everywhere, as behind neurons that never fire, says nothing.
        boolean dead = read.maxNumber().equals(read.minNumber());
        boolean input = !dead && at(untouched, row.layer()).equals(read);
        assertThat(row.carried().note().contains("reads the network's input"))
            .as(where)
            .isEqualTo(input);
        assertThat(row.carried().note().contains("reads values of")).as(where).isEqualTo(!input);
        assertThat(seemsSpiking(at(reads, row.layer()))).as(where).isFalse();
      }
      assertThat(row.reason()).as(where).doesNotContain("null", "NaN");
      assertThat(row.reason()).as(where).doesNotContain("reads pixels");
    }
    for (INDArray output : RandomModels.outputsOf(conversion.network(), drawn.inputs())) {
      // An output that was turned into spikes would hold two values.
      boolean small = output.length() < 8;
      long distinct = Arrays.stream(output.dup('c').data().asDouble()).distinct().count();
      assertThat(small || distinct > 2 || constant(drawn)).as(what).isTrue();
    }
  }

  /** Both values, and nothing else: what is 0 everywhere tells nothing. */
  private static boolean seemsSpiking(INDArray values) {
    return spikes(values)
        && values.maxNumber().doubleValue() == 1
        && values.minNumber().doubleValue() == 0;
  }

  private static boolean constant(Drawn drawn) {
    return Arrays.stream(drawn.outputs())
        .anyMatch(
            output -> Arrays.stream(output.dup('c').data().asDouble()).distinct().count() <= 2);
  }

  /** What layers read in the source after all weights have been changed: inputs stay. */
  private static Map<String, INDArray> readsWithOtherWeights(Drawn drawn) {
    Model other =
        drawn.model() instanceof ComputationGraph graph
            ? graph.clone()
            : ((MultiLayerNetwork) drawn.model()).clone();
    for (Layer layer : layers(other).values()) {
      if (!(layer.conf().getLayer() instanceof BatchNormalization)) {
        layer
            .paramTable()
            .values()
            .forEach(param -> param.addi(Nd4j.rand(param.dataType(), param.shape()).mul(0.2)));
      } else {
        layer.getParam("mean").addi(0.7);
      }
    }
    return reads(other, drawn.inputs());
  }

  // ---- What one does with a network ----

  private static void live(Drawn drawn, Model network, boolean spiking, String what)
      throws IOException {
    INDArray[] before = RandomModels.outputsOf(network, drawn.inputs());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, bytes, true);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes.toByteArray());
    Model loaded =
        network instanceof ComputationGraph
            ? ModelSerializer.restoreComputationGraph(in, true)
            : ModelSerializer.restoreMultiLayerNetwork(in, true);
    assertSame(before, loaded, drawn.inputs(), 0, what + ", loaded");
    RandomModels.fit(network, drawn.inputs());
    assertThat(network.score()).as(what).isFinite();
    Conversion<? extends Model> back =
        network instanceof ComputationGraph graph
            ? back(HardwareConversion.of(graph), spiking)
            : back(HardwareConversion.of((MultiLayerNetwork) network), spiking);
    if (!spiking) {
      assertSame(
          RandomModels.outputsOf(network, drawn.inputs()),
          back.network(),
          drawn.inputs(),
          1e-5,
          what + ", back");
    }
  }

  private static <N> Conversion<N> back(HardwareConversion<N> conversion, boolean spiking) {
    return (spiking
            ? conversion.with(Analog.toSoftware()).with(Trinary.toSoftware())
            : conversion.with(Analog.toSoftware()))
        .convert();
  }

  private static void assertSame(
      INDArray[] wanted, Model network, INDArray[] inputs, double tolerance, String what) {
    INDArray[] found = RandomModels.outputsOf(network, inputs);
    for (int i = 0; i < wanted.length; i++) {
      double scale = Math.max(1, wanted[i].amaxNumber().doubleValue());
      assertThat(found[i].sub(wanted[i]).amaxNumber().doubleValue())
          .as(what)
          .isLessThanOrEqualTo(tolerance * scale);
    }
  }
}
