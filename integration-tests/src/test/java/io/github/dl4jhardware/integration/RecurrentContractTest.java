package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.cost.NetworkCost;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.EdgeRead;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLSTM;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogRnnOutputLayer;
import io.github.dl4jhardware.analog.layer.AnalogSimpleRnn;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.AnalogSummary;
import io.github.dl4jhardware.analog.readout.ArrayReadout;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.host.Wrappers;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.layers.recurrent.BaseRecurrentLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What Deeplearning4j does with recurrent layers, it does with analogue ones, on every synapse. */
class RecurrentContractTest {
  private static final int FEATURES = 3;
  private static final int STEPS = 4;
  private static final int HIDDEN = 5;

  @TempDir private Path directory;

  static Stream<Arguments> cases() {
    List<IUpdater> updaters =
        List.of(
            new AnalogSgd(0.05, PulseScheme.STOCHASTIC),
            new AnalogSgd(0.05, PulseScheme.EXPECTED),
            new Adam(0.005));
    return Synapses.byName().values().stream()
        .flatMap(
            synapse ->
                updaters.stream()
                    .filter(
                        updater ->
                            !(synapse instanceof InferenceSynapse && updater instanceof AnalogSgd))
                    .map(updater -> Arguments.of(synapse, updater)));
  }

  private static AnalogLSTM.Builder lstm(Synapse synapse) {
    return new AnalogLSTM.Builder().nOut(HIDDEN).synapse(synapse);
  }

  private static MultiLayerNetwork network(Layer first, Synapse synapse, IUpdater updater) {
    return network(
        first,
        new AnalogRnnOutputLayer.Builder(LossFunction.MCXENT)
            .nOut(Networks.CLASSES)
            .synapse(synapse)
            .build(),
        updater,
        DataType.FLOAT);
  }

  private static MultiLayerNetwork network(
      Layer first, Layer last, IUpdater updater, DataType type) {
    return Networks.initialised(
        Networks.settings(updater, type)
            .list()
            .layer(first)
            .layer(last)
            .setInputType(InputType.recurrent(FEATURES, STEPS))
            .build());
  }

