package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.layer.AnalogLSTM;
import io.github.dl4jhardware.analog.layer.AnalogRnnOutputLayer;
import io.github.dl4jhardware.analog.layer.AnalogSimpleRnn;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.convert.HardwareConversion;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** With ideal devices recurrent layers are DL4J's, in whatever they are wrapped. */
class RecurrentEquivalenceTest {
  private static final int FEATURES = 4;
  private static final int STEPS = 6;
  private static final int HIDDEN = 5;
  private static final int CLASSES = 3;

  /** A layer, of ours and of the host. Within two wrappers the host fills in no defaults. */
  enum Kind {
    LSTM {
      @Override
      Layer ours(IUpdater updater) {
        return new AnalogLSTM.Builder()
            .activation(Activation.TANH)
            .nOut(HIDDEN)
            .updater(updater)
            .weightInit(WeightInit.XAVIER)
            .biasInit(0.1)
            .synapse(Synapses.ideal())
            .build();
      }

      @Override
      Layer host(IUpdater updater) {
        return new LSTM.Builder()
            .activation(Activation.TANH)
            .nOut(HIDDEN)
            .updater(updater)
            .weightInit(WeightInit.XAVIER)
            .biasInit(0.1)
            .build();
      }
    },
    HARD_LSTM {
      @Override
      Layer ours(IUpdater updater) {
        return new AnalogLSTM.Builder()
            .nOut(HIDDEN)
            .updater(updater)
            .weightInit(WeightInit.XAVIER)
            .biasInit(0.1)
            .gateActivationFunction(Activation.HARDSIGMOID)
            .activation(Activation.SOFTSIGN)
            .forgetGateBiasInit(2)
            .weightInitRecurrent(WeightInit.RELU)
            .synapse(Synapses.ideal())
            .build();
      }

      @Override
      Layer host(IUpdater updater) {
        return new LSTM.Builder()
            .nOut(HIDDEN)
            .updater(updater)
            .weightInit(WeightInit.XAVIER)
            .biasInit(0.1)
            .gateActivationFunction(Activation.HARDSIGMOID)
            .activation(Activation.SOFTSIGN)
            .forgetGateBiasInit(2)
            .weightInitRecurrent(WeightInit.RELU)
            .build();
      }
    },
    SIMPLE {
      @Override
      Layer ours(IUpdater updater) {
        return new AnalogSimpleRnn.Builder()
            .activation(Activation.TANH)
            .nOut(HIDDEN)
            .updater(updater)
            .weightInit(WeightInit.XAVIER)
            .biasInit(0.1)
            .synapse(Synapses.ideal())
            .build();
      }

      @Override
      Layer host(IUpdater updater) {
        return new SimpleRnn.Builder()
            .activation(Activation.TANH)
            .nOut(HIDDEN)
            .updater(updater)
            .weightInit(WeightInit.XAVIER)
            .biasInit(0.1)
            .build();
      }
    };

    abstract Layer ours(IUpdater updater);

    abstract Layer host(IUpdater updater);
  }

  /** What stands around it. */
  enum Around {
    NOTHING,
    CONCAT,
    ADD,
    MUL,
    AVERAGE,
    LAST,
    MASK_ZERO;

    Layer put(Layer layer) {
      return switch (this) {
        case NOTHING -> layer;
        case LAST -> new LastTimeStep(layer);
        case MASK_ZERO -> new MaskZeroLayer.Builder().setUnderlying(layer).setMaskValue(0).build();
        default -> new Bidirectional(Bidirectional.Mode.valueOf(name()), layer);
      };
    }

    boolean ofSequences() {
      return this != LAST;
    }
  }

