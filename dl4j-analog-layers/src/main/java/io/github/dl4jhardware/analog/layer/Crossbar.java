package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.files.Heap;
import io.github.dl4jhardware.host.Replicas;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
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

  private final BaseLayer<?> layer;
  private final AnalogSettings settings;
  private final ArrayPlace place;
  private final ArrayParameters params;
  private final ArrayGradients gradients = new ArrayGradients();
  private final Replicas replicas = new Replicas();
  private final CrossbarReads reads;
  private final InjectedNoise noise;
  private @Nullable HeldWeights weights;

  private boolean requested;

  Crossbar(BaseLayer<?> layer, AnalogSettings settings) {
    this.layer = layer;
    this.settings = settings;
    Long own = settings.getChipSeed();
    boolean second = Halves.second(layer.getIndex(), layer.params());
    place =
        new ArrayPlace(
            own == null ? layer.conf().getSeed() : own,
            layer.getIndex() + (second ? Draws.SECOND_ARRAY : 0));
    params = new ArrayParameters(layer, settings);
    noise = new InjectedNoise(params, place);
    reads = new CrossbarReads(params, place, () -> weights().readVariances());
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

  String describe() {
    return params.describe();
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
    return AnalogParams.isWeight(param) || (param.equals(AnalogParams.BIAS) && biasRow());
  }

  /** Only a true gradient is divided: of another updater, or of a digital bias. */
  boolean divideByMinibatch(String param) {
    // The host's Bidirectional asks by its own names, which have a letter before ours.
    String own = layer.paramTable().containsKey(param) ? param : param.substring(1);
    boolean weight = AnalogParams.isWeight(own) || own.equals(AnalogParams.BIAS);
    return weight && !(inArray() && onArray(own));
  }

  void gradients(Map<String, INDArray> views) {
    gradients.attach(views, AnalogParams.rows(settings, layer.getGradientsViewArray()));
  }

  // ---- Weights that are set or looked at from outside ----

  void program() {
    weights().program();
  }

  /**
   * A parameter was set. One that was set to itself, as the host's Bidirectional does whenever a
   * network is restored, leaves devices that were ever programmed alone, also those that a request
   * is still open for.
   */
  void parameterSet(String param, INDArray value) {
    if (!onArray(param)) {
      return;
    }
    boolean itself = NativeCopy.same(value, layer.getParam(param));
    if (!itself || !params.programmed()) {
      program();
    }
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
      noise.forget();
      settle();
    } else if (!forBackprop) {
      replicas.refuse(params::describe);
      settle();
      noise.passBegins();
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
    if (param.equals(AnalogParams.WEIGHT)) {
      return settings.inHostShape(rows(true));
    }
    INDArray all = noise.cells(target, exact.dataType());
    long inputs = (long) settings.inputRows() * settings.columns();
    return all.get(NDArrayIndex.interval(inputs, inputs + settings.columns()))
        .reshape(exact.shape());
  }

  /** The input rows as a pass sees them, {@code [inputRows, columns]}: W, and RW behind it. */
  INDArray rows(boolean training) {
    return training && settings.getSynapse() instanceof InferenceSynapse target
        ? AnalogParams.rows(settings, noise.cells(target, layer.params().dataType()))
        : params.rows();
  }

  /** A parameter as a pass sees it. */
  INDArray parameter(String param, boolean training) {
    return training ? injected(param) : layer.getParam(param);
  }

  /** Reads of the array through its converters. */
  CrossbarReads reads() {
    return reads;
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
   * @param input x {@code [vectors, nIn]}
   * @param delta δ {@code [vectors, nOut]}, one row for each vector; not averaged over the batch
   * @param examples of the batch; vectors go by step, then by example
   * @param dropout what the host makes of the errors
   */
  Pair<Gradient, INDArray> backward(
      INDArray input,
      INDArray delta,
      int examples,
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
    reads.backward(w, delta, examples, next);
    next = dropout.apply(next);
    INDArray x = input.castTo(delta.dataType());
    return new Pair<>(pulse(x, delta, new DenseLines(x, delta, settings.rows(), examples)), next);
  }

  /**
   * Fires the pulses of a step.
   *
   * @param input of the layer
   * @param delta its errors
   * @param lines both, as pairs of vectors
   * @return what W and b lose by the step
   */
  Gradient pulse(INDArray input, INDArray delta, Lines lines) {
    checkFinite("input", input);
    checkFinite("delta", delta);
    if (digitalBias()) {
      lines.biasGradient(gradients.view(AnalogParams.BIAS), 1);
    }
    AnalogSgd updater = (AnalogSgd) settings.host().getIUpdater();
    weights().pulse(updater, lines, layer.getEpochCount(), layer.conf().isMiniBatch());
    return gradient();
  }

  /**
   * Leaves the true gradient for an updater, and marks the request of its step.
   *
   * @param lines inputs and deltas
   * @return the gradient of W and b
   */
  Gradient request(Lines lines) {
    lines.gradient(gradients.rows(), 1);
    if (settings.hasBias()) {
      lines.biasGradient(gradients.view(AnalogParams.BIAS), 1);
    }
    request(lines.examples());
    return gradient();
  }

  private Gradient gradient() {
    Gradient change = new DefaultGradient();
    for (String name : AnalogParams.INSTANCE.paramKeys(settings.host())) {
      change.setGradientFor(name, gradients.view(name));
    }
    return change;
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
