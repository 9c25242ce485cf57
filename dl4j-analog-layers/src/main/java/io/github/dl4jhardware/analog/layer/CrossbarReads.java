package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ArrayReads;
import io.github.dl4jhardware.analog.edge.ReadObserver;
import io.github.dl4jhardware.analog.edge.ReadPath;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reads of a layer's array, or of its groups' arrays, through their converters. */
final class CrossbarReads {
  /** A bound that nothing reaches: such a path is read, and changes nothing. */
  private static final ReadPath NO_CONVERTERS =
      ReadPath.IDEAL.withBounds(Double.MAX_VALUE, Double.POSITIVE_INFINITY);

  private final ArrayParameters params;
  private final AnalogSettings settings;
  private final Supplier<float[]> readVariances;

  /** One a group. */
  private final ArrayReads[] reads;

  /** The same without anything at the edges, for who looks at what comes to them. */
  private final ArrayReads[] exact;

  private @Nullable ReadObserver observer;

  /** One a column; empty for none. */
  private float[] fixedFactors = new float[0];

  /** Reads an array with converters. */
  interface Reader {
    /**
     * Reads at many positions.
     *
     * @param lines what comes in: {@code [inputs, positions]}, forward the input rows, backward the
     *     columns of a group
     * @param examples of the batch, one a position
     * @param indices of the position and the group in its example
     * @param group which is read
     * @param read takes {@code [outputs, positions]}
     */
    void read(float[] lines, int[] examples, int[] indices, int group, float[] read);
  }

  /**
   * Reads of a layer.
   *
   * @param readVariances of the devices' noise, asked for where a path wants it
   */
  CrossbarReads(ArrayParameters params, ArrayPlace place, Supplier<float[]> readVariances) {
    this.params = params;
    this.readVariances = readVariances;
    settings = params.settings();
    reads = reads(settings.getEdges(), place);
    exact = reads(ArrayEdges.forward(NO_CONVERTERS).withTiles(settings.getEdges().tiles()), place);
  }

  private ArrayReads[] reads(ArrayEdges edges, ArrayPlace place) {
    return ArrayReads.ofGroups(
        edges,
        settings.groups(),
        settings.rows(),
        settings.inputRows(),
        columnsOfGroup(),
        place.chipSeed(),
        place.layer());
  }

  private int columnsOfGroup() {
    return settings.columns() / settings.groups();
  }

  private long examples() {
    return params.counters().get(Count.EXAMPLES);
  }

  /**
   * Reads the sums of a batch anew where the array has converters.
   *
   * @param w W {@code [nIn, nOut]}, which the bias row follows in the parameters
   * @param input x {@code [vectors, nIn]}
   * @param examples of the batch; vectors go by step, then by example
   * @param sums z {@code [vectors, nOut]}, overwritten
   * @return whether there are converters
   */
  boolean forward(INDArray w, INDArray input, int examples, boolean training, INDArray sums) {
    @Nullable Reader reader = forwardReader(w, training);
    if (reader == null) {
      return false;
    }
    int vectors = (int) input.size(0);
    float[] read = new float[vectors * settings.columns()];
    reader.read(across(input), which(vectors, examples), steps(vectors, examples), 0, read);
    overwrite(sums, read);
    if (settings.hasBias() && !settings.isBiasOnArray()) {
      sums.addiRowVector(params.param(AnalogParams.BIAS));
    }
    return true;
  }

  /**
   * Reads of sums.
   *
   * @param w W, which the bias row follows in the parameters
   * @return null where there are no converters
   */
  @Nullable Reader forwardReader(INDArray w, boolean training) {
    @Nullable ReadObserver looking = observer;
    if (!reads[0].readsForward() && looking == null) {
      return null;
    }
    int rows = settings.rows();
    float[] factors = factors();
    float[][] cells = ofGroups(over(cells(w, rows), factors), rows);
    ArrayReads[] own = looking == null ? reads : exact;
    float[][] variances = ofGroups(variances(settings.getEdges().forward()), rows);
    long first = training ? examples() : 0;
    return (lines, examples, indices, group, read) -> {
      int count = examples.length;
      float[] sent = lines;
      if (rows * count > lines.length) {
        sent = Arrays.copyOf(lines, rows * count);
        Arrays.fill(sent, lines.length, sent.length, 1);
      }
      own[group].forwardAll(
          cells[group], variances[group], sent, read, training, from(first, examples), indices);
      if (looking != null) {
        own[group].show(looking, cells[group], sent, count);
      }
      for (int i = 0; factors.length > 0 && i < read.length; i++) {
        read[i] *= factors[group * columnsOfGroup() + i / count];
      }
    };
  }

