package io.github.dl4jhardware.neuromorphic.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.neuromorphic.core.Core;
import io.github.dl4jhardware.neuromorphic.core.CoreSimulator;
import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.Placement;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryDenseLayer;
import io.github.dl4jhardware.neuromorphic.packed.PackedNetwork;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One network, four forms, the same spikes: layer, integers, packed bits, cores. */
class DeploymentTest {
  private static final int FRAMES = 70;

  /** Runs all four and fails at the first neuron that differs. */
  private static void assertAllFormsAgree(
      MultiLayerNetwork network,
      InputType input,
      CNN2DFormat format,
      float[][] frames,
      long... image) {
    SpikingProgram program = SpikingProgram.compile(network, input);
    INDArray batch =
        SpikingNets.batch(network.getLayer(0).getParam("W").dataType(), format, frames, image);
    List<INDArray> activations = network.feedForward(batch, false);
    int first = program.transduction().isPresent() ? 1 : 0;
    List<SpikeFrames> packed = program.packed().trace(frames);
    List<SpikeFrames> integers = new IntegerNetwork(program).trace(packed.get(0));
    List<SpikeFrames> cores = cores(Placement.of(program.layers()), program, packed.get(0));
    for (int i = 0; i <= program.layers().size(); i++) {
      SpikeFrames layer = SpikingNets.frames(activations.get(first + i), format);
      String name = i == 0 ? "input" : program.layers().get(i - 1).shape().name();
      assertThat(SpikingNets.difference("packed, " + name, layer, packed.get(i))).isEmpty();
      if (i > 0) {
        assertThat(SpikingNets.difference("integers, " + name, layer, integers.get(i - 1)))
            .isEmpty();
        assertThat(SpikingNets.difference("cores, " + name, layer, cores.get(i - 1))).isEmpty();
      }
      long neurons = (long) layer.frames() * layer.features() * layer.positions();
      assertThat(layer.count()).as("spikes of %s", name).isBetween(1L, neurons - 1);
    }
    INDArray output = activations.get(activations.size() - 1);
    int[] classes = program.packed().classes(frames);
    for (int frame = 0; frame < frames.length; frame++) {
      assertThat(output.getDouble(frame, classes[frame]))
          .isCloseTo(output.getRow(frame).maxNumber().doubleValue(), within(1e-6));
    }
    assertThat(program.classes(cores.get(cores.size() - 1))).isEqualTo(classes);
  }

  private static List<SpikeFrames> cores(
      Placement placement, SpikingProgram program, SpikeFrames entering) {
    return new CoreNetwork(program, placement).run(entering).spikes();
  }

