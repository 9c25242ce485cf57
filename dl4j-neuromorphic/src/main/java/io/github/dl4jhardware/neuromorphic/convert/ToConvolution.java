package io.github.dl4jhardware.neuromorphic.convert;

import io.github.dl4jhardware.convert.LayerConversion;
import io.github.dl4jhardware.convert.Place;
import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import io.github.dl4jhardware.neuromorphic.layer.SpikingOptions;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import io.github.dl4jhardware.neuromorphic.quantize.Neuron;
import io.github.dl4jhardware.neuromorphic.quantize.SpikeActivation;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What {@link Trinary#toSoftware} says. */
final class ToConvolution implements LayerConversion {
  @Override
  public boolean takes(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer instanceof TransductionLayer || layer instanceof TrinaryConvolutionLayer;
  }

  @Override
  public ConvolutionLayer replace(org.deeplearning4j.nn.conf.layers.Layer layer, Place place) {
    SpikingOptions options =
        layer instanceof TransductionLayer transduction
            ? transduction.getSpiking()
            : ((TrinaryConvolutionLayer) layer).getSpiking();
    if (options.neuron() != Neuron.SPIKE) {
      throw new IllegalArgumentException("its neurons do not spike, but are " + options.neuron());
    }
    ConvolutionLayer from = (ConvolutionLayer) layer;
    ConvolutionLayer to =
        new ConvolutionLayer.Builder(from.getKernelSize())
            .stride(from.getStride())
            .padding(from.getPadding())
            .convolutionMode(from.getConvolutionMode())
            .dataFormat(from.getCnn2dDataFormat())
            .nIn(from.getNIn())
            .nOut(from.getNOut())
            .build();
    to.setLayerName(from.getLayerName());
    to.setActivationFn(new SpikeActivation());
    to.setIUpdater(from.getIUpdater());
    to.setBiasUpdater(from.getBiasUpdater());
    to.setIDropout(from.getIDropout());
    to.setWeightInitFn(from.getWeightInitFn());
    return to;
  }

  /**
   * Whole responses turn between two whole numbers: half a response keeps float sums clear of it.
   */
  @Override
  public Carried carry(Layer from, Layer to, Place place) {
    SpikingLayer spiking = (SpikingLayer) from;
    INDArray weights = spiking.effectiveWeights().castTo(DataType.DOUBLE).dup('c');
    INDArray target = to.getParam("W");
    int groups = spiking.options().groups();
    int outputs = (int) target.size(0);
    int taps = (int) (target.size(2) * target.size(3));
    int inputs = (int) target.size(1);
    int own = inputs / groups;
    double[] grouped = weights.reshape(weights.length()).toDoubleVector();
    double[] dense = new double[outputs * inputs * taps];
    double[] bias = new double[outputs];
    // Thresholds between whole responses hold for spikes alone.
    boolean whole = spiking.options().weights() != null && spiking.options().strictInput();
    int[] thresholds = whole ? spiking.thresholds() : new int[0];
    for (int o = 0; o < outputs; o++) {
      double scale = 1;
      if (whole) {
        bias[o] = 0.5 - thresholds[o];
      } else {
        scale = 1 / (Math.sqrt(from.getParam("var").getDouble(o)) + spiking.options().epsilon());
        INDArray b = from.getParam("b");
        bias[o] = (b == null ? 0 : b.getDouble(o)) - from.getParam("mean").getDouble(o) * scale;
      }
      int first = o / (outputs / groups) * own;
      for (int i = 0; i < own * taps; i++) {
        dense[(o * inputs + first) * taps + i] = scale * grouped[o * own * taps + i];
      }
    }
    to.setParam(
        "W", Nd4j.createFromArray(dense).castTo(target.dataType()).reshape('c', target.shape()));
    INDArray biases = to.getParam("b");
    to.setParam("b", Nd4j.createFromArray(bias).castTo(biases.dataType()).reshape(biases.shape()));
    return new Carried(weights.amaxNumber().doubleValue(), 0, Double.NaN, "same spikes");
  }
}
