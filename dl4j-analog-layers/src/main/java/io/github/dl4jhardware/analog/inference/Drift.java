package io.github.dl4jhardware.analog.inference;

import io.github.dl4jhardware.analog.cell.ClosedLoopWrite;
import io.github.dl4jhardware.analog.cell.DriftCompensation;
import io.github.dl4jhardware.analog.cell.InferenceArray;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.PcmPairSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained network whose weights were programmed into PCM and left there: what it computes after a
 * time.
 *
 * <p>Every dense and output layer is programmed once. Cells with a PCM pair are written by their
 * own closed loop, with their own gain and range, and where that is a ladder of pulses by a few
 * more that nothing verifies, for what is missing: training ends with the whole weight on the pair,
 * as a capacitor does not last. The weights of all other layers, analogue or plain, go to pairs of
 * {@link Synapses#inferencePcm()}. {@link WeightMapping} tells which conductance stands for a
 * weight. Plain convolutions stay digital; convert them to program them. A bias that is a row of
 * the array drifts with it; a digital bias stays. Shapes, activations and array edges are the
 * network's.
 *
 * @param <N> MultiLayerNetwork or ComputationGraph
 */
public final class Drift<N extends NeuralNetwork> {
  private final N network;
  private final List<ProgrammedLayer> layers = new ArrayList<>();

  /** What a layer is programmed into; the scale is NaN where training had none. */
  private record Target(Pcm pcm, ClosedLoopWrite write, double gain, double microSiemensPerWeight) {
    static Target of(Synapse synapse) {
      if (synapse instanceof PcmCapacitorSynapse cell) {
        return new Target(cell.pcm(), cell.write(), cell.gain(), cell.microSiemensPerWeight());
      }
      if (synapse instanceof PcmPairSynapse cell) {
        return new Target(cell.pcm(), cell.write(), cell.gain(), cell.microSiemensPerWeight());
      }
      Pcm pcm = synapse instanceof InferenceSynapse cell ? cell.pcm() : Synapses.inferencePcm();
      // One attempt: the published error is that of a whole program-and-verify.
      ClosedLoopWrite once = new ClosedLoopWrite(pcm.gMaxMicroSiemens(), 1);
      return new Target(pcm, once, 1, Double.NaN);
    }
  }

  /**
   * An array, the index of its layer, and which of the layers inside that one it is.
   *
   * @param ofColumns whether its columns have scales of their own
   */
  private record ProgrammedLayer(
      int index, int inside, boolean biasRow, InferenceArray array, boolean ofColumns) {
    /** What stands behind the converters, which see what has drifted. */
    float[] readFactors(double seconds, DriftCompensation compensation) {
      double[] factors = array.factors(seconds, compensation);
      float[] all = new float[factors.length];
      for (int column = 0; column < all.length; column++) {
        double unit = ofColumns ? array.weightAtFullRange(column) : 1;
        all[column] = (float) (unit * factors[column]);
      }
      return all;
    }
  }

  private Drift(N network, long chipSeed, WeightMapping mapping) {
    this.network = network;
    Layer[] all = HostNetwork.layers(network);
    for (int index = 0; index < all.length; index++) {
      List<Layer> inside = Wrappers.allInside(all[index]);
      for (int each = 0; each < inside.size(); each++) {
        Layer layer = inside.get(each);
        if (layer instanceof AnalogLayer
            || layer.conf().getLayer() instanceof DenseLayer
            || layer.conf().getLayer() instanceof OutputLayer) {
          layers.add(program(layer, index, each, chipSeed, mapping));
        }
      }
    }
    if (layers.isEmpty()) {
      throw new DL4JInvalidConfigException(
          "Drift needs a network with at least one dense or output layer, plain or analogue");
    }
  }

  /**
   * Programs a network.
   *
   * @param network an initialised network; it is not changed
   * @param chipSeed the chip it is programmed into
   * @param <N> MultiLayerNetwork or ComputationGraph
   * @return the programmed network
   * @throws DL4JInvalidConfigException if the network has no layer that PCM can hold
   */
  public static <N extends NeuralNetwork> Drift<N> of(N network, long chipSeed) {
    return of(network, chipSeed, WeightMapping.AS_TRAINED);
  }

  /**
   * Programs a network, with a choice of what stands for a weight.
   *
   * @param network an initialised network; it is not changed
   * @param chipSeed the chip it is programmed into
   * @param mapping which conductance stands for a weight
   * @param <N> MultiLayerNetwork or ComputationGraph
   * @return the programmed network
   * @throws DL4JInvalidConfigException if the network has no layer that PCM can hold
   */
  public static <N extends NeuralNetwork> Drift<N> of(
      N network, long chipSeed, WeightMapping mapping) {
    return new Drift<>(network, chipSeed, mapping);
  }

  /**
   * Pairs that programming left outside the tolerance of their closed loop.
   *
   * @return their number over all layers
   */
  public long failures() {
    return layers.stream().mapToLong(layer -> layer.array().failures()).sum();
  }

  /**
   * The network as it is read after a time.
   *
   * @param seconds since programming, at least 0
   * @param compensated whether each array's outputs are scaled by its global drift compensation
   * @return a copy whose weights are those read; for inference, of the type that was programmed
   */
  public N after(double seconds, boolean compensated) {
    return after(seconds, compensated ? DriftCompensation.GLOBAL : DriftCompensation.NONE);
  }

  /**
   * The network as it is read after a time, with a choice of what is done about drift. Where its
   * layers have converters, they convert drifted currents, and compensation comes behind them: that
   * is of the network that is returned, and neither saved nor copied with it.
   *
   * @param seconds since programming, at least 0
   * @param compensation what each array's outputs are scaled by
   * @return a copy whose weights are those read; for inference, of the type that was programmed
   */
  public N after(double seconds, DriftCompensation compensation) {
    Check.notNegative("Drift seconds", seconds);
    N copy = HostNetwork.copy(network);
    Layer[] all = HostNetwork.layers(copy);
    for (ProgrammedLayer layer : layers) {
      float[] weights = layer.array().read(seconds, compensation);
      Layer target = Wrappers.allInside(all[layer.index()]).get(layer.inside());
      INDArray rows = rows(target);
      int length = (int) rows.length();
      assign(rows, weights, 0, length);
      if (layer.biasRow()) {
        INDArray bias = target.getParam("b");
        assign(bias, weights, length, (int) bias.length());
      }
      if (target instanceof AnalogLayer analog) {
        analog.fixReadFactors(layer.readFactors(seconds, compensation));
      }
    }
    return copy;
  }

  /** What a crossbar holds of W: a view. */
  private static INDArray rows(Layer layer) {
    return layer instanceof AnalogLayer analog ? analog.weightRows() : layer.getParam("W");
  }

  /** Into the parameter itself: devices behind an analogue layer are not to follow. */
  private static void assign(INDArray target, float[] values, int from, int length) {
    float[] part = Arrays.copyOfRange(values, from, from + length);
    target.assign(Nd4j.create(part, target.shape(), 'c').castTo(target.dataType()));
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  private static ProgrammedLayer program(
      Layer layer, int index, int inside, long chipSeed, WeightMapping mapping) {
    boolean biasRow = layer instanceof AnalogLayer analog && analog.biasRow();
    INDArray rows = rows(layer);
    float[] weights = values(rows);
    if (biasRow) {
      float[] bias = values(layer.getParam("b"));
      float[] both = Arrays.copyOf(weights, weights.length + bias.length);
      System.arraycopy(bias, 0, both, weights.length, bias.length);
      weights = both;
    }
    Target target =
        Target.of(layer instanceof AnalogLayer analog ? analog.synapse() : Synapses.pcmInference());
    boolean ofColumns =
        layer instanceof AnalogLayer analog
            && analog.synapse() instanceof InferenceSynapse trained
            && trained.perColumn();
    WeightMapping own =
        mapping == WeightMapping.AS_TRAINED && ofColumns
            ? WeightMapping.LARGEST_OF_COLUMN
            : mapping;
    double[] scales =
        own.microSiemensPerWeight(
            weights,
            (int) rows.size(1),
            target.microSiemensPerWeight(),
            target.gain() * target.pcm().gMaxMicroSiemens());
    InferenceArray array =
        InferenceArray.program(
            weights,
            target.pcm(),
            target.write(),
            target.gain(),
            scales,
            chipSeed,
            index + inside * Draws.SECOND_ARRAY);
    return new ProgrammedLayer(index, inside, biasRow, array, ofColumns);
  }
}
