package io.github.dl4jhardware.analog.layer;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Of a simple recurrent layer: h = φ(z). */
record PlainCell(IActivation activation) implements RecurrentCell {
  @Override
  public int columnsOfOutput() {
    return 1;
  }

  @Override
  public Moment forward(INDArray sums, @Nullable INDArray memory, boolean training) {
    INDArray kept = sums.dup('f');
    return new Step(activation, kept, activation.getActivation(sums, training));
  }

  private record Step(IActivation activation, INDArray sums, INDArray output) implements Moment {
    @Override
    public @Nullable INDArray memory() {
      return null;
    }

    @Override
    public Back backward(INDArray error, @Nullable INDArray memoryError) {
      return new Back(activation.backprop(sums, error).getFirst(), null);
    }
  }
}
