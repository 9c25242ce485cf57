package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** With ideal devices an analogue convolution is DL4J's, in all its forms. */
class ConvolutionEquivalenceTest {
  private static final int CHANNELS = 4;
  private static final int HEIGHT = 9;
  private static final int WIDTH = 7;
  private static final int CLASSES = 3;

  /** Pairs are of height and width. */
  record Form(
      ConvolutionMode mode,
      Pair kernel,
      Pair stride,
      Pair dilation,
      Pair padding,
      boolean bias,
      CNN2DFormat format) {
    private <B extends ConvolutionLayer.BaseConvBuilder<B>> B set(B builder) {
      return builder
          .nIn(CHANNELS)
          .kernelSize(kernel.both())
          .stride(stride.both())
          .dilation(dilation.both())
          .padding(padding.both())
          .convolutionMode(mode)
          .hasBias(bias);
    }

    AnalogConvolutionLayer.Builder analog() {
      return set(new AnalogConvolutionLayer.Builder()).synapse(Synapses.ideal()).dataFormat(format);
    }

    ConvolutionLayer.Builder host() {
      return set(new ConvolutionLayer.Builder()).dataFormat(format);
    }
  }

  record Pair(int height, int width) {
    int[] both() {
      return new int[] {height, width};
    }
  }

  static Stream<Form> forms() {
    List<Form> forms = new ArrayList<>();
    Pair one = new Pair(1, 1);
    Pair two = new Pair(2, 2);
    Pair none = new Pair(0, 0);
    Pair three = new Pair(3, 3);
    for (CNN2DFormat format : CNN2DFormat.values()) {
      forms.add(new Form(ConvolutionMode.Same, three, one, one, none, true, format));
      forms.add(new Form(ConvolutionMode.Same, three, one, one, none, false, format));
      forms.add(
          new Form(ConvolutionMode.Same, new Pair(3, 2), new Pair(2, 3), one, none, true, format));
      forms.add(new Form(ConvolutionMode.Same, three, one, two, none, true, format));
      forms.add(
          new Form(
              ConvolutionMode.Truncate,
              new Pair(2, 3),
              new Pair(2, 1),
              one,
              new Pair(1, 2),
              true,
              format));
      forms.add(
          new Form(
              ConvolutionMode.Truncate,
              new Pair(3, 2),
              one,
              new Pair(1, 2),
              new Pair(2, 0),
              true,
              format));
      forms.add(new Form(ConvolutionMode.Strict, three, two, one, none, true, format));
      forms.add(new Form(ConvolutionMode.Truncate, one, one, one, none, true, format));
      forms.add(
          new Form(
              ConvolutionMode.Truncate, new Pair(HEIGHT, WIDTH), one, one, none, true, format));
    }
    return forms.stream();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void equalsHostOverManySteps(Form form) {
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      List<IUpdater[]> updaters =
          List.of(
              new IUpdater[] {new AnalogSgd(0.05, PulseScheme.EXPECTED), new Sgd(0.05)},
              // Adam makes a whole step of the rounding of a gradient that is nearly 0.
              type == DataType.DOUBLE
                  ? new IUpdater[] {new Adam(0.01), new Adam(0.01)}
                  : new IUpdater[] {new Nesterovs(0.02), new Nesterovs(0.02)});
      for (IUpdater[] pair : updaters) {
        MultiLayerNetwork analog = network(form.analog().nOut(6).build(), form, pair[0], type);
        MultiLayerNetwork host = network(form.host().nOut(6).build(), form, pair[1], type);
        assertThat(analog.getParam("0_W")).isEqualTo(host.getParam("0_W"));
        copyHead(host, analog);
        INDArray start = host.getParam("0_W").dup();
        DataSet test = data(5, 99, form.format(), type);
        assertClose(analog.output(test.getFeatures()), host.output(test.getFeatures()), type);
        for (int step = 0; step < 20; step++) {
          DataSet batch = data(6, step, form.format(), type);
          analog.fit(batch);
          host.fit(batch);
        }
        for (String param : List.of("0_W", "0_b", "1_W", "1_b")) {
          if (form.bias() || !param.equals("0_b")) {
            assertClose(analog.getParam(param), host.getParam(param), type);
          }
        }
        assertThat(distance(start, host.getParam("0_W"))).isGreaterThan(1e-3);
        assertClose(analog.output(test.getFeatures()), host.output(test.getFeatures()), type);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void gradientsAreTrue(Form form) {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      for (int groups : new int[] {2, CHANNELS}) {
        Layer first = form.analog().nOut(4).groups(groups).build();
        MultiLayerNetwork network = network(first, form, new NoOp(), DataType.DOUBLE);
        DataSet batch = data(3, 7, form.format(), DataType.DOUBLE);
        assertThat(
                GradientCheckUtil.checkGradients(
                    new GradientCheckUtil.MLNConfig()
                        .net(network)
                        .input(batch.getFeatures())
                        .labels(batch.getLabels())))
            .isTrue();
      }
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }

  /** Each group is the host's convolution of its own channels, over its own weights. */
  @ParameterizedTest
  @MethodSource("forms")
  void groupsAreConvolutionsOfTheirOwn(Form form) {
    for (int[] each : new int[][] {{2, 8}, {CHANNELS, 8}, {CHANNELS, CHANNELS}}) {
      int groups = each[0];
      int width = each[1];
      MultiLayerNetwork grouped =
          network(
              form.analog().nOut(width).groups(groups).build(),
              form,
              new Sgd(0.1),
              DataType.DOUBLE);
      INDArray input = data(3, 5, form.format(), DataType.DOUBLE).getFeatures();
      INDArray all = grouped.getLayer(0).getParam("W");
      INDArray found = channelsFirst(grouped.feedForward(input).get(1), form);
      int ins = CHANNELS / groups;
      int outs = width / groups;
      for (int group = 0; group < groups; group++) {
        MultiLayerNetwork one =
            network(
                form.host().nIn(ins).nOut(outs).build(), form, new Sgd(0.1), DataType.DOUBLE, ins);
        one.getLayer(0)
            .getParam("W")
            .assign(all.get(NDArrayIndex.interval(group * outs, (group + 1) * outs)));
        if (form.bias()) {
          INDArray bias = grouped.getLayer(0).getParam("b");
          one.getLayer(0)
              .getParam("b")
              .assign(bias.get(NDArrayIndex.interval(group * outs, (group + 1) * outs)));
        }
        INDArray part = channels(input, form, group * ins, (group + 1) * ins);
        INDArray wanted = channelsFirst(one.feedForward(part).get(1), form);
        INDArray own =
            found.get(
                NDArrayIndex.all(),
                NDArrayIndex.interval(group * outs, (group + 1) * outs),
                NDArrayIndex.all(),
                NDArrayIndex.all());
        assertThat(distance(own, wanted)).as(groups + " groups").isLessThan(1e-12);
      }
    }
  }

  /** Patches of such images are taken in several parts. */
  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void largeImagesAreTakenInParts(CNN2DFormat format) {
    int size = 70;
    int channels = 32;
    InputType in = InputType.convolutional(size, size, channels, format);
    List<INDArray> found = new ArrayList<>();
    for (boolean analog : new boolean[] {true, false}) {
      ConvolutionLayer.BaseConvBuilder<?> builder =
          analog
              ? new AnalogConvolutionLayer.Builder(3, 3)
                  .synapse(Synapses.ideal())
                  .dataFormat(format)
              : new ConvolutionLayer.Builder(3, 3).dataFormat(format);
      builder.nOut(5).convolutionMode(ConvolutionMode.Same).activation(Activation.RELU);
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              new NeuralNetConfiguration.Builder()
                  .seed(3)
                  .dataType(DataType.DOUBLE)
                  .updater(new Sgd(0.1))
                  .list()
                  .layer(builder.build())
                  .layer(new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build())
                  .setInputType(in)
                  .build());
      network.init();
      if (analog) {
        found.add(network.getLayer(1).getParam("W").dup());
      } else {
        network.getLayer(1).getParam("W").assign(found.get(0));
      }
      SplittableRandom random = new SplittableRandom(8);
      INDArray images =
          Nd4j.create(random.doubles(3L * size * size * channels, -1, 1).toArray(), shape(in, 3));
      INDArray labels = Nd4j.create(new double[][] {{0, 1}, {1, 0}, {0, 1}});
      network.setInput(images);
      found.add(network.output(images));
      network.feedForward(true, false);
      network.setLabels(labels);
      network.computeGradientAndScore();
      found.add(network.gradient().getGradientFor("0_W").dup());
      found.add(network.gradient().getGradientFor("0_b").dup());
      network.fit(images, labels);
      found.add(network.getLayer(0).getParam("W").dup());
    }
    for (int i = 1; i <= 4; i++) {
      assertClose(found.get(i), found.get(i + 4), DataType.DOUBLE);
    }
  }

  private static INDArray channelsFirst(INDArray images, Form form) {
    return form.format() == CNN2DFormat.NHWC ? images.permute(0, 3, 1, 2) : images;
  }

  private static INDArray channels(INDArray images, Form form, int from, int to) {
    return form.format() == CNN2DFormat.NHWC
        ? images
            .get(
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.interval(from, to))
            .dup()
        : images.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)).dup();
  }

