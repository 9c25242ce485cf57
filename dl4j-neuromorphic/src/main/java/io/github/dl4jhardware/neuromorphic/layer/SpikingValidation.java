package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.host.Acting;
import io.github.dl4jhardware.neuromorphic.core.CoreLimits;
import java.util.Arrays;
import java.util.Locale;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Refuses what no core can do; says where, how much, the limit, and the way out. */
final class SpikingValidation {
  private SpikingValidation() {}

  /** Groups and inputs per neuron, as soon as both feature counts are known. */
  static void checkFit(SpikingSettings settings, @Nullable Integer index) {
    FeedForwardLayer host = settings.host();
    long inputs = host.getNIn();
    long outputs = host.getNOut();
    if (host instanceof ConvolutionLayer convolution) {
      checkConvolution(convolution, index);
    }
    if (inputs <= 0 || outputs <= 0) {
      return;
    }
    int groups = settings.getSpiking().groups();
    int[] kernel = settings.kernel();
    long positions = (long) kernel[0] * kernel[1];
    int fewest = CoreLimits.fewestGroups(inputs, outputs, positions);
    if (inputs % groups != 0 || outputs % groups != 0) {
      throw new DL4JInvalidConfigException(
          describe(host, index)
              + ": "
              + groups
              + " groups do not divide "
              + inputs
              + " input and "
              + outputs
              + " output features; "
              + advice(settings.onCores(), fewest));
    }
    long perNeuron = positions * inputs / groups;
    if (settings.onCores() && perNeuron > CoreLimits.INPUTS_PER_NEURON) {
      throw new DL4JInvalidConfigException(
          describe(host, index)
              + ": "
              + perNeuron
              + " inputs per neuron ("
              + kernel[0]
              + "×"
              + kernel[1]
              + " kernel, "
              + inputs
              + " input features in "
              + groups
              + " group(s)); a core takes at most "
              + CoreLimits.INPUTS_PER_NEURON
              + "; "
              + advice(true, fewest));
    }
  }

  private static String advice(boolean onCores, int fewest) {
    if (!onCores) {
      return "the number of groups must divide both";
    }
    return fewest == 0
        ? "no number of groups is legal: change the kernel or the features"
        : "the smallest legal number of groups is " + fewest;
  }

  private static void checkConvolution(ConvolutionLayer layer, @Nullable Integer index) {
    String name = describe(layer, index);
    if (Arrays.stream(layer.getDilation()).anyMatch(d -> d != 1)) {
      throw new DL4JInvalidConfigException(
          name
              + ": dilation is "
              + Arrays.toString(layer.getDilation())
              + "; spiking convolutions have dilation 1");
    }
    if (layer.getConvolutionMode() == ConvolutionMode.Causal) {
      throw new DL4JInvalidConfigException(
          name + ": convolution mode Causal is for sequences; use Same, Truncate or Strict");
    }
    for (int[] sizes : new int[][] {layer.getKernelSize(), layer.getStride()}) {
      if (sizes.length != 2 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
        throw new DL4JInvalidConfigException(
            name
                + ": kernel "
                + Arrays.toString(layer.getKernelSize())
                + " and stride "
                + Arrays.toString(layer.getStride())
                + " must be two numbers of at least 1 each");
      }
    }
  }

  /** All that can be known when the network is initialised. */
  static void check(
      SpikingSettings settings, NeuralNetConfiguration conf, int index, DataType type) {
    FeedForwardLayer host = settings.host();
    String layer = describe(host, index);
    if (host.getNIn() <= 0 || host.getNOut() <= 0) {
      throw new DL4JInvalidConfigException(
          layer
              + ": nIn is "
              + host.getNIn()
              + " and nOut is "
              + host.getNOut()
              + "; both must be at least 1. Set them, or the network's input type");
    }
    checkFit(settings, index);
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new DL4JInvalidConfigException(
          layer + ": network type " + type + "; use DataType.FLOAT or DataType.DOUBLE");
    }
    String backend = Nd4j.getBackend().getClass().getSimpleName();
    if (!backend.toLowerCase(Locale.ROOT).contains("cpu")) {
      throw new DL4JInvalidConfigException(
          layer
              + ": spiking layers are tested on ND4J's CPU backend (nd4j-native) only, this is "
              + backend);
    }
    if (Acting.weightNoise(host.getWeightNoise())) {
      throw new DL4JInvalidConfigException(
          layer + " does not support weight noise: a trinary weight has none; remove it");
    }
    if (Acting.dropout(host.getIDropout()) && settings.getSpiking().strictInput()) {
      throw new DL4JInvalidConfigException(
          layer
              + " does not support dropout where inputs must be spikes: it scales what it keeps. Remove"
              + " it, or allow any input with strictInput false in its SpikingOptions");
    }
    GradientNormalization normalisation = host.getGradientNormalization();
    if (normalisation != null && normalisation != GradientNormalization.None) {
      throw new DL4JInvalidConfigException(
          layer
              + " does not support gradient normalisation "
              + normalisation
              + ": former weights and running statistics leave as gradients and would be changed with"
              + " them. Remove it: hidden weights are bounded, and responses are normalised");
    }
    if (conf.getOptimizationAlgo() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      throw new DL4JInvalidConfigException(
          layer
              + " does not support the optimisation algorithm "
              + conf.getOptimizationAlgo()
              + ": a line search tries weights and takes them back, and trinary weights have no"
              + " gradient; use STOCHASTIC_GRADIENT_DESCENT");
    }
    if (host instanceof DenseLayer dense && dense.hasLayerNorm()) {
      throw new DL4JInvalidConfigException(
          layer
              + " does not support layer normalisation: it normalises each feature itself; remove it");
    }
  }

  static String describe(FeedForwardLayer host, @Nullable Integer index) {
    String name = host.getLayerName();
    return host.getClass().getSimpleName()
        + (name == null ? "" : " \"" + name + "\"")
        + (index == null ? "" : " (index " + index + ")");
  }
}
