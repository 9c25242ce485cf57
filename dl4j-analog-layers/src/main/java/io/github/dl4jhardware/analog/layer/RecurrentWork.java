package io.github.dl4jhardware.analog.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What analogue recurrent layers do: the array is read once at each step, with the step's inputs
 * and the outputs of the step before at its rows. Sequences are {@code [examples, features,
 * steps]}.
 */
final class RecurrentWork {
  private final Crossbar crossbar;
  private final RecurrentSettings settings;
  private final RecurrentCell cell;
  private final DataType type;
  private long steps;

  RecurrentWork(Crossbar crossbar, DataType type) {
    this.crossbar = crossbar;
    this.type = type;
    settings = (RecurrentSettings) crossbar.settings();
    cell = settings.cell();
  }

  /**
   * What one step hands to the next.
   *
   * @param output of the layer, {@code [examples, nOut]}
   * @param memory of the cell; null if it has none, or of a sequence's beginning
   * @param step its number, from the sequence's beginning on
   */
  record State(INDArray output, @Nullable INDArray memory, long step) {}

  /**
   * A pass over sequences.
   *
   * @param shown what the layer shows at each step, and hands to the next: masked
   * @param moments what the way back needs; empty where there is none
   * @param end what the next sequence may go on from
   */
  record Passed(
      List<INDArray> inputs, List<INDArray> shown, List<RecurrentCell.Moment> moments, State end) {}

  /** Of the last sequences; 0 before there were any. */
  long steps() {
    return steps;
  }

  /** What a pass shows, {@code [examples, nOut, steps]}. */
  INDArray outputs(Passed passed, LayerWorkspaceMgr workspaces) {
    INDArray first = passed.shown().get(0);
    long[] shape = {first.size(0), first.size(1), passed.shown().size()};
    INDArray outputs = workspaces.createUninitialized(ArrayType.ACTIVATIONS, type, shape, 'f');
    for (int t = 0; t < passed.shown().size(); t++) {
      at(outputs, t).assign(passed.shown().get(t));
    }
    return outputs;
  }

