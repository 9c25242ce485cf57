package io.github.dl4jhardware.analog.train;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** The activation functions of the trainer: value, and derivative as a function of the value. */
enum Nonlinearity {
  IDENTITY {
    @Override
    float value(float z) {
      return z;
    }

    @Override
    float derivative(float y) {
      return 1;
    }
  },
  TANH {
    @Override
    float value(float z) {
      // tanh z = 1 − 2 / (e^2z + 1): one exponential, exact to the last bits of single precision.
      return (float) (1 - 2 / (Math.exp(2.0 * z) + 1));
    }

    @Override
    float derivative(float y) {
      return 1 - y * y;
    }
  },
  SIGMOID {
    @Override
    float value(float z) {
      return (float) (1 / (1 + Math.exp(-(double) z)));
    }

    @Override
    float derivative(float y) {
      return y * (1 - y);
    }
  },
  RELU {
    @Override
    float value(float z) {
      return z > 0 ? z : 0;
    }

    @Override
    float derivative(float y) {
      return y > 0 ? 1 : 0;
    }
  },
  /**
   * Of a whole vector; only in an output layer with cross-entropy, whose delta needs no derivative.
   */
  SOFTMAX {
    @Override
    float value(float z) {
      return z;
    }

    @Override
    float derivative(float y) {
      throw new IllegalStateException("softmax has no derivative of its own here");
    }

    @Override
    void apply(float[] values, int from, int to) {
      // The whole vector is needed; see finish.
    }
  };

  abstract float value(float z);

  abstract float derivative(float y);

  /** Turns sums into activations, in place, for a range. */
  void apply(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] = value(values[i]);
    }
  }

  /** Adds ∂loss/∂value · f′, as a function of the value. */
  final void addErrors(
      float[] errors, int at, float[] values, float[] deltas, int from, int count) {
    if (this == IDENTITY) {
      for (int i = 0; i < count; i++) {
        deltas[from + i] += errors[at + i];
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      deltas[from + i] += errors[at + i] * derivative(values[from + i]);
    }
  }

  /** What has to wait until the whole vector is there. */
  void finish(float[] values) {
    if (this != SOFTMAX) {
      return;
    }
    float greatest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      greatest = Math.max(greatest, value);
    }
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.exp((double) values[i] - greatest);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] / sum);
    }
  }

  static @Nullable Nonlinearity of(IActivation activation) {
    if (activation instanceof ActivationIdentity) {
      return IDENTITY;
    }
    if (activation instanceof ActivationTanH) {
      return TANH;
    }
    if (activation instanceof ActivationSigmoid) {
      return SIGMOID;
    }
    if (activation instanceof ActivationReLU relu) {
      return relu.equals(new ActivationReLU()) ? RELU : null;
    }
    return activation instanceof ActivationSoftmax ? SOFTMAX : null;
  }
}
