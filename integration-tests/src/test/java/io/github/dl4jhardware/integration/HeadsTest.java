package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import io.github.dl4jhardware.convert.ConversionReport.Row;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.convert.Heads;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Networks that come from Keras without a loss, and end in a plain layer. */
class HeadsTest {
  private static final String GIVEN =
      "it came without a loss, and has now the one of its activation";

  private static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder().seed(5).updater(new Sgd(0.1));
  }

  private static DenseLayer dense(int in, int out, Activation activation) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(activation).build();
  }

  private static MultiLayerNetwork sequence(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = settings().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork endingIn(Activation activation) {
    return sequence(
        dense(Networks.INPUTS, 6, Activation.TANH), dense(6, Networks.CLASSES, activation));
  }

  private static ILossFunction loss(Layer layer) {
    return layer instanceof LossLayer lossLayer
        ? lossLayer.getLossFn()
        : ((BaseOutputLayer) layer).getLossFn();
  }

  private static Row last(Conversion<?> conversion) {
    return conversion.report().rows().get(conversion.report().rows().size() - 1);
  }

  @ParameterizedTest
  @CsvSource({"SOFTMAX", "SIGMOID"})
  void aDenseEndIsGivenTheLossOfItsActivation(Activation activation) {
    MultiLayerNetwork source = endingIn(activation);
    assertThat(Heads.withoutLoss(source)).isEqualTo("\"layer1\", a layer of kind DenseLayer");
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).dense(Analog.on(Synapses.ideal())).convert();
    Layer end = conversion.network().getOutputLayer().conf().getLayer();
    assertThat(end).isInstanceOf(AnalogOutputLayer.class);
    assertThat(loss(end))
        .isInstanceOf(activation == Activation.SOFTMAX ? LossMCXENT.class : LossBinaryXENT.class);
    assertThat(last(conversion).outcome()).isEqualTo(Outcome.CONVERTED);
    assertThat(last(conversion).reason()).startsWith(GIVEN);
    DataSet data = Networks.data(8, 1, DataType.FLOAT);
    assertThat(conversion.network().output(data.getFeatures()))
        .isEqualTo(source.output(data.getFeatures()));
    assertThat(Heads.withoutLoss(conversion.network())).isEmpty();
    INDArray before = conversion.network().params().dup();
    conversion.network().fit(data);
    assertThat(conversion.network().params()).isNotEqualTo(before);
  }

  /** As for training by errors from elsewhere, which an output layer would not look at. */
  @Test
  void anEndThatIsToBeKeptStaysAsItIs() {
    MultiLayerNetwork source = endingIn(Activation.SOFTMAX);
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).dense(Analog.on(Synapses.ideal())).keep("layer1").convert();
    assertThat(conversion.network().getLayer(1).conf().getLayer().getClass())
        .isEqualTo(DenseLayer.class);
    assertThat(last(conversion).reason()).isEqualTo("excluded");
  }

  /** Scores of each pixel or step want another loss layer than those of one vector. */
  @Test
  void anEndOfImagesIsGivenNone() {
    MultiLayerNetwork source =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(new ConvolutionLayer.Builder(1, 1).nOut(4).build())
                .layer(dense(0, 6, Activation.TANH))
                .layer(new ConvolutionLayer.Builder(1, 1).nOut(3).build())
                .layer(new ActivationLayer(Activation.SOFTMAX))
                .inputPreProcessor(1, new CnnToFeedForwardPreProcessor(2, 2, 4))
                .inputPreProcessor(2, new FeedForwardToCnnPreProcessor(1, 2, 3))
                .setInputType(InputType.convolutional(2, 2, 1))
                .build());
    source.init();
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).dense(Analog.on(Synapses.ideal())).convert();
    assertThat(conversion.network().getLayer(3).conf().getLayer().getClass())
        .isEqualTo(ActivationLayer.class);
    assertThat(last(conversion).reason()).doesNotContain("loss");
  }

  /** It is trained with the rest, converted or not. */
  @Test
  void anEndThatStaysIsGivenOneToo() {
    MultiLayerNetwork source = endingIn(Activation.SOFTMAX);
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).layer("layer0", Analog.on(Synapses.ideal())).convert();
    assertThat(conversion.network().getOutputLayer().conf().getLayer().getClass())
        .isEqualTo(OutputLayer.class);
    assertThat(last(conversion).outcome()).isEqualTo(Outcome.KEPT);
    assertThat(last(conversion).reason()).endsWith("; " + GIVEN);
    DataSet data = Networks.data(8, 1, DataType.FLOAT);
    assertThat(conversion.network().output(data.getFeatures()))
        .isEqualTo(source.output(data.getFeatures()));
    conversion.network().fit(data);
  }

  @Test
  void anActivationAtTheEndBecomesALossLayer() {
    MultiLayerNetwork source =
        sequence(
            dense(Networks.INPUTS, Networks.CLASSES, Activation.IDENTITY),
            new ActivationLayer(Activation.SOFTMAX));
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).dense(Analog.on(Synapses.ideal())).convert();
    Layer end = conversion.network().getOutputLayer().conf().getLayer();
    assertThat(end).isInstanceOf(LossLayer.class);
    assertThat(loss(end)).isInstanceOf(LossMCXENT.class);
    assertThat(last(conversion).reason()).contains(GIVEN);
    DataSet data = Networks.data(8, 1, DataType.FLOAT);
    assertThat(conversion.network().output(data.getFeatures()))
        .isEqualTo(source.output(data.getFeatures()));
    conversion.network().fit(data);
  }

  /** Its loss is anybody's guess; it computes, and says that it cannot be trained. */
  @Test
  void anyOtherEndStaysAsItIs() {
    MultiLayerNetwork source =
        sequence(
            dense(Networks.INPUTS, 6, Activation.TANH),
            dense(6, Networks.CLASSES, Activation.IDENTITY));
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).dense(Analog.on(Synapses.ideal())).convert();
    assertThat(conversion.network().getOutputLayer().conf().getLayer())
        .isInstanceOf(AnalogDenseLayer.class);
    assertThat(Heads.withoutLoss(conversion.network()))
        .isEqualTo("\"layer1\", a layer of kind AnalogDenseLayer");
    INDArray features = Networks.data(8, 1, DataType.FLOAT).getFeatures();
    assertThat(conversion.network().output(features)).isEqualTo(source.output(features));
  }

  /** Only what leaves a graph is an end; a softmax inside is not. */
  @Test
  void outputsOfGraphsAreGivenTheirLosses() {
    ComputationGraph source =
        new ComputationGraph(
            settings()
                .graphBuilder()
                .addInputs("in")
                .addLayer("gate", dense(Networks.INPUTS, 6, Activation.SOFTMAX), "in")
                .addLayer("one", dense(6, Networks.CLASSES, Activation.SOFTMAX), "gate")
                .addLayer("two", dense(6, 1, Activation.SIGMOID), "gate")
                .setOutputs("one", "two")
                .build());
    source.init();
    assertThat(Heads.withoutLoss(source)).isEqualTo("\"one\", a layer of kind DenseLayer");
    Conversion<ComputationGraph> conversion =
        HardwareConversion.of(source).dense(Analog.on(Synapses.ideal())).convert();
    ComputationGraph graph = conversion.network();
    assertThat(graph.getLayer("gate").conf().getLayer()).isInstanceOf(AnalogDenseLayer.class);
    assertThat(loss(graph.getLayer("one").conf().getLayer())).isInstanceOf(LossMCXENT.class);
    assertThat(loss(graph.getLayer("two").conf().getLayer())).isInstanceOf(LossBinaryXENT.class);
    assertThat(Heads.withoutLoss(graph)).isEmpty();
    INDArray features = Networks.data(8, 1, DataType.FLOAT).getFeatures();
    INDArray[] expected = source.output(features);
    INDArray[] found = graph.output(features);
    assertThat(found[0]).isEqualTo(expected[0]);
    assertThat(found[1]).isEqualTo(expected[1]);
  }
}
