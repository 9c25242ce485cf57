package io.github.dl4jhardware.neuromorphic.convert;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Filters whose positive side is where the source's activation turns positive. */
final class Filters {
  private final int outputs;
  private final int fanIn;
  private final double[] weights;

  /** What the response has to exceed, in the unit of the weights. */
  private final double[] mean;

  /** σ², ε included. */
  private final double[] variance;

  private final double[] bias;

  Filters(Layer from, Optional<Layer> after) {
    INDArray w = Objects.requireNonNull(from.getParam("W"), "W");
    outputs = (int) w.size(0);
    fanIn = (int) (w.length() / outputs);
    weights = values(w);
    mean = new double[outputs];
    variance = new double[outputs];
    bias = new double[outputs];
    Arrays.fill(variance, 1);
    INDArray b = from.getParam("b");
    if (b != null) {
      double[] own = values(b);
      for (int o = 0; o < outputs; o++) {
        mean[o] = -own[o];
      }
    }
    after
        .filter(layer -> layer.conf().getLayer() instanceof BatchNormalization)
        .ifPresent(this::fold);
  }

  /** γ·(r + b − μ)/σ + β ≥ 0, σ = √(variance + ε), is ±(r + b − μ)/σ + β/|γ| ≥ 0, with γ's sign. */
  private void fold(Layer normalisation) {
    double[] means = values(normalisation.getParam("mean"));
    INDArray log = normalisation.getParam("log10stdev");
    INDArray own = normalisation.getParam("var");
    INDArray gammas = normalisation.getParam("gamma");
    INDArray betas = normalisation.getParam("beta");
    BatchNormalization settings = (BatchNormalization) normalisation.conf().getLayer();
    for (int o = 0; o < outputs; o++) {
      double gamma = gammas == null ? settings.getGamma() : gammas.getDouble(o);
      double beta = betas == null ? settings.getBeta() : betas.getDouble(o);
      double plain = own != null ? own.getDouble(o) : Math.pow(10, 2 * log.getDouble(o));
      variance[o] = plain + settings.getEps();
      mean[o] += means[o];
      if (gamma == 0) {
        // β alone decides, whatever is read.
        Arrays.fill(weights, o * fanIn, (o + 1) * fanIn, 0);
        mean[o] = 0;
        bias[o] = beta >= 0 ? 1 : -1;
      } else {
        bias[o] = beta / Math.abs(gamma);
      }
      if (gamma < 0) {
        mean[o] = -mean[o];
        for (int i = o * fanIn; i < (o + 1) * fanIn; i++) {
          weights[i] = -weights[i];
        }
      }
    }
  }

  double largest() {
    return Arrays.stream(weights).map(Math::abs).max().orElse(0);
  }

  int outputs() {
    return outputs;
  }

  int fanIn() {
    return fanIn;
  }

  double[] weights() {
    return weights;
  }

  double[] mean() {
    return mean;
  }

  double[] variance() {
    return variance;
  }

  double[] bias() {
    return bias;
  }

  private static double[] values(INDArray array) {
    return array.dup('c').castTo(DataType.DOUBLE).reshape(array.length()).toDoubleVector();
  }
}
