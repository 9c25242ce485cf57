package io.github.dl4jhardware.neuromorphic.deploy;

import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.cost.CostModel;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.neuromorphic.core.CoreEnergy;
import io.github.dl4jhardware.neuromorphic.core.Placement;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Cost of the spiking layers at the beginning of a network on 256×256 cores: cores as they are
 * placed, one frame in a tick, energy from the synaptic events of simulated frames. The
 * transduction and what comes after the spiking layers run elsewhere and are left out, as is
 * training.
 *
 * @param energy what an event costs
 * @param framesPerSecond ticks in a second; 1,000 on TrueNorth (S. K. Esser et al., PNAS 113,
 *     11441, 2016)
 * @param height of the images where examples come as flat rows
 * @param width of the images where examples come as flat rows
 */
public record CoreCost(CoreEnergy energy, double framesPerSecond, int height, int width)
    implements CostModel {
  private static final long TICKS_PER_SECOND = 1000;
  private static final int FRAMES = 16;

  /** Checks the rate. */
  public CoreCost {
    if (!(framesPerSecond > 0 && framesPerSecond < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "CoreCost.framesPerSecond is " + framesPerSecond + "; it must be above 0");
    }
    if (height < 0 || width < 0) {
      throw new IllegalArgumentException(
          "CoreCost: images of " + height + "×" + width + "; neither may be below 0");
    }
  }

  /**
   * 1,000 frames a second at {@link CoreEnergy#AVERAGE}, for networks that take images.
   *
   * @return the model
   */
  public static CoreCost average() {
    return new CoreCost(CoreEnergy.AVERAGE, TICKS_PER_SECOND, 0, 0);
  }

  /**
   * The same with other constants, for instance those of another supply.
   *
   * @param other the new {@link #energy()}
   * @return a copy
   */
  public CoreCost withEnergy(CoreEnergy other) {
    return new CoreCost(other, framesPerSecond, height, width);
  }

  /**
   * The same for networks that take images as flat rows.
   *
   * @param rows height of an image
   * @param columns width of an image
   * @return a copy
   */
  public CoreCost flat(int rows, int columns) {
    return new CoreCost(energy, framesPerSecond, rows, columns);
  }

  @Override
  public Cost of(NeuralNetwork network, INDArray given) {
    INDArray examples = channelsLast(network, given) ? given.permute(0, 3, 1, 2) : given;
    Optional<SpikingProgram> program =
        network instanceof MultiLayerNetwork sequence
            ? NetworkCompiler.beginning(sequence, input(examples))
            : network instanceof ComputationGraph graph
                ? NetworkCompiler.beginning(graph, input(examples))
                : Optional.empty();
    return program.map(each -> cost(each, examples)).orElse(Cost.UNKNOWN);
  }

  private static boolean channelsLast(NeuralNetwork network, INDArray examples) {
    Layer[] layers = HostNetwork.layers(network);
    return examples.rank() == 4
        && layers.length > 0
        && layers[0].conf().getLayer() instanceof ConvolutionLayer first
        && first.getCnn2dDataFormat() == CNN2DFormat.NHWC;
  }

  private InputType input(INDArray examples) {
    if (examples.rank() == 4) {
      return InputType.convolutional(examples.size(2), examples.size(3), examples.size(1));
    }
    if (height > 0 && width > 0) {
      return InputType.convolutionalFlat(height, width, examples.size(1) / ((long) height * width));
    }
    return InputType.feedForward(examples.size(1));
  }

  private Cost cost(SpikingProgram program, INDArray examples) {
    int frames = (int) Math.min(FRAMES, examples.size(0));
    INDArray some =
        examples.reshape('c', examples.size(0), -1).get(NDArrayIndex.interval(0, frames));
    SpikeFrames entering = program.packed().trace(some.dup('c').toFloatMatrix()).get(0);
    Placement placement = Placement.of(program.layers());
    CoreNetwork.Run run = new CoreNetwork(program, placement).run(entering);
    double microjoules =
        energy.microjoulesPerFrame(
            run.synapticEventsPerFrame(), framesPerSecond, placement.mapping().chips());
    return new Cost(
        null,
        1000 * microjoules,
        null,
        framesPerSecond,
        (long) placement.mapping().cores(),
        "cores: " + energy.basis());
  }
}
