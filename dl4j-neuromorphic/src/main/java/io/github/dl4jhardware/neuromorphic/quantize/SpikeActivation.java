package io.github.dl4jhardware.neuromorphic.quantize;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Spikes as an activation function for any of the host's layers: 1 at z ≥ 0, else 0, with the
 * triangle max(0, 1 − |z|) for its derivative, as {@link Neuron#SPIKE}.
 */
public final class SpikeActivation extends BaseActivationFunction {
  private static final long serialVersionUID = 1;

  /** A spike activation; all are equal. */
  public SpikeActivation() {}

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return in.assign(in.gte(0).castTo(in.dataType()));
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    INDArray slope = Transforms.abs(in, true).rsubi(1);
    Transforms.max(slope, Nd4j.scalar(in.dataType(), 0), false);
    return new Pair<>(slope.muli(epsilon), null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SpikeActivation;
  }

  @Override
  public int hashCode() {
    return SpikeActivation.class.hashCode();
  }

  @Override
  public String toString() {
    return "spike";
  }
}
