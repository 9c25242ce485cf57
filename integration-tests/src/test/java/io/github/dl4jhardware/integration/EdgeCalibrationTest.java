package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.DriftCompensation;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.convert.EdgeCalibration;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.EdgeRead;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogLSTM;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogRnnOutputLayer;
import io.github.dl4jhardware.analog.layer.AnalogSimpleRnn;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.host.Wrappers;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Ranges of converters follow what a network's layers see. */
class EdgeCalibrationTest {
  private static final ArrayEdges SCALED = ArrayEdges.forward(ReadPath.converters(8, 8));

  /** Inputs are taken as they come, and bounds that are reached clip. */
  private static final ArrayEdges STATIC =
      ArrayEdges.forward(new ReadPath(8, 50, false, 8, 50, false, 0, 0, 0));

  private static INDArray features(int count, long seed) {
    return Networks.data(count, seed, DataType.FLOAT).getFeatures();
  }

  private static ReadPath forward(Layer layer) {
    return ((AnalogLayer) layer).edges().forward();
  }

  /** The hidden layer's bounds, from products that this test makes itself. */
  @Test
  void boundsAreThePercentilesOfWhatIsSeen() {
    for (ArrayEdges edges : List.of(SCALED, STATIC)) {
      MultiLayerNetwork network =
          Networks.analog(Synapses.ideal(), new Sgd(0.1), DataType.FLOAT, edges);
      INDArray x = features(500, 1);
      INDArray w = network.getParam("0_W");
      INDArray sums = x.mmul(w).addiRowVector(network.getParam("0_b"));
      double[] outputs = new double[(int) sums.length()];
      for (int e = 0; e < 500; e++) {
        // The bias row is read with an input of 1, which is the largest.
        for (int column = 0; column < sums.size(1); column++) {
          outputs[(int) (e * sums.size(1)) + column] = Math.abs(sums.getDouble(e, column));
        }
      }
      Arrays.sort(outputs);
      MultiLayerNetwork calibrated = EdgeCalibration.by(x).percentile(95).of(network);
      ReadPath found = forward(calibrated.getLayer(0));
      double wanted = outputs[(int) Math.ceil(0.95 * outputs.length) - 1];
      assertThat(found.outputBound() / wanted).isBetween(0.999, 1.011);
      if (edges.equals(STATIC)) {
        assertThat(found.inputBound()).isBetween(0.9, 1.011);
      } else {
        assertThat(found.inputBound()).isEqualTo(1);
      }
      assertThat(found.outputBits()).isEqualTo(8);
      assertThat(forward(network.getLayer(0))).as("the source").isEqualTo(edges.forward());
    }
  }

  /** 255 levels of the range that is needed are finer than 255 levels of much more. */
  @Test
  void outputsComeNearerToExactOnes() {
    for (ArrayEdges edges : List.of(SCALED, STATIC)) {
      MultiLayerNetwork exact = Networks.analog(Synapses.ideal(), new Sgd(0.1), DataType.FLOAT);
      MultiLayerNetwork coarse =
          Networks.analog(Synapses.ideal(), new Sgd(0.1), DataType.FLOAT, edges);
      MultiLayerNetwork fine =
          EdgeCalibration.by(features(300, 1), features(200, 2)).percentile(100).of(coarse);
      INDArray test = features(200, 9);
      INDArray wanted = exact.output(test);
      double before = coarse.output(test).distance2(wanted);
      double after = fine.output(test).distance2(wanted);
      assertThat(after).isLessThan(before / 3);
      assertThat(after).isPositive();
    }
  }

  @Test
  void devicesAndEveryKindOfLayerAreKept() {
    Synapse synapse = Synapses.pcmCapacitor2018();
    MultiLayerNetwork network =
        Networks.initialised(
            Networks.settings(new AnalogSgd(0.05, PulseScheme.EXPECTED), DataType.FLOAT)
                .list()
                .layer(
                    new Bidirectional(
                        new AnalogLSTM.Builder().nOut(5).synapse(synapse).edges(SCALED).build()))
                .layer(
                    new AnalogRnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(Networks.CLASSES)
                        .synapse(synapse)
                        .edges(SCALED)
                        .build())
                .setInputType(InputType.recurrent(3, 4))
                .build());
    INDArray sequences = features(20, 1).reshape('c', 20, 3, 4);
    MultiLayerNetwork calibrated = EdgeCalibration.by(sequences).of(network);
    assertThat(calibrated.params()).isEqualTo(network.params());
    for (int layer = 0; layer < 2; layer++) {
      for (Layer half : Wrappers.allInside(calibrated.getLayer(layer))) {
        assertThat(forward(half).outputBound()).isBetween(0.01, 11.0);
      }
    }
    ComputationGraph images =
        Networks.initialised(
                Networks.settings(new Sgd(0.1), DataType.FLOAT)
                    .list()
                    .layer(
                        new AnalogConvolutionLayer.Builder(2, 2)
                            .groups(2)
                            .nOut(4)
                            .synapse(synapse)
                            .edges(SCALED)
                            .build())
                    .layer(
                        new OutputLayer.Builder(LossFunction.MCXENT)
                            .nOut(Networks.CLASSES)
                            .activation(Activation.SOFTMAX)
                            .build())
                    .setInputType(InputType.convolutionalFlat(3, 2, 2))
                    .build())
            .toComputationGraph();
    ComputationGraph same =
        EdgeCalibration.by(
                new ListDataSetIterator<>(Networks.data(20, 1, DataType.FLOAT).asList(), 5), 2)
            .of(images);
    assertThat(same.params()).isEqualTo(images.params());
    assertThat(forward(same.getLayer(0)).outputBound()).isBetween(0.01, 11.0);
  }