  record Form(Kind kind, Around around, RNNFormat format, boolean truncated) {
    MultiLayerNetwork network(boolean ours, IUpdater updater, DataType type) {
      Layer first = around.put(ours ? kind.ours(updater) : kind.host(updater));
      NeuralNetConfiguration.ListBuilder list =
          new NeuralNetConfiguration.Builder()
              .seed(42)
              .dataType(type)
              .updater(updater)
              .biasInit(0.1)
              .activation(Activation.TANH)
              .list()
              .layer(first)
              .layer(ours ? end(updater) : hostEnd(updater))
              .setInputType(InputType.recurrent(FEATURES, STEPS, format));
      if (truncated) {
        list.backpropType(BackpropType.TruncatedBPTT).tBPTTForwardLength(4).tBPTTBackwardLength(4);
      }
      MultiLayerConfiguration configuration = list.build();
      MultiLayerNetwork network = new MultiLayerNetwork(configuration);
      network.init();
      return network;
    }

    private Layer end(IUpdater updater) {
      return around.ofSequences()
          ? new AnalogRnnOutputLayer.Builder(LossFunction.MCXENT)
              .nOut(CLASSES)
              .activation(Activation.SOFTMAX)
              .synapse(Synapses.ideal())
              .build()
          : software(updater);
    }

    private Layer hostEnd(IUpdater updater) {
      return around.ofSequences()
          ? new RnnOutputLayer.Builder(LossFunction.MCXENT)
              .nOut(CLASSES)
              .activation(Activation.SOFTMAX)
              .build()
          : software(updater);
    }

    private static Layer software(IUpdater updater) {
      return new OutputLayer.Builder(LossFunction.MCXENT)
          .nOut(CLASSES)
          .updater(updater instanceof AnalogSgd ? new Sgd(0.05) : updater)
          .activation(Activation.SOFTMAX)
          .build();
    }

    /** Sequences of different lengths, the masked steps at the end, or at both ends. */
    DataSet data(int examples, long seed, DataType type, boolean masked) {
      SplittableRandom random = new SplittableRandom(seed);
      INDArray features = Nd4j.createUninitialized(type, examples, FEATURES, STEPS);
      for (int i = 0; i < features.length(); i++) {
        features.putScalar(i, random.nextDouble(-1, 1));
      }
      INDArray labels =
          around.ofSequences()
              ? Nd4j.zeros(type, examples, CLASSES, STEPS)
              : Nd4j.zeros(type, examples, CLASSES);
      for (int e = 0; e < examples; e++) {
        for (int step = 0; step < STEPS; step++) {
          if (around.ofSequences()) {
            labels.putScalar(new int[] {e, random.nextInt(CLASSES), step}, 1);
          }
        }
        if (!around.ofSequences()) {
          labels.putScalar(e, random.nextInt(CLASSES), 1);
        }
      }
      boolean last = format == RNNFormat.NWC;
      INDArray x = last ? features.permute(0, 2, 1).dup('c') : features;
      INDArray y = last && around.ofSequences() ? labels.permute(0, 2, 1).dup('c') : labels;
      if (!masked) {
        return new DataSet(x, y);
      }
      INDArray mask = Nd4j.ones(type, examples, STEPS);
      for (int e = 0; e < examples; e++) {
        for (int step = STEPS - e % 3; step < STEPS; step++) {
          mask.putScalar(e, step, 0);
        }
      }
      return new DataSet(x, y, mask, around.ofSequences() ? mask : null);
    }
  }

