package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.layer.AnalogConvolution1DLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.convert.HardwareConversion;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** With ideal devices an analogue convolution along sequences is DL4J's. */
class Convolution1DEquivalenceTest {
  private static final int CHANNELS = 4;
  private static final int STEPS = 11;
  private static final int CLASSES = 3;

  record Form(ConvolutionMode mode, int kernel, int stride, int dilation, int padding) {
    AnalogConvolution1DLayer.Builder analog() {
      return new AnalogConvolution1DLayer.Builder(kernel, stride, padding)
          .dilation(dilation)
          .convolutionMode(mode)
          .synapse(Synapses.ideal());
    }

    Convolution1DLayer.Builder host() {
      return new Convolution1DLayer.Builder(kernel, stride, padding)
          .dilation(dilation)
          .convolutionMode(mode);
    }
  }

  static Stream<Form> forms() {
    return Stream.of(
        new Form(ConvolutionMode.Same, 3, 1, 1, 0),
        new Form(ConvolutionMode.Same, 3, 2, 1, 0),
        new Form(ConvolutionMode.Truncate, 4, 2, 1, 1),
        new Form(ConvolutionMode.Truncate, 3, 1, 2, 0),
        new Form(ConvolutionMode.Causal, 3, 1, 1, 0),
        new Form(ConvolutionMode.Causal, 2, 1, 3, 0),
        new Form(ConvolutionMode.Strict, 3, 2, 1, 0),
        new Form(ConvolutionMode.Truncate, 1, 1, 1, 0));
  }

