package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.layer.PatchParts.Part;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A pair of vectors for each position of each example: a patch, and the errors of its sums. */
final class ConvolutionLines implements Lines {
  private final PatchParts parts;
  private final List<Part> all;
  private final ConvolutionShape s;
  private final INDArray input;
  private final INDArray delta;
  private final int arrayRows;
  private final DataType type;

  /**
   * Pairs of a batch.
   *
   * @param input images of the input shape, row-major
   * @param delta images of the output shape, row-major
   * @param arrayRows of the crossbar; one more than inputs where the bias is a row
   */
  ConvolutionLines(
      PatchParts parts, ConvolutionShape s, INDArray input, INDArray delta, int arrayRows) {
    this.parts = parts;
    this.s = s;
    this.input = input;
    this.delta = delta;
    this.arrayRows = arrayRows;
    type = delta.dataType();
    all = parts.of(s);
  }

  @Override
  public int examples() {
    return s.examples();
  }

  @Override
  public void gradient(INDArray weights, double factor) {
    gradient(weights, factor, false);
  }

  private void gradient(INDArray weights, double factor, boolean magnitudes) {
    INDArray[] own = new INDArray[s.groups()];
    Arrays.setAll(
        own,
        group ->
            own.length == 1
                ? weights
                : Nd4j.createUninitialized(type, new long[] {s.rows(), s.outputsOfGroup()}, 'c'));
    double keep = 0;
    for (Part part : all) {
      for (int group = 0; group < s.groups(); group++) {
        take(part, group);
        Numbers patches = magnitudes ? parts.backPatches() : parts.patches();
        if (magnitudes) {
          patches.magnitudes(parts.patches(), part.lines() * s.rows());
          parts.sums().magnitudes(parts.sums(), part.lines() * s.outputsOfGroup());
        }
        patches.store(part.patch(), 0, 0, part.lines() * s.rows());
        parts.sums().store(part.sum(), 0, 0, part.lines() * s.outputsOfGroup());
        boolean last = s.channelsLast();
        INDArray into = own[group].transpose();
        Nd4j.gemm(part.sum(), part.patch(), into, last, !last, factor, keep);
      }
      keep = 1;
    }
    for (int group = 0; own.length > 1 && group < own.length; group++) {
      PatchParts.ofGroup(s, weights, group).assign(own[group]);
    }
  }

  private void take(Part part, int group) {
    parts.gather(s, part, input, group);
    parts.loadSums(s, part, group, delta);
  }

  @Override
  public void biasGradient(INDArray bias, double factor) {
    double[] totals = deltas(false);
    Numbers numbers = Numbers.of(type, s.outputs());
    for (int column = 0; column < totals.length; column++) {
      numbers.set(column, factor * totals[column]);
    }
    numbers.store(bias, 0, 0, totals.length);
  }

  /** Σ δ or Σ |δ| of each column. */
  private double[] deltas(boolean magnitudes) {
    double[] totals = new double[s.outputs()];
    int width = s.outputsOfGroup();
    Numbers sums = parts.sums();
    for (int group = 0; group < s.groups(); group++) {
      for (Part part : all) {
        parts.loadSums(s, part, group, delta);
        int lines = part.lines();
        if (magnitudes) {
          sums.magnitudes(sums, lines * width);
        }
        for (int column = 0; column < width; column++) {
          totals[group * width + column] +=
              s.channelsLast()
                  ? sums.sum(column, width, lines)
                  : sums.sum(column * lines, 1, lines);
        }
      }
    }
    return totals;
  }

  @Override
  public void totals(float[] net, float[] all) {
    totals(net, false);
    totals(all, true);
  }

  private void totals(float[] target, boolean magnitudes) {
    INDArray weights = Nd4j.createUninitialized(type, new long[] {s.rows(), s.outputs()}, 'c');
    gradient(weights, 1, magnitudes);
    int cells = s.rows() * s.outputs();
    NativeCopy.read(weights, target, cells);
    if (target.length > cells) {
      double[] deltas = deltas(magnitudes);
      for (int column = 0; column < deltas.length; column++) {
        target[cells + column] = (float) deltas[column];
      }
    }
  }

  @Override
  public void each(Receiver receiver) {
    float[] x = new float[arrayRows];
    float[] d = new float[s.outputs()];
    int width = s.outputsOfGroup();
    if (x.length > s.rows()) {
      x[s.rows()] = 1;
    }
    for (Part part : all) {
      for (int group = 0; group < s.groups(); group++) {
        take(part, group);
        int from = group * width;
        Arrays.fill(d, 0);
        PatchParts.eachLine(
            s,
            part,
            group,
            (at, example, index) -> {
              for (int row = 0; row < s.rows(); row++) {
                x[row] = parts.patches().single(PatchParts.place(s, part, at, row, s.rows()));
              }
              for (int column = 0; column < width; column++) {
                int place = PatchParts.place(s, part, at, column, width);
                d[from + column] = parts.sums().single(place);
              }
              receiver.take(x, d, from, from + width, example, index);
            });
      }
    }
  }
}
