package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.cell.DriftCompensation;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import io.github.dl4jhardware.convert.ConversionReport.Row;
import io.github.dl4jhardware.convert.HardwareConversion;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Normalisation folded into what stands before it. */
class FoldingTest {
  private static ConvolutionLayer convolution(
      CNN2DFormat format, boolean bias, Activation activation) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(4)
        .hasBias(bias)
        .convolutionMode(ConvolutionMode.Same)
        .activation(activation)
        .dataFormat(format)
        .build();
  }

  private static BatchNormalization normalisation(CNN2DFormat format, boolean logarithm) {
    return new BatchNormalization.Builder().dataFormat(format).useLogStd(logarithm).build();
  }

  /** Five normalisations, of which the first three can be folded. */
  private static ComputationGraph graph(CNN2DFormat format, boolean logarithm) {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(6, 6, 2, format))
                .addLayer("c1", convolution(format, false, Activation.IDENTITY), "in")
                .addLayer("n1", normalisation(format, logarithm), "c1")
                .addLayer("a1", new ActivationLayer(Activation.RELU), "n1")
                .addLayer("c2", convolution(format, true, Activation.IDENTITY), "a1")
                .addLayer("n2", normalisation(format, logarithm), "c2")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a1", "n2")
                .addLayer("c3", convolution(format, true, Activation.RELU), "add")
                .addLayer("n3", normalisation(format, logarithm), "c3")
                .addLayer("c4", convolution(format, true, Activation.IDENTITY), "n3")
                .addLayer("n4", normalisation(format, logarithm), "c4")
                .addVertex("both", new ElementWiseVertex(ElementWiseVertex.Op.Add), "c4", "n4")
                .addLayer(
                    "d",
                    new DenseLayer.Builder().nOut(7).activation(Activation.IDENTITY).build(),
                    "both")
                .addLayer("n5", normalisation(CNN2DFormat.NCHW, logarithm), "d")
                .addLayer("out", new OutputLayer.Builder().nOut(3).build(), "n5")
                .setOutputs("out")
                .build());
    network.init();
    trained(network);
    return network;
  }

  /** Statistics and scales as training leaves them: a dead channel and a still one among them. */
  private static void trained(NeuralNetwork network) {
    Layer[] layers =
        network instanceof MultiLayerNetwork row
            ? row.getLayers()
            : ((ComputationGraph) network).getLayers();
    SplittableRandom random = new SplittableRandom(9);
    for (Layer layer : layers) {
      if (layer.conf().getLayer() instanceof BatchNormalization) {
        layer
            .paramTable()
            .forEach(
                (name, values) -> {
                  for (int i = 0; i < values.length(); i++) {
                    double value = random.nextDouble(-1, 1);
                    values.putScalar(i, name.equals("var") ? value * value : value);
                  }
                  if (name.equals("var") || name.equals("gamma")) {
                    values.putScalar(1, 0);
                  }
                });
      }
    }
  }

  private static INDArray images(CNN2DFormat format) {
    Nd4j.getRandom().setSeed(4);
    INDArray images = Nd4j.randn(DataType.DOUBLE, 10, 2, 6, 6);
    return format == CNN2DFormat.NCHW ? images : images.permute(0, 2, 3, 1).dup();
  }

  private static Row row(List<Row> rows, String layer) {
    return rows.stream().filter(row -> row.layer().equals(layer)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"NCHW,false", "NCHW,true", "NHWC,false"})
  void aFoldedNetworkIsItsSource(CNN2DFormat format, boolean logarithm) {
    ComputationGraph source = graph(format, logarithm);
    INDArray x = images(format);
    INDArray wanted = source.outputSingle(x).dup();
    Conversion<ComputationGraph> made =
        HardwareConversion.of(source)
            .all(Analog.on(Synapses.ideal()))
            .foldNormalisation()
            .convert();
    INDArray said = made.network().outputSingle(x);
    assertThat(said.sub(wanted).amaxNumber().doubleValue()).isLessThan(1e-5);
    assertThat(source.outputSingle(x)).isEqualTo(wanted);
    List<Row> rows = made.report().rows();
    for (String folded : new String[] {"n1", "n2", "n5"}) {
      assertThat(row(rows, folded).outcome()).isEqualTo(Outcome.CONVERTED);
      assertThat(row(rows, folded).from()).isEqualTo("BatchNormalization");
      assertThat(row(rows, folded).to()).isEqualTo("ActivationLayer");
      assertThat(row(rows, folded).why()).startsWith("folded into \"");
    }
    assertThat(row(rows, "c2").why()).contains("the normalisation behind it is folded into it");
    // An activation of its own, and another reader.
    for (String kept : new String[] {"n3", "n4"}) {
      assertThat(row(rows, kept).outcome()).isEqualTo(Outcome.KEPT);
      assertThat(row(rows, kept).why()).startsWith("not folded: no linear layer");
    }
    assertThat(made.network().getLayer("n3").conf().getLayer())
        .isInstanceOf(BatchNormalization.class);
  }

  @Test
  void depthwiseConvolutionsAndRowsOfLayersTakeIt() {
    MultiLayerNetwork source =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .dataType(DataType.DOUBLE)
                .list()
                .layer(
                    new DepthwiseConvolution2D.Builder(3, 3)
                        .depthMultiplier(2)
                        .nOut(4)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(
                    new BatchNormalization.Builder()
                        .lockGammaBeta(true)
                        .gamma(0.7)
                        .beta(0.3)
                        .build())
                .layer(new OutputLayer.Builder().nOut(3).build())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
    source.init();
    trained(source);
    INDArray x = images(CNN2DFormat.NCHW);
    Conversion<MultiLayerNetwork> made =
        HardwareConversion.of(source)
            .all(Analog.on(Synapses.ideal()))
            .foldNormalisation()
            .convert();
    assertThat(made.report().count(Outcome.CONVERTED)).isEqualTo(3);
    double difference = made.network().output(x).sub(source.output(x)).amaxNumber().doubleValue();
    assertThat(difference).isLessThan(1e-5);
  }

  /** Where a column has no scale of its own, that of its channel stays digital. */
  @Test
  void rangesAreNotBurnt() {
    ComputationGraph source = graph(CNN2DFormat.NCHW, false);
    INDArray x = images(CNN2DFormat.NCHW);
    for (Synapse synapse :
        List.of(
            Synapses.pcmCapacitor2018(),
            Synapses.pcmInference(),
            Synapses.pcmInference().withColumnScales())) {
      Conversion<ComputationGraph> made =
          HardwareConversion.of(source).all(Analog.on(synapse)).foldNormalisation().convert();
      boolean scales = synapse.equals(Synapses.pcmInference().withColumnScales());
      assertThat(row(made.report().rows(), "n1").outcome())
          .isEqualTo(scales ? Outcome.CONVERTED : Outcome.KEPT);
      ComputationGraph programmed = Drift.of(made.network(), 1).after(1, DriftCompensation.GLOBAL);
      assertThat(programmed.outputSingle(x).isNaN().any()).isFalse();
    }
    // What the user keeps stays.
    Conversion<ComputationGraph> kept =
        HardwareConversion.of(source)
            .all(Analog.on(Synapses.ideal()))
            .foldNormalisation()
            .keep("n2")
            .convert();
    assertThat(row(kept.report().rows(), "n2").outcome()).isEqualTo(Outcome.KEPT);
    assertThat(row(kept.report().rows(), "n1").outcome()).isEqualTo(Outcome.CONVERTED);
  }
}