  /** Steps that are none say nothing of what is needed; iterators may use their arrays again. */
  @Test
  void masksAndArraysThatAreUsedAgain() {
    MultiLayerNetwork network =
        Networks.initialised(
            Networks.settings(new Sgd(0.1), DataType.FLOAT)
                .list()
                .layer(
                    new AnalogSimpleRnn.Builder()
                        .nOut(5)
                        .synapse(Synapses.ideal())
                        .edges(SCALED)
                        .build())
                .layer(
                    new AnalogRnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(Networks.CLASSES)
                        .synapse(Synapses.ideal())
                        .edges(STATIC)
                        .build())
                .setInputType(InputType.recurrent(3, 4))
                .build());
    INDArray sequences = features(20, 1).reshape('c', 20, 3, 4).dup('c');
    INDArray labels = Nd4j.zeros(20, Networks.CLASSES, 4);
    INDArray nothing = Nd4j.zeros(20, 4);
    DataSet shown = new DataSet(sequences, labels);
    DataSet hidden = new DataSet(sequences, labels, nothing, null);
    // The output layer reads nothing but its biases, which are 0.1.
    MultiLayerNetwork silent =
        EdgeCalibration.by(new ListDataSetIterator<>(List.of(hidden), 20), 1).of(network);
    assertThat(forward(silent.getLayer(1)).outputBound()).isBetween(0.0999, 0.1011);
    EdgeCalibration taken = EdgeCalibration.by(new ListDataSetIterator<>(List.of(shown), 20), 1);
    MultiLayerNetwork before = taken.of(network);
    sequences.muli(100);
    assertThat(forward(taken.of(network).getLayer(1))).isEqualTo(forward(before.getLayer(1)));
    assertThat(forward(before.getLayer(1)).outputBound()).isGreaterThan(0.15);
  }

  /** A layer without an activation on chip 9, and an ideal output behind it. */
  private static MultiLayerNetwork linear(InferenceSynapse synapse, ReadPath path) {
    return Networks.initialised(
        Networks.settings(new Sgd(0.1), DataType.FLOAT)
            .list()
            .layer(
                Networks.hidden(synapse)
                    .activation(Activation.IDENTITY)
                    .chipSeed(9)
                    .edges(ArrayEdges.forward(path))
                    .build())
            .layer(Networks.output(Synapses.ideal()).build())
            .build());
  }

  /** With scales by column, what is converted is a column's current in units of its own range. */
  @Test
  void columnsAreConvertedInUnitsOfTheirOwnRange() {
    InferenceSynapse synapse = Synapses.pcmInference().withColumnScales();
    ReadPath path = new ReadPath(6, 1, true, 5, 3, true, 0, 0, 0);
    MultiLayerNetwork network = linear(synapse, path);
    // A column of small weights, and one of zeros.
    INDArray w = network.getParam("0_W");
    w.getColumn(2).muli(0.01);
    network.getParam("0_b").putScalar(2, 0.001);
    w.getColumn(3).assign(0);
    network.getParam("0_b").putScalar(3, 0);
    INDArray x = features(4, 5);
    INDArray said = network.feedForward(x).get(1);
    int rows = Networks.INPUTS + 1;
    float[] cells = new float[rows * Networks.HIDDEN];
    float[] units = new float[Networks.HIDDEN];
    for (int column = 0; column < Networks.HIDDEN; column++) {
      for (int row = 0; row < rows; row++) {
        float weight =
            row < Networks.INPUTS
                ? w.getFloat(row, column)
                : network.getParam("0_b").getFloat(column);
        cells[row * Networks.HIDDEN + column] = weight;
        units[column] = Math.max(units[column], Math.abs(weight));
      }
      for (int row = 0; units[column] > 0 && row < rows; row++) {
        cells[row * Networks.HIDDEN + column] /= units[column];
      }
    }
    EdgeRead single = new EdgeRead(path, rows, Networks.HIDDEN, true, 9, 0, 0);
    for (int e = 0; e < 4; e++) {
      float[] line = Arrays.copyOf(x.getRow(e).dup().data().asFloat(), rows);
      line[rows - 1] = 1;
      float[] read = new float[Networks.HIDDEN];
      single.read(cells, new float[0], line, 0, read, 0, Draws.key(9, 0, Draws.INFERENCE_READ, e));
      for (int column = 0; column < Networks.HIDDEN; column++) {
        assertThat(said.getFloat(e, column)).isEqualTo(read[column] * units[column]);
      }
      assertThat(said.getFloat(e, 2)).as("not drowned").isNotZero();
    }
  }

