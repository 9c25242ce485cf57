package io.github.dl4jhardware.neuromorphic.deploy;

import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import java.util.ArrayList;
import java.util.List;

/**
 * A program word for word: sums of weights against thresholds, neuron by neuron. Slow; what the
 * packed kernels and the cores are measured against.
 */
public final class IntegerNetwork {
  private final List<TrinaryLayer> layers;

  /**
   * The layers of a program.
   *
   * @param program its transduction is left out
   */
  public IntegerNetwork(SpikingProgram program) {
    layers = program.layers();
  }

  /**
   * Every spike of every layer.
   *
   * @param entering spikes that enter the first layer
   * @return the spikes of each layer in turn
   */
  public List<SpikeFrames> trace(SpikeFrames entering) {
    List<SpikeFrames> all = new ArrayList<>();
    SpikeFrames in = entering;
    for (TrinaryLayer layer : layers) {
      in = run(layer, in);
      all.add(in);
    }
    return all;
  }

  private static SpikeFrames run(TrinaryLayer layer, SpikeFrames in) {
    LayerShape shape = layer.shape();
    SpikeFrames out = new SpikeFrames(in.frames(), shape.outFeatures(), shape.outPositions());
    for (int frame = 0; frame < in.frames(); frame++) {
      for (int feature = 0; feature < shape.outFeatures(); feature++) {
        for (int position = 0; position < shape.outPositions(); position++) {
          int sum = sum(layer, in, frame, feature, position);
          out.set(frame, feature, position, sum >= layer.threshold(feature));
        }
      }
    }
    return out;
  }

  private static int sum(TrinaryLayer layer, SpikeFrames in, int frame, int feature, int position) {
    LayerShape shape = layer.shape();
    int first = feature / shape.groupOutputs() * shape.groupInputs();
    int sum = 0;
    for (int tap = 0; tap < shape.taps(); tap++) {
      int pixel = shape.inPosition(position, tap);
      for (int input = 0; pixel >= 0 && input < shape.groupInputs(); input++) {
        if (in.get(frame, first + input, pixel)) {
          sum += layer.weight(feature, input, tap);
        }
      }
    }
    return sum;
  }
}
