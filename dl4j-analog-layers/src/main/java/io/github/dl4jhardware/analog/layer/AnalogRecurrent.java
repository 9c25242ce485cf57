package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.layer.RecurrentWork.Passed;
import io.github.dl4jhardware.analog.layer.RecurrentWork.State;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BaseRecurrentLayer;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What {@link AnalogLSTM} and {@link AnalogSimpleRnn} become in a network. */
final class AnalogRecurrent
    extends BaseRecurrentLayer<org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer>
    implements ArrayLayer {
  private static final long serialVersionUID = 1;

  /** How many steps a state has behind it, beside the host's own names of what it is made of. */
  private static final String STEPS = "steps";

  private transient Crossbar crossbar;
  private transient RecurrentWork work;

  /**
   * What the first step of the last forward pass was counted as: the way back reads the array
   * again, with the same draws.
   */
  private transient long firstStep;

  /** The crossbar is attached once the parameters are there. */
  @SuppressWarnings("NullAway.Init")
  AnalogRecurrent(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  // CPD-OFF What follows overrides methods of classes of the host without a common parent.

  @Override
  public void attach(Crossbar own) {
    crossbar = own;
    work = new RecurrentWork(own, dataType);
  }

  @Override
  public Crossbar crossbar() {
    return crossbar;
  }

  @Override
  public long readsPerExample() {
    return work.steps();
  }

  @Override
  public void setParam(String key, INDArray value) {
    super.setParam(key, value);
    crossbar.parameterSet(key, value);
  }

  /** All at once, devices included, in the order in which {@link #params()} has them. */
  @Override
  public void setParams(INDArray all) {
    if (all != paramsFlattened) {
      paramsFlattened.assign(all.reshape(paramsFlattened.shape()));
    }
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray gradients) {
    super.setBackpropGradientsViewArray(gradients);
    crossbar.gradients(gradientViews);
  }

  @Override
  public boolean updaterDivideByMinibatch(String param) {
    return crossbar.divideByMinibatch(param);
  }

  @Override
  public void applyConstraints(int iteration, int epoch) {
    super.applyConstraints(iteration, epoch);
    crossbar.stepTaken();
  }

  // CPD-ON

  @Override
  public Type type() {
    return Type.RECURRENT;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  /** As the host's layers do: an LSTM leaves masks to the layers behind it. */
  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState current, int minibatchSize) {
    return layerConf() instanceof AnalogLSTM
        ? new Pair<>(mask, MaskState.Passthrough)
        : super.feedForwardMaskArray(mask, current, minibatchSize);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    return shown(pass(beginning(0), training, false, workspaceMgr), workspaceMgr);
  }

  @Override
  public INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaceMgr) {
    setInput(input, workspaceMgr);
    Passed passed = pass(state(stateMap, 0), false, false, workspaceMgr);
    keep(passed.end(), stateMap);
    return shown(passed, workspaceMgr);
  }

  @Override
  public INDArray rnnActivateUsingStoredState(
      INDArray input, boolean training, boolean storeLastForTBPTT, LayerWorkspaceMgr workspaceMgr) {
    setInput(input, workspaceMgr);
    Passed passed = pass(state(tBpttStateMap, 0), training, false, workspaceMgr);
    if (storeLastForTBPTT) {
      keep(passed.end(), tBpttStateMap);
    }
    return shown(passed, workspaceMgr);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    // MultiLayerNetwork comes here for segments of truncated backpropagation, too.
    return back(beginning(firstStep), epsilon, Integer.MAX_VALUE, workspaceMgr).getSecond();
  }

  @Override
  public Pair<Gradient, INDArray> tbpttBackpropGradient(
      INDArray epsilon, int tbpttBackLength, LayerWorkspaceMgr workspaceMgr) {
    int longest = tbpttBackLength > 0 ? tbpttBackLength : Integer.MAX_VALUE;
    Pair<State, Pair<Gradient, INDArray>> back =
        back(state(stateMap, firstStep), epsilon, longest, workspaceMgr);
    keep(back.getFirst(), tBpttStateMap);
    return back.getSecond();
  }

  private Passed pass(
      State before, boolean training, boolean forBackprop, LayerWorkspaceMgr workspaceMgr) {
    work.check(input, getDataFormat() == RNNFormat.NWC);
    firstStep = before.step();
    applyDropOutIfNecessary(training, workspaceMgr);
    return work.forward(permuteIfNWC(input), before, maskArray, training, forBackprop);
  }

  private State beginning(long step) {
    assertInputSet(false);
    return work.beginning(input.size(0), step);
  }

  private INDArray shown(Passed passed, LayerWorkspaceMgr workspaceMgr) {
    return permuteIfNWC(work.outputs(passed, workspaceMgr));
  }

  private Pair<State, Pair<Gradient, INDArray>> back(
      State before, INDArray epsilon, int longest, LayerWorkspaceMgr workspaceMgr) {
    Passed passed = pass(before, true, true, workspaceMgr);
    Pair<Gradient, INDArray> back =
        work.backward(passed, before, permuteIfNWC(epsilon), maskArray, longest, workspaceMgr);
    back.setSecond(backpropDropOutIfPresent(permuteIfNWC(back.getSecond())));
    return new Pair<>(passed.end(), back);
  }

  /** What was kept, or the beginning of sequences whose first step is counted as given. */
  private State state(Map<String, INDArray> map, long step) {
    INDArray output = map.get(LSTM.STATE_KEY_PREV_ACTIVATION);
    INDArray steps = map.get(STEPS);
    return output == null
        ? beginning(step)
        : new State(
            output, map.get(LSTM.STATE_KEY_PREV_MEMCELL), steps == null ? step : steps.getLong(0));
  }

  /** Outside of workspaces, since it outlives the pass. */
  private static void keep(State state, Map<String, INDArray> map) {
    map.put(LSTM.STATE_KEY_PREV_ACTIVATION, state.output().detach());
    if (state.memory() != null) {
      map.put(LSTM.STATE_KEY_PREV_MEMCELL, Objects.requireNonNull(state.memory()).detach());
    }
    map.put(STEPS, Nd4j.scalar(state.step()).detach());
  }
}
