package io.github.dl4jhardware.neuromorphic.deploy;

import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** Networks whose state is drawn at random, and frames for them. */
public final class SpikingNets {
  private SpikingNets() {}

  /** Statistics and biases that spread the thresholds over what responses reach. */
  public static MultiLayerNetwork random(
      long seed, DataType type, InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(seed).dataType(type).updater(new NoOp()).list();
    for (Layer layer : List.of(layers)) {
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
    network.init();
    SplittableRandom random = new SplittableRandom(seed);
    for (org.deeplearning4j.nn.api.Layer layer : network.getLayers()) {
      if (layer instanceof SpikingLayer spiking) {
        draw(random, spiking);
      }
    }
    return network;
  }

  private static void draw(SplittableRandom random, SpikingLayer layer) {
    INDArray mean = layer.getParam("mean").dup();
    INDArray variance = layer.getParam("var").dup();
    INDArray bias = layer.getParam("b").dup();
    double scale = Math.sqrt(layer.effectiveWeights().length() / (double) mean.length());
    for (long i = 0; i < mean.length(); i++) {
      // Half of the means are whole numbers with no bias: responses tie with them.
      boolean ties = random.nextBoolean();
      double drawn = scale * (random.nextDouble() - 0.5);
      mean.putScalar(i, ties ? Math.rint(drawn) : drawn);
      variance.putScalar(i, scale * random.nextDouble());
      bias.putScalar(i, ties ? 0 : random.nextDouble() - 0.5);
    }
    layer.setParam("mean", mean);
    layer.setParam("var", variance);
    layer.setParam("b", bias);
  }

  public static float[][] spikes(long seed, int frames, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] drawn = new float[frames][length];
    for (float[] frame : drawn) {
      for (int i = 0; i < length; i++) {
        frame[i] = random.nextInt(2);
      }
    }
    return drawn;
  }

  public static float[][] pixels(long seed, int frames, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] drawn = new float[frames][length];
    for (float[] frame : drawn) {
      for (int i = 0; i < length; i++) {
        // Eighths, so that sums with weights of few bits tie.
        frame[i] = random.nextInt(9) / 8f;
      }
    }
    return drawn;
  }

  /** Frames {@code [features, height, width]} as the host takes them. */
  public static INDArray batch(DataType type, CNN2DFormat format, float[][] frames, long... image) {
    INDArray flat = Nd4j.createFromArray(frames).castTo(type);
    if (image.length == 0) {
      return flat;
    }
    INDArray nchw = flat.reshape('c', new long[] {frames.length, image[0], image[1], image[2]});
    return format == CNN2DFormat.NHWC ? nchw.permute(0, 2, 3, 1).dup('c') : nchw;
  }

  /** The host's activations as spikes. */
  public static SpikeFrames frames(INDArray activations, CNN2DFormat format) {
    INDArray nchw =
        activations.rank() == 4 && format == CNN2DFormat.NHWC
            ? activations.permute(0, 3, 1, 2)
            : activations;
    INDArray flat = nchw.dup('c').castTo(DataType.FLOAT);
    int examples = (int) flat.size(0);
    int features = (int) flat.size(1);
    int positions = (int) (flat.length() / examples / features);
    float[] values = flat.reshape(flat.length()).toFloatVector();
    SpikeFrames frames = new SpikeFrames(examples, features, positions);
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0 && values[i] != 1) {
        throw new AssertionError("activation " + i + " is " + values[i]);
      }
      frames.set(i / positions / features, i / positions % features, i % positions, values[i] == 1);
    }
    return frames;
  }

  /** The first neuron that differs, by name; empty where none does. */
  public static String difference(String layer, SpikeFrames wanted, SpikeFrames found) {
    String first = wanted.difference(found);
    return first.isEmpty() ? "" : layer + ", " + first;
  }
}
