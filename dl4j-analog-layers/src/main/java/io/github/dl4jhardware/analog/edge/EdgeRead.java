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

  /** Beyond the sub-keys of repeated reads. */
  private static final int FIRST_TILE = 1_000;

  private final ReadPath path;
  private final int rows;
  private final int columns;
  private final boolean forward;
  private final Tile tile;
  private final float[] kappa;
  private final Converter in;
  private final Converter out;
  private float[] sent = NONE;
  private float[] outputVariances = NONE;
  private float[] line = NONE;
  private float[] sums = NONE;
  private final Many many;

  /**
   * Which part of a matrix the array is.
   *
   * @param number from 0, of those whose reads are added up
   * @param from its first cell in the matrix
   * @param stride cells from row to row of the matrix
   */
  record Tile(int number, int from, int stride) {}

  /** What many vectors are worked on in; arrays that are read in turn may share it. */
  static final class Many {
    /** What is sent, a row for each input: rows of their own vectorise. */
    private float[][] sentRows = new float[0][];

    private float[] row = NONE;
    private float[] scales = NONE;
  }

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
    this(path, rows, columns, forward, chipSeed, layer, group, new Tile(0, 0, columns), new Many());
  }

  EdgeRead(
      ReadPath path,
      int rows,
      int columns,
      boolean forward,
      long chipSeed,
      int layer,
      int group,
      Tile tile,
      Many many) {
    this.many = many;
    this.tile = tile;
    this.path = path;
    this.rows = rows;
    this.columns = columns;
    this.forward = forward;
    in = new Converter(path.inputBits(), path.inputBound());
    out = new Converter(path.outputBits(), path.outputBound());
    double spread = path.readAsymmetrySpread();
    kappa = new float[spread > 0 ? rows * columns : 0];
    long ofLayer = Draws.key(chipSeed, layer, Draws.VARIATION, forward ? 3 : 4);
    long key = ofTile(group == 0 ? ofLayer : Draws.subKey(ofLayer, group));
    for (int cell = 0; cell < kappa.length; cell++) {
      kappa[cell] = (float) (spread * Draws.normal(key, cell));
    }
  }

  /** The first one has the draws of an array that is not cut. */
  private long ofTile(long key) {
    return tile.number() == 0 ? key : Draws.subKey(key, FIRST_TILE + tile.number());
  }

  /**
   * Reads one vector.
   *
   * @param weights the array's weights, row-major {@code [rows * columns]}, or the matrix of which
   *     it is a tile
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
    float scale = path.scaleInputs() ? largest(input, inputFrom, inputs()) : 1;
    read(weights, variances, input, inputFrom, output, outputFrom, ofTile(key), scale, 0);
  }

  private int inputs() {
    return forward ? rows : columns;
  }

  private int outputs() {
    return forward ? columns : rows;
  }

  /** From an attempt on, whose inputs are divided by a scale. */
  private void read(
      float[] weights,
      float[] variances,
      float[] input,
      int inputFrom,
      float[] output,
      int outputFrom,
      long key,
      float firstScale,
      int firstHalving) {
    int inputs = inputs();
    if (sent.length < inputs) {
      sent = new float[inputs];
    }
    float scale = firstScale;
    for (int halving = firstHalving; ; halving++) {
      for (int i = 0; i < inputs; i++) {
        sent[i] = sent(input[inputFrom + i], scale);
      }
      multiply(weights, output, outputFrom);
      if (!repeats(variances, output, outputFrom, key, halving)) {
        break;
      }
      scale *= 2;
    }
    convert(output, outputFrom, scale);
  }

  private float sent(float input, float scale) {
    float value = scale == 0 ? 0 : input / scale;
    return in.convert(value);
  }

  /** Adds an attempt's noise to its sums, and says whether it is to be repeated. */
  private boolean repeats(
      float[] variances, float[] output, int outputFrom, long key, int halving) {
    int outputs = outputs();
    addNoise(output, outputFrom, outputs, Draws.subKey(key, halving));
    if (path.deviceNoise() > 0 && variances.length > 0) {
      addDeviceNoise(variances, output, outputFrom, outputs, Draws.subKey(key, -1 - halving));
    }
    return path.boundManagement()
        && halving < ReadPath.MOST_HALVINGS
        && largest(output, outputFrom, outputs) >= path.outputBound();
  }

  private void convert(float[] output, int from, float scale) {
    for (int i = from; i < from + outputs(); i++) {
      output[i] = scale * out.convert(output[i]);
    }
  }

  /**
   * Reads many vectors, each as {@link #read} does, bit by bit, in loops over all of them.
   *
   * @param weights the array's weights, row-major {@code [rows * columns]}
   * @param variances as for {@link #read}
   * @param lines what is sent: {@code [inputs, vectors]}
   * @param linesFrom where it begins
   * @param read takes what is read: {@code [outputs, vectors]}
   * @param keys streams of the reads' draws, one a vector
   */
  public void readAll(
      float[] weights, float[] variances, float[] lines, int linesFrom, float[] read, long[] keys) {
    int count = keys.length;
    int inputs = inputs();
    int outputs = outputs();
    if (line.length < inputs || sums.length < outputs) {
      line = new float[inputs];
      sums = new float[outputs];
      sent = new float[inputs];
    }
    boolean together = kappa.length == 0;
    if (together) {
      send(lines, linesFrom, inputs, count);
      multiplyAll(weights, count, read);
    }
    for (int vector = 0; vector < count; vector++) {
      if (together) {
        if (path.deviceNoise() > 0) {
          for (int i = 0; i < inputs; i++) {
            sent[i] = many.sentRows[i][vector];
          }
        }
        take(read, vector, count, sums, outputs);
        long key = ofTile(keys[vector]);
        boolean again = repeats(variances, sums, 0, key, 0);
        if (again) {
          take(lines, linesFrom + vector, count, line, inputs);
          read(weights, variances, line, 0, sums, 0, key, 2 * many.scales[vector], 1);
        } else {
          convert(sums, 0, many.scales[vector]);
        }
      } else {
        take(lines, linesFrom + vector, count, line, inputs);
        read(weights, variances, line, 0, sums, 0, keys[vector]);
      }
      for (int i = 0; i < outputs; i++) {
        read[i * count + vector] = sums[i];
      }
    }
  }

  private static void take(float[] lines, int from, int count, float[] into, int values) {
    for (int i = 0; i < values; i++) {
      into[i] = lines[from + i * count];
    }
  }

  /** Scales and converts what is sent. */
  private void send(float[] lines, int from, int inputs, int count) {
    if (many.sentRows.length < inputs || many.row.length != count) {
      many.sentRows = new float[inputs][count];
      many.row = new float[count];
      many.scales = new float[count];
    }
    float[] scales = many.scales;
    Arrays.fill(scales, path.scaleInputs() ? 0 : 1);
    for (int input = 0; path.scaleInputs() && input < inputs; input++) {
      int start = from + input * count;
      for (int i = 0; i < count; i++) {
        scales[i] = Math.max(scales[i], Math.abs(lines[start + i]));
      }
    }
    for (int input = 0; input < inputs; input++) {
      float[] into = many.sentRows[input];
      int start = from + input * count;
      for (int i = 0; i < count; i++) {
        into[i] = sent(lines[start + i], scales[i]);
      }
    }
  }

  /** Sums in the order in which {@link #multiply} adds them up, four inputs at a time. */
  private void multiplyAll(float[] weights, int count, float[] read) {
    int inputs = inputs();
    int perInput = forward ? tile.stride() : 1;
    int perOutput = forward ? 1 : tile.stride();
    for (int output = 0; output < outputs(); output++) {
      Arrays.fill(many.row, 0);
      int input = 0;
      for (; input + 4 <= inputs; input += 4) {
        int cell = tile.from() + output * perOutput + input * perInput;
        addFour(
            many.row,
            many.sentRows[input],
            many.sentRows[input + 1],
            many.sentRows[input + 2],
            many.sentRows[input + 3],
            weights[cell],
            weights[cell + perInput],
            weights[cell + 2 * perInput],
            weights[cell + 3 * perInput]);
      }
      for (; input < inputs; input++) {
        int cell = tile.from() + output * perOutput + input * perInput;
        addOne(many.row, many.sentRows[input], weights[cell]);
      }
      System.arraycopy(many.row, 0, read, output * count, count);
    }
  }

  private static void addFour(
      float[] sum, float[] x, float[] y, float[] z, float[] u, float a, float b, float c, float d) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = sum[i] + a * x[i] + b * y[i] + c * z[i] + d * u[i];
    }
  }

  private static void addOne(float[] sum, float[] x, float w) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += w * x[i];
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
      int start = tile.from() + row * tile.stride();
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
          addRow(weights, row, sent[row], output, to);
        }
      }
    } else {
      for (int row = 0; row < rows; row++) {
        output[to + row] = dotRow(weights, row);
      }
    }
  }

  private void addRow(float[] weights, int row, float x, float[] output, int to) {
    int start = tile.from() + row * tile.stride();
    if (kappa.length > 0 && x < 0) {
      int own = row * columns;
      for (int column = 0; column < columns; column++) {
        output[to + column] += x * weights[start + column] * (1 - kappa[own + column]);
      }
    } else {
      for (int column = 0; column < columns; column++) {
        output[to + column] += x * weights[start + column];
      }
    }
  }

  private float dotRow(float[] weights, int row) {
    int start = tile.from() + row * tile.stride();
    float sum = 0;
    if (kappa.length > 0) {
      int own = row * columns;
      for (int column = 0; column < columns; column++) {
        float factor = sent[column] < 0 ? 1 - kappa[own + column] : 1;
        sum += sent[column] * weights[start + column] * factor;
      }
    } else {
      for (int column = 0; column < columns; column++) {
        sum += sent[column] * weights[start + column];
      }
    }
    return sum;
  }
}
