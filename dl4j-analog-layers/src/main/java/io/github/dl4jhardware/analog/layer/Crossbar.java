package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.edge.ArrayReads;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.files.Heap;
import io.github.dl4jhardware.host.Replicas;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The array behind one DL4J layer: when its weights are programmed, read, pulsed or made to follow.
 *
 * <p>There are two ways to train. With AnalogSgd the array pulses during backprop, and its changes
 * leave as "gradients" that no updater touches, so that DL4J's own {@code params −= update} applies
 * them before any listener sees the step. With another updater, backprop leaves the true gradient
 * and marks a request; once the updater has written the wanted weight into W, the devices follow
 * it, in {@link #stepTaken}. A request that a checkpoint caught half-way is followed at the next
 * forward pass, with the same draws.
 */
final class Crossbar {
  /**
   * Of the 2018 cell, which has most: seven numbers of its state, eight of its own devices (with
   * the leak of many blocks), and the four places that a step works in.
   */
  private static final int HEAP_BYTES_OF_A_CELL = 19 * Float.BYTES;

  /** Of a cell without a state: its weight, and what a step works in. */
  private static final int HEAP_BYTES_OF_A_WEIGHT = 6 * Float.BYTES;

  private static final float[] NOTHING = new float[0];

  private final BaseLayer<?> layer;
  private final AnalogSettings settings;
  private final ArrayPlace place;
  private final ArrayParameters params;
  private final ArrayGradients gradients = new ArrayGradients();
  private final Replicas replicas = new Replicas();
  private final ArrayReads reads;
  private @Nullable HeldWeights weights;

  /**
   * W with the noise of a step, for targets that only infer, and the weights and the step that it
   * is of. An output layer's forward pass comes twice in a step, for gradients and for the score.
   */
  private @Nullable INDArray injected;

  private float[] injectedInto = NOTHING;
  private long injectedAt = -1;

  /** Whether the present pass has seen to that. */
  private boolean injectedChecked;

  private boolean requested;

  Crossbar(BaseLayer<?> layer, AnalogSettings settings) {
    this.layer = layer;
    this.settings = settings;
    Long own = settings.getChipSeed();
    place = new ArrayPlace(own == null ? layer.conf().getSeed() : own, layer.getIndex());
    params = new ArrayParameters(layer, settings);
    reads =
        new ArrayReads(
            settings.getEdges(),
            settings.rows(),
            (int) settings.host().getNIn(),
            settings.columns(),
            place.chipSeed(),
            place.layer());
  }

  /** Made when they are first needed: a network may be built that is never run. */
  private HeldWeights weights() {
    if (weights == null) {
      boolean stateless = params.stateNames().isEmpty();
      int bytes = stateless ? HEAP_BYTES_OF_A_WEIGHT : HEAP_BYTES_OF_A_CELL;
      Heap.need(params.describe(), (long) settings.cells() * bytes);
      weights =
          settings.getSynapse().digital()
              ? new DigitalWeights(params, gradients, this::freshArray, place, biasRow())
              : new DeviceWeights(params, gradients, freshArray(), place);
    }
    return weights;
  }

  private SynapseArray freshArray() {
    return settings
        .getSynapse()
        .array(settings.rows(), settings.columns(), place.chipSeed(), place.layer());
  }

  long chipSeed() {
    return place.chipSeed();
  }

  AnalogSettings settings() {
    return settings;
  }

  boolean biasRow() {
    return settings.hasBias() && settings.isBiasOnArray();
  }

  private boolean digitalBias() {
    return settings.hasBias() && !settings.isBiasOnArray();
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

  void gradients(Map<String, INDArray> views) {
    gradients.attach(views);
  }

  // ---- Weights that are set or looked at from outside ----

  void program() {
    weights().program();
  }

  SynapseArray settledArray() {
    settle();
    return weights().settled();
  }

  SynapseArray lookAt() {
    return weights().look();
  }

  long pendingWeights() {
    return weights().pending();
  }

  void writeBack() {
    weights().writeBack();
  }

  // ---- The forward pass ----

  /** Before a forward pass; one that a step may come after programs what is out of step. */
  void beforeForward(boolean training, boolean forBackprop) {
    if (!training) {
      injected = null;
      injectedInto = NOTHING;
      settle();
    } else if (!forBackprop) {
      replicas.refuse(params::describe);
      settle();
      injectedChecked = false;
      weights().beforeStep();
    }
  }

  /** Follows a request that a checkpoint left open. */
  private void settle() {
    float[] vector = params.stateVector();
    long examples = ArrayCounters.requestedExamples(vector);
    if (examples > 0) {
      weights().follow(vector, examples);
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
    INDArray all = noisy(target, exact.dataType());
    long columns = settings.columns();
    long inputs = settings.host().getNIn() * columns;
    return param.equals(AnalogParams.WEIGHT)
        ? all.get(NDArrayIndex.interval(0, inputs)).reshape('c', settings.host().getNIn(), columns)
        : all.get(NDArrayIndex.interval(inputs, inputs + columns)).reshape(exact.shape());
  }

  private INDArray noisy(InferenceSynapse target, DataType type) {
    INDArray all = injected;
    if (all != null && injectedChecked) {
      return all;
    }
    long steps = params.counters().get(Count.STEPS);
    float[] weights = params.weights();
    if (all == null || injectedAt != steps || !Arrays.equals(weights, injectedInto)) {
      injectedInto = weights.clone();
      injectedAt = steps;
      long key = Draws.key(place.chipSeed(), place.layer(), Draws.INJECTED_NOISE, steps);
      float[] noisy = target.inject(weights, key);
      // It outlives the pass, and so the host's workspace.
      all = Nd4j.create(noisy, new long[] {noisy.length}, 'c').castTo(type).detach();
      injected = all;
    }
    injectedChecked = true;
    return all;
  }

  /**
   * Reads the sums of a batch anew where the array has converters.
   *
   * @param w W {@code [nIn, nOut]}, which the bias row follows in the parameters
   * @param input x {@code [examples, nIn]}
   * @param sums z {@code [examples, nOut]}, overwritten
   * @return whether there are converters
   */
  boolean readForward(INDArray w, INDArray input, boolean training, INDArray sums) {
    if (!reads.readsForward()) {
      return false;
    }
    int examples = (int) input.size(0);
    int columns = settings.columns();
    int width = (int) input.size(1);
    float[] cells = new float[settings.cells()];
    NativeCopy.read(w, cells, cells.length);
    float[] variances = variances(settings.getEdges().forward());
    float[] inputs = NativeCopy.rows(input);
    float[] line = new float[settings.rows()];
    float[] read = new float[examples * columns];
    long first = training ? params.counters().get(Count.EXAMPLES) : 0;
    for (int e = 0; e < examples; e++) {
      System.arraycopy(inputs, e * width, line, 0, width);
      if (line.length > width) {
        line[width] = 1;
      }
      reads.forward(cells, variances, line, read, e * columns, training, first + e);
    }
    overwrite(sums, read, examples, columns);
    if (digitalBias()) {
      sums.addiRowVector(layer.getParam(AnalogParams.BIAS));
    }
    return true;
  }

  /** Reads what goes back, errors {@code [examples, nIn]}, where the array has converters. */
  private void readBackward(INDArray delta, INDArray errors) {
    if (!reads.readsBackward()) {
      return;
    }
    int examples = (int) delta.size(0);
    int inputs = (int) errors.size(1);
    int columns = settings.columns();
    float[] cells = new float[inputs * columns];
    NativeCopy.read(layer.getParam(AnalogParams.WEIGHT), cells, cells.length);
    float[] variances = variances(settings.getEdges().backward());
    float[] deltas = NativeCopy.rows(delta);
    float[] read = new float[examples * inputs];
    long first = params.counters().get(Count.EXAMPLES);
    for (int e = 0; e < examples; e++) {
      reads.backward(cells, variances, deltas, e * columns, read, e * inputs, first + e);
    }
    overwrite(errors, read, examples, inputs);
  }

  /** Of the devices' noise, where the path wants it. */
  private float[] variances(ReadPath path) {
    return path.deviceNoise() == 0 ? new float[0] : weights().readVariances();
  }

  private static void overwrite(INDArray target, float[] values, int rows, int columns) {
    target.assign(Nd4j.create(values, new long[] {rows, columns}, 'c').castTo(target.dataType()));
  }

  // ---- Another updater: request and follow ----

  /** Marks a request of one step; the weights' gradient is the host's. */
  void request(long examples) {
    weights().zeroStateGradients();
    gradients.request(examples);
    requested = true;
  }

  /** After a step: the devices follow what was requested. */
  void stepTaken() {
    boolean lost = requested && ArrayCounters.requestedExamples(params.stateVector()) == 0;
    requested = false;
    if (lost) {
      throw new IllegalStateException(
          params.describe()
              + ": a step was taken, but its mark in the state vector is gone, as happens when an accumulator compresses"
              + " gradients for sharing. The devices' state cannot be shared that way; train without the accumulator");
    }
    settle();
  }

  // ---- AnalogSgd: pulses in the array ----

  /**
   * The backward pass: what goes back through the array, then the pulses of its step.
   *
   * @param input x {@code [examples, nIn]}
   * @param delta δ {@code [examples, nOut]}, one row for each example; not averaged over the batch
   * @param dropout what the host makes of the errors
   */
  Pair<Gradient, INDArray> backward(
      INDArray input,
      INDArray delta,
      LayerWorkspaceMgr workspaces,
      UnaryOperator<INDArray> dropout) {
    INDArray w = layer.getParam(AnalogParams.WEIGHT);
    INDArray next =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD,
            delta.dataType(),
            new long[] {w.size(0), delta.size(0)},
            'f');
    next = w.mmuli(delta.transpose(), next).transpose();
    readBackward(delta, next);
    next = dropout.apply(next);
    pulse(input.castTo(delta.dataType()), delta);
    Gradient change = new DefaultGradient();
    change.setGradientFor(AnalogParams.WEIGHT, gradients.view(AnalogParams.WEIGHT));
    if (settings.hasBias()) {
      change.setGradientFor(AnalogParams.BIAS, gradients.view(AnalogParams.BIAS));
    }
    return new Pair<>(change, next);
  }

  private void pulse(INDArray input, INDArray delta) {
    checkFinite("input", input);
    checkFinite("delta", delta);
    if (digitalBias()) {
      delta.sum(gradients.view(AnalogParams.BIAS), 0);
    }
    AnalogSgd updater = (AnalogSgd) settings.host().getIUpdater();
    weights().pulse(updater, input, delta, layer.getEpochCount(), layer.conf().isMiniBatch());
  }

  /** A sum is finite only where all is; it spares a look at every value. */
  private void checkFinite(String what, INDArray values) {
    double sum = values.sumNumber().doubleValue();
    if (Double.isNaN(sum) || Double.isInfinite(sum)) {
      throw notFinite(params, "sum of its " + what, sum);
    }
  }

  static IllegalStateException notFinite(ArrayParameters params, String what, double found) {
    return new IllegalStateException(
        params.describe()
            + ": the "
            + what
            + " is "
            + found
            + ", and devices cannot be pulsed by that. Check the data for NaN and infinity, and lower the learning rate");
  }
}
