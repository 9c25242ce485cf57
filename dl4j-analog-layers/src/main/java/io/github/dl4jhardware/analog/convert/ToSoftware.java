package io.github.dl4jhardware.analog.convert;

import io.github.dl4jhardware.analog.layer.AnalogConvolution1DLayer;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLSTM;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.layer.AnalogRnnOutputLayer;
import io.github.dl4jhardware.analog.layer.AnalogSimpleRnn;
import io.github.dl4jhardware.convert.LayerConversion;
import io.github.dl4jhardware.convert.Place;
import io.github.dl4jhardware.host.HostSettings;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Analogue layers as the host's own, with the weights that the devices hold. */
final class ToSoftware implements LayerConversion {
  @Override
  public boolean takes(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer instanceof AnalogDenseLayer
        || layer instanceof AnalogOutputLayer
        || layer instanceof AnalogConvolutionLayer
        || layer instanceof AnalogConvolution1DLayer
        || layer instanceof AnalogLSTM
        || layer instanceof AnalogSimpleRnn
        || layer instanceof AnalogRnnOutputLayer;
  }

  @Override
  public FeedForwardLayer replace(org.deeplearning4j.nn.conf.layers.Layer layer, Place place) {
    FeedForwardLayer to;
    if (layer instanceof AnalogDenseLayer dense) {
      to = new DenseLayer.Builder().hasBias(dense.hasBias()).build();
    } else if (layer instanceof AnalogConvolution1DLayer sequence) {
      to = sequence(sequence);
    } else if (layer instanceof AnalogConvolutionLayer convolution) {
      to = convolution(convolution);
    } else if (layer instanceof BaseRecurrentLayer recurrent) {
      to = recurrent(recurrent);
    } else if (layer instanceof AnalogRnnOutputLayer output) {
      to =
          new RnnOutputLayer.Builder(output.getLossFn())
              .hasBias(output.hasBias())
              .dataFormat(output.getRnnDataFormat())
              .build();
    } else {
      OutputLayer output = (OutputLayer) layer;
      to = new OutputLayer.Builder(output.getLossFn()).hasBias(output.hasBias()).build();
    }
    HostSettings.copy((FeedForwardLayer) layer, to);
    return to;
  }

  private static BaseRecurrentLayer recurrent(BaseRecurrentLayer from) {
    BaseRecurrentLayer to =
        from instanceof AnalogLSTM lstm
            ? new LSTM.Builder()
                .gateActivationFunction(lstm.getGateActivationFn())
                .forgetGateBiasInit(lstm.getForgetGateBiasInit())
                .build()
            : new SimpleRnn.Builder().build();
    to.setWeightInitFnRecurrent(from.getWeightInitFnRecurrent());
    to.setRnnDataFormat(from.getRnnDataFormat());
    return to;
  }

  private static Convolution1DLayer sequence(AnalogConvolution1DLayer from) {
    if (from.getGroups() != 1) {
      throw new IllegalArgumentException(
          "Deeplearning4j has no convolution of " + from.getGroups() + " groups along sequences");
    }
    Convolution1DLayer to =
        new Convolution1DLayer.Builder(
                from.getKernelSize()[0], from.getStride()[0], from.getPadding()[0])
            .dilation(from.getDilation()[0])
            .hasBias(from.hasBias())
            .build();
    to.setRnnDataFormat(from.getRnnDataFormat());
    to.setConvolutionMode(from.getConvolutionMode());
    to.setCudnnAlgoMode(from.getCudnnAlgoMode());
    to.setCnn2dDataFormat(from.getCnn2dDataFormat());
    to.setDefaultValueOverriden(from.isDefaultValueOverriden());
    return to;
  }

  private static ConvolutionLayer convolution(AnalogConvolutionLayer from) {
    ConvolutionLayer.BaseConvBuilder<?> builder;
    if (from.getGroups() == 1) {
      builder = new ConvolutionLayer.Builder();
    } else if (from.getGroups() == from.getNIn()) {
      builder =
          new DepthwiseConvolution2D.Builder()
              .depthMultiplier((int) (from.getNOut() / from.getNIn()));
    } else {
      throw new IllegalArgumentException(
          "Deeplearning4j has no convolution of " + from.getGroups() + " groups");
    }
    builder
        .kernelSize(from.getKernelSize())
        .stride(from.getStride())
        .padding(from.getPadding())
        .dilation(from.getDilation())
        .hasBias(from.hasBias());
    ConvolutionLayer to = builder.build();
    to.setConvolutionMode(from.getConvolutionMode());
    to.setCudnnAlgoMode(from.getCudnnAlgoMode());
    to.setCnn2dDataFormat(from.getCnn2dDataFormat());
    to.setDefaultValueOverriden(from.isDefaultValueOverriden());
    return to;
  }

  /** Biases, and weights of a layer's own outputs: into the parameters, past the devices. */
  static void copyBesideW(Layer from, Layer to) {
    for (String beside : List.of("b", "RW")) {
      INDArray own = from.getParam(beside);
      if (own != null) {
        to.getParam(beside).assign(own);
      }
    }
  }

  @Override
  public Carried carry(Layer from, Layer to, Place place) {
    copyBesideW(from, to);
    INDArray w = from.getParam("W");
    INDArray own = to.getParam("W");
    own.assign(
        to.conf().getLayer() instanceof DepthwiseConvolution2D
            ? w.dup('c')
                .reshape('c', own.size(2), own.size(3), own.size(0), own.size(1))
                .permute(2, 3, 0, 1)
            : w);
    double largest = ((AnalogLayer) from).weightRows().amaxNumber().doubleValue();
    return new Carried(largest, 0, 0, "");
  }
}
