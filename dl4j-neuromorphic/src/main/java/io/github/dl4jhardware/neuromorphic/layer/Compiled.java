package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.quantize.Neuron;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a trained layer is without its host: sizes, weights, thresholds. */
final class Compiled {
  private Compiled() {}

  /** A dense layer on an image reads all of it with one kernel. */
  private static LayerShape shape(SpikingNeurons layer, int inHeight, int inWidth) {
    FeedForwardLayer host = layer.settings().host();
    String name = SpikingValidation.describe(host, layer.getIndex());
    int outputs = (int) host.getNOut();
    int groups = layer.options().groups();
    int inputs = (int) host.getNIn();
    if (host instanceof ConvolutionLayer convolution) {
      Geometry g = Geometry.of(convolution, name, 1, inHeight, inWidth);
      return new LayerShape(
          name,
          inputs,
          inHeight,
          inWidth,
          outputs,
          g.outHeight(),
          g.outWidth(),
          groups,
          g.kernelHeight(),
          g.kernelWidth(),
          g.strideHeight(),
          g.strideWidth(),
          g.padTop(),
          g.padLeft());
    }
    int positions = inHeight * inWidth;
    if (inputs % positions != 0 || inputs / positions % groups != 0) {
      throw new IllegalStateException(
          name
              + ": the groups cut through the features of the flattened "
              + inHeight
              + "×"
              + inWidth
              + " images; use a TrinaryConvolutionLayer with a kernel of that size");
    }
    return new LayerShape(
        name,
        inputs / positions,
        inHeight,
        inWidth,
        outputs,
        1,
        1,
        groups,
        inHeight,
        inWidth,
        1,
        1,
        0,
        0);
  }

  static TrinaryLayer trinary(SpikingNeurons layer, int inHeight, int inWidth) {
    LayerShape shape = shape(layer, inHeight, inWidth);
    SpikingOptions options = layer.options();
    if (options.weights() == null || options.neuron() != Neuron.SPIKE || !options.strictInput()) {
      throw new IllegalStateException(
          shape.name()
              + " does not run on cores: it needs trinary weights, neurons that spike and strictInput true");
    }
    int[] thresholds = layer.thresholds();
    double[] weights = values(layer.effectiveWeights());
    byte[] trinary = new byte[weights.length];
    for (int i = 0; i < trinary.length; i++) {
      trinary[i] = (byte) weights[i];
    }
    return new TrinaryLayer(shape, trinary, thresholds);
  }

  static PixelLayer pixels(SpikingNeurons layer, int inHeight, int inWidth) {
    LayerShape shape = shape(layer, inHeight, inWidth);
    SpikingOptions options = layer.options();
    if (options.weights() != null || options.neuron() != Neuron.SPIKE || options.groups() != 1) {
      throw new IllegalStateException(
          shape.name()
              + " is no transduction: it needs float weights, neurons that spike and one group");
    }
    int features = shape.outFeatures();
    double[] mean = layer.values(SpikingParams.MEAN, features);
    double[] variance = layer.values(SpikingParams.VARIANCE, features);
    double[] bias = layer.values(SpikingParams.BIAS, features);
    double[] scales = new double[features];
    double[] shifts = new double[features];
    for (int i = 0; i < features; i++) {
      scales[i] = Normalisation.scale(variance[i], options.epsilon());
      shifts[i] = bias[i] - mean[i] * scales[i];
    }
    return new PixelLayer(shape, values(layer.effectiveWeights()), scales, shifts);
  }

  private static double[] values(INDArray array) {
    double[] values = new double[(int) array.length()];
    Rows.of(array, 1).read(0, values);
    return values;
  }
}
