package io.github.dl4jhardware.analog.layer;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Long short-term memory without peepholes: a = φ(z₁), f = γ(z₂), o = γ(z₃), g = γ(z₄), c = f·c' +
 * a·g, h = o·φ(c), with c' the memory of the step before.
 *
 * <p>Source: K. Greff et al., "LSTM: A Search Space Odyssey", arXiv:1503.04069, section 2, without
 * peepholes; the order of the gates is the host's.
 *
 * @param activation φ
 * @param gate γ
 */
record LstmCell(IActivation activation, IActivation gate) implements RecurrentCell {
  private static final int INPUT = 0;
  private static final int FORGET = 1;
  private static final int OUTPUT = 2;
  private static final int MODULATION = 3;
  private static final int GATES = 4;

  @Override
  public int columnsOfOutput() {
    return GATES;
  }

  private static INDArray of(INDArray all, int gate) {
    long width = all.size(1) / GATES;
    return all.get(NDArrayIndex.all(), NDArrayIndex.interval(gate * width, (gate + 1) * width));
  }

  @Override
  public Moment forward(INDArray sums, @Nullable INDArray memory, boolean training) {
    INDArray kept = sums.dup('f');
    INDArray input = activation.getActivation(of(sums, INPUT), training);
    INDArray forget = gate.getActivation(of(sums, FORGET), training);
    INDArray output = gate.getActivation(of(sums, OUTPUT), training);
    INDArray modulation = gate.getActivation(of(sums, MODULATION), training);
    INDArray now = input.mul(modulation);
    if (memory != null) {
      now.addi(forget.mul(memory));
    }
    INDArray shown = activation.getActivation(now.dup('f'), training);
    return new Step(
        this, kept, input, forget, output, modulation, memory, now, shown, shown.mul(output));
  }

  private record Step(
      LstmCell cell,
      INDArray sums,
      INDArray inputs,
      INDArray forget,
      INDArray gate,
      INDArray modulation,
      @Nullable INDArray before,
      INDArray memory,
      INDArray shown,
      INDArray output)
      implements Moment {
    @Override
    public Back backward(INDArray error, @Nullable INDArray memoryError) {
      INDArray delta = Nd4j.createUninitialized(sums.dataType(), sums.shape(), 'f');
      of(delta, OUTPUT).assign(cell.gate.backprop(of(sums, OUTPUT), error.mul(shown)).getFirst());
      INDArray ofMemory = cell.activation.backprop(memory.dup('f'), error.mul(gate)).getFirst();
      if (memoryError != null) {
        ofMemory.addi(memoryError);
      }
      of(delta, MODULATION)
          .assign(cell.gate.backprop(of(sums, MODULATION), ofMemory.mul(inputs)).getFirst());
      of(delta, INPUT)
          .assign(cell.activation.backprop(of(sums, INPUT), ofMemory.mul(modulation)).getFirst());
      if (before == null) {
        of(delta, FORGET).assign(0);
      } else {
        of(delta, FORGET)
            .assign(cell.gate.backprop(of(sums, FORGET), ofMemory.mul(before)).getFirst());
      }
      return new Back(delta, ofMemory.mul(forget));
    }
  }
}