  /** Kernel, input features, groups: 1 to 128 inputs a neuron, few of them multiples of 32. */
  @ParameterizedTest
  @CsvSource({
    "1, 3, 3",
    "1, 12, 2",
    "1, 16, 2",
    "1, 64, 2",
    "3, 16, 2",
    "4, 12, 2",
    "1, 126, 1",
    "1, 127, 1",
    "1, 256, 2",
    "2, 64, 2",
    "3, 14, 1",
    "1, 33, 1"
  })
  void convolutionsAgree(int kernel, int features, int groups) {
    InputType input = InputType.convolutional(7, 6, features);
    MultiLayerNetwork network =
        SpikingNets.random(
            kernel * 1000 + features,
            DataType.FLOAT,
            input,
            new TrinaryConvolutionLayer.Builder(kernel, kernel)
                .padding(kernel / 2, kernel / 2)
                .nOut(6 * groups)
                .groups(groups)
                .build(),
            new TrinaryConvolutionLayer.Builder(3, 3)
                .stride(2, 2)
                .nOut(14)
                .groups(groups == 3 ? 2 : groups)
                .build(),
            new SpikePopulationOutputLayer.Builder().nOut(3).build());
    float[][] frames = SpikingNets.spikes(features, FRAMES, 42 * features);
    assertAllFormsAgree(network, input, CNN2DFormat.NCHW, frames, features, 7, 6);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT, NCHW", "FLOAT, NHWC", "DOUBLE, NCHW"})
  void wholeNetworksAgree(DataType type, CNN2DFormat format) {
    InputType input = InputType.convolutional(8, 9, 2, format);
    MultiLayerNetwork network =
        SpikingNets.random(
            3,
            type,
            input,
            new TransductionLayer.Builder(3, 3).padding(1, 1).nOut(12).build(),
            new TrinaryConvolutionLayer.Builder(4, 4)
                .stride(2, 2)
                .padding(1, 1)
                .nOut(28)
                .groups(2)
                .build(),
            new TrinaryConvolutionLayer.Builder(1, 1).nOut(260).groups(2).build(),
            new TrinaryConvolutionLayer.Builder(1, 1).nOut(60).groups(4).build(),
            new TrinaryConvolutionLayer.Builder(2, 2).stride(2, 2).nOut(40).groups(2).build(),
            new SpikePopulationOutputLayer.Builder().nOut(7).build());
    assertAllFormsAgree(network, input, format, SpikingNets.pixels(4, FRAMES, 144), 2, 8, 9);
  }

  @Test
  void flattenedImagesAgree() {
    InputType input = InputType.convolutional(3, 4, 6);
    MultiLayerNetwork network =
        SpikingNets.random(
            5,
            DataType.FLOAT,
            input,
            new TrinaryConvolutionLayer.Builder(2, 2).nOut(10).build(),
            new TrinaryDenseLayer.Builder().nOut(30).groups(2).build(),
            new TrinaryDenseLayer.Builder().nOut(20).build(),
            new SpikePopulationOutputLayer.Builder().nOut(4).build());
    assertAllFormsAgree(
        network, input, CNN2DFormat.NCHW, SpikingNets.spikes(6, FRAMES, 72), 6, 3, 4);
  }

  /** Every input there is, for few of them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 12})
  void everyInputAgrees(int fanIn) {
    InputType input = InputType.feedForward(fanIn);
    MultiLayerNetwork network =
        SpikingNets.random(
            fanIn,
            DataType.FLOAT,
            input,
            new TrinaryDenseLayer.Builder().nOut(64).build(),
            new SpikePopulationOutputLayer.Builder().nOut(2).build());
    float[][] frames = new float[1 << fanIn][fanIn];
    for (int i = 0; i < frames.length; i++) {
      for (int bit = 0; bit < fanIn; bit++) {
        frames[i][bit] = i >> bit & 1;
      }
    }
    assertAllFormsAgree(network, input, CNN2DFormat.NCHW, frames);
  }

  /** Responses that equal the mean fire; one float more of mean, and they do not. */
  @Test
  void tiesFireInEveryForm() {
    int fanIn = 72;
    InputType input = InputType.feedForward(fanIn);
    MultiLayerNetwork network =
        SpikingNets.random(
            12,
            DataType.FLOAT,
            input,
            new TrinaryDenseLayer.Builder().nOut(60).build(),
            new SpikePopulationOutputLayer.Builder().nOut(2).build());
    float[][] frames = SpikingNets.spikes(13, FRAMES, fanIn);
    SpikingLayer layer = (SpikingLayer) network.getLayer(0);
    // Neuron n is made to tie in frame n.
    INDArray responses =
        SpikingNets.batch(DataType.FLOAT, CNN2DFormat.NCHW, frames)
            .mmul(layer.effectiveWeights().reshape(60, fanIn).transpose());
    INDArray mean = layer.getParam("mean").dup();
    for (int neuron = 0; neuron < 60; neuron++) {
      float response = responses.getFloat(neuron, neuron);
      mean.putScalar(neuron, neuron % 2 == 0 ? response : Math.nextUp(response));
    }
    layer.setParam("mean", mean);
    layer.setParam("b", layer.getParam("b").mul(0));
    assertAllFormsAgree(network, input, CNN2DFormat.NCHW, frames);
    SpikeFrames spikes = SpikingProgram.compile(network, input).packed().trace(frames).get(1);
    for (int neuron = 0; neuron < 60; neuron++) {
      assertThat(spikes.get(neuron, neuron, 0)).as("neuron %d", neuron).isEqualTo(neuron % 2 == 0);
    }
  }

  private static SpikingProgram small() {
    InputType input = InputType.convolutional(6, 6, 8);
    return SpikingProgram.compile(
        SpikingNets.random(
            9,
            DataType.FLOAT,
            input,
            new TrinaryConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(16).build(),
            new TrinaryConvolutionLayer.Builder(2, 2).stride(2, 2).nOut(12).build(),
            new SpikePopulationOutputLayer.Builder().nOut(3).build()),
        input);
  }

  /** The simulator knows nothing but the placement: what is damaged there, shows. */
  @Test
  void damagedCoresShow() {
    SpikingProgram program = small();
    SpikeFrames entering = program.packed().transduce(SpikingNets.spikes(1, FRAMES, 288));
    List<SpikeFrames> right = cores(Placement.of(program.layers()), program, entering);

    Placement bit = Placement.of(program.layers());
    int slot = bit.slot(1, 4);
    Core core = bit.cores().get(slot / 256);
    int axon = 0;
    while (!core.connected(axon, slot % 256)) {
      axon++;
    }
    core.connect(axon, slot % 256, false);
    assertThat(SpikingNets.difference("", right.get(1), cores(bit, program, entering).get(1)))
        .isNotEmpty();

    Placement destination = Placement.of(program.layers());
    slot = destination.slot(0, 100);
    core = destination.cores().get(slot / 256);
    int neuron = slot % 256;
    core.setTarget(neuron, core.targetCore(neuron), (core.targetAxon(neuron) + 1) % 256, 1);
    assertThat(
            SpikingNets.difference("", right.get(1), cores(destination, program, entering).get(1)))
        .isNotEmpty();

    Placement late = Placement.of(program.layers());
    core = late.cores().get(slot / 256);
    core.setTarget(neuron, core.targetCore(neuron), core.targetAxon(neuron), 2);
    assertThat(SpikingNets.difference("", right.get(1), cores(late, program, entering).get(1)))
        .isNotEmpty();
  }

  /** What the last layer sends out is what its neurons fire. */
  @Test
  void outputsAreTheLastLayersSpikes() {
    SpikingProgram program = small();
    Placement placement = Placement.of(program.layers());
    CoreSimulator simulator = new CoreSimulator(placement);
    BitSet frame = new BitSet();
    frame.set(0, 288, true);
    for (int tick = 0; tick < 5; tick++) {
      simulator.tick(frame);
    }
    assertThat(simulator.outputs().isEmpty()).isFalse();
    for (int output = 0; output < 12 * 9; output++) {
      assertThat(simulator.outputs().get(output))
          .isEqualTo(simulator.fired(placement.slot(1, output)));
    }
    assertThatThrownBy(
            () -> {
              BitSet beyond = new BitSet();
              beyond.set(288);
              simulator.tick(beyond);
            })
        .hasMessageContaining("input 288 of 288");
  }

  /** One weight of +1 and one of −1, each on one axon: the counts can be told by hand. */
  @Test
  void countsAreThoseOfTheCores() {
    LayerShape shape = new LayerShape("two", 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0);
    TrinaryLayer layer = new TrinaryLayer(shape, new byte[] {1, -1}, new int[] {1});
    SpikingProgram program = new SpikingProgram(Optional.empty(), List.of(layer), 1);
    SpikeFrames frames = new SpikeFrames(2, 2, 1);
    frames.set(0, 0, 0, true);
    frames.set(1, 0, 0, true);
    frames.set(1, 1, 0, true);
    CoreNetwork.Run run = new CoreNetwork(program).run(frames);
    assertThat(run.spikes().get(0).get(0, 0, 0)).isTrue();
    assertThat(run.spikes().get(0).get(1, 0, 0)).isFalse();
    assertThat(run.ticks()).isEqualTo(3);
    // The one tick in which both have a frame: two inputs at two splitter neurons each, and the
    // first frame's one active synapse in the layer, which fires.
    assertThat(run.synapticEventsPerFrame()).isEqualTo(2 * 2 + 1);
    assertThat(run.spikesPerFrame()).isEqualTo(2 * 2 + 1);
    // Splitters are core 0, the layer core 1 beside it; outputs leave without hops.
    assertThat(run.hopsPerFrame()).isEqualTo(2 * 2);
  }

  @Test
  void whatDoesNotRunOnCoresIsNamed() {
    InputType input = InputType.feedForward(4);
    MultiLayerNetwork dense =
        SpikingNets.random(
            1,
            DataType.FLOAT,
            input,
            new DenseLayer.Builder().nOut(5).build(),
            new SpikePopulationOutputLayer.Builder().nOut(2).build());
    assertThatThrownBy(() -> SpikingProgram.compile(dense, input))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layer 0")
        .hasMessageContaining("DenseLayer")
        .hasMessageContaining("TrinaryDenseLayer");
    MultiLayerNetwork open =
        SpikingNets.random(
            1, DataType.FLOAT, input, new TrinaryDenseLayer.Builder().nOut(5).build());
    assertThatThrownBy(() -> SpikingProgram.compile(open, input))
        .hasMessageContaining("SpikePopulationOutputLayer");
  }

  @Test
  void framesAreChecked() {
    PackedNetwork packed = small().packed();
    assertThatThrownBy(() -> packed.classes(new float[][] {new float[288], new float[287]}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Frame 1 has 287 values; the network takes 8×6×6");
    float[] half = new float[288];
    half[7] = 0.5f;
    assertThatThrownBy(() -> packed.classes(new float[][] {half}))
        .hasMessageContaining("Frame 0, value 7 is 0.5");
  }

  @Test
  void graphsCompileToo() {
    InputType input = InputType.convolutional(6, 6, 8);
    MultiLayerNetwork network =
        SpikingNets.random(
            9,
            DataType.FLOAT,
            input,
            new TrinaryConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(16).build(),
            new TrinaryDenseLayer.Builder().nOut(24).groups(8).build(),
            new SpikePopulationOutputLayer.Builder().nOut(3).build());
    float[][] frames = SpikingNets.spikes(1, FRAMES, 288);
    assertThat(SpikingProgram.compile(network.toComputationGraph(), input).packed().scores(frames))
        .isDeepEqualTo(SpikingProgram.compile(network, input).packed().scores(frames));
  }
}
