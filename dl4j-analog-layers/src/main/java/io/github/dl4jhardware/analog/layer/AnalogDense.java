package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What {@link AnalogDenseLayer} becomes in a network. */
final class AnalogDense extends DenseLayer implements AnalogLayer {
  private static final long serialVersionUID = 1;

  private transient Crossbar crossbar;

  /** The crossbar is attached once the parameters are there. */
  @SuppressWarnings("NullAway.Init")
  AnalogDense(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  void attach(Crossbar own, boolean program) {
    crossbar = own;
    if (program) {
      crossbar.program();
    }
  }

  @Override
  public Synapse synapse() {
    return ((AnalogSettings) layerConf()).getSynapse();
  }

  @Override
  public long chipSeed() {
    return crossbar.chipSeed();
  }

  @Override
  public boolean biasRow() {
    return crossbar.biasRow();
  }

  @Override
  public ArrayEdges edges() {
    return ((AnalogSettings) layerConf()).getEdges();
  }

  @Override
  public SynapseArray readArray() {
    return crossbar.settledArray();
  }

  @Override
  public SynapseArray lookAtArray() {
    return crossbar.lookAt();
  }

  @Override
  public long pendingWeights() {
    return crossbar.pendingWeights();
  }

  @Override
  public void writeArray() {
    crossbar.writeBack();
  }

  @Override
  public void setParam(String key, INDArray value) {
    super.setParam(key, value);
    if (crossbar.onArray(key)) {
      crossbar.program();
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
  protected Pair<INDArray, INDArray> preOutputWithPreNorm(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaceMgr) {
    if (!training) {
      crossbar.settle();
    } else if (!forBackprop) {
      crossbar.beforeTraining();
    }
    Pair<INDArray, INDArray> sums = super.preOutputWithPreNorm(training, forBackprop, workspaceMgr);
    if (!edges().forward().ideal()) {
      INDArray weights = getParamWithNoise(AnalogParams.WEIGHT, training, workspaceMgr);
      crossbar.readForward(weights, input, training, sums.getFirst());
      if (maskArray != null) {
        applyMask(sums.getFirst());
      }
    }
    return sums;
  }

  @Override
  protected INDArray getParamWithNoise(
      String param, boolean training, LayerWorkspaceMgr workspaceMgr) {
    return training ? crossbar.injected(param) : getParam(param);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    if (!crossbar.inArray()) {
      Pair<Gradient, INDArray> gradient = super.backpropGradient(epsilon, workspaceMgr);
      crossbar.request(input.size(0));
      return gradient;
    }
    assertInputSet(true);
    INDArray z = preOutputWithPreNorm(true, true, workspaceMgr).getFirst();
    INDArray delta = layerConf().getActivationFn().backprop(z, epsilon).getFirst();
    if (maskArray != null) {
      applyMask(delta);
    }
    INDArray weights = getParam(AnalogParams.WEIGHT);
    INDArray next =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATION_GRAD,
            delta.dataType(),
            new long[] {weights.size(0), delta.size(0)},
            'f');
    next = weights.mmuli(delta.transpose(), next).transpose();
    if (!edges().backward().ideal()) {
      crossbar.readBackward(delta, next);
    }
    next = backpropDropOutIfPresent(next);
    crossbar.pulse(input.castTo(delta.dataType()), delta);
    Gradient change = new DefaultGradient();
    change.setGradientFor(AnalogParams.WEIGHT, gradientViews.get(AnalogParams.WEIGHT));
    if (hasBias()) {
      change.setGradientFor(AnalogParams.BIAS, gradientViews.get(AnalogParams.BIAS));
    }
    return new Pair<>(change, next);
  }

  @Override
  public void applyConstraints(int iteration, int epoch) {
    super.applyConstraints(iteration, epoch);
    crossbar.stepTaken();
  }
}
