package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/** Dense and output layers on analogue memory: their weights are programmed into the devices. */
record ToAnalog(Synapse synapse, @Nullable Long chipSeed, @Nullable IUpdater updater)
    implements LayerConversion {
  @Override
  public boolean takes(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer.getClass() == DenseLayer.class || layer.getClass() == OutputLayer.class;
  }

  @Override
  public FeedForwardLayer replace(org.deeplearning4j.nn.conf.layers.Layer layer, Place place) {
    FeedForwardLayer from = (FeedForwardLayer) layer;
    if (from.getWeightNoise() != null) {
      throw new IllegalArgumentException(
          "weight noise has no place on an array; use Synapses.pcmInference() for noise in training");
    }
    FeedForwardLayer to;
    if (layer instanceof DenseLayer dense) {
      if (dense.hasLayerNorm()) {
        throw new IllegalArgumentException("layer normalisation cannot be done on an array");
      }
      AnalogDenseLayer.Builder builder = new AnalogDenseLayer.Builder().synapse(synapse);
      to =
          (chipSeed == null ? builder : builder.chipSeed(chipSeed))
              .hasBias(dense.hasBias())
              .build();
    } else {
      OutputLayer output = (OutputLayer) layer;
      AnalogOutputLayer.Builder builder =
          new AnalogOutputLayer.Builder(output.getLossFn()).synapse(synapse);
      to =
          (chipSeed == null ? builder : builder.chipSeed(chipSeed))
              .hasBias(output.hasBias())
              .build();
    }
    HostSettings.copy(from, to);
    if (updater != null) {
      to.setIUpdater(updater);
    }
    return to;
  }

  @Override
  public Carried carry(Layer from, Layer to, Place place) {
    from.paramTable().forEach((key, value) -> to.setParam(key, value.dup()));
    SynapseArray array = ((AnalogLayer) to).readArray();
    INDArray wanted = from.getParam("W");
    INDArray error = to.getParam("W").castTo(wanted.dataType()).sub(wanted);
    int saturated = 0;
    int cells = array.rows() * array.columns();
    for (int cell = 0; cell < cells; cell++) {
      saturated += array.saturated(cell) ? 1 : 0;
    }
    return new Carried(
        wanted.amaxNumber().doubleValue(),
        100.0 * saturated / cells,
        error.norm2Number().doubleValue() / Math.sqrt((double) error.length()),
        "");
  }
}
