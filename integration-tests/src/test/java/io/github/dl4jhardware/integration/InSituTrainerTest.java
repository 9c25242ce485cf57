package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.cell.WeightTransfer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class InSituTrainerTest {
  private static final int EXAMPLES = 200;

  /**
   * The software rows of comparisons rest on this: in situ on ideal devices is DL4J with batches of
   * one.
   */
  @Test
  void equalsSoftwareOnIdealDevices() {
    MultiLayerNetwork software = Networks.software(new Sgd(0.05), DataType.FLOAT);
    MultiLayerNetwork inSitu =
        Networks.analog(
            Synapses.ideal(), new AnalogSgd(0.05, PulseScheme.EXPECTED), DataType.FLOAT);
    DataSet data = Networks.data(EXAMPLES, 3, DataType.FLOAT);
    for (DataSet example : data.asList()) {
      software.fit(example);
    }
    InSituTrainer.of(inSitu).fit(data);
    for (String param : List.of("0_W", "0_b", "1_W", "1_b")) {
      assertThat(inSitu.getParam(param).sub(software.getParam(param)).amaxNumber().doubleValue())
          .as(param)
          .isLessThan(1e-4);
    }
    assertThat(inSitu.getIterationCount()).isEqualTo(software.getIterationCount());
    assertThat(inSitu.score()).isCloseTo(software.score(), within(1e-4));
  }

  static Stream<Arguments> functions() {
    return Stream.of(
        Arguments.of(Activation.TANH, LossFunction.MCXENT, Activation.SOFTMAX),
        Arguments.of(Activation.SIGMOID, LossFunction.NEGATIVELOGLIKELIHOOD, Activation.SOFTMAX),
        Arguments.of(Activation.RELU, LossFunction.XENT, Activation.SIGMOID),
        Arguments.of(Activation.IDENTITY, LossFunction.MSE, Activation.TANH),
        Arguments.of(Activation.TANH, LossFunction.L2, Activation.IDENTITY));
  }

  /**
   * Every activation and loss, with the devices' own nonlinearity but no draw that rounding could
   * turn.
   */
  @ParameterizedTest
  @MethodSource("functions")
  void equalsFitForEveryFunction(Activation hidden, LossFunction loss, Activation output) {
    for (boolean biasOnArray : new boolean[] {true, false}) {
      MultiLayerNetwork[] networks = new MultiLayerNetwork[2];
      for (int i = 0; i < 2; i++) {
        networks[i] =
            Networks.initialised(
                Networks.settings(new AnalogSgd(0.05, PulseScheme.EXPECTED), DataType.FLOAT)
                    .list()
                    .layer(
                        Networks.hidden(Synapses.pcmCapacitor2018())
                            .activation(hidden)
                            .biasOnArray(biasOnArray)
                            .build())
                    .layer(
                        Networks.output(Synapses.pcmCapacitor2018())
                            .lossFunction(loss)
                            .activation(output)
                            .biasOnArray(biasOnArray)
                            .build())
                    .build());
      }
      DataSet data = Networks.data(EXAMPLES, 3, DataType.FLOAT);
      for (DataSet example : data.asList()) {
        networks[0].fit(example);
      }
      InSituTrainer.of(networks[1]).fit(data);
      for (String param : List.of("0_W", "0_b", "1_W", "1_b", "0_gp", "0_gm", "0_vc", "1_vc")) {
        // Conductances are in µS, 40 of which are a weight of 1.
        double bound = param.endsWith("W") || param.endsWith("b") ? 1e-4 : 4e-3;
        INDArray difference = networks[1].getParam(param).sub(networks[0].getParam(param));
        assertThat(difference.amaxNumber().doubleValue()).as(param).isLessThan(bound);
      }
      assertThat(networks[1].score()).isCloseTo(networks[0].score(), within(1e-3));
    }
  }

  @ParameterizedTest
  @EnumSource(PulseScheme.class)
  void numberOfThreadsDoesNotShow(PulseScheme scheme) {
    List<Synapse> synapses = new ArrayList<>(Synapses.byName().values());
    synapses.removeIf(InferenceSynapse.class::isInstance);
    synapses.add(Synapses.pcmCapacitor2018().withTransfer(new WeightTransfer(64, true, 2)));
    for (Synapse synapse : synapses) {
      MultiLayerNetwork[] networks = new MultiLayerNetwork[3];
      for (int threads = 1; threads <= 3; threads++) {
        networks[threads - 1] =
            Networks.analog(
                synapse, new AnalogSgd(0.05, scheme), DataType.FLOAT, Networks.REAL_EDGES);
        InSituTrainer.of(networks[threads - 1])
            .threads(threads)
            .fit(Networks.data(EXAMPLES / 2, 5, DataType.FLOAT));
      }
      assertThat(networks[1].params()).isEqualTo(networks[0].params());
      assertThat(networks[2].params()).isEqualTo(networks[0].params());
    }
  }

  @Test
  void takesTurnsWithFit() {
    MultiLayerNetwork network =
        Networks.analog(Synapses.pcmCapacitor2018(), new AnalogSgd(0.05), DataType.FLOAT);
    DataSet data = Networks.data(10, 5, DataType.FLOAT);
    InSituTrainer trainer = InSituTrainer.of(network);
    trainer.fit(data);
    network.fit(data);
    trainer.fit(data);
    SynapseArray array = ((AnalogLayer) network.getLayer(1)).readArray();
    assertThat(array.counters().get(Count.EXAMPLES)).isEqualTo(30);
    assertThat(array.counters().get(Count.STEPS)).isEqualTo(21);
    assertThat(array.counters().get(Count.PULSE_UNITS_UP)).isPositive();
    assertThat(network.getIterationCount()).isEqualTo(21);
  }

  @Test
  void listenersHearInTime() {
    MultiLayerNetwork network =
        Networks.analog(Synapses.pcmCapacitor2018(), new AnalogSgd(0.05), DataType.FLOAT);
    List<String> heard = new ArrayList<>();
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            heard.add(iteration + "/" + epoch);
          }

          @Override
          public void onEpochStart(Model model) {
            heard.add("start");
          }

          @Override
          public void onEpochEnd(Model model) {
            heard.add("end");
          }
        });
    List<DataSet> batches = Networks.data(25, 5, DataType.FLOAT).batchBy(4);
    InSituTrainer.of(network).listenEvery(10).fit(new ListDataSetIterator<>(batches, 4), 2);
    assertThat(heard)
        .containsExactly(
            "start", "10/0", "20/0", "25/0", "end", "start", "30/1", "40/1", "50/1", "end");
    assertThat(network.getEpochCount()).isEqualTo(2);
  }

  @Test
  void divergenceIsSaid() {
    MultiLayerNetwork network =
        Networks.initialised(
            Networks.settings(new AnalogSgd(1e6, PulseScheme.EXPECTED), DataType.FLOAT)
                .list()
                .layer(Networks.hidden(Synapses.ideal()).activation(Activation.IDENTITY).build())
                .layer(
                    Networks.output(Synapses.ideal())
                        .lossFunction(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    assertThatThrownBy(
            () -> InSituTrainer.of(network).threads(2).fit(Networks.data(100, 1, DataType.FLOAT)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Training diverged: the loss is ")
        .hasMessageEndingWith(". Lower the learning rate");
  }
}
