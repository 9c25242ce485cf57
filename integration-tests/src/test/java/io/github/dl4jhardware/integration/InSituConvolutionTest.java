package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.WeightTransfer;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.host.HostNetwork;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
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

/** Convolutions, what stands between them, and graphs, one example at a time. */
class InSituConvolutionTest {
  private static final int SIZE = 7;
  private static final int CHANNELS = 2;
  private static final int CLASSES = 3;

  /** A network of some kind on a synapse. */
  private interface Kind extends BiFunction<Synapse, IUpdater, NeuralNetwork> {}

  static Stream<String> kinds() {
    return KINDS.keySet().stream().sorted();
  }

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry(
              "strict with padding, greatest",
              (synapse, updater) ->
                  sequence(
                      updater,
                      CNN2DFormat.NCHW,
                      conv(synapse, 3).padding(1, 1).activation(Activation.TANH).build(),
                      pool(SubsamplingLayer.PoolingType.MAX, ConvolutionMode.Truncate, 2, 2)
                          .build(),
                      dense(synapse),
                      output(synapse))),
          Map.entry(
              "strides, groups, a digital bias, mean",
              (synapse, updater) ->
                  sequence(
                      updater,
                      CNN2DFormat.NCHW,
                      conv(synapse, 4)
                          .groups(2)
                          .stride(2, 1)
                          .biasOnArray(false)
                          .convolutionMode(ConvolutionMode.Same)
                          .activation(Activation.RELU)
                          .build(),
                      pool(SubsamplingLayer.PoolingType.AVG, ConvolutionMode.Same, 3, 2).build(),
                      output(synapse))),
          Map.entry(
              "dilation, mean with padding, channels last",
              (synapse, updater) ->
                  sequence(
                      updater,
                      CNN2DFormat.NHWC,
                      conv(synapse, 4)
                          .dilation(2, 1)
                          .convolutionMode(ConvolutionMode.Truncate)
                          .dataFormat(CNN2DFormat.NHWC)
                          .activation(Activation.SIGMOID)
                          .build(),
                      pool(SubsamplingLayer.PoolingType.AVG, ConvolutionMode.Truncate, 2, 1)
                          .padding(1, 1)
                          .avgPoolIncludePadInDivisor(true)
                          .dataFormat(CNN2DFormat.NHWC)
                          .build(),
                      conv(synapse, 2).dataFormat(CNN2DFormat.NHWC).build(),
                      dense(synapse),
                      output(synapse))),
          Map.entry(
              "normalisation and global means",
              (synapse, updater) ->
                  sequence(
                      updater,
                      CNN2DFormat.NCHW,
                      conv(synapse, 5).hasBias(false).activation(Activation.IDENTITY).build(),
                      new BatchNormalization.Builder().decay(0.8).build(),
                      new ActivationLayer(Activation.RELU),
                      new GlobalPoolingLayer(PoolingType.AVG),
                      output(synapse))),
          Map.entry(
              "locked normalisation without a logarithm, global sums",
              (synapse, updater) ->
                  sequence(
                      updater,
                      CNN2DFormat.NCHW,
                      conv(synapse, 5).activation(Activation.IDENTITY).build(),
                      new BatchNormalization.Builder()
                          .decay(0.8)
                          .useLogStd(false)
                          .lockGammaBeta(true)
                          .gamma(0.5)
                          .beta(0.1)
                          .build(),
                      new ActivationLayer(Activation.TANH),
                      new GlobalPoolingLayer(PoolingType.SUM),
                      output(synapse))),
          Map.entry(
              "groups and strides behind a layer, greatest with padding",
              (synapse, updater) ->
                  sequence(
                      updater,
                      CNN2DFormat.NCHW,
                      pointwise(synapse, CNN2DFormat.NCHW),
                      conv(synapse, 4)
                          .groups(2)
                          .stride(2, 1)
                          .padding(1, 1)
                          .convolutionMode(ConvolutionMode.Truncate)
                          .activation(Activation.TANH)
                          .build(),
                      pool(SubsamplingLayer.PoolingType.MAX, ConvolutionMode.Truncate, 3, 2)
                          .padding(1, 1)
                          .build(),
                      conv(synapse, 6).groups(2).convolutionMode(ConvolutionMode.Same).build(),
                      pool(SubsamplingLayer.PoolingType.MAX, ConvolutionMode.Same, 2, 2).build(),
                      output(synapse))),
          Map.entry(
              "dilation and groups behind a layer, normalised, global greatest, channels last",
              (synapse, updater) ->
                  sequence(
                      updater,
                      CNN2DFormat.NHWC,
                      pointwise(synapse, CNN2DFormat.NHWC),
                      conv(synapse, 4)
                          .dataFormat(CNN2DFormat.NHWC)
                          .groups(2)
                          .dilation(1, 2)
                          .convolutionMode(ConvolutionMode.Truncate)
                          .build(),
                      new BatchNormalization.Builder()
                          .dataFormat(CNN2DFormat.NHWC)
                          .updater(new Sgd(0.03))
                          .build(),
                      conv(synapse, 4)
                          .dataFormat(CNN2DFormat.NHWC)
                          .dilation(2, 1)
                          .convolutionMode(ConvolutionMode.Same)
                          .build(),
                      new GlobalPoolingLayer(PoolingType.MAX),
                      output(synapse))),
          Map.entry(
              "in a row",
              (synapse, updater) ->
                  sequence(
                      updater,
                      InputType.convolutionalFlat(SIZE, SIZE, CHANNELS),
                      conv(synapse, 4).activation(Activation.TANH).build(),
                      output(synapse))),
          Map.entry(
              "residuals and merges",
              (synapse, updater) -> graph(synapse, updater, CNN2DFormat.NCHW)),
          Map.entry(
              "residuals and merges, channels last",
              (synapse, updater) -> graph(synapse, updater, CNN2DFormat.NHWC)));

  /** In front of a layer whose errors have to go back. */
  private static Layer pointwise(Synapse synapse, CNN2DFormat format) {
    return new AnalogConvolutionLayer.Builder(1, 1)
        .nOut(4)
        .dataFormat(format)
        .activation(Activation.TANH)
        .synapse(synapse)
        .build();
  }

  private static NeuralNetwork network(String kind, Synapse synapse, IUpdater updater) {
    return Objects.requireNonNull(KINDS.get(kind)).apply(synapse, updater);
  }

  private static AnalogConvolutionLayer.Builder conv(Synapse synapse, int outputs) {
    return new AnalogConvolutionLayer.Builder(3, 2).nOut(outputs).synapse(synapse);
  }

  private static SubsamplingLayer.Builder pool(
      SubsamplingLayer.PoolingType type, ConvolutionMode mode, int kernel, int stride) {
    return new SubsamplingLayer.Builder(
            type, new int[] {kernel, kernel}, new int[] {stride, stride})
        .convolutionMode(mode);
  }

  private static Layer dense(Synapse synapse) {
    return new AnalogDenseLayer.Builder()
        .nOut(6)
        .activation(Activation.TANH)
        .synapse(synapse)
        .build();
  }

  private static Layer output(Synapse synapse) {
    return new AnalogOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .synapse(synapse)
        .build();
  }

  private static NeuralNetConfiguration.Builder settings(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(DataType.FLOAT)
        .updater(updater)
        .biasInit(0.1)
        .activation(Activation.IDENTITY);
  }

  private static MultiLayerNetwork sequence(IUpdater updater, CNN2DFormat format, Layer... layers) {
    return sequence(updater, InputType.convolutional(SIZE, SIZE, CHANNELS, format), layers);
  }

  private static MultiLayerNetwork sequence(IUpdater updater, InputType type, Layer... layers) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(settings(updater).list(layers).setInputType(type).build());
    network.init();
    return network;
  }

  /** Two ways of a residual, a merge, and a source that three read. */
  private static ComputationGraph graph(Synapse synapse, IUpdater updater, CNN2DFormat format) {
    ComputationGraph graph =
        new ComputationGraph(
            settings(updater)
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", same(synapse, format), "in")
                .addLayer(
                    "norm", new BatchNormalization.Builder().dataFormat(format).build(), "first")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "norm")
                .addLayer("second", same(synapse, format), "relu")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "second", "relu")
                .addLayer("third", same(synapse, format), "relu")
                .addVertex("both", new MergeVertex(), "sum", "third")
                .addLayer(
                    "pool",
                    pool(SubsamplingLayer.PoolingType.MAX, ConvolutionMode.Truncate, 3, 2).build(),
                    "both")
                .addLayer("dense", dense(synapse), "pool")
                .addLayer("out", output(synapse), "dense")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(SIZE, SIZE, CHANNELS, format))
                .build());
    graph.init();
    return graph;
  }

  private static AnalogConvolutionLayer same(Synapse synapse, CNN2DFormat format) {
    return conv(synapse, 4)
        .dataFormat(format)
        .convolutionMode(ConvolutionMode.Same)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static DataSet data(String kind, int examples) {
    SplittableRandom random = new SplittableRandom(11);
    long[] shape = {examples, CHANNELS, SIZE, SIZE};
    if (kind.contains("channels last")) {
      shape = new long[] {examples, SIZE, SIZE, CHANNELS};
    } else if (kind.contains("in a row")) {
      shape = new long[] {examples, CHANNELS * SIZE * SIZE};
    }
    INDArray features = Nd4j.create(DataType.FLOAT, shape);
    INDArray labels = Nd4j.create(DataType.FLOAT, examples, CLASSES);
    for (long i = 0; i < features.length(); i++) {
      features.putScalar(i, random.nextDouble() * 2 - 1);
    }
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, random.nextInt(CLASSES), 1);
    }
    return new DataSet(features, labels);
  }

  private static void fitOneByOne(NeuralNetwork network, DataSet data) {
    for (DataSet example : data.asList()) {
      network.fit(example);
    }
  }

  private static Map<String, INDArray> params(NeuralNetwork network) {
    return network instanceof MultiLayerNetwork sequence
        ? sequence.paramTable()
        : ((ComputationGraph) network).paramTable();
  }

  /** The oracle is DL4J's own loop with batches of one, devices and all. */
  @ParameterizedTest
  @MethodSource("kinds")
  void equalsFit(String kind) {
    IUpdater updater = new AnalogSgd(0.05, PulseScheme.EXPECTED);
    for (Synapse synapse : List.of(Synapses.ideal(), Synapses.pcmCapacitor2018())) {
      NeuralNetwork fitted = network(kind, synapse, updater);
      NeuralNetwork inSitu = network(kind, synapse, updater);
      DataSet data = data(kind, 40);
      fitOneByOne(fitted, data);
      InSituTrainer.of(inSitu).fit(data);
      Map<String, INDArray> all = new TreeMap<>(params(fitted));
      all.keySet().removeIf(name -> name.endsWith("_state"));
      all.forEach(
          (name, expected) -> {
            // Conductances are in µS, 40 of which are a weight of 1.
            boolean weights = name.matches(".*_(W|b|gamma|beta|mean|var|log10stdev)");
            double bound = weights ? 1e-4 : 4e-3;
            INDArray difference = Objects.requireNonNull(params(inSitu).get(name)).sub(expected);
            assertThat(difference.amaxNumber().doubleValue())
                .as("%s on %s", name, synapse)
                .isLessThan(bound);
          });
      assertThat(score(inSitu)).isCloseTo(score(fitted), within(1e-3));
      sameCounters(inSitu, fitted);
    }
  }

  /** Pulses are fractions of one here, and sums are rounded in other orders. */
  private static void sameCounters(NeuralNetwork inSitu, NeuralNetwork fitted) {
    for (int layer = 0; layer < HostNetwork.layers(fitted).length; layer++) {
      if (HostNetwork.layers(fitted)[layer] instanceof AnalogLayer expected) {
        ArrayCounters counted =
            ((AnalogLayer) HostNetwork.layers(inSitu)[layer]).readArray().counters();
        for (Count count : Count.values()) {
          double most = expected.readArray().counters().get(count);
          boolean pulses = count == Count.PULSE_UNITS_UP || count == Count.PULSE_UNITS_DOWN;
          assertThat((double) counted.get(count))
              .as("%s of array %d", count, layer)
              .isCloseTo(most, within(pulses ? 1e-3 * most : 0));
        }
      }
    }
  }

  private static double score(NeuralNetwork network) {
    return network instanceof MultiLayerNetwork sequence
        ? sequence.score()
        : ((ComputationGraph) network).score();
  }

  /** The software rows of comparisons rest on this. */
  @Test
  void equalsSoftwareOnIdealDevices() {
    MultiLayerNetwork software =
        sequence(
            new Sgd(0.05),
            CNN2DFormat.NCHW,
            new ConvolutionLayer.Builder(3, 2)
                .nOut(3)
                .padding(1, 1)
                .activation(Activation.TANH)
                .build(),
            pool(SubsamplingLayer.PoolingType.MAX, ConvolutionMode.Truncate, 2, 2).build(),
            new DenseLayer.Builder().nOut(6).activation(Activation.TANH).build(),
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build());
    String kind = "strict with padding, greatest";
    MultiLayerNetwork inSitu =
        (MultiLayerNetwork)
            network(kind, Synapses.ideal(), new AnalogSgd(0.05, PulseScheme.EXPECTED));
    for (String param : software.paramTable().keySet()) {
      inSitu.setParam(param, software.getParam(param));
    }
    DataSet data = data(kind, 100);
    fitOneByOne(software, data);
    InSituTrainer.of(inSitu).fit(data);
    for (String param : software.paramTable().keySet()) {
      assertThat(inSitu.getParam(param).sub(software.getParam(param)).amaxNumber().doubleValue())
          .as(param)
          .isLessThan(1e-4);
    }
    assertThat(inSitu.getIterationCount()).isEqualTo(100);
  }

  /**
   * Trains of pulses are drawn for each position as fit draws them: of numbers whose products and
   * sums are exact, so that nothing can turn a draw, not one bit differs.
   */
  @ParameterizedTest
  @EnumSource(PulseScheme.class)
  void drawsAsFitDoes(PulseScheme scheme) {
    NeuralNetwork[] networks = new NeuralNetwork[2];
    for (int i = 0; i < 2; i++) {
      MultiLayerNetwork network =
          sequence(
              new AnalogSgd(0.125, scheme),
              CNN2DFormat.NCHW,
              conv(Synapses.ideal(), 4).groups(2).build(),
              new GlobalPoolingLayer(PoolingType.SUM),
              new AnalogOutputLayer.Builder(LossFunction.L2)
                  .nOut(CLASSES)
                  .activation(Activation.IDENTITY)
                  .synapse(Synapses.ideal())
                  .build());
      for (String param : List.of("0_W", "0_b", "2_W", "2_b")) {
        network.setParam(param, eighths(network.getParam(param).shape(), param.hashCode()));
      }
      networks[i] = network;
    }
    DataSet example =
        new DataSet(
            eighths(new long[] {1, CHANNELS, SIZE, SIZE}, 3), eighths(new long[] {1, CLASSES}, 4));
    networks[0].fit(example);
    InSituTrainer.of(networks[1]).threads(2).fit(example);
    assertThat(params(networks[1])).isEqualTo(params(networks[0]));
  }

  private static INDArray eighths(long[] shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, (random.nextInt(9) - 4) / 8.0);
    }
    return array;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void numberOfThreadsDoesNotShow(String kind) {
    Synapse synapse = Synapses.pcmCapacitor2018().withTransfer(new WeightTransfer(16, true, 2));
    for (PulseScheme scheme : PulseScheme.values()) {
      NeuralNetwork one = network(kind, synapse, new AnalogSgd(0.05, scheme));
      NeuralNetwork three = network(kind, synapse, new AnalogSgd(0.05, scheme));
      DataSet data = data(kind, 20);
      InSituTrainer.of(one).fit(data);
      InSituTrainer.of(three).threads(3).fit(data);
      assertThat(params(three)).as(scheme.name()).isEqualTo(params(one));
    }
  }

  /** Converters and noise of both directions, groups too; the oracle is fit again. */
  @Test
  void readsThroughConverters() {
    for (int threads = 0; threads <= 2; threads++) {
      Synapse synapse = Synapses.pcmCapacitor2018();
      IUpdater updater = new AnalogSgd(0.05, PulseScheme.EXPECTED);
      ArrayEdges edges = Networks.REAL_EDGES;
      MultiLayerNetwork[] networks = new MultiLayerNetwork[2];
      for (int i = 0; i < 2; i++) {
        networks[i] =
            sequence(
                updater,
                CNN2DFormat.NCHW,
                conv(synapse, 4).edges(edges).build(),
                conv(synapse, 4).groups(2).edges(edges).build(),
                conv(synapse, 3).biasOnArray(false).edges(edges).build(),
                output(synapse));
      }
      DataSet data = data("", 2);
      if (threads == 0) {
        fitOneByOne(networks[0], data);
      } else {
        InSituTrainer.of(networks[0]).fit(data);
      }
      InSituTrainer.of(networks[1]).threads(Math.max(1, threads)).fit(data);
      if (threads == 0) {
        // A rounded sum may fall into the next step of a converter; most do not.
        for (String param : List.of("0_W", "1_W", "2_W", "2_b", "3_W")) {
          INDArray apart = networks[1].getParam(param).sub(networks[0].getParam(param));
          assertThat(apart.ameanNumber().doubleValue()).as(param).isLessThan(1e-4);
        }
      } else {
        assertThat(networks[1].params()).isEqualTo(networks[0].params());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void resumesBitForBit(String kind, @TempDir Path folder) throws Exception {
    Synapse synapse = Synapses.pcmCapacitor2018().withTransfer(new WeightTransfer(16, true, 2));
    IUpdater updater = new AnalogSgd(0.05);
    NeuralNetwork whole = network(kind, synapse, updater);
    NeuralNetwork part = network(kind, synapse, updater);
    List<DataSet> halves = data(kind, 40).batchBy(20);
    InSituTrainer.of(whole).fit(data(kind, 40));
    InSituTrainer.of(part).fit(halves.get(0));
    File file = folder.resolve("network.zip").toFile();
    NeuralNetwork resumed;
    if (part instanceof MultiLayerNetwork sequence) {
      sequence.save(file);
      resumed = MultiLayerNetwork.load(file, true);
    } else {
      ((ComputationGraph) part).save(file);
      resumed = ComputationGraph.load(file, true);
    }
    InSituTrainer.of(resumed).fit(halves.get(1));
    assertThat(params(resumed)).isEqualTo(params(whole));
  }

  // ---- What is refused ----

  static Stream<Arguments> untrainable() {
    Synapse synapse = Synapses.ideal();
    AnalogSgd updater = new AnalogSgd(0.1);
    return Stream.of(
        refused(
            updater,
            "\"layer1\" (index 1) pools by PNORM",
            conv(synapse, 2).build(),
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.PNORM)
                .kernelSize(2, 2)
                .pnorm(2)
                .build(),
            output(synapse)),
        refused(
            updater,
            "\"layer1\" (index 1) is a ConvolutionLayer",
            conv(synapse, 2).build(),
            new ConvolutionLayer.Builder(2, 2).nOut(2).build(),
            output(synapse)),
        refused(
            updater,
            "\"layer1\" (index 1) has the updater NoOp",
            conv(synapse, 2).build(),
            new BatchNormalization.Builder().updater(new NoOp()).build(),
            output(synapse)),
        refused(
            updater,
            "\"layer1\" (index 1) has gradient normalisation",
            conv(synapse, 2).build(),
            new BatchNormalization.Builder()
                .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
                .build(),
            output(synapse)),
        refused(
            updater,
            "\"layer1\" (index 1) has constraints",
            conv(synapse, 2).build(),
            new BatchNormalization.Builder()
                .constrainAllParameters(new NonNegativeConstraint())
                .build(),
            output(synapse)),
        refused(
            updater,
            "\"layer1\" (index 1) is wrapped in a FrozenLayerWithBackprop",
            conv(synapse, 2).build(),
            new FrozenLayerWithBackprop(new BatchNormalization()),
            output(synapse)),
        refused(
            updater,
            "\"layer0\" (index 0) is wrapped in a FrozenLayer",
            new FrozenLayer(conv(synapse, 2).build()),
            output(synapse)),
        refused(
            updater,
            "\"layer1\" (index 1) has the updater Adam",
            conv(synapse, 2).build(),
            new BatchNormalization.Builder().updater(new Adam(0.1)).build(),
            output(synapse)),
        refused(
            updater,
            "\"layer1\" (index 1) has the activation swish",
            conv(synapse, 2).build(),
            new ActivationLayer(Activation.SWISH),
            output(synapse)),
        refused(
            updater,
            "\"layer0\" (index 0) has dropout",
            conv(synapse, 2).dropOut(0.5).build(),
            output(synapse)),
        refused(
            new Sgd(0.1),
            "\"layer0\" (index 0) has the updater Sgd",
            conv(synapse, 2).build(),
            output(synapse)));
  }

  private static Arguments refused(IUpdater updater, String message, Layer... layers) {
    return Arguments.of(message, sequence(updater, CNN2DFormat.NCHW, layers));
  }

  @ParameterizedTest
  @MethodSource("untrainable")
  void refusesByName(String message, MultiLayerNetwork network) {
    assertThatThrownBy(() -> InSituTrainer.of(network))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("network.fit(...)");
  }

  @Test
  void refusesVerticesByName() {
    ComputationGraph graph =
        new ComputationGraph(
            settings(new AnalogSgd(0.1))
                .graphBuilder()
                .addInputs("in")
                .addVertex("unit", new L2NormalizeVertex(), "in")
                .addLayer("out", output(Synapses.ideal()), "unit")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(4))
                .build());
    graph.init();
    assertThatThrownBy(() -> InSituTrainer.of(graph))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("Vertex \"unit\" is a L2NormalizeVertex");
  }

  /** An axis that the host merges along, and that is none of channels. */
  @Test
  void refusesOtherAxes() {
    Synapse synapse = Synapses.ideal();
    MergeVertex below = new MergeVertex();
    below.setMergeAxis(2);
    ComputationGraph graph =
        new ComputationGraph(
            settings(new AnalogSgd(0.1))
                .graphBuilder()
                .addInputs("in")
                .addLayer("one", same(synapse, CNN2DFormat.NCHW), "in")
                .addLayer("two", same(synapse, CNN2DFormat.NCHW), "in")
                .addVertex("both", below, "one", "two")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "both")
                .addLayer("out", output(synapse), "pool")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(SIZE, SIZE, CHANNELS))
                .build());
    graph.init();
    assertThatThrownBy(() -> InSituTrainer.of(graph).fit(data("", 2)))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("Vertex \"both\" merges along axis 2");
  }

  /** Images are many numbers: few are gathered before they are trained on, and nothing changes. */
  @Test
  void largeImagesAreTrainedOnInTime() {
    MultiLayerNetwork[] networks = new MultiLayerNetwork[2];
    INDArray features = Nd4j.rand(DataType.FLOAT, 6, 1, 1024, 1024);
    INDArray labels = data("", 6).getLabels();
    for (int i = 0; i < 2; i++) {
      MultiLayerNetwork network =
          sequence(
              new AnalogSgd(0.05),
              InputType.convolutional(1024, 1024, 1),
              pool(SubsamplingLayer.PoolingType.AVG, ConvolutionMode.Truncate, 256, 256).build(),
              output(Synapses.pcmCapacitor2018()));
      if (i == 0) {
        InSituTrainer.of(network).fit(new DataSet(features, labels));
      } else {
        List<DataSet> each = new DataSet(features, labels).asList();
        InSituTrainer.of(network).fit(new ListDataSetIterator<>(each, 1), 1);
      }
      networks[i] = network;
    }
    assertThat(networks[1].params()).isEqualTo(networks[0].params());
  }

  /** Where only the data tell: nothing is trained. */
  @Test
  void refusesWhatTheImagesDoNotFit() {
    MultiLayerNetwork network =
        sequence(
            new AnalogSgd(0.1),
            CNN2DFormat.NCHW,
            conv(Synapses.ideal(), 2).build(),
            output(Synapses.ideal()));
    InSituTrainer trainer = InSituTrainer.of(network);
    DataSet wrong = data("", 2);
    wrong.setFeatures(Nd4j.create(DataType.FLOAT, 2, 5, SIZE, SIZE));
    assertThatThrownBy(() -> trainer.fit(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"layer0\" (index 0) takes 2 channels")
        .hasMessageContaining("[examples, 5, 7, 7]");
    wrong.setFeatures(Nd4j.create(DataType.FLOAT, 2, CHANNELS, SIZE, SIZE + 1));
    assertThatThrownBy(() -> trainer.fit(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CnnToFeedForwardPreProcessor")
        .hasMessageContaining("[examples, 2, 5, 7]");
    wrong.setFeatures(Nd4j.create(DataType.FLOAT, 2, CHANNELS, SIZE));
    assertThatThrownBy(() -> trainer.fit(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Features have the shape [2, 2, 7]");
    MultiLayerNetwork single =
        sequence(
            new AnalogSgd(0.1),
            CNN2DFormat.NCHW,
            conv(Synapses.ideal(), 2).build(),
            new GlobalPoolingLayer(PoolingType.MAX),
            new BatchNormalization(),
            output(Synapses.ideal()));
    assertThatThrownBy(() -> InSituTrainer.of(single).fit(data("", 2)))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("\"layer2\" (index 2) normalises single numbers");
    assertThat(network.getIterationCount()).isZero();
  }
}