  /**
   * What reads of each column are multiplied by behind their converters, which see currents, not
   * weights: factors that were fixed, or where columns have scales of their own, the weight at the
   * end of each column's range. Empty where a layer has one scale, which its bounds hold.
   */
  private float[] factors() {
    boolean fixed = fixedFactors.length > 0;
    return !fixed && settings.getSynapse() instanceof InferenceSynapse target && target.perColumn()
        // Of the weights that are asked for, without a training pass's noise.
        ? target.ranges(params.weights(), settings.columns())
        : fixedFactors;
  }

  private static float[] over(float[] cells, float[] factors) {
    if (factors.length == 0) {
      return cells;
    }
    float[] scaled = new float[cells.length];
    for (int cell = 0; cell < cells.length; cell++) {
      float factor = factors[cell % factors.length];
      scaled[cell] = factor == 0 ? 0 : cells[cell] / factor;
    }
    return scaled;
  }

  /** Fixes the factors behind converters, one a column. */
  void fixFactors(float[] ofColumns) {
    if (ofColumns.length != settings.columns()) {
      throw new IllegalArgumentException(
          params.describe()
              + ": "
              + ofColumns.length
              + " factors for "
              + settings.columns()
              + " columns");
    }
    fixedFactors = ofColumns.clone();
  }

  /** Lets somebody look at forward reads, which are exact then; null to end it. */
  void observe(@Nullable ReadObserver looking) {
    observer = looking;
  }

  /** Reads what goes back, errors {@code [vectors, nIn]}, where the array has converters. */
  void backward(INDArray w, INDArray delta, int examples, INDArray errors) {
    @Nullable Reader reader = backwardReader(w);
    if (reader == null) {
      return;
    }
    int vectors = (int) delta.size(0);
    float[] read = new float[(int) errors.length()];
    reader.read(across(delta), which(vectors, examples), steps(vectors, examples), 0, read);
    overwrite(errors, read);
  }

  /**
   * Reads of what goes back.
   *
   * @param w W
   * @return null where there are no converters
   */
  @Nullable Reader backwardReader(INDArray w) {
    if (!reads[0].readsBackward()) {
      return null;
    }
    int rows = settings.inputRows();
    float[][] cells = ofGroups(cells(w, rows), rows);
    float[][] variances = ofGroups(variances(settings.getEdges().backward()), rows);
    long first = examples();
    return (lines, examples, indices, group, read) ->
        reads[group].backwardAll(
            cells[group], variances[group], lines, read, from(first, examples), indices);
  }

  /** A batch's vectors side by side. */
  private static float[] across(INDArray batch) {
    return NativeCopy.rows(batch.transpose());
  }

  /** Of which example each vector is. */
  private static int[] which(int vectors, int examples) {
    return IntStream.range(0, vectors).map(vector -> vector % examples).toArray();
  }

  /** Of which step of its example each vector is. */
  private static int[] steps(int vectors, int examples) {
    return IntStream.range(0, vectors).map(vector -> vector / examples).toArray();
  }

  private static long[] from(long first, int[] examples) {
    return Arrays.stream(examples).mapToLong(example -> first + example).toArray();
  }

  private float[] cells(INDArray w, int rows) {
    float[] cells = new float[rows * settings.columns()];
    NativeCopy.read(w, cells, cells.length);
    return cells;
  }

  /** What rows hold of each group's columns; of nothing, nothing. */
  private float[][] ofGroups(float[] cells, int rows) {
    float[][] groups = new float[settings.groups()][];
    int width = columnsOfGroup();
    for (int group = 0; group < groups.length; group++) {
      if (groups.length == 1 || cells.length == 0) {
        groups[group] = cells;
        continue;
      }
      groups[group] = new float[rows * width];
      for (int row = 0; row < rows; row++) {
        int from = row * settings.columns() + group * width;
        System.arraycopy(cells, from, groups[group], row * width, width);
      }
    }
    return groups;
  }

  /** Of the devices' noise, where the path wants it. */
  private float[] variances(ReadPath path) {
    return path.deviceNoise() == 0 ? new float[0] : readVariances.get();
  }

  private static void overwrite(INDArray target, float[] values) {
    long[] across = {target.size(1), target.size(0)};
    target.assign(Nd4j.create(values, across, 'c').transpose().castTo(target.dataType()));
  }
}
