package io.github.dl4jhardware.analog.edge;

import io.github.dl4jhardware.Internal;
import io.github.dl4jhardware.analog.device.Draws;
import java.util.Arrays;

/**
 * Reads one array through a {@link ReadPath}: a matrix product with what the edges make of it. One
 * for each direction and thread.
 */
@Internal
public final class EdgeRead {
  private static final float[] NONE = new float[0];

  private final ReadPath path;
  private final int rows;
  private final int columns;
  private final boolean forward;
  private final float[] kappa;
  private float[] sent = NONE;
  private float[] outputVariances = NONE;

  /**
   * A reader.
   *
   * @param path what the edges do
   * @param rows rows of the array
   * @param columns columns of the array
   * @param forward true if inputs come in at the rows, false if at the columns
   * @param chipSeed the chip
   * @param layer the layer's index
   * @param group which of the arrays that stand side by side in the layer, from 0
   */
  public EdgeRead(
      ReadPath path, int rows, int columns, boolean forward, long chipSeed, int layer, int group) {
    this.path = path;
    this.rows = rows;
    this.columns = columns;
    this.forward = forward;
    double spread = path.readAsymmetrySpread();
    kappa = new float[spread > 0 ? rows * columns : 0];
    long ofLayer = Draws.key(chipSeed, layer, Draws.VARIATION, forward ? 3 : 4);
    long key = group == 0 ? ofLayer : Draws.subKey(ofLayer, group);
    for (int cell = 0; cell < kappa.length; cell++) {
      kappa[cell] = (float) (spread * Draws.normal(key, cell));
    }
  }

  /**
   * Reads one vector.
   *
   * @param weights the array's weights, row-major {@code [rows * columns]}
   * @param variances of one read of each weight, alike; empty where devices do not fluctuate, and
   *     not looked at where the path has no device noise
   * @param input what is sent; one value a row forward, one a column backward
   * @param inputFrom where it begins
   * @param output takes what is read
   * @param outputFrom where that begins
   * @param key stream of the read's draws
   */
  public void read(
      float[] weights,
      float[] variances,
      float[] input,
      int inputFrom,
      float[] output,
      int outputFrom,
      long key) {
    boolean fluctuating = path.deviceNoise() > 0 && variances.length > 0;
    int inputs = forward ? rows : columns;
    int outputs = forward ? columns : rows;
    if (sent.length < inputs) {
      sent = new float[inputs];
    }
    float scale = path.scaleInputs() ? largest(input, inputFrom, inputs) : 1;
    for (int halving = 0; ; halving++) {
      for (int i = 0; i < inputs; i++) {
        float value = scale == 0 ? 0 : input[inputFrom + i] / scale;
        sent[i] = ReadPath.convert(value, path.inputBits(), path.inputBound());
      }
      multiply(weights, output, outputFrom);
      addNoise(output, outputFrom, outputs, Draws.subKey(key, halving));
      if (fluctuating) {
        addDeviceNoise(variances, output, outputFrom, outputs, Draws.subKey(key, -1 - halving));
      }
      boolean repeat =
          path.boundManagement()
              && halving < ReadPath.MOST_HALVINGS
              && largest(output, outputFrom, outputs) >= path.outputBound();
      if (!repeat) {
        break;
      }
      scale *= 2;
    }
    for (int i = outputFrom; i < outputFrom + outputs; i++) {
      output[i] = scale * ReadPath.convert(output[i], path.outputBits(), path.outputBound());
    }
  }

  private static float largest(float[] values, int from, int count) {
    float largest = 0;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return largest;
  }

  private void addNoise(float[] output, int from, int count, long key) {
    float sigma = (float) path.outputNoise();
    if (sigma > 0) {
      for (int i = 0; i < count; i++) {
        output[from + i] += sigma * Draws.normal(key, i);
      }
    }
  }

  /** Σ x̂²·σ² of each output's cells, and one draw an output. */
  private void addDeviceNoise(float[] variances, float[] output, int from, int count, long key) {
    if (outputVariances.length < count) {
      outputVariances = new float[count];
    }
    float[] sums = outputVariances;
    Arrays.fill(sums, 0, count, 0);
    for (int row = 0; row < rows; row++) {
      int start = row * columns;
      if (forward) {
        float square = sent[row] * sent[row];
        for (int column = 0; square != 0 && column < columns; column++) {
          sums[column] += square * variances[start + column];
        }
      } else {
        float sum = 0;
        for (int column = 0; column < columns; column++) {
          sum += sent[column] * sent[column] * variances[start + column];
        }
        sums[row] = sum;
      }
    }
    for (int i = 0; i < count; i++) {
      output[from + i] += (float) (path.deviceNoise() * Math.sqrt(sums[i])) * Draws.normal(key, i);
    }
  }

  private void multiply(float[] weights, float[] output, int to) {
    if (forward) {
      Arrays.fill(output, to, to + columns, 0);
      for (int row = 0; row < rows; row++) {
        if (sent[row] != 0) {
          addRow(weights, row * columns, sent[row], output, to);
        }
      }
    } else {
      for (int row = 0; row < rows; row++) {
        output[to + row] = dotRow(weights, row * columns);
      }
    }
  }

  private void addRow(float[] weights, int start, float x, float[] output, int to) {
    if (kappa.length > 0 && x < 0) {
      for (int column = 0; column < columns; column++) {
        int cell = start + column;
        output[to + column] += x * weights[cell] * (1 - kappa[cell]);
      }
    } else {
      for (int column = 0; column < columns; column++) {
        output[to + column] += x * weights[start + column];
      }
    }
  }

  private float dotRow(float[] weights, int start) {
    float sum = 0;
    if (kappa.length > 0) {
      for (int column = 0; column < columns; column++) {
        int cell = start + column;
        float factor = sent[column] < 0 ? 1 - kappa[cell] : 1;
        sum += sent[column] * weights[cell] * factor;
      }
    } else {
      for (int column = 0; column < columns; column++) {
        sum += sent[column] * weights[start + column];
      }
    }
    return sum;
  }
}
