package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import io.github.dl4jhardware.convert.ConversionReport.Row;
import io.github.dl4jhardware.convert.HardwareConversion;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Whole residual networks on arrays, and back. */
class ConvolutionConversionTest {
  private static final List<String> ON_ARRAYS = List.of("stem", "depthwise", "inner", "out");

  /** Convolution, depthwise convolution with two outputs a channel, a residual sum, pooling. */
  private static ComputationGraph residual(CNN2DFormat format) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(11)
                .updater(new Sgd(0.1))
                .activation(Activation.RELU)
                .biasInit(0.1)
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "stem",
                    new ConvolutionLayer.Builder(3, 3).nOut(4).dataFormat(format).build(),
                    "in")
                .addLayer(
                    "depthwise",
                    new DepthwiseConvolution2D.Builder(3, 3)
                        .depthMultiplier(2)
                        .nOut(8)
                        .dataFormat(format)
                        .build(),
                    "stem")
                .addLayer(
                    "inner",
                    new ConvolutionLayer.Builder(1, 1).nOut(4).dataFormat(format).build(),
                    "depthwise")
                .addLayer(
                    "norm", new BatchNormalization.Builder().dataFormat(format).build(), "inner")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "stem", "norm")
                .addLayer(
                    "pool",
                    new GlobalPoolingLayer.Builder(PoolingType.AVG)
                        .poolingDimensions(
                            format == CNN2DFormat.NHWC ? new int[] {1, 2} : new int[] {2, 3})
                        .build(),
                    "sum")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "pool")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(6, 5, 2, format))
                .build());
    graph.init();
    return graph;
  }

  private static DataSet data(CNN2DFormat format) {
    Nd4j.getRandom().setSeed(3);
    INDArray images =
        format == CNN2DFormat.NHWC
            ? Nd4j.rand(DataType.FLOAT, 9, 6, 5, 2)
            : Nd4j.rand(DataType.FLOAT, 9, 2, 6, 5);
    INDArray labels = Nd4j.zeros(9, 3);
    for (int i = 0; i < 9; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(images, labels);
  }

  private static double difference(INDArray one, INDArray other) {
    return one.sub(other).amaxNumber().doubleValue();
  }

  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void idealDevicesComputeAndLearnTheSame(CNN2DFormat format) {
    ComputationGraph source = residual(format);
    Conversion<ComputationGraph> conversion =
        HardwareConversion.of(source).all(Analog.on(Synapses.ideal())).convert();
    ComputationGraph analog = conversion.network();
    assertThat(conversion.report().count(Outcome.CONVERTED)).isEqualTo(4);
    for (Row row : conversion.report().rows()) {
      boolean weights = ON_ARRAYS.contains(row.layer());
      assertThat(row.outcome()).isEqualTo(weights ? Outcome.CONVERTED : Outcome.KEPT);
      assertThat(row.to().startsWith("Analog")).isEqualTo(weights);
      assertThat(row.carried().rmsError()).isZero();
    }
    DataSet data = data(format);
    assertThat(
            difference(
                source.outputSingle(data.getFeatures()), analog.outputSingle(data.getFeatures())))
        .isLessThan(1e-5);
    for (int step = 0; step < 20; step++) {
      source.fit(data);
      analog.fit(data);
    }
    assertThat(
            difference(
                source.outputSingle(data.getFeatures()), analog.outputSingle(data.getFeatures())))
        .isLessThan(1e-4);
    ComputationGraph back =
        HardwareConversion.of(analog).with(Analog.toSoftware()).convert().network();
    for (String layer : ON_ARRAYS) {
      assertThat(difference(back.getParam(layer + "_W"), source.getParam(layer + "_W")))
          .as(layer)
          .isLessThan(1e-4);
      assertThat(back.getLayer(layer).conf().getLayer().getClass())
          .isEqualTo(source.getLayer(layer).conf().getLayer().getClass());
    }
    assertThat(
            difference(
                source.outputSingle(data.getFeatures()), back.outputSingle(data.getFeatures())))
        .isLessThan(1e-4);
  }

  /** DL4J's builders refuse Same with a padding only where a layer itself has the mode. */
  @Test
  void paddingsThatAModeLeavesUnusedAreKept() {
    MultiLayerNetwork source =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .convolutionMode(ConvolutionMode.Same)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(4).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(6, 5, 2))
                .build());
    source.init();
    INDArray images = Nd4j.rand(DataType.FLOAT, 3, 2, 6, 5);
    MultiLayerNetwork analog =
        HardwareConversion.of(source).all(Analog.on(Synapses.ideal())).convert().network();
    assertThat(analog.getLayer(0).conf().getLayer()).isInstanceOf(AnalogConvolutionLayer.class);
    assertThat(difference(analog.output(images), source.output(images))).isLessThan(1e-5);
    MultiLayerNetwork back =
        HardwareConversion.of(analog).with(Analog.toSoftware()).convert().network();
    assertThat(back.getLayerWiseConfigurations().getConf(0).getLayer())
        .isEqualTo(source.getLayerWiseConfigurations().getConf(0).getLayer());
  }

  /** Which conversion is for which layers. */
  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void denseAndConvolutionAreAskedForApart(CNN2DFormat format) {
    ComputationGraph source = residual(format);
    Analog analog = Analog.on(Synapses.ideal());
    assertThat(converted(HardwareConversion.of(source).dense(analog))).containsExactly("out");
    assertThat(converted(HardwareConversion.of(source).convolution(analog)))
        .containsExactly("stem", "depthwise", "inner");
    assertThat(converted(HardwareConversion.of(source).convolution(analog).dense(analog)))
        .containsExactlyElementsOf(ON_ARRAYS);
  }

  private static List<String> converted(HardwareConversion<?> conversion) {
    return conversion.convert().report().rows().stream()
        .filter(row -> row.outcome() == Outcome.CONVERTED)
        .map(Row::layer)
        .toList();
  }

  /** Each array is one that forward reads: moved, it changes what the network says. */
  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void everyArrayIsRead(CNN2DFormat format) {
    for (Synapse synapse : List.of(Synapses.pcmInference(), Synapses.pcmCapacitor2018())) {
      ComputationGraph analog =
          HardwareConversion.of(residual(format)).all(Analog.on(synapse)).convert().network();
      INDArray images = data(format).getFeatures();
      INDArray before = analog.outputSingle(images).dup();
      long cells = 0;
      for (String layer : ON_ARRAYS) {
        AnalogLayer one = (AnalogLayer) analog.getLayer(layer);
        INDArray w = analog.getLayer(layer).getParam("W");
        INDArray kept = w.dup();
        cells += one.readArray().rows() * (long) one.readArray().columns();
        w.muli(0.5);
        assertThat(difference(analog.outputSingle(images), before)).as(layer).isGreaterThan(1e-4);
        w.assign(kept);
      }
      assertThat(difference(analog.outputSingle(images), before)).isZero();
      assertThat(cells).isEqualTo(19 * 4 + 10 * 8 + 9 * 4 + 5 * 3);
    }
  }

  /** Programmed and left alone, weights of every array fall, each by its own devices. */
  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void everyArrayDrifts(CNN2DFormat format) {
    ComputationGraph analog =
        HardwareConversion.of(residual(format))
            .all(Analog.on(Synapses.pcmInference()))
            .convert()
            .network();
    Drift<ComputationGraph> drift = Drift.of(analog, 4);
    ComputationGraph day = drift.after(86_400, false);
    ComputationGraph once = drift.after(0, false);
    for (String layer : ON_ARRAYS) {
      INDArray w = analog.getParam(layer + "_W");
      assertThat(difference(once.getParam(layer + "_W"), w))
          .isLessThan(0.5 * w.amaxNumber().doubleValue())
          .isPositive();
      assertThat(day.getParam(layer + "_W").norm2Number().doubleValue())
          .as(layer)
          .isLessThan(0.95 * w.norm2Number().doubleValue());
      // A weight that was put in another's place would be no likeness of its own.
      double likeness =
          once.getParam(layer + "_W").mul(w).sumNumber().doubleValue()
              / (w.norm2Number().doubleValue()
                  * once.getParam(layer + "_W").norm2Number().doubleValue());
      assertThat(likeness).as(layer).isGreaterThan(0.98);
    }
  }
}