  static Stream<Form> forms() {
    List<Form> forms = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (Around around : Around.values()) {
        // What stands around a layer does not know its gates.
        if (kind != Kind.HARD_LSTM || around == Around.NOTHING) {
          forms.add(new Form(kind, around, RNNFormat.NCW, false));
        }
      }
      forms.add(new Form(kind, Around.NOTHING, RNNFormat.NWC, false));
      forms.add(new Form(kind, Around.CONCAT, RNNFormat.NWC, false));
      forms.add(new Form(kind, Around.NOTHING, RNNFormat.NCW, true));
    }
    return forms.stream();
  }

  /** Truncated gradients are not those of the whole loss, and kinks have none. */
  static Stream<Form> smooth() {
    return forms()
        .filter(
            form ->
                !form.truncated()
                    && form.kind() != Kind.HARD_LSTM
                    && (form.around() == Around.NOTHING
                        || form.around() == Around.LAST
                        || form.around() == Around.CONCAT));
  }

  private static double distance(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }

  /** Weights by name: in the order of all parameters, devices stand between them. */
  private static double apart(MultiLayerNetwork ours, MultiLayerNetwork host) {
    return host.paramTable().keySet().stream()
        .mapToDouble(name -> distance(ours.getParam(name), host.getParam(name)))
        .max()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void equalsHostOverManySteps(Form form) {
    List<IUpdater[]> updaters = new ArrayList<>();
    if (form.kind() == Kind.LSTM) {
      updaters.add(new IUpdater[] {new AnalogSgd(0.05, PulseScheme.EXPECTED), new Sgd(0.05)});
    }
    updaters.add(new IUpdater[] {new Adam(0.01), new Adam(0.01)});
    for (IUpdater[] pair : updaters) {
      MultiLayerNetwork ours = form.network(true, pair[0], DataType.DOUBLE);
      MultiLayerNetwork host = form.network(false, pair[1], DataType.DOUBLE);
      assertThat(apart(ours, host)).isZero();
      INDArray start = host.params().dup();
      for (boolean masked : new boolean[] {false, true}) {
        DataSet test = form.data(5, 99, DataType.DOUBLE, masked);
        assertThat(
                distance(
                    ours.output(test.getFeatures(), false, test.getFeaturesMaskArray(), null),
                    host.output(test.getFeatures(), false, test.getFeaturesMaskArray(), null)))
            .isLessThan(1e-12);
        for (int step = 0; step < 10; step++) {
          DataSet batch = form.data(6, step, DataType.DOUBLE, masked);
          ours.fit(batch);
          host.fit(batch);
          assertThat(ours.score()).isCloseTo(host.score(), within(host));
        }
      }
      assertThat(apart(ours, host)).isLessThan(1e-6);
      assertThat(distance(start, host.params())).isGreaterThan(1e-3);
    }
  }

  private static Offset<Double> within(MultiLayerNetwork host) {
    return Offset.offset(1e-7 * Math.abs(host.score()));
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void singlePrecisionEqualsHost(Form form) {
    MultiLayerNetwork ours =
        form.network(true, new AnalogSgd(0.05, PulseScheme.EXPECTED), DataType.FLOAT);
    MultiLayerNetwork host = form.network(false, new Sgd(0.05), DataType.FLOAT);
    for (int step = 0; step < 20; step++) {
      DataSet batch = form.data(6, step, DataType.FLOAT, false);
      ours.fit(batch);
      host.fit(batch);
    }
    assertThat(apart(ours, host)).isLessThan(1e-4);
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void gradientsAreTrue(Form form) {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      MultiLayerNetwork network = form.network(true, new NoOp(), DataType.DOUBLE);
      DataSet batch = form.data(3, 7, DataType.DOUBLE, false);
      assertThat(
              GradientCheckUtil.checkGradients(
                  new GradientCheckUtil.MLNConfig()
                      .net(network)
                      .input(batch.getFeatures())
                      .labels(batch.getLabels())))
          .isTrue();
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void convertsThereAndBack(Form form) {
    MultiLayerNetwork host = form.network(false, new Sgd(0.1), DataType.FLOAT);
    INDArray features = form.data(5, 3, DataType.FLOAT, false).getFeatures();
    MultiLayerNetwork ours =
        HardwareConversion.of(host).all(Analog.on(Synapses.ideal())).convert().network();
    assertThat(ours.getLayerWiseConfigurations().toJson()).contains("\"synapse\"");
    assertThat(distance(ours.output(features), host.output(features))).isLessThan(1e-5);
    MultiLayerNetwork back =
        HardwareConversion.of(ours).with(Analog.toSoftware()).convert().network();
    assertThat(back.getLayerWiseConfigurations().toJson()).doesNotContain("Analog");
    assertThat(distance(back.output(features), host.output(features))).isLessThan(1e-5);
    for (int step = 0; step < 5; step++) {
      DataSet batch = form.data(6, step, DataType.FLOAT, false);
      back.fit(batch);
      host.fit(batch);
    }
    assertThat(distance(back.params(), host.params())).isLessThan(1e-6);
  }

  /** Of graphs, which tell layers of truncated backpropagation. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void graphsEqualTheHosts(Kind kind) {
    ComputationGraph ours = graph(kind.ours(new Adam(0.01)), true);
    ComputationGraph host = graph(kind.host(new Adam(0.01)), false);
    Form form = new Form(kind, Around.NOTHING, RNNFormat.NCW, false);
    for (int step = 0; step < 20; step++) {
      DataSet batch = form.data(6, step, DataType.DOUBLE, step % 2 == 1);
      ours.fit(batch);
      host.fit(batch);
    }
    INDArray features = form.data(5, 99, DataType.DOUBLE, false).getFeatures();
    assertThat(distance(ours.outputSingle(features), host.outputSingle(features))).isLessThan(1e-9);
    INDArray whole = ours.rnnTimeStep(features)[0].dup();
    ours.rnnClearPreviousState();
    for (int step = 0; step < STEPS; step++) {
      INDArray now = features.get(all(), all(), NDArrayIndex.interval(step, step + 1));
      INDArray said = ours.rnnTimeStep(now)[0];
      assertThat(
              distance(said.reshape(5, CLASSES), whole.get(all(), all(), NDArrayIndex.point(step))))
          .isLessThan(1e-12);
    }
  }

  private static INDArrayIndex all() {
    return NDArrayIndex.all();
  }

  private static ComputationGraph graph(Layer layer, boolean ours) {
    Layer end =
        ours
            ? new AnalogRnnOutputLayer.Builder(LossFunction.MCXENT)
                .nOut(CLASSES)
                .synapse(Synapses.ideal())
                .build()
            : new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(CLASSES).build();
    // The host's SimpleRnn begins anew at each segment; ours goes on, so they are not compared.
    boolean truncated = layer.getClass().getSimpleName().endsWith("LSTM");
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(42)
                .dataType(DataType.DOUBLE)
                .updater(new Adam(0.01))
                .activation(Activation.TANH)
                .graphBuilder()
                .addInputs("in")
                .addLayer("recurrent", layer, "in")
                .addLayer("out", end, "recurrent")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(FEATURES, STEPS))
                .backpropType(truncated ? BackpropType.TruncatedBPTT : BackpropType.Standard)
                .tBPTTForwardLength(4)
                .tBPTTBackwardLength(3)
                .build());
    graph.init();
    return graph;
  }

  /** The host can run both directions' last steps, and not train them. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void lastStepsOfBothDirectionsConvert(Kind kind) {
    MultiLayerNetwork host =
        Networks.initialised(
            Networks.settings(new Sgd(0.1), DataType.FLOAT)
                .list()
                .layer(new Bidirectional(new LastTimeStep(kind.host(new Sgd(0.1)))))
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(CLASSES).build())
                .setInputType(InputType.recurrent(FEATURES, STEPS))
                .build());
    MultiLayerNetwork ours =
        HardwareConversion.of(host).all(Analog.on(Synapses.ideal())).convert().network();
    Form form = new Form(kind, Around.LAST, RNNFormat.NCW, false);
    INDArray features = form.data(5, 3, DataType.FLOAT, false).getFeatures();
    assertThat(ours.getLayerWiseConfigurations().toJson()).contains("\"synapse\"");
    assertThat(distance(ours.output(features), host.output(features))).isLessThan(1e-5);
  }
}
