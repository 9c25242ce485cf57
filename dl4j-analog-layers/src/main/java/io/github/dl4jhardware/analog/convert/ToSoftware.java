package io.github.dl4jhardware.analog.convert;

import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.convert.LayerConversion;
import io.github.dl4jhardware.convert.Place;
import io.github.dl4jhardware.host.HostSettings;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Analogue layers as the host's own, with the weights that the devices hold. */
final class ToSoftware implements LayerConversion {
  @Override
  public boolean takes(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer instanceof AnalogDenseLayer || layer instanceof AnalogOutputLayer;
  }

  @Override
  public FeedForwardLayer replace(org.deeplearning4j.nn.conf.layers.Layer layer, Place place) {
    FeedForwardLayer to =
        layer instanceof AnalogDenseLayer dense
            ? new DenseLayer.Builder().hasBias(dense.hasBias()).build()
            : new OutputLayer.Builder(((OutputLayer) layer).getLossFn())
                .hasBias(((OutputLayer) layer).hasBias())
                .build();
    HostSettings.copy((FeedForwardLayer) layer, to);
    return to;
  }

  @Override
  public Carried carry(Layer from, Layer to, Place place) {
    for (String key : List.of("W", "b")) {
      INDArray value = from.getParam(key);
      if (value != null) {
        to.setParam(key, value.dup());
      }
    }
    return new Carried(from.getParam("W").amaxNumber().doubleValue(), 0, 0, "");
  }
}
