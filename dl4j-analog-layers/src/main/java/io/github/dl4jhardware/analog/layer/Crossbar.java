package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.edge.EdgeRead;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.files.Heap;
import io.github.dl4jhardware.host.Replicas;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The devices behind one DL4J layer: reads them from the layer's parameters, lets them train,
 * writes them back.
 *
 * <p>There are two ways to train. With AnalogSgd the array pulses during backprop, and its changes
 * leave as "gradients" that no updater touches, so that DL4J's own {@code params −= update} applies
 * them before any listener sees the step. With another updater, backprop leaves the true gradient
 * and marks a request; once the updater has written the wanted weight into W, the devices follow
 * it, in {@link #follow}. A request that a checkpoint caught half-way is followed at the next
 * forward pass, with the same draws.
 */
final class Crossbar {
  /** Far below a gradient, far above underflow, see {@link ArrayCounters#requestedExamples}. */
  private static final float REQUEST_UNIT = 0x1p-60f;

  /**
   * A weight this far from its devices was set from outside; rounding stays below. In weight units.
   */
  private static final float OUT_OF_STEP = 1e-5f;

  /**
   * Of the 2018 cell, which has most: seven numbers of its state, nine of its own devices, and the
   * four places that a step works in.
   */
  private static final int HEAP_BYTES_OF_A_CELL = 20 * Float.BYTES;

  /** Of a cell without a state: its weight, and what a step works in. */
  private static final int HEAP_BYTES_OF_A_WEIGHT = 6 * Float.BYTES;

  private final BaseLayer<?> layer;
  private final AnalogSettings settings;

  /** W is the whole state: there are no devices to read, to pulse or to follow. */
  private final boolean ideal;

  private final long chipSeed;
  private final PulseTally tally = new PulseTally();
  private final Replicas replicas = new Replicas();
  private @Nullable MinibatchPulses pulses;
  private @Nullable SynapseArray array;
  private @Nullable SynapseArray deltas;
  private @Nullable INDArray injected;
  private @Nullable EdgeRead forwardRead;
  private @Nullable EdgeRead backwardRead;
  private final Set<String> zeroGradients = new HashSet<>();
  private Map<String, INDArray> gradients = Map.of();
  private final float[][] buffers = new float[4][0];
  private boolean loaded;
  private boolean requested;

  Crossbar(BaseLayer<?> layer, AnalogSettings settings) {
    this.layer = layer;
    this.settings = settings;
    ideal = settings.getSynapse().digital();
    Long own = settings.getChipSeed();
    chipSeed = own == null ? layer.conf().getSeed() : own;
  }

  long chipSeed() {
    return chipSeed;
  }

  boolean inArray() {
    return settings.host().getIUpdater() instanceof AnalogSgd;
  }

  /** Whether a parameter is a weight of devices. */
  boolean onArray(String param) {
    return param.equals(AnalogParams.WEIGHT) || (param.equals(AnalogParams.BIAS) && biasRow());
  }

  /** Only a true gradient is divided: of another updater, or of a digital bias. */
  boolean divideByMinibatch(String param) {
    boolean weight = param.equals(AnalogParams.WEIGHT) || param.equals(AnalogParams.BIAS);
    return weight && !(inArray() && onArray(param));
  }

  boolean biasRow() {
    return settings.hasBias() && settings.isBiasOnArray();
  }

  void gradients(Map<String, INDArray> views) {
    gradients = views;
    zeroGradients.clear();
  }

  // ---- The array and its parameters ----

  private SynapseArray array() {
    if (array == null) {
      boolean stateless = settings.getSynapse().stateNames().names().isEmpty();
      int bytes = stateless ? HEAP_BYTES_OF_A_WEIGHT : HEAP_BYTES_OF_A_CELL;
      Heap.need(describe(), (long) settings.cells() * bytes);
      array =
          settings
              .getSynapse()
              .array(settings.rows(), settings.columns(), chipSeed, layer.getIndex());
    }
    return array;
  }

  private MinibatchPulses pulses() {
    if (pulses == null) {
      pulses = new MinibatchPulses(chipSeed, layer.getIndex(), tally);
    }
    return pulses;
  }

  /** One of several arrays with a place for every cell, kept from step to step. */
  private float[] buffer(int which) {
    if (buffers[which].length == 0) {
      buffers[which] = new float[settings.cells()];
    }
    return buffers[which];
  }

  private List<String> stateNames() {
    return settings.getSynapse().stateNames().names();
  }

  private float[] stateVector() {
    float[] vector = new float[ArrayCounters.LENGTH];
    NativeCopy.read(layer.getParam(AnalogParams.STATE), vector, vector.length);
    return vector;
  }

  /** W, with the bias row if it is on the array: one contiguous block of the parameters. */
  private float[] wantedWeights() {
    float[] wanted = buffer(0);
    NativeCopy.read(layer.getParam(AnalogParams.WEIGHT), wanted, wanted.length);
    return wanted;
  }

  private SynapseArray read(float[] vector) {
    SynapseArray cells = array();
    decode(vector, cells.counters());
    List<String> names = stateNames();
    float[][] state = cells.state();
    for (int i = 0; i < state.length; i++) {
      NativeCopy.read(layer.getParam(names.get(i)), state[i], state[i].length);
    }
    if (ideal) {
      System.arraycopy(wantedWeights(), 0, cells.weights(), 0, settings.cells());
    }
    cells.refreshWeights();
    return cells;
  }

  private void write(SynapseArray cells) {
    NativeCopy.write(cells.weights(), layer.getParam(AnalogParams.WEIGHT), settings.cells());
    List<String> names = stateNames();
    float[][] state = cells.state();
    for (int i = 0; i < state.length; i++) {
      NativeCopy.write(state[i], layer.getParam(names.get(i)), state[i].length);
    }
    writeCounters(cells.counters());
  }

  private void decode(float[] vector, ArrayCounters counters) {
    try {
      counters.decode(vector);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(describe() + ": " + e.getMessage(), e);
    }
  }

  private String describe() {
    return AnalogValidation.describe(settings.host(), layer.getIndex());
  }

  private void writeCounters(ArrayCounters counters) {
    NativeCopy.write(counters.encode(), layer.getParam(AnalogParams.STATE), ArrayCounters.LENGTH);
  }

  /**
   * Programs the devices to the weights as they stand in the parameters, polarity and counters
   * kept.
   */
  void program() {
    if (ideal) {
      float[] vector = stateVector();
      if (vector[0] == 0) {
        writeCounters(new ArrayCounters());
      }
      return;
    }
    SynapseArray cells = array();
    float[] vector = stateVector();
    // A layer that was never programmed has a vector of zeros.
    if (vector[0] == 0) {
      cells.counters().copyFrom(new ArrayCounters());
    } else {
      decode(vector, cells.counters());
    }
    float[] wanted = wantedWeights();
    for (int cell = 0; cell < wanted.length; cell++) {
      if (!Float.isFinite(wanted[cell])) {
        throw cannotHold(cell, wanted[cell]);
      }
    }
    long steps = cells.counters().get(Count.STEPS);
    cells.program(wanted, Draws.key(chipSeed, layer.getIndex(), Draws.PROGRAM, steps));
    write(cells);
    NativeCopy.write(
        new float[wanted.length], layer.getParam(AnalogParams.ACCUMULATOR), wanted.length);
    loaded = false;
  }

  /**
   * Reads the devices for training or inspection; weights that were set from outside are programmed
   * first.
   */
  SynapseArray settledArray() {
    settle();
    SynapseArray cells = read(stateVector());
    if (pendingWeights(cells) > 0) {
      program();
      cells = read(stateVector());
    }
    return cells;
  }

  /** Reads the devices as they stand; nothing is programmed, followed or written. */
  SynapseArray lookAt() {
    return read(stateVector());
  }

  /** How many weights the devices will be brought to at the next step, and are not at yet. */
  long pendingWeights() {
    return pendingWeights(lookAt());
  }

  private long pendingWeights(SynapseArray cells) {
    if (ideal) {
      return 0;
    }
    float[] wanted = wantedWeights();
    float[] weights = cells.weights();
    long pending = 0;
    for (int cell = 0; cell < wanted.length; cell++) {
      // A NaN is as far as can be, so that programming sees it.
      pending += Math.abs(wanted[cell] - weights[cell]) <= OUT_OF_STEP ? 0 : 1;
    }
    return pending;
  }

  void writeBack() {
    write(array());
    loaded = false;
  }

  // ---- The forward pass ----

  /** Follows a request that a checkpoint left open. */
  void settle() {
    if (ArrayCounters.requestedExamples(stateVector()) > 0) {
      follow();
    }
  }

  /** Before a forward pass that a step may come after. */
  void beforeTraining() {
    replicas.refuse(this::describe);
    settle();
    injected = null;
    if (!ideal) {
      settledArray();
      loaded = true;
    }
  }

  /**
   * A parameter as a training pass of an inference-only target sees it, with noise of programming
   * and reading; any other as it is.
   */
  INDArray injected(String param) {
    INDArray exact = layer.getParam(param);
    if (!(settings.getSynapse() instanceof InferenceSynapse target) || !onArray(param)) {
      return exact;
    }
    INDArray all = injected;
    if (all == null) {
      ArrayCounters counters = new ArrayCounters();
      decode(stateVector(), counters);
      long steps = counters.get(Count.STEPS);
      float[] noisy =
          target.inject(
              wantedWeights(), Draws.key(chipSeed, layer.getIndex(), Draws.INJECTED_NOISE, steps));
      // It outlives the pass, and so the host's workspace.
      all = Nd4j.create(noisy, new long[] {noisy.length}, 'c').castTo(exact.dataType()).detach();
      injected = all;
    }
    boolean weight = param.equals(AnalogParams.WEIGHT);
    long columns = settings.columns();
    long inputs = settings.host().getNIn() * columns;
    return weight
        ? all.get(NDArrayIndex.interval(0, inputs)).reshape('c', settings.host().getNIn(), columns)
        : all.get(NDArrayIndex.interval(inputs, inputs + columns)).reshape(exact.shape());
  }

  // ---- Reads through the array's edges ----

  /**
   * Reads the sums of a batch anew, through the converters.
   *
   * @param weights W {@code [nIn, nOut]}, which the bias row follows in the parameters
   * @param input x {@code [examples, nIn]}
   * @param sums z {@code [examples, nOut]}, overwritten
   */
  void readForward(INDArray weights, INDArray input, boolean training, INDArray sums) {
    if (forwardRead == null) {
      forwardRead =
          new EdgeRead(
              settings.getEdges().forward(),
              settings.rows(),
              settings.columns(),
              true,
              chipSeed,
              layer.getIndex());
    }
    int examples = (int) input.size(0);
    int columns = settings.columns();
    int width = (int) input.size(1);
    float[] cells = new float[settings.cells()];
    NativeCopy.read(weights, cells, cells.length);
    float[] variances = variances(settings.getEdges().forward());
    float[] inputs = NativeCopy.rows(input);
    float[] line = new float[settings.rows()];
    float[] read = new float[examples * columns];
    long first = training ? examplesSoFar() : 0;
    int purpose = training ? Draws.FORWARD_READ : Draws.INFERENCE_READ;
    for (int e = 0; e < examples; e++) {
      System.arraycopy(inputs, e * width, line, 0, width);
      if (line.length > width) {
        line[width] = 1;
      }
      long key = Draws.key(chipSeed, layer.getIndex(), purpose, first + e);
      forwardRead.read(cells, variances, line, 0, read, e * columns, key);
    }
    overwrite(sums, read, examples, columns);
    if (settings.hasBias() && !settings.isBiasOnArray()) {
      sums.addiRowVector(layer.getParam(AnalogParams.BIAS));
    }
  }

  /**
   * Reads what goes back to the layer before, through the converters.
   *
   * @param delta δ {@code [examples, nOut]}
   * @param errors {@code [examples, nIn]}, overwritten
   */
  void readBackward(INDArray delta, INDArray errors) {
    int inputs = (int) errors.size(1);
    if (backwardRead == null) {
      backwardRead =
          new EdgeRead(
              settings.getEdges().backward(),
              inputs,
              settings.columns(),
              false,
              chipSeed,
              layer.getIndex());
    }
    int examples = (int) delta.size(0);
    int columns = settings.columns();
    float[] cells = new float[inputs * columns];
    NativeCopy.read(layer.getParam(AnalogParams.WEIGHT), cells, cells.length);
    float[] variances = variances(settings.getEdges().backward());
    float[] deltas = NativeCopy.rows(delta);
    float[] read = new float[examples * inputs];
    long first = examplesSoFar();
    for (int e = 0; e < examples; e++) {
      long key = Draws.key(chipSeed, layer.getIndex(), Draws.BACKWARD_READ, first + e);
      backwardRead.read(cells, variances, deltas, e * columns, read, e * inputs, key);
    }
    overwrite(errors, read, examples, inputs);
  }

  /** Of the devices' noise, where the path wants it. */
  private float[] variances(ReadPath path) {
    if (path.deviceNoise() == 0 || ideal) {
      return new float[0];
    }
    return (loaded ? array() : lookAt()).readVariances();
  }

  private static void overwrite(INDArray target, float[] values, int rows, int columns) {
    target.assign(Nd4j.create(values, new long[] {rows, columns}, 'c').castTo(target.dataType()));
  }

  private long examplesSoFar() {
    ArrayCounters counters = new ArrayCounters();
    decode(stateVector(), counters);
    return counters.get(Count.EXAMPLES);
  }

  // ---- Another updater: request and follow ----

  /** After a step: the devices follow what was requested. */
  void stepTaken() {
    boolean lost = requested && ArrayCounters.requestedExamples(stateVector()) == 0;
    requested = false;
    if (lost) {
      throw new IllegalStateException(
          describe()
              + ": a step was taken, but its mark in the state vector is gone, as happens when an accumulator compresses"
              + " gradients for sharing. The devices' state cannot be shared that way; train without the accumulator");
    }
    follow();
  }

  /** Marks a request of one step in the gradient; the weights' gradient is the host's. */
  void request(long examples) {
    zeroStateGradients();
    requested = true;
    float[] mark = new float[ArrayCounters.LENGTH];
    mark[ArrayCounters.REQUEST_EXAMPLES] = -examples * REQUEST_UNIT;
    mark[ArrayCounters.REQUEST_MARK] = -REQUEST_UNIT;
    NativeCopy.write(mark, gradient(AnalogParams.STATE), mark.length);
  }

  /** Lets the devices follow what an updater has written into W, if there is a request. */
  void follow() {
    float[] vector = stateVector();
    long examples = ArrayCounters.requestedExamples(vector);
    if (examples == 0) {
      return;
    }
    loaded = false;
    SynapseArray cells = array();
    if (ideal) {
      decode(vector, cells.counters());
      cells.counters().add(Count.STEPS, 1);
      cells.counters().add(Count.EXAMPLES, examples);
      writeCounters(cells.counters());
      if (settings.getSynapse() instanceof InferenceSynapse target) {
        float[] weights = wantedWeights();
        if (target.clip(weights) > 0) {
          NativeCopy.write(weights, layer.getParam(AnalogParams.WEIGHT), weights.length);
        }
      }
      return;
    }
    read(vector);
    float[] wanted = wantedWeights();
    float[] owed = new float[wanted.length];
    NativeCopy.read(layer.getParam(AnalogParams.ACCUMULATOR), owed, owed.length);
    firePulsesTowards(cells, wanted, owed);
    passTime(cells, examples);
    tally.drainTo(cells.counters());
    write(cells);
    NativeCopy.write(owed, layer.getParam(AnalogParams.ACCUMULATOR), owed.length);
  }

  private void firePulsesTowards(SynapseArray cells, float[] wanted, float[] owed) {
    long steps = cells.counters().get(Count.STEPS);
    long noiseKey = Draws.key(chipSeed, layer.getIndex(), Draws.FOLLOW, steps);
    float[] weights = cells.weights();
    float step = (float) cells.synapse().stepWeight();
    int columns = cells.columns();
    int[] pulsed = new int[columns];
    int[] itsColumn = new int[columns];
    float[] pulses = new float[columns];
    for (int row = 0; row < cells.rows(); row++) {
      int count = 0;
      for (int column = 0; column < columns; column++) {
        int cell = row * columns + column;
        float debt = owed[cell] + wanted[cell] - weights[cell];
        if (!(Math.abs(debt) <= Float.MAX_VALUE)) {
          throw notFinite("requested weight of row " + row + ", column " + column, wanted[cell]);
        }
        int whole = (int) (debt / step);
        owed[cell] = debt - whole * step;
        if (whole != 0) {
          pulsed[count] = cell;
          itsColumn[count] = column;
          pulses[count++] = whole;
        }
      }
      if (count > 0) {
        cells.pulse(pulsed, itsColumn, pulses, count, noiseKey, tally);
      }
    }
  }

  /** Moves the counters on by one step, with leak and transfer when they are due. */
  private void passTime(SynapseArray cells, long examples) {
    ArrayCounters counters = cells.counters();
    long before = counters.get(Count.EXAMPLES);
    long after = before + examples;
    counters.add(Count.STEPS, 1);
    counters.add(Count.EXAMPLES, examples);
    if (cells.restDue(before, after)) {
      cells.rest(0, settings.cells(), before, after);
    }
    if (cells.transferDue(before, after)) {
      cells.transfer(
          Draws.key(chipSeed, layer.getIndex(), Draws.TRANSFER, counters.get(Count.TRANSFERS)));
    }
  }

  // ---- AnalogSgd: pulses in the array ----

  /**
   * Trains the array with one minibatch and leaves its changes in the gradient views.
   *
   * @param input x {@code [examples, nIn]}
   * @param delta δ {@code [examples, nOut]}, one row for each example; not averaged over the batch
   */
  void pulse(INDArray input, INDArray delta) {
    AnalogSgd updater = (AnalogSgd) settings.host().getIUpdater();
    int examples = (int) delta.size(0);
    checkFinite("input", input);
    checkFinite("delta", delta);
    if (settings.hasBias() && !settings.isBiasOnArray()) {
      delta.sum(gradient(AnalogParams.BIAS), 0);
    }
    // Reading may program weights that were set from outside, and so comes before the counters.
    SynapseArray cells = ideal || loaded ? array() : settledArray();
    loaded = false;
    float[] vector = stateVector();
    ArrayCounters counters = cells.counters();
    decode(vector, counters);
    double rate = updater.getLearningRate((int) counters.get(Count.STEPS), layer.getEpochCount());
    if (layer.conf().isMiniBatch()) {
      rate /= examples;
    }
    if (ideal) {
      pulseIdeal(updater, input, delta, rate);
      counters.add(Count.STEPS, 1);
      counters.add(Count.EXAMPLES, examples);
      tally.drainTo(counters);
      writeDifference(vector, counters.encode(), gradient(AnalogParams.STATE));
      return;
    }
    long example = counters.get(Count.EXAMPLES);
    boolean transfer = cells.transferDue(example, example + examples);
    float[] weightsBefore = wantedWeights();
    float[][] state = cells.state();
    float[][] before = new float[state.length][];
    for (int i = 0; i < state.length; i++) {
      before[i] = new float[0];
      if (transfer || pulsesChange(i)) {
        before[i] = buffer(1 + i);
        System.arraycopy(state[i], 0, before[i], 0, state[i].length);
      }
    }
    pulses().fire(cells, updater, input, delta, rate);
    passTime(cells, examples);
    tally.drainTo(counters);

    List<String> names = stateNames();
    for (int i = 0; i < state.length; i++) {
      if (transfer || pulsesChange(i)) {
        writeDifference(before[i], state[i], gradient(names.get(i)));
        zeroGradients.remove(names.get(i));
      } else {
        zeroGradient(names.get(i));
      }
    }
    zeroGradient(AnalogParams.ACCUMULATOR);
    writeDifference(weightsBefore, cells.weights(), gradient(AnalogParams.WEIGHT));
    writeDifference(vector, counters.encode(), gradient(AnalogParams.STATE));
  }

  private boolean pulsesChange(int state) {
    return settings.getSynapse().stateNames().pulsed(state);
  }

  /** A sum is finite only where all is; it spares a look at every value. */
  private void checkFinite(String what, INDArray values) {
    double sum = values.sumNumber().doubleValue();
    if (Double.isNaN(sum) || Double.isInfinite(sum)) {
      throw notFinite("sum of its " + what, sum);
    }
  }

  private IllegalStateException cannotHold(int cell, float found) {
    int columns = settings.columns();
    int row = cell / columns;
    boolean bias = row >= settings.host().getNIn();
    return new IllegalStateException(
        describe()
            + ": its parameter "
            + (bias
                ? AnalogParams.BIAS + " is " + found + " at index " + cell % columns
                : AnalogParams.WEIGHT
                    + " is "
                    + found
                    + " at ["
                    + row
                    + ", "
                    + cell % columns
                    + "]")
            + ", and no device can hold that");
  }

  private IllegalStateException notFinite(String what, double found) {
    return new IllegalStateException(
        describe()
            + ": the "
            + what
            + " is "
            + found
            + ", and devices cannot be pulsed by that. Check the data for NaN and infinity, and lower the learning rate");
  }

  /**
   * Writes before − after, and leaves in {@code after} what {@code before − (before − after)}
   * rounds to.
   */
  private static void writeDifference(float[] before, float[] after, INDArray gradient) {
    for (int i = 0; i < before.length; i++) {
      float difference = before[i] - after[i];
      after[i] = before[i] - difference;
      before[i] = difference;
    }
    NativeCopy.write(before, gradient, before.length);
  }

  private void pulseIdeal(AnalogSgd updater, INDArray input, INDArray delta, double rate) {
    INDArray weightGradient = gradient(AnalogParams.WEIGHT);
    if (updater.getPulseScheme() == PulseScheme.EXPECTED) {
      Nd4j.gemm(delta, input, weightGradient.transpose(), true, false, rate, 0);
      if (biasRow()) {
        INDArray biasGradient = gradient(AnalogParams.BIAS);
        delta.sum(biasGradient, 0);
        biasGradient.muli(rate);
      }
      return;
    }
    // Cells that start at 0 collect the change itself, so that W keeps the network's own precision.
    if (deltas == null) {
      deltas =
          settings
              .getSynapse()
              .array(settings.rows(), settings.columns(), chipSeed, layer.getIndex());
    }
    SynapseArray change = deltas;
    Arrays.fill(change.weights(), 0);
    change.counters().copyFrom(array().counters());
    pulses().fire(change, updater, input, delta, rate);
    float[] gradient = change.weights();
    for (int cell = 0; cell < gradient.length; cell++) {
      gradient[cell] = -gradient[cell];
    }
    NativeCopy.write(gradient, weightGradient, gradient.length);
  }

  private INDArray gradient(String name) {
    return Objects.requireNonNull(gradients.get(name), name);
  }

  private void zeroGradient(String name) {
    if (zeroGradients.add(name)) {
      gradient(name).assign(0);
    }
  }

  private void zeroStateGradients() {
    stateNames().forEach(this::zeroGradient);
    if (!ideal) {
      zeroGradient(AnalogParams.ACCUMULATOR);
    }
  }
}