  /**
   * After a year there is less current, and so there are fewer levels; factors come behind them.
   */
  @Test
  void convertersSeeWhatHasDrifted() {
    double year = 3.15e7;
    ReadPath path = new ReadPath(0, 1, true, 5, 3, false, 0, 0, 0);
    for (boolean ofColumns : new boolean[] {false, true}) {
      InferenceSynapse one = Synapses.pcmInference();
      InferenceSynapse synapse = ofColumns ? one.withColumnScales() : one;
      MultiLayerNetwork network = linear(synapse, path);
      int rows = Networks.INPUTS + 1;
      float[] programmed = ((AnalogLayer) network.getLayer(0)).readArray().weights().clone();
      float[] ranges = synapse.ranges(programmed, Networks.HIDDEN);
      Drift<MultiLayerNetwork> drift = Drift.of(network, 4);
      float[] drifted = cells(drift.after(year, DriftCompensation.NONE));
      INDArray x = features(4, 5);
      for (DriftCompensation compensation : DriftCompensation.values()) {
        MultiLayerNetwork later = drift.after(year, compensation);
        float[] compensated = cells(later);
        INDArray said = later.feedForward(x).get(1);
        float[] units = new float[Networks.HIDDEN];
        float[] currents = new float[drifted.length];
        for (int cell = 0; cell < drifted.length; cell++) {
          int column = cell % Networks.HIDDEN;
          units[column] = ofColumns ? ranges[column] : 1;
          currents[cell] = drifted[cell] / units[column];
        }
        EdgeRead single = new EdgeRead(path, rows, Networks.HIDDEN, true, 9, 0, 0);
        for (int e = 0; e < 4; e++) {
          float[] line = Arrays.copyOf(x.getRow(e).dup().data().asFloat(), rows);
          line[rows - 1] = 1;
          float[] read = new float[Networks.HIDDEN];
          single.read(
              currents, new float[0], line, 0, read, 0, Draws.key(9, 0, Draws.INFERENCE_READ, e));
          for (int column = 0; column < Networks.HIDDEN; column++) {
            float factor = compensated[column] / drifted[column];
            assertThat(said.getFloat(e, column))
                .isCloseTo(read[column] * units[column] * factor, within(1e-5f));
            assertThat(factor > 1.5).isEqualTo(compensation != DriftCompensation.NONE);
          }
        }
      }
    }
  }

  private static float[] cells(MultiLayerNetwork network) {
    float[] w = network.getParam("0_W").dup('c').data().asFloat();
    float[] all = Arrays.copyOf(w, w.length + Networks.HIDDEN);
    for (int column = 0; column < Networks.HIDDEN; column++) {
      all[w.length + column] = network.getParam("0_b").getFloat(column);
    }
    return all;
  }

  @Test
  void whatCannotBeCalibratedIsRefused() {
    MultiLayerNetwork ideal = Networks.analog(Synapses.ideal(), new Sgd(0.1), DataType.FLOAT);
    assertThatThrownBy(() -> EdgeCalibration.by(features(5, 1)).of(ideal))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No layer of the network");
    MultiLayerNetwork partly =
        new TransferLearning.Builder(
                Networks.analog(Synapses.ideal(), new Sgd(0.1), DataType.FLOAT, SCALED))
            .setFeatureExtractor(0)
            .build();
    assertThatThrownBy(() -> EdgeCalibration.by(features(5, 1)).of(partly))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 layer(s)")
        .hasMessageContaining("frozen");
    assertThatThrownBy(() -> EdgeCalibration.by())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one batch");
    for (double percent : new double[] {0, 100.1, Double.NaN}) {
      assertThatThrownBy(() -> EdgeCalibration.by(Nd4j.zeros(1, 1)).percentile(percent))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(percent));
    }
    // A look that fails ends the looking.
    MultiLayerNetwork real =
        Networks.analog(Synapses.ideal(), new Sgd(0.1), DataType.FLOAT, SCALED);
    INDArray before = real.output(features(5, 1));
    assertThatThrownBy(() -> EdgeCalibration.by(Nd4j.zeros(2, 3)).of(real))
        .isInstanceOf(RuntimeException.class);
    assertThat(real.output(features(5, 1))).isEqualTo(before);
  }
}
