package io.github.dl4jhardware.analog.train;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** The loss functions of the trainer: value, and delta = ∂loss/∂z, as in DL4J. */
enum Loss {
  /** Cross-entropy with softmax: −Σ l ln y. */
  SOFTMAX_CROSS_ENTROPY,
  /** Cross-entropy with sigmoids: −Σ l ln y + (1 − l) ln(1 − y). */
  BINARY_CROSS_ENTROPY,
  /** Σ (y − l)². */
  SQUARED,
  /** Σ (y − l)² / n. */
  MEAN_SQUARED;

  private static final double SMALLEST = 1e-10;

  /** Writes δ and returns the loss. */
  double delta(
      float[] output, float[] labels, int labelsFrom, Nonlinearity nonlinearity, float[] delta) {
    double loss = 0;
    float scale = this == MEAN_SQUARED ? 2f / output.length : 2f;
    for (int i = 0; i < output.length; i++) {
      float y = output[i];
      float l = labels[labelsFrom + i];
      float error = y - l;
      switch (this) {
        case SOFTMAX_CROSS_ENTROPY -> {
          loss -= l == 0 ? 0 : l * Math.log(Math.max(SMALLEST, y));
          delta[i] = error;
        }
        case BINARY_CROSS_ENTROPY -> {
          loss -=
              l * Math.log(Math.max(SMALLEST, y))
                  + (1 - l) * Math.log(Math.max(SMALLEST, 1 - (double) y));
          delta[i] = error;
        }
        case SQUARED, MEAN_SQUARED -> {
          loss += (double) error * error * scale / 2;
          delta[i] = scale * error * nonlinearity.derivative(y);
        }
      }
      // A sum of NaN alone must not pass for a loss of 0.
      loss += Float.isNaN(y) ? Double.NaN : 0;
    }
    return loss;
  }

  static @Nullable Loss of(ILossFunction loss, Nonlinearity nonlinearity) {
    boolean softmax = nonlinearity == Nonlinearity.SOFTMAX;
    if (loss instanceof LossMCXENT crossEntropy) {
      return softmax && crossEntropy.getWeights() == null ? SOFTMAX_CROSS_ENTROPY : null;
    }
    if (loss instanceof LossBinaryXENT binary) {
      return nonlinearity == Nonlinearity.SIGMOID && binary.getWeights() == null
          ? BINARY_CROSS_ENTROPY
          : null;
    }
    if (loss instanceof LossL2 squared && !softmax && squared.getWeights() == null) {
      return loss instanceof LossMSE ? MEAN_SQUARED : SQUARED;
    }
    return null;
  }
}
