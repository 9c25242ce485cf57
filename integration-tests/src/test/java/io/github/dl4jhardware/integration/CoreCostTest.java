package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.neuromorphic.core.CoreMapping;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.deploy.CoreCost;
import io.github.dl4jhardware.neuromorphic.deploy.CoreNetwork;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Cores, pace and energy of spiking layers, alone and before others. */
class CoreCostTest {
  private static final INDArray IMAGES = Nd4j.rand(DataType.FLOAT, 20, 2, 8, 8);

  private static MultiLayerNetwork network(CNN2DFormat format, Layer last) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(new TransductionLayer.Builder(3, 3).padding(1, 1).nOut(6).build())
                .layer(new TrinaryConvolutionLayer.Builder(2, 2).stride(2, 2).nOut(20).build())
                .layer(last)
                .setInputType(InputType.convolutional(8, 8, 2, format))
                .build());
    network.init();
    return network;
  }

  private static Layer population() {
    return new SpikePopulationOutputLayer.Builder().nOut(4).build();
  }

  @Test
  void isWhatTheSimulatorCounts() {
    MultiLayerNetwork network = network(CNN2DFormat.NCHW, population());
    Cost cost = CoreCost.average().of(network, IMAGES);
    SpikingProgram program = SpikingProgram.compile(network, InputType.convolutional(8, 8, 2));
    float[][] frames = new float[16][];
    for (int i = 0; i < 16; i++) {
      frames[i] = IMAGES.slice(i).dup('c').reshape(-1).toFloatVector();
    }
    SpikeFrames entering = program.packed().trace(frames).get(0);
    CoreNetwork cores = new CoreNetwork(program);
    CoreMapping mapping = cores.placement().mapping();
    assertThat(cost.cores()).isEqualTo((long) mapping.cores());
    assertThat(cost.inferencesPerSecond()).isEqualTo(1000);
    double events = cores.run(entering).synapticEventsPerFrame();
    assertThat(events).isPositive();
    // 26 pJ an event.
    assertThat(cost.inferenceNanojoules()).isCloseTo(events * 0.026, within(1e-9 * events));
    assertThat(cost.trainingMillijoules()).isNull();
  }

  @Test
  void channelsLastCostTheSame() {
    Cost first = CoreCost.average().of(network(CNN2DFormat.NCHW, population()), IMAGES);
    Cost last =
        CoreCost.average()
            .of(network(CNN2DFormat.NHWC, population()), IMAGES.permute(0, 2, 3, 1).dup('c'));
    assertThat(last).isEqualTo(first);
  }

  @Test
  void otherLayersAreLeftOut() {
    Layer output =
        new AnalogOutputLayer.Builder(LossFunction.MCXENT)
            .nOut(4)
            .activation(Activation.SOFTMAX)
            .build();
    MultiLayerNetwork mixed = network(CNN2DFormat.NCHW, output);
    Cost cores = CoreCost.average().of(mixed, IMAGES);
    assertThat(cores)
        .isEqualTo(CoreCost.average().of(network(CNN2DFormat.NCHW, population()), IMAGES));
    Cost both = cores.plus(ArrayCost.calibrated2018().of(mixed, IMAGES));
    assertThat(both.cores()).isEqualTo(cores.cores());
    assertThat(both.squareMillimetres()).isPositive();
    assertThat(both.inferencesPerSecond()).isEqualTo(1000);
    Layer plain = new OutputLayer.Builder(LossFunction.MCXENT).nOut(4).build();
    MultiLayerNetwork dense =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(plain)
                .setInputType(InputType.feedForward(9))
                .build());
    dense.init();
    assertThat(CoreCost.average().of(dense, Nd4j.rand(DataType.FLOAT, 2, 9)))
        .isEqualTo(Cost.UNKNOWN);
  }
}