  private static INDArray at(INDArray sequences, int step) {
    return sequences.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(step));
  }

  /**
   * A pass over sequences.
   *
   * @param sequences {@code [examples, nIn, steps]}
   * @param before state that they go on from
   * @param mask {@code [examples, steps]}; null for none
   * @param training whether it is a pass of training
   * @param forBackprop whether the way back follows
   */
  Passed forward(
      INDArray sequences,
      State before,
      @Nullable INDArray mask,
      boolean training,
      boolean forBackprop) {
    check(sequences, before, mask);
    INDArray input = sequences.castTo(type).dup('f');
    int count = (int) input.size(2);
    steps = count;
    crossbar.beforeForward(training, forBackprop);
    Weights weights = forwardWeights(training);
    List<INDArray> inputs = new ArrayList<>();
    List<INDArray> shown = new ArrayList<>();
    List<RecurrentCell.Moment> moments = new ArrayList<>();
    State state = before;
    for (int t = 0; t < count; t++) {
      INDArray now = at(input, t);
      INDArray sums = weights.sums(now, state);
      RecurrentCell.Moment moment = cell.forward(sums, state.memory(), training);
      INDArray output = moment.output();
      INDArray memory = moment.memory();
      if (mask != null) {
        INDArray column = column(mask, t);
        output = output.mulColumnVector(column);
        memory = memory == null ? null : memory.mulColumnVector(column);
      }
      shown.add(output);
      if (forBackprop) {
        inputs.add(now);
        moments.add(moment);
      }
      state = new State(output, memory, state.step() + 1);
    }
    return new Passed(inputs, shown, moments, state);
  }

  /**
   * The state of sequences that begin anew.
   *
   * @param step what their first step is counted as
   */
  State beginning(long examples, long step) {
    return new State(Nd4j.zeros(type, examples, settings.stateRows()), null, step);
  }

  private INDArray column(INDArray mask, int step) {
    return mask.getColumn(step, true).castTo(type);
  }

  /**
   * What goes back, and the step's update.
   *
   * @param passed the forward pass
   * @param before what it went on from
   * @param errors of the outputs, {@code [examples, nOut, steps]}
   * @param mask as in the forward pass
   * @param longest how many steps from the end on errors go back
   * @return gradients, and the errors of the inputs, {@code [examples, nIn, steps]}
   */
  Pair<Gradient, INDArray> backward(
      Passed passed,
      State before,
      INDArray errors,
      @Nullable INDArray mask,
      int longest,
      LayerWorkspaceMgr workspaces) {
    int count = passed.moments().size();
    INDArray first = passed.inputs().get(0);
    long[] shape = {first.size(0), first.size(1), count};
    INDArray next = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, type, shape, 'f');
    INDArray given = errors.castTo(type);
    boolean inArray = crossbar.inArray();
    INDArray cells = crossbar.rows(true);
    Weights weights =
        new Weights(cells, inArray ? crossbar.reads().backwardReader(cells) : null, null);
    int begin = Math.max(0, count - longest);
    Pairs pairs = new Pairs((int) first.size(0), count - begin);
    INDArray fromState = null;
    INDArray fromMemory = null;
    for (int t = 0; t < begin; t++) {
      at(next, t).assign(0);
    }
    for (int t = count - 1; t >= begin; t--) {
      INDArray error = at(given, t).dup('f');
      if (fromState != null) {
        error.addi(fromState);
      }
      if (mask != null) {
        INDArray column = column(mask, t);
        error.muliColumnVector(column);
        fromMemory = fromMemory == null ? null : fromMemory.muliColumnVector(column);
      }
      RecurrentCell.Back back = passed.moments().get(t).backward(error, fromMemory);
      Errors rows = weights.errors(back.delta(), before.step() + t);
      at(next, t).assign(rows.input());
      fromState = rows.state();
      fromMemory = back.memoryError();
      INDArray state = t == 0 ? before.output() : passed.shown().get(t - 1);
      pairs.put(t - begin, passed.inputs().get(t), state, back.delta());
    }
    Lines lines = new DenseLines(pairs.inputs, pairs.deltas, settings.rows(), pairs.examples);
    Gradient gradient =
        inArray ? crossbar.pulse(pairs.inputs, pairs.deltas, lines) : crossbar.request(lines);
    return new Pair<>(gradient, next);
  }

  /** What meets at the array's rows and columns, those of the first step first. */
  private final class Pairs {
    private final int examples;
    private final INDArray inputs;
    private final INDArray deltas;

    Pairs(int examples, int steps) {
      this.examples = examples;
      int vectors = examples * steps;
      inputs = Nd4j.createUninitialized(type, new long[] {vectors, settings.inputRows()}, 'c');
      deltas = Nd4j.createUninitialized(type, new long[] {vectors, settings.columns()}, 'c');
    }

    void put(int step, INDArray input, INDArray state, INDArray delta) {
      INDArrayIndex vectors = NDArrayIndex.interval(step * examples, (step + 1) * examples);
      long own = input.size(1);
      inputs.get(vectors, NDArrayIndex.interval(0, own)).assign(input);
      inputs.get(vectors, NDArrayIndex.interval(own, inputs.size(1))).assign(state);
      deltas.get(vectors, NDArrayIndex.all()).assign(delta);
    }
  }

  private Weights forwardWeights(boolean training) {
    INDArray rows = crossbar.rows(training);
    CrossbarReads.@Nullable Reader reader = crossbar.reads().forwardReader(rows, training);
    boolean outside = reader == null || !crossbar.biasRow();
    return new Weights(
        rows, reader, outside ? crossbar.parameter(AnalogParams.BIAS, training) : null);
  }

  /** Errors at an array's rows. */
  private record Errors(INDArray input, INDArray state) {}

  /** The array as one pass sees it. */
  private final class Weights {
    private final INDArray own;
    private final INDArray ofState;
    private final CrossbarReads.@Nullable Reader reader;
    private final @Nullable INDArray bias;

    /**
     * An array.
     *
     * @param rows {@code [inputRows, columns]}
     * @param reader takes the place of products where there are converters; null for none
     * @param bias that is added to sums; null where it is a row that is read with them
     */
    Weights(INDArray rows, CrossbarReads.@Nullable Reader reader, @Nullable INDArray bias) {
      long inputs = rows.size(0) - settings.stateRows();
      own = rows.get(NDArrayIndex.interval(0, inputs), NDArrayIndex.all());
      ofState = rows.get(NDArrayIndex.interval(inputs, rows.size(0)), NDArrayIndex.all());
      this.reader = reader;
      this.bias = bias;
    }

    INDArray sums(INDArray input, State state) {
      int examples = (int) input.size(0);
      INDArray sums;
      if (reader == null) {
        sums = Nd4j.createUninitialized(type, new long[] {examples, settings.columns()}, 'f');
        Nd4j.gemm(input, own, sums, false, false, 1, 0);
        Nd4j.gemm(state.output(), ofState, sums, false, false, 1, 1);
      } else {
        float[] lines = Arrays.copyOf(values(input), examples * settings.inputRows());
        float[] before = values(state.output());
        System.arraycopy(before, 0, lines, lines.length - before.length, before.length);
        sums = read(reader, lines, examples, state.step(), settings.columns());
      }
      return bias == null ? sums : sums.addiRowVector(bias);
    }

    Errors errors(INDArray delta, long step) {
      int examples = (int) delta.size(0);
      long inputs = own.size(0);
      if (reader == null) {
        INDArray input = Nd4j.createUninitialized(type, new long[] {examples, inputs}, 'f');
        INDArray state =
            Nd4j.createUninitialized(type, new long[] {examples, ofState.size(0)}, 'f');
        Nd4j.gemm(delta, own, input, false, true, 1, 0);
        Nd4j.gemm(delta, ofState, state, false, true, 1, 0);
        return new Errors(input, state);
      }
      INDArray all = read(reader, values(delta), examples, step, settings.inputRows());
      return new Errors(
          all.get(NDArrayIndex.all(), NDArrayIndex.interval(0, inputs)),
          all.get(NDArrayIndex.all(), NDArrayIndex.interval(inputs, all.size(1))).dup('f'));
    }

    /** Column-major, as readers take them. */
    private static float[] values(INDArray matrix) {
      return NativeCopy.rows(matrix.transpose());
    }

    private INDArray read(
        CrossbarReads.Reader reader, float[] lines, int examples, long step, int outputs) {
      int[] which = new int[examples];
      Arrays.setAll(which, example -> example);
      int[] indices = new int[examples];
      Arrays.fill(indices, (int) step);
      float[] read = new float[outputs * examples];
      reader.read(lines, which, indices, 0, read);
      return Nd4j.create(read, new long[] {examples, outputs}, 'f').castTo(type);
    }
  }

  /**
   * Refuses what are no sequences for this layer.
   *
   * @param given as the user has them
   * @param stepsFirst whether steps come before features
   */
  void check(INDArray given, boolean stepsFirst) {
    long inputs = settings.host().getNIn();
    int features = stepsFirst ? 2 : 1;
    String shape = Arrays.toString(given.shape());
    if (given.rank() != 3 || given.size(features) != inputs) {
      throw new DL4JInvalidInputException(
          crossbar.describe()
              + ": an input of shape "
              + shape
              + "; sequences of shape "
              + (stepsFirst
                  ? "[examples, steps, " + inputs + "]"
                  : "[examples, " + inputs + ", steps]")
              + " were expected. Set the network's input type");
    }
    if (given.length() == 0) {
      throw new DL4JInvalidInputException(
          crossbar.describe() + ": sequences of shape " + shape + " have no step to read");
    }
  }

  private void check(INDArray sequences, State before, @Nullable INDArray mask) {
    if (before.output().size(0) != sequences.size(0)) {
      throw new DL4JInvalidInputException(
          crossbar.describe()
              + ": its state is of "
              + before.output().size(0)
              + " sequences, the input has "
              + sequences.size(0)
              + ". Call rnnClearPreviousState() between sequences of different batches");
    }
    if (mask != null
        && (mask.rank() != 2
            || mask.size(0) != sequences.size(0)
            || mask.size(1) != sequences.size(2))) {
      throw new DL4JInvalidInputException(
          crossbar.describe()
              + ": a mask of shape "
              + Arrays.toString(mask.shape())
              + " for "
              + sequences.size(0)
              + " sequences of "
              + sequences.size(2)
              + " steps");
    }
  }
}