  private static MultiLayerNetwork network(
      Layer first, IUpdater updater, DataType type, RNNFormat format) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(42)
                .dataType(type)
                .updater(updater)
                .biasInit(0.1)
                .activation(Activation.TANH)
                .list()
                .layer(first)
                .layer(
                    new GlobalPoolingLayer.Builder(PoolingType.AVG)
                        .poolingDimensions(format == RNNFormat.NWC ? 1 : 2)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .updater(updater instanceof AnalogSgd ? new Sgd(0.05) : updater)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(CHANNELS, STEPS, format))
                .build());
    network.init();
    return network;
  }

  private static DataSet data(int examples, long seed, DataType type, RNNFormat format) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray features = Nd4j.createUninitialized(type, examples, CHANNELS, STEPS);
    for (int i = 0; i < features.length(); i++) {
      features.putScalar(i, random.nextDouble(-1, 1));
    }
    INDArray labels = Nd4j.zeros(type, examples, CLASSES);
    for (int e = 0; e < examples; e++) {
      labels.putScalar(e, random.nextInt(CLASSES), 1);
    }
    return new DataSet(
        format == RNNFormat.NWC ? features.permute(0, 2, 1).dup('c') : features, labels);
  }

  private static double distance(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void equalsHostOverManySteps(Form form) {
    List<IUpdater[]> updaters = new ArrayList<>();
    updaters.add(new IUpdater[] {new AnalogSgd(0.05, PulseScheme.EXPECTED), new Sgd(0.05)});
    updaters.add(new IUpdater[] {new Adam(0.01), new Adam(0.01)});
    for (IUpdater[] pair : updaters) {
      MultiLayerNetwork analog =
          network(form.analog().nOut(6).build(), pair[0], DataType.DOUBLE, RNNFormat.NCW);
      MultiLayerNetwork host =
          network(form.host().nOut(6).build(), pair[1], DataType.DOUBLE, RNNFormat.NCW);
      assertThat(analog.getParam("0_W")).isEqualTo(host.getParam("0_W"));
      analog.getLayer(2).getParam("W").assign(host.getLayer(2).getParam("W"));
      INDArray start = host.getParam("0_W").dup();
      DataSet test = data(5, 99, DataType.DOUBLE, RNNFormat.NCW);
      assertThat(
              distance(
                  analog.feedForward(test.getFeatures()).get(1),
                  host.feedForward(test.getFeatures()).get(1)))
          .isLessThan(1e-12);
      for (int step = 0; step < 20; step++) {
        DataSet batch = data(6, step, DataType.DOUBLE, RNNFormat.NCW);
        analog.fit(batch);
        host.fit(batch);
      }
      for (String param : List.of("0_W", "0_b", "2_W", "2_b")) {
        assertThat(distance(analog.getParam(param), host.getParam(param)))
            .as(param)
            .isLessThan(1e-6);
      }
      assertThat(distance(start, host.getParam("0_W"))).isGreaterThan(1e-3);
    }
  }

  /** Both formats are the same numbers, and gradients are true, with groups too. */
  @ParameterizedTest
  @MethodSource("forms")
  void formatsAgreeAndGradientsAreTrue(Form form) {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      List<INDArray> said = new ArrayList<>();
      for (RNNFormat format : RNNFormat.values()) {
        MultiLayerNetwork network =
            network(
                form.analog().nOut(4).groups(2).rnnDataFormat(format).build(),
                new NoOp(),
                DataType.DOUBLE,
                format);
        if (!said.isEmpty()) {
          network.getLayer(2).getParam("W").assign(said.get(1));
        }
        DataSet batch = data(3, 7, DataType.DOUBLE, format);
        INDArray sums = network.feedForward(batch.getFeatures()).get(1);
        said.add(format == RNNFormat.NWC ? sums.permute(0, 2, 1).dup('c') : sums.dup('c'));
        said.add(network.getLayer(2).getParam("W").dup());
        assertThat(
                GradientCheckUtil.checkGradients(
                    new GradientCheckUtil.MLNConfig()
                        .net(network)
                        .input(batch.getFeatures())
                        .labels(batch.getLabels())))
            .isTrue();
      }
      assertThat(distance(said.get(0), said.get(2))).isLessThan(1e-12);
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }

  @Test
  void configurationsAndDevicesAreKept() throws Exception {
    MultiLayerNetwork network =
        network(
            new AnalogConvolution1DLayer.Builder(3)
                .nOut(6)
                .groups(2)
                .synapse(Synapses.pcmCapacitor2018())
                .build(),
            new AnalogSgd(0.05, PulseScheme.LOW_DISCREPANCY),
            DataType.FLOAT,
            RNNFormat.NCW);
    network.fit(data(4, 1, DataType.FLOAT, RNNFormat.NCW));
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
    assertThat(MultiLayerConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
    MultiLayerNetwork clone = network.clone();
    DataSet next = data(4, 2, DataType.FLOAT, RNNFormat.NCW);
    network.fit(next);
    clone.fit(next);
    assertThat(clone.params()).isEqualTo(network.params());
    assertThat(((AnalogLayer) network.getLayer(0)).readArray().rows()).isEqualTo(2 * 3 + 1);
    assertThatThrownBy(() -> network.output(Nd4j.zeros(DataType.FLOAT, 2, CHANNELS)))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("[2, 4]");
    assertThatThrownBy(() -> network.output(Nd4j.zeros(DataType.FLOAT, 2, 3, STEPS)))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("3 channels");
  }

  /** A mask silences outputs, as it does in the host's layer. */
  @Test
  void masksDoWhatTheyDoInTheHost() {
    Form form = new Form(ConvolutionMode.Same, 3, 1, 1, 0);
    MultiLayerNetwork analog =
        network(form.analog().nOut(6).build(), new Sgd(0.1), DataType.DOUBLE, RNNFormat.NCW);
    MultiLayerNetwork host =
        network(form.host().nOut(6).build(), new Sgd(0.1), DataType.DOUBLE, RNNFormat.NCW);
    analog.setParams(asOurs(host, analog));
    DataSet test = data(2, 3, DataType.DOUBLE, RNNFormat.NCW);
    INDArray mask = Nd4j.ones(DataType.DOUBLE, 2, STEPS);
    for (int step = 6; step < STEPS; step++) {
      mask.putScalar(1, step, 0);
    }
    INDArray own = analog.output(test.getFeatures(), false, mask, null);
    assertThat(distance(own, host.output(test.getFeatures(), false, mask, null))).isLessThan(1e-12);
    assertThat(distance(own, analog.output(test.getFeatures()))).isGreaterThan(1e-4);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void convertsThereAndBackAndDrifts(Form form) {
    MultiLayerNetwork host =
        network(form.host().nOut(6).build(), new Sgd(0.1), DataType.FLOAT, RNNFormat.NCW);
    INDArray features = data(5, 3, DataType.FLOAT, RNNFormat.NCW).getFeatures();
    MultiLayerNetwork analog =
        HardwareConversion.of(host).all(Analog.on(Synapses.ideal())).convert().network();
    assertThat(analog.getLayer(0).conf().getLayer())
        .isExactlyInstanceOf(AnalogConvolution1DLayer.class);
    assertThat(distance(analog.output(features), host.output(features))).isLessThan(1e-5);
    MultiLayerNetwork back =
        HardwareConversion.of(analog).with(Analog.toSoftware()).convert().network();
    assertThat(back.getLayer(0).conf().getLayer()).isExactlyInstanceOf(Convolution1DLayer.class);
    assertThat(distance(back.output(features), host.output(features))).isLessThan(1e-5);
    INDArray w = analog.getParam("0_W");
    INDArray later = Drift.of(analog, 2).after(0, false).getParam("0_W");
    double likeness =
        later.mul(w).sumNumber().doubleValue()
            / (w.norm2Number().doubleValue() * later.norm2Number().doubleValue());
    assertThat(likeness).isBetween(0.97, 0.999999);
  }

  /** By name: the order of the parameters is another. */
  private static INDArray asOurs(MultiLayerNetwork host, MultiLayerNetwork analog) {
    for (int layer : new int[] {0, 2}) {
      for (String param : List.of("W", "b")) {
        analog.getLayer(layer).getParam(param).assign(host.getLayer(layer).getParam(param));
      }
    }
    return analog.params().dup();
  }
}