  static MultiLayerNetwork network(Layer first, Form form, IUpdater updater, DataType type) {
    return network(first, form, updater, type, CHANNELS);
  }

  private static MultiLayerNetwork network(
      Layer first, Form form, IUpdater updater, DataType type, int channels) {
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
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .updater(updater instanceof AnalogSgd ? new Sgd(0.05) : updater)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(HEIGHT, WIDTH, channels, form.format()))
                .build());
    network.init();
    return network;
  }

  /** Same seeds, but draws that go on from layer to layer. */
  private static void copyHead(MultiLayerNetwork from, MultiLayerNetwork to) {
    to.getLayer(1).getParam("W").assign(from.getLayer(1).getParam("W"));
  }

  static DataSet data(int examples, long seed, CNN2DFormat format, DataType type) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] shape =
        format == CNN2DFormat.NHWC
            ? new long[] {examples, HEIGHT, WIDTH, CHANNELS}
            : new long[] {examples, CHANNELS, HEIGHT, WIDTH};
    INDArray features = Nd4j.createUninitialized(type, shape);
    for (int i = 0; i < features.length(); i++) {
      features.putScalar(i, random.nextDouble(-1, 1));
    }
    INDArray labels = Nd4j.zeros(type, examples, CLASSES);
    for (int e = 0; e < examples; e++) {
      labels.putScalar(e, random.nextInt(CLASSES), 1);
    }
    return new DataSet(features, labels);
  }

  private static long[] shape(InputType type, long examples) {
    long[] shape = type.getShape(true);
    shape[0] = examples;
    return shape;
  }

  private static void assertClose(INDArray own, INDArray host, DataType type) {
    double bound = type == DataType.DOUBLE ? 1e-6 : 1e-4;
    assertThat(distance(own, host)).isLessThan(bound * host.amaxNumber().doubleValue());
  }

  private static double distance(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }
}
