package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.convert.EdgeCalibration;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.cost.NetworkCost;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ArrayTiles;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.HardwareConversion;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Layers that are larger than an array. */
class TilesTest {
  private static final ArrayTiles SMALL = new ArrayTiles(16, 8);
  private static final ArrayCost COST =
      new ArrayCost("by hand", 10, 100, 1_000, 5_000, 50, 200, 4, 30, 512, 512);

  /** 3×3 of 2 channels and a bias row to 5; two channels each on its own; 51 inputs to 10. */
  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(2)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(5).build())
                .layer(new DepthwiseConvolution2D.Builder(2, 2).nOut(5).depthMultiplier(2).build())
                .layer(new OutputLayer.Builder().nOut(10).build())
                .setInputType(InputType.convolutional(5, 5, 2))
                .build());
    network.init();
    return network;
  }

  private static Conversion<MultiLayerNetwork> converted(ArrayEdges edges) {
    return HardwareConversion.of(network()).all(Analog.on(Synapses.ideal()).edges(edges)).convert();
  }

  /** Rows × columns with the bias row: 19×5, five times 5×2, 41×10. */
  @Test
  void reportAndCostsCountThem() {
    Conversion<MultiLayerNetwork> made = converted(ArrayEdges.IDEAL.withTiles(SMALL));
    long weights = 18 * 5 + 5 * 4 * 2 + 40 * 10;
    int tiles = 2 + 5 + 3 * 2;
    double used = 100.0 * (19 * 5 + 5 * 5 * 2 + 41 * 10) / (tiles * 128);
    assertThat(made.report().convertedWeightsPercent()).isEqualTo(100);
    assertThat(made.report().tiles().count()).isEqualTo(tiles);
    assertThat(made.report().tiles().utilisationPercent()).isCloseTo(used, within(1e-9));
    assertThat(made.report().toString())
        .contains(weights + " of " + weights + " weights converted (100.00 %); 13 physical arrays");
    assertThat(made.report().csv()).contains(",90,2,", ",40,5,", ",400,6,");

    INDArray x = Nd4j.rand(DataType.FLOAT, 1, 2, 5, 5);
    made.network().output(x);
    NetworkCost cost = NetworkCost.of(COST, made.network());
    assertThat(cost.tiles()).isEqualTo(tiles);
    // Rows once for each tile beside another, columns once for each below another.
    long converters = (19 + 5 * 2) + 5 * (5 + 2) + (41 * 2 + 10 * 3);
    assertThat(cost.converters()).isEqualTo(converters);
    assertThat(cost.squareMillimetres())
        .isCloseTo(((95 + 50 + 410) * 4 + converters * 30) * 1e-6, withinPercentage(1e-6));
  }

  /** A wide layer kept back: what was not converted is in the percentage. */
  @Test
  void whatStaysIsInThePercentage() {
    Conversion<MultiLayerNetwork> made =
        HardwareConversion.of(network()).all(Analog.on(Synapses.ideal())).keep("layer2").convert();
    assertThat(made.report().convertedWeightsPercent()).isCloseTo(100.0 * 130 / 530, within(1e-9));
  }

  /** Ranges of converters are those of a tile's sums, which are smaller than the column's. */
  @Test
  void rangesAreOfTiles() {
    ReadPath path = new ReadPath(0, Double.POSITIVE_INFINITY, false, 8, 50, false, 0, 0, 0);
    MultiLayerNetwork source = network();
    INDArray x = Nd4j.rand(DataType.FLOAT, 30, 2, 5, 5);
    MultiLayerNetwork whole =
        EdgeCalibration.by(x)
            .percentile(100)
            .of(converted(new ArrayEdges(path, ReadPath.IDEAL, ArrayTiles.UNLIMITED)).network());
    MultiLayerNetwork cut =
        EdgeCalibration.by(x)
            .percentile(100)
            .of(converted(new ArrayEdges(path, ReadPath.IDEAL, SMALL)).network());
    // The last layer reads 40 inputs and a bias: parts of 14, 14 and 13.
    INDArray seen = source.feedForward(x).get(2).reshape(30, 40);
    INDArray w = source.getParam("2_W");
    double largest = 0;
    int[] cuts = {0, 14, 28, 40};
    for (int part = 0; part < 3; part++) {
      INDArray rows = w.get(NDArrayIndex.interval(cuts[part], cuts[part + 1]), NDArrayIndex.all());
      INDArray columns =
          seen.get(NDArrayIndex.all(), NDArrayIndex.interval(cuts[part], cuts[part + 1]));
      largest = Math.max(largest, columns.mmul(rows).amaxNumber().doubleValue());
    }
    double ofTiles = bound(cut);
    assertThat(ofTiles / largest).isBetween(0.999, 1.011);
    double all = seen.mmul(w).amaxNumber().doubleValue();
    assertThat(bound(whole) / all).isBetween(0.999, 1.011);
    // The network's last layer says the same as before, within what its converters' steps are.
    assertThat(cut.output(x).sub(source.output(x)).amaxNumber().doubleValue()).isLessThan(0.02);
  }

  private static double bound(MultiLayerNetwork network) {
    return ((AnalogLayer) network.getLayer(2)).edges().forward().outputBound();
  }
}
