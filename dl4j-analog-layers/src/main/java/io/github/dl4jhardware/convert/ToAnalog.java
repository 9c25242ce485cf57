package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.host.Acting;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

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
    if (Acting.weightNoise(from.getWeightNoise())) {
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
    if (to.getIUpdater() instanceof AnalogSgd) {
      // What no array can do; carry() says so.
      to.setBiasUpdater(null);
      to.setRegularization(List.of());
      to.setRegularizationBias(List.of());
      to.setConstraints(null);
      to.setGradientNormalization(GradientNormalization.None);
    }
    return to;
  }

  @Override
  public Carried carry(Layer from, Layer to, Place place) {
    INDArray bias = from.getParam("b");
    if (bias != null) {
      to.getParam("b").assign(bias);
    }
    // Programs the whole array, bias row included.
    to.setParam("W", from.getParam("W").dup());
    SynapseArray array = ((AnalogLayer) to).readArray();
    INDArray wanted = from.getParam("W");
    int clipped = synapse instanceof InferenceSynapse target ? clip(target, array, to) : 0;
    INDArray error = to.getParam("W").castTo(wanted.dataType()).sub(wanted);
    int saturated = 0;
    int cells = array.rows() * array.columns();
    for (int cell = 0; cell < cells; cell++) {
      saturated += array.saturated(cell) ? 1 : 0;
    }
    return new Carried(
        wanted.amaxNumber().doubleValue(),
        100.0 * Math.max(saturated, clipped) / cells,
        error.norm2Number().doubleValue() / Math.sqrt((double) error.length()),
        dropped(
            (FeedForwardLayer) from.conf().getLayer(), (FeedForwardLayer) to.conf().getLayer()));
  }

  /** As a training step would: cells of inference hold no weight that is far out. */
  private static int clip(InferenceSynapse target, SynapseArray array, Layer to) {
    float[] weights = array.weights().clone();
    int clipped = target.clip(weights);
    if (clipped > 0) {
      INDArray w = to.getParam("W");
      float[] rows = Arrays.copyOf(weights, (int) w.length());
      to.setParam("W", Nd4j.createFromArray(rows).castTo(w.dataType()).reshape('c', w.shape()));
    }
    return clipped;
  }

  private static String dropped(FeedForwardLayer from, FeedForwardLayer to) {
    boolean any =
        lost(from.getRegularization(), to.getRegularization())
            || lost(from.getRegularizationBias(), to.getRegularizationBias())
            || (from.getConstraints() != null
                && !from.getConstraints().isEmpty()
                && to.getConstraints() == null)
            || (from.getGradientNormalization() != null
                && from.getGradientNormalization() != GradientNormalization.None
                && to.getGradientNormalization() == GradientNormalization.None);
    return any
        ? "L1, L2, weight decay, constraints and gradient normalisation dropped: no array can do them"
        : "";
  }

  private static boolean lost(
      @Nullable List<Regularization> before, @Nullable List<Regularization> after) {
    return !Acting.regularization(before).isEmpty() && Acting.regularization(after).isEmpty();
  }
}
