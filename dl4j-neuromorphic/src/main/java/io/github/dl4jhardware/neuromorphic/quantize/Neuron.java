package io.github.dl4jhardware.neuromorphic.quantize;

/**
 * What a neuron makes of its normalised filter response r̂, and the slope that training uses.
 *
 * <p>The slope of {@link #SPIKE} is the triangle max(0, 1 − |r̂|); {@link #SMOOTH} is the
 * triangle's integral, whose true derivative that slope is, so that finite differences can check
 * gradients. Source: S. K. Esser et al., PNAS 113, 11441 (2016); a spike at r̂ = 0 is assumed, as
 * the chip fires at V ≥ threshold.
 */
public enum Neuron {
  /** 1 at r̂ ≥ 0, else 0. */
  SPIKE {
    @Override
    public double value(double response) {
      return response >= 0 ? 1 : 0;
    }
  },

  /** 0 below −1, (1 + r̂)²/2 up to 0, 1 − (1 − r̂)²/2 up to 1, then 1. */
  SMOOTH {
    @Override
    public double value(double response) {
      double r = Math.max(-1, Math.min(1, response));
      return r < 0 ? 0.5 * (1 + r) * (1 + r) : 1 - 0.5 * (1 - r) * (1 - r);
    }
  },

  /** r̂ itself: with float weights the layer is the host's convolution. */
  IDENTITY {
    @Override
    public double value(double response) {
      return response;
    }

    @Override
    public double slope(double response) {
      return 1;
    }
  };

  /**
   * The neuron's output.
   *
   * @param response r̂
   * @return the activation
   */
  public abstract double value(double response);

  /**
   * The derivative, or what stands for it.
   *
   * @param response r̂
   * @return dy/dr̂
   */
  public double slope(double response) {
    return Math.max(0, 1 - Math.abs(response));
  }
}