  /** The twelve inputs of the shared data as sequences of four steps, a class at each. */
  private static DataSet data(int examples, long seed, DataType type) {
    DataSet flat = Networks.data(examples, seed, type);
    INDArray labels = Nd4j.zeros(type, examples, Networks.CLASSES, STEPS);
    for (int step = 0; step < STEPS; step++) {
      labels
          .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(step))
          .assign(flat.getLabels());
    }
    return new DataSet(flat.getFeatures().reshape('c', examples, FEATURES, STEPS).dup('c'), labels);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trainsAndKeepsWeightsAndDevicesInStep(Synapse synapse, IUpdater updater) throws Exception {
    MultiLayerNetwork network = network(new Bidirectional(lstm(synapse).build()), synapse, updater);
    INDArray before = network.getParam("0_fRW").dup();
    for (int step = 0; step < 5; step++) {
      network.fit(data(8, step, DataType.FLOAT));
    }
    assertThat(network.getParam("0_fRW")).isNotEqualTo(before);
    for (org.deeplearning4j.nn.api.Layer half : Wrappers.allInside(network.getLayer(0))) {
      AnalogLayer analog = (AnalogLayer) half;
      assertThat(analog.pendingWeights()).isZero();
      SynapseArray array = analog.readArray();
      assertThat(array.rows()).isEqualTo(FEATURES + HIDDEN + 1);
      assertThat(array.columns()).isEqualTo(4 * HIDDEN);
      assertThat(array.counters().get(Count.STEPS)).isEqualTo(5);
      assertThat(array.counters().get(Count.EXAMPLES)).isEqualTo(40);
      float[] stored = analog.weightRows().dup('c').data().asFloat();
      for (int cell = 0; cell < stored.length; cell++) {
        assertThat(Math.abs(stored[cell] - array.weights()[cell])).isLessThan(1e-6f);
      }
    }
    ArrayReadout output = AnalogSummary.of(network).layers().get(2);
    assertThat(output.count(Count.EXAMPLES)).isEqualTo(40);

    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
    assertThat(MultiLayerConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
    assertThat(MultiLayerConfiguration.fromYaml(configuration.toYaml())).isEqualTo(configuration);
    File zip = directory.resolve("network.zip").toFile();
    ModelSerializer.writeModel(network, zip, true);
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(zip, true);
    MultiLayerNetwork clone = network.clone();
    assertThat(restored.params()).as("restoring programs nothing").isEqualTo(network.params());
    assertThat(clone.params()).isEqualTo(network.params());
    DataSet next = data(8, 99, DataType.FLOAT);
    network.fit(next);
    for (MultiLayerNetwork other : List.of(restored, clone)) {
      other.fit(next);
      assertThat(other.params()).isEqualTo(network.params());
    }
  }

  /**
   * A copy programs nothing, also where weights are set that the devices have not been brought to.
   */
  @Test
  void copiesLeaveWhatIsPendingPending() {
    Synapse synapse = Synapses.pcmCapacitor2018();
    MultiLayerNetwork network =
        network(new Bidirectional(lstm(synapse).build()), synapse, new Adam(0.005));
    network.fit(data(8, 1, DataType.FLOAT));
    network.getParam("0_bRW").addi(0.1);
    MultiLayerNetwork copy = network.clone();
    assertThat(copy.params()).isEqualTo(network.params());
  }

  /** Equal weights in both directions say the same of one step, and are held by other devices. */
  @Test
  void directionsAreTwoArrays() {
    ReadPath noisy = ReadPath.IDEAL.withOutputNoise(0.1);
    for (ReadPath path : List.of(ReadPath.IDEAL, noisy)) {
      Layer layer = lstm(Synapses.ideal()).edges(ArrayEdges.forward(path)).build();
      MultiLayerNetwork network = network(new Bidirectional(layer), Synapses.ideal(), new Sgd(0.1));
      for (String param : List.of("W", "RW", "b")) {
        network.getLayer(0).setParam("b" + param, network.getLayer(0).getParam("f" + param));
      }
      INDArray step = data(3, 1, DataType.FLOAT).getFeatures();
      INDArray one = step.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 1));
      INDArray said = network.feedForward(one).get(1).reshape(3, 2 * HIDDEN);
      INDArray forward = said.get(NDArrayIndex.all(), NDArrayIndex.interval(0, HIDDEN));
      INDArray backward = said.get(NDArrayIndex.all(), NDArrayIndex.interval(HIDDEN, 2 * HIDDEN));
      assertThat(forward.equals(backward)).isEqualTo(path.ideal());
      MultiLayerNetwork later = Drift.of(network, 3).after(0, false);
      assertThat(later.getParam("0_fW")).isNotEqualTo(later.getParam("0_bW"));
      assertThat(AnalogSummary.of(network).layers().stream().map(ArrayReadout::layer))
          .containsExactly("layer0.f", "layer0.b", "layer1");
    }
  }

  /**
   * One step without a state is a read, and an update, of a dense layer whose other inputs are 0.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void oneStepIsADenseLayer(Synapse synapse, IUpdater updater) {
    ArrayEdges edges =
        updater instanceof AnalogSgd
            ? Networks.REAL_EDGES
            : ArrayEdges.forward(Networks.REAL_EDGES.forward());
    MultiLayerNetwork recurrent =
        Networks.initialised(
            Networks.settings(updater, DataType.FLOAT)
                .list()
                .layer(
                    new AnalogSimpleRnn.Builder()
                        .nOut(HIDDEN)
                        .synapse(synapse)
                        .edges(edges)
                        .build())
                .layer(
                    new AnalogRnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(Networks.CLASSES)
                        .synapse(synapse)
                        .edges(edges)
                        .build())
                .setInputType(InputType.recurrent(Networks.INPUTS, 1))
                .build());
    MultiLayerNetwork dense =
        Networks.initialised(
            Networks.settings(updater, DataType.FLOAT)
                .list()
                .layer(
                    new AnalogDenseLayer.Builder()
                        .nIn(Networks.INPUTS + HIDDEN)
                        .nOut(HIDDEN)
                        .synapse(synapse)
                        .edges(edges)
                        .build())
                .layer(Networks.output(synapse).nIn(HIDDEN).edges(edges).build())
                .build());
    dense.setParams(recurrent.params());
    for (int step = 0; step < 3; step++) {
      DataSet batch = Networks.data(8, step, DataType.FLOAT);
      INDArray padded = Nd4j.hstack(batch.getFeatures(), Nd4j.zeros(DataType.FLOAT, 8, HIDDEN));
      INDArray sequences = batch.getFeatures().reshape('c', 8, Networks.INPUTS, 1);
      INDArray own = recurrent.output(sequences).reshape('c', 8, Networks.CLASSES);
      assertThat(own).isEqualTo(dense.output(padded));
      dense.fit(padded, batch.getLabels());
      recurrent.fit(sequences, batch.getLabels().reshape('c', 8, Networks.CLASSES, 1));
      assertThat(recurrent.params()).isEqualTo(dense.params());
    }
  }

  /** Each step is a read with draws of its own, in one pass or in many. */
  @Test
  void eachStepIsARead() {
    ArrayEdges edges = ArrayEdges.forward(new ReadPath(5, 1, true, 6, 0.7, true, 0.05, 0.1, 0));
    MultiLayerNetwork network =
        network(
            new AnalogSimpleRnn.Builder()
                .nOut(HIDDEN)
                .synapse(Synapses.ideal())
                .chipSeed(9)
                .edges(edges)
                .build(),
            Synapses.ideal(),
            new Sgd(0.1));
    INDArray sequences = data(3, 4, DataType.FLOAT).getFeatures();
    INDArray said = network.feedForward(sequences).get(1);
    float[] cells = ((AnalogLayer) network.getLayer(0)).readArray().weights();
    EdgeRead single = new EdgeRead(edges.forward(), FEATURES + HIDDEN + 1, HIDDEN, true, 9, 0, 0);
    for (int example = 0; example < 3; example++) {
      float[] line = new float[FEATURES + HIDDEN + 1];
      line[FEATURES + HIDDEN] = 1;
      for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < FEATURES; i++) {
          line[i] = sequences.getFloat(example, i, step);
        }
        float[] read = new float[HIDDEN];
        long key = Draws.key(9, 0, Draws.INFERENCE_READ, example);
        single.read(
            cells, new float[0], line, 0, read, 0, step == 0 ? key : Draws.subKey(key, step));
        for (int i = 0; i < HIDDEN; i++) {
          assertThat(said.getFloat(example, i, step))
              .isCloseTo((float) Math.tanh(read[i]), within(1e-6f));
          line[FEATURES + i] = said.getFloat(example, i, step);
        }
      }
    }
    for (int step = 0; step < STEPS; step++) {
      network.rnnTimeStep(
          sequences.get(
              NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(step, step + 1)));
      INDArray state =
          ((BaseRecurrentLayer<?>) network.getLayer(0)).rnnGetPreviousState().get("prevAct");
      assertThat(Objects.requireNonNull(state).dup('c'))
          .isEqualTo(
              said.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(step)).dup('c'));
    }
  }

  /**
   * The way back reads the array again: with the draws of the pass forward, whatever step it is.
   */
  @Test
  void theWayBackReadsWithTheSameDraws() {
    MultiLayerNetwork network =
        network(
            new AnalogSimpleRnn.Builder()
                .nOut(HIDDEN)
                .synapse(Synapses.ideal())
                .edges(ArrayEdges.forward(ReadPath.IDEAL.withOutputNoise(0.3)))
                .build(),
            Synapses.ideal(),
            new Sgd(0));
    network.fit(data(3, 1, DataType.FLOAT));
    BaseRecurrentLayer<?> layer = (BaseRecurrentLayer<?>) network.getLayer(0);
    INDArray one =
        data(3, 2, DataType.FLOAT)
            .getFeatures()
            .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 1));
    LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
    List<INDArray> outputs = new ArrayList<>();
    for (long step : new long[] {0, 7}) {
      layer.rnnSetTBPTTState(
          Map.of("prevAct", Nd4j.zeros(DataType.FLOAT, 3, HIDDEN), "steps", Nd4j.scalar(step)));
      INDArray output = layer.rnnActivateUsingStoredState(one, true, false, none).dup();
      INDArray errors = Nd4j.onesLike(output);
      for (boolean truncated : new boolean[] {false, true}) {
        INDArray bias =
            (truncated
                    ? layer.tbpttBackpropGradient(errors, -1, none)
                    : layer.backpropGradient(errors, none))
                .getFirst()
                .getGradientFor("b");
        INDArray wanted = output.mul(output).rsub(1).sum(0).reshape(HIDDEN);
        assertThat(bias.sub(wanted).amaxNumber().doubleValue()).isLessThan(1e-6);
      }
      outputs.add(output);
    }
    assertThat(outputs.get(0)).isNotEqualTo(outputs.get(1));
  }

  /** Pulses of all steps: in the mean, what the gradient says. */
  @Test
  void pulsesOfStepsAddUpToTheGradient() {
    DataSet batch = data(4, 3, DataType.DOUBLE);
    double rate = 0.02;
    Layer end = new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(Networks.CLASSES).build();
    MultiLayerNetwork software =
        network(lstm(Synapses.ideal()).build(), end, new Sgd(rate), DataType.DOUBLE);
    INDArray start = software.params().dup();
    INDArray before = software.getParam("0_RW").dup();
    software.fit(batch);
    INDArray wanted = software.getParam("0_RW").sub(before);
    int chips = 300;
    INDArray sum = Nd4j.zeros(DataType.DOUBLE, before.shape());
    INDArray squares = sum.dup();
    for (int chip = 0; chip < chips; chip++) {
      Layer sgd =
          new RnnOutputLayer.Builder(LossFunction.MCXENT)
              .nOut(Networks.CLASSES)
              .updater(new Sgd(rate))
              .build();
      MultiLayerNetwork pulsed =
          network(
              lstm(Synapses.ideal()).chipSeed(chip).build(),
              sgd,
              new AnalogSgd(rate, PulseScheme.STOCHASTIC),
              DataType.DOUBLE);
      pulsed.setParams(start);
      pulsed.fit(batch);
      INDArray change = pulsed.getParam("0_RW").sub(before);
      sum.addi(change);
      squares.addi(change.mul(change));
    }
    INDArray mean = sum.div(chips);
    double pulse = Synapses.ideal().stepWeight();
    int moved = 0;
    for (int i = 0; i < wanted.length(); i++) {
      double variance = squares.getDouble(i) / chips - Math.pow(mean.getDouble(i), 2);
      moved += variance > 0 ? 1 : 0;
      // Where hardly a pulse is to be expected there may be none: its variance is known beforehand.
      variance = Math.max(variance, Math.abs(wanted.getDouble(i)) * pulse);
      // 100 weights at 5 σ: a false alarm in 17,000 runs; the seeds are fixed.
      assertThat(Math.abs(mean.getDouble(i) - wanted.getDouble(i)))
          .as("weight " + i)
          .isLessThan(5 * Math.sqrt(variance / chips) + 1e-6);
    }
    assertThat(moved).isGreaterThan(90);
  }

  @Test
  void costsCountSteps() {
    MultiLayerNetwork network =
        network(
            lstm(Synapses.ideal()).build(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(Networks.CLASSES).build(),
            new Sgd(0.1),
            DataType.FLOAT);
    ArrayCost cost = ArrayCost.calibrated2018();
    assertThatThrownBy(() -> NetworkCost.of(cost, network))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("call output()");
    Cost found = cost.of(network, data(2, 1, DataType.FLOAT).getFeatures());
    double one = cost.nanojoules(ArrayCost.Work.inference(FEATURES + HIDDEN + 1, 4 * HIDDEN));
    assertThat(found.inferenceNanojoules()).isCloseTo(STEPS * one, within(1e-9));
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    MultiLayerNetwork network =
        network(lstm(Synapses.ideal()).build(), Synapses.ideal(), new AnalogSgd(0.1));
    refuses(network, Nd4j.zeros(2, 4, STEPS), "[2, 4, 4]", "[examples, 3, steps]");
    refuses(network, Nd4j.zeros(2, 3), "[2, 3]", "steps]");
    MultiLayerNetwork stepsFirst =
        Networks.initialised(
            Networks.settings(new Sgd(0.1), DataType.FLOAT)
                .list()
                .layer(lstm(Synapses.ideal()).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(Networks.CLASSES).build())
                .setInputType(InputType.recurrent(FEATURES, STEPS, RNNFormat.NWC))
                .build());
    refuses(stepsFirst, Nd4j.zeros(2, 5, 7), "[2, 5, 7]", "[examples, steps, 3]");
    assertThatThrownBy(() -> network.output(Nd4j.create(DataType.FLOAT, 2, 3, 0)))
        .hasMessageContaining("[2, 3, 0]");
    network.rnnTimeStep(Nd4j.zeros(2, 3, 1));
    assertThatThrownBy(() -> network.rnnTimeStep(Nd4j.zeros(5, 3, 1)))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("rnnClearPreviousState");
    MultiLayerNetwork simple =
        network(
            new AnalogSimpleRnn.Builder().nOut(HIDDEN).synapse(Synapses.ideal()).build(),
            Synapses.ideal(),
            new Sgd(0.1));
    assertThatThrownBy(() -> simple.output(Nd4j.zeros(2, 3, 4), false, Nd4j.ones(2, 3), null))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("mask of shape [2, 3]")
        .hasMessageContaining("4 steps");
    assertThatThrownBy(
            () ->
                network(
                    new AnalogSimpleRnn.Builder()
                        .nOut(HIDDEN)
                        .hasLayerNorm(true)
                        .synapse(Synapses.ideal())
                        .build(),
                    Synapses.ideal(),
                    new Sgd(0.1)))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("layer normalisation");
    assertThatThrownBy(() -> InSituTrainer.of(network))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("AnalogLSTM");
    MultiLayerNetwork devices =
        network(lstm(Synapses.pcmPair()).build(), Synapses.pcmPair(), new AnalogSgd(0.1));
    devices.getLayer(0).getParam("RW").putScalar(1, 2, Double.NaN);
    assertThatThrownBy(() -> devices.fit(data(2, 1, DataType.FLOAT)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("RW at [1, 2] is NaN");
  }

  private static void refuses(MultiLayerNetwork network, INDArray input, String... words) {
    assertThatThrownBy(() -> network.output(input))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContainingAll(words);
  }
}
