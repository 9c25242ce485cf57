package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport;
import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import io.github.dl4jhardware.convert.ConversionReport.Row;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.host.Wrappers;
import io.github.dl4jhardware.neuromorphic.convert.Trinary;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a conversion says of each layer is what is true of it. */
class ConversionReasonsTest {
  private static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder().seed(1).updater(new Sgd(0.1));
  }

  private static ConvolutionLayer convolution(int size, int features) {
    return new ConvolutionLayer.Builder(size, size)
        .nOut(features)
        .activation(Activation.RELU)
        .build();
  }

  private static OutputLayer classes() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build();
  }

  private static MultiLayerNetwork images(Layer... layers) {
    ListBuilder list = settings().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(list.setInputType(InputType.convolutional(12, 12, 1)).build());
    network.init();
    return network;
  }

  private static List<Row> spiking(MultiLayerNetwork network) {
    return HardwareConversion.of(network).convolution(Trinary.eedn()).convert().report().rows();
  }

  // ---- What leaves the network ----

  @Test
  void convolutionsWhoseValuesAreTheOutputAreKept() {
    MultiLayerNetwork source =
        images(
            convolution(3, 4),
            convolution(1, 3),
            new CnnLossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).convolution(Trinary.eedn()).convert();
    List<Row> rows = conversion.report().rows();
    assertThat(rows.get(0).to()).isEqualTo("TransductionLayer");
    assertThat(rows.get(1).outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(rows.get(1).why()).contains("output of the network");
    assertThat(conversion.network().getLayer(1).getParam("W"))
        .isEqualTo(source.getLayer(1).getParam("W"));
    // Also where pooling and an activation stand between, and normalisation with its gains.
    rows =
        spiking(
            images(
                convolution(3, 4),
                convolution(3, 3),
                new BatchNormalization(),
                pooling(),
                new GlobalPoolingLayer(PoolingType.AVG),
                new ActivationLayer(Activation.SOFTMAX),
                new LossLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.IDENTITY)
                    .build()));
    assertThat(rows.get(0).outcome()).isEqualTo(Outcome.CONVERTED);
    assertThat(rows.get(1).why()).contains("output of the network");
    assertThat(rows.get(2).why()).contains("right behind a converted convolution");
    assertThat(rows.get(3).why()).contains("output of the network");
  }

  @Test
  void aPopulationThatIsCountedIsNoSuchOutput() {
    List<Row> rows =
        spiking(
            images(
                convolution(3, 4),
                convolution(3, 30),
                new SpikePopulationOutputLayer.Builder().nOut(3).build()));
    assertThat(rows.get(1).to()).isEqualTo("TrinaryConvolutionLayer");
  }

  @Test
  void everyOutputOfAGraphIsKept() {
    GraphBuilder builder = settings().graphBuilder().addInputs("in");
    builder
        .addLayer("first", convolution(3, 4), "in")
        .addLayer("score", convolution(1, 2), "first")
        .addLayer("box", convolution(1, 4), "first")
        .addLayer(
            "scores",
            new CnnLossLayer.Builder(LossFunction.MSE).activation(Activation.SIGMOID).build(),
            "score")
        .setOutputs("scores", "box")
        .setInputTypes(InputType.convolutional(12, 12, 1));
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    ConversionReport report =
        HardwareConversion.of(graph).convolution(Trinary.eedn()).convert().report();
    for (Row row : report.rows()) {
      if (row.layer().equals("first")) {
        assertThat(row.outcome()).isEqualTo(Outcome.CONVERTED);
      } else if (!row.layer().equals("scores")) {
        assertThat(row.outcome()).as(row.layer()).isEqualTo(Outcome.REFUSED);
        assertThat(row.why()).contains("output of the network");
      }
    }
  }

  // ---- What reaches a layer ----

  /** Pooling and a convolution behind a spiking one and an activation. */
  private static List<Row> behind(Activation activation) {
    return spiking(
        images(
            convolution(3, 4),
            new ActivationLayer(activation),
            pooling(),
            convolution(3, 4),
            classes()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Activation.class,
      names = {"RELU", "LEAKYRELU", "RELU6", "ELU", "HARDTANH", "IDENTITY", "CUBE"})
  void activationsThatLeaveSpikesAsTheyAreAreNoObstacle(Activation activation) {
    List<Row> rows = behind(activation);
    assertThat(rows.get(2).to()).isEqualTo("TrinaryConvolutionLayer");
    assertThat(rows.get(3).to()).isEqualTo("TrinaryConvolutionLayer");
  }

  @ParameterizedTest
  @EnumSource(
      value = Activation.class,
      names = {"SIGMOID", "TANH", "SOFTPLUS", "SELU", "SOFTMAX"})
  void othersAreNamed(Activation activation) {
    List<Row> rows = behind(activation);
    assertThat(rows.get(2).why()).contains("\"layer1\" (ActivationLayer)");
    assertThat(rows.get(3).to()).isEqualTo("TransductionLayer");
    assertThat(rows.get(3).carried().note())
        .contains("it reads values of \"layer1\" (ActivationLayer)")
        .doesNotContain("input");
    assertThat(rows.get(0).carried().note()).contains("it reads the network's input");
  }

  @Test
  void whatDoesNothingBehindASpikeIsNoObstacle() {
    MultiLayerNetwork source =
        images(
            convolution(3, 4),
            new PReLULayer.Builder().inputShape(4, 10, 10).build(),
            new Upsampling2D.Builder(2).build(),
            new Cropping2D.Builder(1, 1).build(),
            new ZeroPaddingLayer.Builder(1, 1).build(),
            new DropoutLayer(0.5),
            new DropoutLayer(new SpatialDropout(0.8)),
            convolution(3, 4),
            new DropoutLayer(0.5),
            classes());
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).convolution(Trinary.eedn()).convert();
    List<Row> rows = conversion.report().rows();
    assertThat(rows.get(7).to()).isEqualTo("TrinaryConvolutionLayer");
    assertThat(rows.get(5).carried().note()).isEqualTo("dropped, as spikes are 0 or 1");
    assertThat(rows.get(6).carried().note()).isEqualTo("dropped, as spikes are 0 or 1");
    // Before the dense layer dropout still does its work.
    assertThat(rows.get(8).to()).isEqualTo("DropoutLayer");
    assertThat(rows.get(8).outcome()).isEqualTo(Outcome.KEPT);
    INDArray labels = Nd4j.zeros(2, 3);
    labels.putColumn(1, Nd4j.ones(2));
    conversion.network().fit(new DataSet(Nd4j.rand(DataType.FLOAT, 2, 1, 12, 12), labels));
  }

  @Test
  void sumsAreNoSpikesAndConcatenationIs() {
    for (boolean sum : new boolean[] {true, false}) {
      GraphBuilder builder = settings().graphBuilder().addInputs("in");
      builder
          .addLayer("a", convolution(3, 4), "in")
          .addLayer("b", convolution(3, 4), "in")
          .addVertex(
              "both",
              sum ? new ElementWiseVertex(ElementWiseVertex.Op.Add) : new MergeVertex(),
              "a",
              "b")
          .addLayer("pool", pooling(), "both")
          .addLayer("c", convolution(3, 4), "pool")
          .addLayer("out", classes(), "c")
          .setOutputs("out")
          .setInputTypes(InputType.convolutional(12, 12, 1));
      ComputationGraph graph = new ComputationGraph(builder.build());
      graph.init();
      Conversion<ComputationGraph> conversion =
          HardwareConversion.of(graph).convolution(Trinary.eedn()).convert();
      Row pool = row(conversion.report(), "pool");
      Row third = row(conversion.report(), "c");
      if (sum) {
        assertThat(pool.why()).contains("\"both\" (ElementWiseVertex)");
        assertThat(third.carried().note()).contains("values of \"both\" (ElementWiseVertex)");
        assertThat(third.to()).isEqualTo("TransductionLayer");
      } else {
        assertThat(pool.to()).isEqualTo("TrinaryConvolutionLayer");
        TrinaryConvolutionLayer pooled =
            (TrinaryConvolutionLayer) conversion.network().getLayer("pool").conf().getLayer();
        assertThat(pooled.getNIn()).isEqualTo(8);
        assertThat(third.to()).isEqualTo("TrinaryConvolutionLayer");
      }
      conversion.network().outputSingle(Nd4j.rand(DataType.FLOAT, 2, 1, 12, 12));
    }
  }

  private static Row row(ConversionReport report, String layer) {
    return report.rows().stream()
        .filter(row -> row.layer().equals(layer))
        .findFirst()
        .orElseThrow();
  }

  // ---- Settings that are there and do nothing ----

  static List<IDropout> idle() {
    return List.of(
        new Dropout(1.0),
        new SpatialDropout(1.0),
        new AlphaDropout(1.0),
        new GaussianDropout(0.0),
        new GaussianNoise(0.0));
  }

  @ParameterizedTest
  @MethodSource("idle")
  void whatKeepsEverythingIsNotSpokenOf(IDropout idle) {
    ConvolutionLayer first = convolution(3, 4);
    ConvolutionLayer second = convolution(3, 4);
    first.setIDropout(idle);
    second.setIDropout(idle);
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(images(first, second, classes()))
            .convolution(Trinary.eedn())
            .convert();
    assertThat(conversion.report().toString()).doesNotContainIgnoringCase("dropout");
    assertThat(conversion.network().getLayer(0).conf().getLayer().getIDropout()).isNull();

    MultiLayerNetwork dense =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(4)
                        .nOut(3)
                        .activation(Activation.TANH)
                        .dropOut(idle)
                        .weightNoise(new DropConnect(1.0))
                        .l2(0)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(3)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    dense.init();
    Conversion<MultiLayerNetwork> analog =
        HardwareConversion.of(dense)
            .dense(Analog.on(Synapses.ideal()).updater(new AnalogSgd(0.1)))
            .convert();
    assertThat(analog.report().count(Outcome.CONVERTED)).isEqualTo(2);
    assertThat(analog.report().toString()).doesNotContain("dropped");
    InSituTrainer.of(analog.network());
  }

  // ---- Reasons for what is kept ----

  @Test
  void frozenLayersAreSaidToBeFrozen() {
    MultiLayerNetwork network = images(convolution(3, 4), convolution(3, 4), classes());
    MultiLayerNetwork frozen = new TransferLearning.Builder(network).setFeatureExtractor(0).build();
    assertThat(
            HardwareConversion.of(frozen)
                .dense(Analog.on(Synapses.ideal()))
                .convert()
                .report()
                .rows()
                .get(0))
        .satisfies(row -> assertThat(row.why()).contains("frozen"));
    assertThat(spiking(frozen).get(0).why()).contains("frozen");
  }

  @Test
  void theOtherKindOfConversionIsNamed() {
    MultiLayerNetwork dense =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(2)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    dense.init();
    assertThatThrownBy(() -> HardwareConversion.of(dense).convolution(Trinary.eedn()).convert())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dense(...) puts it on analogue memory");
    MultiLayerNetwork network = images(convolution(3, 4), classes());
    assertThat(
            HardwareConversion.of(network)
                .dense(Analog.on(Synapses.ideal()))
                .convert()
                .report()
                .rows()
                .get(0))
        .satisfies(row -> assertThat(row.why()).contains("convolution(...)", "Trinary.eedn()"));
  }

  static Iterable<Synapse> synapses() {
    return Synapses.byName().values();
  }

  @ParameterizedTest
  @MethodSource("synapses")
  void weightsThatAreNoNumbersAreCountedAndNamed(Synapse synapse) {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      MultiLayerNetwork network = images(convolution(3, 4), classes());
      network.getLayer(1).getParam("W").putScalar(7, bad);
      network.getLayer(1).getParam("W").putScalar(9, bad);
      assertThatThrownBy(() -> HardwareConversion.of(network).dense(Analog.on(synapse)).convert())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 of the 1200 values of its parameter W are not finite")
          .hasMessageContaining("at index");
    }
  }

  @Test
  void columnsOfTheReportHoldLongNames() {
    ConvolutionLayer named = convolution(3, 4);
    named.setLayerName("a_name_that_is_longer_than_the_column_was");
    String report =
        HardwareConversion.of(images(named, classes()))
            .convolution(Trinary.eedn())
            .convert()
            .report()
            .toString();
    // Below a layer stands its reason, indented; the last line tells of all layers.
    List<String> lines = report.lines().filter(line -> !line.startsWith("    ")).toList();
    assertThat(lines).hasSize(4);
    int column = lines.get(0).indexOf(" is ") + 1;
    for (String line : lines.subList(1, 3)) {
      assertThat(line.substring(column - 2, column)).isBlank();
      assertThat(line.substring(column)).doesNotStartWith(" ");
    }
  }

  // ---- What the host once wrote ----

  /** Files of before DL4J 1.0.0-beta5 name no rule for fresh weights. */
  @Test
  void networksWithoutARuleForFreshWeightsConvert() {
    MultiLayerNetwork network = images(convolution(3, 4), convolution(3, 4), classes());
    MultiLayerNetwork frozen = new TransferLearning.Builder(network).setFeatureExtractor(0).build();
    for (int i = 0; i < frozen.getnLayers(); i++) {
      Layer conf = frozen.getLayerWiseConfigurations().getConf(i).getLayer();
      ((BaseLayer) Wrappers.inside(conf)).setWeightInitFn(null);
    }
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(frozen).dense(Analog.on(Synapses.ideal())).convert();
    INDArray image = Nd4j.rand(DataType.FLOAT, 2, 1, 12, 12);
    assertThat(conversion.network().output(image).equalsWithEps(frozen.output(image), 1e-5))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = OptimizationAlgorithm.class,
      names = "STOCHASTIC_GRADIENT_DESCENT",
      mode = EnumSource.Mode.EXCLUDE)
  void lineSearchesAreRefusedWithTheWayOut(OptimizationAlgorithm algorithm) {
    ListBuilder list = settings().optimizationAlgo(algorithm).list();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(convolution(3, 4))
                .layer(classes())
                .setInputType(InputType.convolutional(12, 12, 1))
                .build());
    network.init();
    assertThatThrownBy(
            () -> HardwareConversion.of(network).dense(Analog.on(Synapses.ideal())).convert())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining(algorithm.toString())
        .hasMessageContaining("use STOCHASTIC_GRADIENT_DESCENT");
    assertThatThrownBy(() -> spiking(network))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining(algorithm.toString())
        .hasMessageContaining("use STOCHASTIC_GRADIENT_DESCENT");
  }

  // ---- Wrappers ----

  @Test
  void denseLayersInsideWrappersAreConvertedThere() {
    MultiLayerNetwork source =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(new LSTM.Builder().nIn(3).nOut(4).build())
                .layer(
                    new TimeDistributed(
                        new DenseLayer.Builder()
                            .nIn(4)
                            .nOut(5)
                            .activation(Activation.TANH)
                            .build()))
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nIn(5)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    source.init();
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).dense(Analog.on(Synapses.ideal())).convert();
    Row row = conversion.report().rows().get(1);
    assertThat(row.outcome()).isEqualTo(Outcome.CONVERTED);
    assertThat(row.to()).isEqualTo("TimeDistributed of AnalogDenseLayer");
    MultiLayerNetwork network = conversion.network();
    assertThat(Wrappers.inside(network.getLayer(1))).isInstanceOf(AnalogLayer.class);
    INDArray sequences = Nd4j.rand(DataType.FLOAT, 2, 3, 6);
    assertThat(network.output(sequences).equalsWithEps(source.output(sequences), 1e-5)).isTrue();
    DataSet data = new DataSet(sequences, Nd4j.rand(DataType.FLOAT, 2, 2, 6));
    network.fit(data);
    source.fit(data);
    assertThat(network.output(sequences).equalsWithEps(source.output(sequences), 1e-5)).isTrue();
    MultiLayerNetwork back =
        HardwareConversion.of(network).with(Analog.toSoftware()).convert().network();
    assertThat(back.output(sequences).equalsWithEps(network.output(sequences), 1e-5)).isTrue();
  }

  // ---- Folding ----

  /**
   * By brute force: gains of both signs and zero, variances down to nothing, and an ε larger than
   * they are. Only responses within rounding of the threshold may differ.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void foldedNormalisationFiresWhereTheSourceIsPositive(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int features = 24;
    MultiLayerNetwork source =
        images(
            new ConvolutionLayer.Builder(3, 3)
                .activation(Activation.IDENTITY)
                .hasBias(seed % 2 == 0)
                .nOut(features)
                .build(),
            new BatchNormalization.Builder()
                .eps(seed > 3 ? 1e-3 : 1e-5)
                .useLogStd(seed % 3 == 0)
                .build(),
            new ActivationLayer(Activation.RELU),
            classes());
    INDArray images = Nd4j.rand(DataType.FLOAT, 6, 1, 12, 12);
    INDArray responses = source.feedForward(images, false).get(1);
    for (int feature = 0; feature < features; feature++) {
      double mean =
          responses.get(NDArrayIndex.all(), NDArrayIndex.point(feature)).meanNumber().doubleValue();
      org.deeplearning4j.nn.api.Layer norm = source.getLayer(1);
      norm.getParam("mean").putScalar(feature, mean + random.nextDouble(-0.1, 0.1));
      double log = random.nextDouble(-6, 0);
      if (seed % 3 == 0) {
        norm.getParam("log10stdev").putScalar(feature, log);
      } else {
        norm.getParam("var").putScalar(feature, Math.pow(10, 2 * log));
      }
      norm.getParam("beta").putScalar(feature, random.nextDouble(-1, 1));
      norm.getParam("gamma")
          .putScalar(feature, random.nextInt(4) == 0 ? 0 : random.nextDouble(-2, 2));
    }
    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(source).convolution(Trinary.eedn()).convert();
    assertThat(conversion.network().getLayer(0).conf().getLayer())
        .isInstanceOf(TransductionLayer.class);
    INDArray normalised = source.feedForward(images, false).get(2);
    INDArray spikes = conversion.network().feedForward(images, false).get(2);
    long different = 0;
    for (long i = 0; i < spikes.length(); i++) {
      double value = normalised.getDouble(i);
      boolean clear = Math.abs(value) > 1e-4;
      different += clear && (value > 0) != (spikes.getDouble(i) > 0) ? 1 : 0;
    }
    assertThat(different).isZero();
    assertThat(spikes.meanNumber().doubleValue()).isBetween(0.1, 0.9);
  }
}
