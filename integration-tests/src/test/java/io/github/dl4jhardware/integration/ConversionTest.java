package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import io.github.dl4jhardware.convert.ConversionReport.Row;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.convert.LayerConversion;
import io.github.dl4jhardware.convert.Place;
import io.github.dl4jhardware.neuromorphic.convert.Trinary;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Existing networks on hardware, and back. */
class ConversionTest {
  private static final InputType IMAGES = InputType.convolutional(12, 12, 2);

  private static NeuralNetConfiguration.ListBuilder settings() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(new Adam(1e-3))
        .activation(Activation.RELU)
        .list();
  }

  private static MultiLayerNetwork initialised(NeuralNetConfiguration.ListBuilder list) {
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(IMAGES).build());
    network.init();
    return network;
  }

  /** Convolution, pooling, convolution, pooling, dense, output. */
  private static MultiLayerNetwork leNet() {
    return initialised(
        settings()
            .layer(new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(12).build())
            .layer(
                new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build())
            .layer(new ConvolutionLayer.Builder(5, 5).padding(2, 2).nOut(24).name("second").build())
            .layer(
                new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(2, 2).stride(2, 2).build())
            .layer(new DropoutLayer(0.8))
            .layer(new DenseLayer.Builder().nOut(30).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(5)
                    .activation(Activation.SOFTMAX)
                    .build()));
  }

  private static INDArray images(int count) {
    Nd4j.getRandom().setSeed(5);
    return Nd4j.rand(DataType.FLOAT, count, 2, 12, 12);
  }

  private static double difference(INDArray one, INDArray other) {
    return one.sub(other).amaxNumber().doubleValue();
  }

  @Test
  void idealDevicesComputeTheSame() {
    MultiLayerNetwork source = leNet();
    INDArray before = source.params().dup();
    INDArray images = images(1000);
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).dense(Analog.on(Synapses.ideal())).convert();
    assertThat(difference(source.output(images), conversion.network().output(images)))
        .isLessThan(1e-5);
    assertThat(conversion.network().getLayer(5).conf().getLayer())
        .isInstanceOf(AnalogDenseLayer.class);
    assertThat(conversion.report().count(Outcome.CONVERTED)).isEqualTo(2);
    assertThat(conversion.report().count(Outcome.KEPT)).isEqualTo(5);
    assertThat(source.params()).isEqualTo(before);
    assertThat(source.getLayer(5).conf().getLayer().getClass()).isEqualTo(DenseLayer.class);

    ComputationGraph graph = source.toComputationGraph();
    Conversion<ComputationGraph> ofGraph =
        HardwareConversion.of(graph).dense(Analog.on(Synapses.ideal())).convert();
    assertThat(difference(source.output(images), ofGraph.network().outputSingle(images)))
        .isLessThan(1e-5);
    assertThat(ofGraph.report().count(Outcome.CONVERTED)).isEqualTo(2);
  }

  /** What the devices hold, not what was asked for, comes back. */
  @Test
  void thereAndBack() {
    MultiLayerNetwork source = leNet();
    // Without stuck and dead devices, which no pulse brings nearer.
    PcmCapacitorSynapse synapse = Synapses.pcmCapacitorLinear();
    Conversion<MultiLayerNetwork> there =
        HardwareConversion.of(source).dense(Analog.on(synapse).chipSeed(3)).convert();
    MultiLayerNetwork back =
        HardwareConversion.of(there.network()).with(Analog.toSoftware()).convert().network();
    assertThat(back.getLayer(5).conf().getLayer().getClass()).isEqualTo(DenseLayer.class);
    assertThat(back.getLayer(6).conf().getLayer().getClass()).isEqualTo(OutputLayer.class);
    INDArray images = images(50);
    assertThat(difference(there.network().output(images), back.output(images))).isLessThan(1e-5);
    for (int layer : new int[] {5, 6}) {
      Row row = there.report().rows().get(layer);
      INDArray wanted = source.getLayer(layer).getParam("W");
      double rms =
          back.getLayer(layer).getParam("W").sub(wanted).norm2Number().doubleValue()
              / Math.sqrt((double) wanted.length());
      assertThat(row.carried().rmsError()).isCloseTo(rms, within(1e-6));
      // What the closed loop leaves is written in pulses, to less than a step of 0.0025; what is
      // left is the noise of reading the pair back: 2.8 Q_s of a conductance, 0.03 to 0.04 of a
      // weight near the end of the range and half of that for typical weights.
      assertThat(rms).isBetween(0.002, 0.025);
      assertThat(row.carried().largestWeight())
          .isCloseTo(wanted.amaxNumber().doubleValue(), within(1e-6));
    }
  }

  @Test
  void trainsOnAfterwards() {
    MultiLayerNetwork network =
        HardwareConversion.of(leNet())
            .dense(Analog.on(Synapses.pcmCapacitor2018()).updater(new Adam(1e-2)))
            .convolution(Trinary.eedn(new Adam(0.03)))
            .convert()
            .network();
    INDArray labels = Nd4j.zeros(40, 5);
    for (int i = 0; i < 40; i++) {
      labels.putScalar(i, i % 5, 1);
    }
    DataSet data = new DataSet(images(40), labels);
    double first = network.score(data);
    for (int i = 0; i < 15; i++) {
      network.fit(data);
    }
    assertThat(network.score(data)).isLessThan(first);
    assertThat(network.clone().output(images(3))).isEqualTo(network.output(images(3)));
  }

  @Test
  void updatersReachTheirLayersAlone() {
    MultiLayerNetwork network =
        HardwareConversion.of(leNet())
            .dense(Analog.on(Synapses.pcmCapacitor2018()).updater(new AnalogSgd(0.01)))
            .convert()
            .network();
    assertThat(((AnalogOutputLayer) network.getLayer(6).conf().getLayer()).getIUpdater())
        .isInstanceOf(AnalogSgd.class);
    assertThat(((ConvolutionLayer) network.getLayer(0).conf().getLayer()).getIUpdater())
        .isInstanceOf(Adam.class);
    assertThat(
            ((ConvolutionLayer)
                    HardwareConversion.of(leNet())
                        .convolution(Trinary.eedn(new Adam(0.5)))
                        .convert()
                        .network()
                        .getLayer(1)
                        .conf()
                        .getLayer())
                .getIUpdater())
        .isEqualTo(new Adam(0.5));
  }

  @Test
  void convolutionsBecomeTrinaryWithTheFewestGroups() {
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(leNet()).convolution(Trinary.eedn()).convert();
    List<Row> rows = conversion.report().rows();
    assertThat(rows.stream().map(Row::to))
        .containsExactly(
            "TransductionLayer",
            "TrinaryConvolutionLayer",
            "TrinaryConvolutionLayer",
            "TrinaryConvolutionLayer",
            "DropoutLayer",
            "DenseLayer",
            "OutputLayer");
    // 5·5·12 = 300 inputs: 3 groups of 100.
    TrinaryConvolutionLayer second =
        (TrinaryConvolutionLayer) conversion.network().getLayer("second").conf().getLayer();
    assertThat(second.getSpiking().groups()).isEqualTo(3);
    assertThat(rows.get(2).carried().note()).contains("3 groups");
    assertThat(conversion.report().toString()).contains("second", "starts as MAX pooling");
    assertThat(conversion.report().csv().lines()).hasSize(8);
  }

  /** The transduction fires where the source's ReLU is not 0; pooled spikes are spikes pooled. */
  @Test
  void theFirstLayersKeepTheirMeaning() {
    MultiLayerNetwork source = leNet();
    source.getLayer(0).setParam("b", Nd4j.rand(1, 12).sub(0.7));
    MultiLayerNetwork network =
        HardwareConversion.of(source).convolution(Trinary.eedn()).convert().network();
    INDArray images = images(20);
    List<INDArray> wanted = source.feedForward(images, false);
    List<INDArray> found = network.feedForward(images, false);
    INDArray positive = wanted.get(1).gt(0).castTo(DataType.FLOAT);
    assertThat(difference(positive, found.get(1))).isZero();
    assertThat(found.get(1).meanNumber().doubleValue()).isBetween(0.1, 0.9);
    // The greatest of four is positive where any is.
    assertThat(difference(wanted.get(2).gt(0).castTo(DataType.FLOAT), found.get(2))).isZero();
  }

  /** Features last, filters without bias, edges that pad more on one side: the same spikes. */
  @Test
  void otherFormatsConvertAlike() {
    InputType featuresLast = InputType.convolutional(9, 11, 2, CNN2DFormat.NHWC);
    MultiLayerNetwork source =
        new MultiLayerNetwork(
            settings()
                .layer(
                    new ConvolutionLayer.Builder(4, 2)
                        .convolutionMode(ConvolutionMode.Same)
                        .dataFormat(CNN2DFormat.NHWC)
                        .hasBias(false)
                        .nOut(6)
                        .build())
                .layer(
                    new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build())
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .dataFormat(CNN2DFormat.NHWC)
                        .hasBias(false)
                        .nOut(6)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(featuresLast)
                .build());
    source.init();
    MultiLayerNetwork network =
        HardwareConversion.of(source).convolution(Trinary.eedn()).convert().network();
    INDArray images = Nd4j.rand(DataType.FLOAT, 12, 9, 11, 2).sub(0.5);
    List<INDArray> wanted = source.feedForward(images, false);
    List<INDArray> found = network.feedForward(images, false);
    assertThat(found.get(1).shape()).isEqualTo(wanted.get(1).shape());
    INDArray positive = wanted.get(1).gt(0).castTo(DataType.FLOAT);
    assertThat(difference(positive, found.get(1))).isZero();
    assertThat(found.get(1).meanNumber().doubleValue()).isBetween(0.1, 0.9);
    assertThat(difference(wanted.get(2).gt(0).castTo(DataType.FLOAT), found.get(2))).isZero();
    assertThat(found.get(3).shape()).isEqualTo(wanted.get(3).shape());
    assertThat(network.output(images).shape()).containsExactly(12, 3);
  }

  /** Folded normalisation: the sign of γ, β and the running values. */
  @ParameterizedTest
  @EnumSource(
      value = ConvolutionMode.class,
      names = {"Truncate", "Same"})
  void batchNormalisationIsFolded(ConvolutionMode mode) {
    MultiLayerNetwork source =
        initialised(
            settings()
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .convolutionMode(mode)
                        .activation(Activation.IDENTITY)
                        .nOut(8)
                        .build())
                .layer(new BatchNormalization.Builder().activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build()));
    source.getLayer(0).setParam("b", Nd4j.rand(1, 8));
    source.getLayer(1).setParam("gamma", Nd4j.rand(1, 8).sub(0.5));
    source.getLayer(1).setParam("beta", Nd4j.rand(1, 8).sub(0.5));
    source.getLayer(1).setParam("mean", Nd4j.rand(1, 8));
    MultiLayerNetwork network =
        HardwareConversion.of(source).convolution(Trinary.eedn()).convert().network();
    INDArray images = images(20);
    INDArray normalised =
        new ActivationReLU().getActivation(source.feedForward(images, false).get(2).dup(), false);
    INDArray spikes = network.feedForward(images, false).get(2);
    double different =
        normalised.gt(0).castTo(DataType.FLOAT).sub(spikes).norm1Number().doubleValue();
    assertThat(different / spikes.length()).isLessThan(1e-3);
    assertThat(spikes.meanNumber().doubleValue()).isBetween(0.1, 0.9);
  }

  /** A spiking network as plain convolutions fires alike, groups and all. */
  @Test
  void spikingLayersGoBack() {
    MultiLayerNetwork network =
        initialised(
            settings()
                .layer(new TransductionLayer.Builder(3, 3).padding(1, 1).nOut(12).build())
                .layer(
                    new TrinaryConvolutionLayer.Builder(4, 4)
                        .stride(2, 2)
                        .padding(1, 1)
                        .nOut(16)
                        .groups(2)
                        .build())
                .layer(new SpikePopulationOutputLayer.Builder().nOut(4).build()));
    for (int layer = 0; layer < 2; layer++) {
      INDArray bias = network.getLayer(layer).getParam("b");
      network
          .getLayer(layer)
          .setParam("b", Nd4j.rand(bias.shape()).sub(0.5).castTo(bias.dataType()));
    }
    Conversion<MultiLayerNetwork> back =
        HardwareConversion.of(network).with(Trinary.toSoftware()).convert();
    assertThat(back.network().getLayer(1).conf().getLayer().getClass())
        .isEqualTo(ConvolutionLayer.class);
    List<INDArray> wanted = network.feedForward(images(30), false);
    List<INDArray> found = back.network().feedForward(images(30), false);
    INDArray wrong = wanted.get(1).sub(found.get(1));
    // Responses of the transduction within rounding of 0 may go either way.
    assertThat(wrong.norm1Number().doubleValue() / wrong.length()).isLessThan(1e-4);
    assertThat(wanted.get(2).meanNumber().doubleValue()).isBetween(0.05, 0.95);
    INDArray given = wanted.get(1);
    INDArray alone =
        back.network()
            .getLayer(1)
            .activate(
                given, false, org.deeplearning4j.nn.workspace.LayerWorkspaceMgr.noWorkspaces());
    assertThat(difference(wanted.get(2), alone)).isZero();
  }

  /** What is converted runs on cores where all of it can. */
  @Test
  void convertedConvolutionsCompile() {
    MultiLayerNetwork source =
        initialised(
            settings()
                .layer(new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(12).build())
                .layer(
                    new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(20).build())
                .layer(new SpikePopulationOutputLayer.Builder().nOut(4).build()));
    MultiLayerNetwork network =
        HardwareConversion.of(source).convolution(Trinary.eedn()).convert().network();
    SpikingProgram program = SpikingProgram.compile(network, IMAGES);
    assertThat(program.layers()).hasSize(2);

    MultiLayerNetwork normalised =
        initialised(
            settings()
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .activation(Activation.IDENTITY)
                        .nOut(12)
                        .build())
                .layer(new BatchNormalization.Builder().build())
                .layer(new ActivationLayer.Builder().activation(Activation.RELU).build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(20).build())
                .layer(new SpikePopulationOutputLayer.Builder().nOut(4).build()));
    MultiLayerNetwork spiking =
        HardwareConversion.of(normalised).convolution(Trinary.eedn()).convert().network();
    assertThat(spiking.getLayer(3).conf().getLayer()).isInstanceOf(TrinaryConvolutionLayer.class);
    assertThat(SpikingProgram.compile(spiking, IMAGES).layers()).hasSize(1);
  }

  /** Layers may be added in any order, and branch. */
  @Test
  void graphsAreConvertedInTheOrderOfComputation() {
    ComputationGraph source =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(1e-3))
                .activation(Activation.RELU)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "both")
                .addVertex("both", new MergeVertex(), "second", "third")
                .addLayer("third", new ConvolutionLayer.Builder(3, 3).nOut(8).build(), "first")
                .addLayer("second", new ConvolutionLayer.Builder(3, 3).nOut(6).build(), "first")
                .addLayer("first", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
                .setInputTypes(IMAGES)
                .setOutputs("out")
                .build());
    source.init();
    Conversion<ComputationGraph> conversion =
        HardwareConversion.of(source)
            .dense(Analog.on(Synapses.ideal()))
            .convolution(Trinary.eedn())
            .convert();
    assertThat(conversion.report().count(Outcome.CONVERTED)).isEqualTo(4);
    assertThat(conversion.report().rows().get(0).layer()).isEqualTo("first");
    assertThat(conversion.network().getLayer("first").conf().getLayer())
        .isInstanceOf(TransductionLayer.class);
    assertThat(conversion.network().getLayer("third").conf().getLayer())
        .isInstanceOf(TrinaryConvolutionLayer.class);
    INDArray output = conversion.network().outputSingle(images(4));
    assertThat(output.shape()).containsExactly(4, 3);
  }

  @Test
  void exclusionsAndOwnWaysPerLayer() {
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(leNet())
            .dense(Analog.on(Synapses.pcmCapacitor2018()))
            .layer("layer6", Analog.on(Synapses.ideal()))
            .convolution(Trinary.eedn())
            .keep("second", "layer3")
            .convert();
    List<Row> rows = conversion.report().rows();
    assertThat(rows.get(2).outcome()).isEqualTo(Outcome.KEPT);
    assertThat(rows.get(2).why()).isEqualTo("excluded");
    assertThat(
            ((AnalogOutputLayer) conversion.network().getLayer(6).conf().getLayer()).getSynapse())
        .isEqualTo(Synapses.ideal());
    assertThatThrownBy(() -> HardwareConversion.of(leNet()).keep("third"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"third\"")
        .hasMessageContaining("second");
  }

  @Test
  void refusalsSayWhyAndKeepTheLayer() {
    MultiLayerNetwork source =
        initialised(
            settings()
                .layer(new ConvolutionLayer.Builder(3, 3).dilation(2, 2).nOut(6).build())
                .layer(
                    new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder().nOut(8).hasLayerNorm(true).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build()));
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source)
            .dense(Analog.on(Synapses.ideal()))
            .convolution(Trinary.eedn())
            .convert();
    List<Row> rows = conversion.report().rows();
    assertThat(rows.stream().map(Row::outcome))
        .containsExactly(Outcome.REFUSED, Outcome.REFUSED, Outcome.REFUSED, Outcome.CONVERTED);
    assertThat(rows.get(0).why()).contains("dilation");
    assertThat(rows.get(1).why()).contains("other than spikes");
    assertThat(rows.get(2).why()).contains("layer normalisation");
    INDArray images = images(10);
    assertThat(difference(source.output(images), conversion.network().output(images)))
        .isLessThan(1e-5);

    assertThatThrownBy(
            () ->
                HardwareConversion.of(source)
                    .keep("layer3")
                    .dense(Analog.on(Synapses.ideal()))
                    .convert())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No layer of the network could be converted")
        .hasMessageContaining("layer2, a DenseLayer: layer normalisation");
    assertThatThrownBy(
            () -> HardwareConversion.of(new MultiLayerNetwork(source.getLayerWiseConfigurations())))
        .hasMessageContaining("not initialised");
  }

  /** What stays, stays to the bit: weights, and what its devices hold. */
  @Test
  void keptAnalogueLayersAreNotProgrammedAnew() {
    MultiLayerNetwork analog =
        HardwareConversion.of(leNet())
            .dense(Analog.on(Synapses.pcmCapacitor2018()))
            .convert()
            .network();
    MultiLayerNetwork again =
        HardwareConversion.of(analog).convolution(Trinary.eedn()).convert().network();
    for (int layer : new int[] {5, 6}) {
      analog
          .getLayer(layer)
          .paramTable()
          .forEach(
              (key, value) ->
                  assertThat(again.getLayer(layer).getParam(key)).as(key).isEqualTo(value));
    }
  }

  /** Cells of inference clip weights that are far out; the report counts them. */
  @Test
  void inferenceClipsAndSaysSo() {
    MultiLayerNetwork source = leNet();
    INDArray weights = source.getLayer(5).getParam("W").dup();
    weights.putScalar(3, 40).putScalar(7, -40);
    source.getLayer(5).setParam("W", weights);
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).dense(Analog.on(Synapses.pcmInference())).convert();
    Row row = conversion.report().rows().get(5);
    double cells = weights.length() + weights.size(1);
    assertThat(row.carried().clippedPercent()).isCloseTo(100 * 2 / cells, within(1e-9));
    assertThat(row.carried().rmsError()).isPositive();
    INDArray held = conversion.network().getLayer(5).getParam("W");
    assertThat(held.amaxNumber().doubleValue()).isLessThan(40);
    assertThat(difference(weights, held)).isGreaterThan(1);
    weights.putScalar(3, 0).putScalar(7, 0);
    held = held.dup().putScalar(3, 0).putScalar(7, 0);
    assertThat(difference(weights, held)).isZero();
  }

  @Test
  void frozenLayersStayFrozen() {
    MultiLayerNetwork source =
        initialised(
            settings()
                .layer(new FrozenLayer(new ConvolutionLayer.Builder(3, 3).nOut(4).build()))
                .layer(new FrozenLayer(new DenseLayer.Builder().nOut(6).build()))
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build()));
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source)
            .dense(Analog.on(Synapses.ideal()))
            .convolution(Trinary.eedn())
            .convert();
    assertThat(conversion.report().rows().stream().map(Row::outcome))
        .containsExactly(Outcome.KEPT, Outcome.KEPT, Outcome.CONVERTED);
    INDArray images = images(5);
    assertThat(difference(source.output(images), conversion.network().output(images)))
        .isLessThan(1e-5);
    ComputationGraph graph = source.toComputationGraph();
    assertThat(
            HardwareConversion.of(graph)
                .dense(Analog.on(Synapses.ideal()))
                .convert()
                .report()
                .count(Outcome.CONVERTED))
        .isEqualTo(1);
  }

  /** Folding needs a convolution right before, without an activation, that converts too. */
  @Test
  void normalisationThatCannotBeFoldedIsKept() {
    MultiLayerNetwork source =
        initialised(
            settings()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build())
                .layer(new BatchNormalization.Builder().build())
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .activation(Activation.IDENTITY)
                        .nOut(8)
                        .build())
                .layer(new BatchNormalization.Builder().build())
                .layer(new BatchNormalization.Builder().build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build()));
    source.getLayer(3).setParam("mean", Nd4j.rand(1, 8).add(1));
    Conversion<MultiLayerNetwork> all =
        HardwareConversion.of(source).convolution(Trinary.eedn()).convert();
    List<Row> rows = all.report().rows();
    assertThat(rows.stream().map(Row::outcome))
        .containsExactly(
            Outcome.CONVERTED,
            Outcome.REFUSED,
            Outcome.CONVERTED,
            Outcome.CONVERTED,
            Outcome.REFUSED,
            Outcome.KEPT);
    assertThat(rows.get(1).why()).contains("own activation");
    assertThat(rows.get(4).why()).contains("right behind a converted convolution");
    double folded = all.network().getLayer(2).getParam("mean").meanNumber().doubleValue();
    assertThat(folded).isGreaterThan(0.9);
    MultiLayerNetwork kept =
        HardwareConversion.of(source)
            .convolution(Trinary.eedn())
            .keep("layer3")
            .convert()
            .network();
    assertThat(kept.getLayer(2).getParam("mean").meanNumber().doubleValue()).isZero();
  }

  /** Settings of the source that hardware has no form for go, and the report says so. */
  @Test
  void globalSettingsDoNotStandInTheWay() {
    MultiLayerNetwork source =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(1e-3))
                .activation(Activation.RELU)
                .l2(1e-4)
                .dropOut(0.8)
                .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build())
                .layer(new DenseLayer.Builder().nOut(8).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(IMAGES)
                .build());
    source.init();
    INDArray labels = Nd4j.zeros(6, 3);
    labels.putColumn(1, Nd4j.ones(6));
    source.fit(new DataSet(images(6), labels));
    assertThat(source.getIterationCount()).isEqualTo(1);
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source)
            .dense(Analog.on(Synapses.pcmCapacitor2018()).updater(new AnalogSgd(0.01)))
            .convolution(Trinary.eedn())
            .convert();
    assertThat(conversion.report().rows().get(1).carried().note()).contains("dropout dropped");
    assertThat(conversion.report().rows().get(2).carried().note()).contains("no array can do");
    assertThat(conversion.network().getIterationCount()).isZero();
    conversion.network().fit(new DataSet(images(6), labels));
    assertThat(conversion.network().getIterationCount()).isEqualTo(1);
  }

  /** A user's own conversion, for a layer that this library leaves alone. */
  @Test
  void ownConversionsAreAsked() {
    LayerConversion drop =
        new LayerConversion() {
          @Override
          public boolean takes(org.deeplearning4j.nn.conf.layers.Layer layer) {
            return layer instanceof DropoutLayer;
          }

          @Override
          public org.deeplearning4j.nn.conf.layers.Layer replace(
              org.deeplearning4j.nn.conf.layers.Layer layer, Place place) {
            assertThat(place.name()).isEqualTo("layer4");
            assertThat(place.before()).isEmpty();
            assertThat(place.after()).isEmpty();
            assertThat(place.reads()).hasSize(1);
            return new DropoutLayer(1.0);
          }

          @Override
          public Carried carry(
              org.deeplearning4j.nn.api.Layer from,
              org.deeplearning4j.nn.api.Layer to,
              Place place) {
            return Carried.NO_WEIGHTS;
          }
        };
    Conversion<MultiLayerNetwork> conversion = HardwareConversion.of(leNet()).with(drop).convert();
    assertThat(conversion.report().count(Outcome.CONVERTED)).isEqualTo(1);
  }
}
