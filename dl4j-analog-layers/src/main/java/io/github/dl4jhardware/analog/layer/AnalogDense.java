package io.github.dl4jhardware.analog.layer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What {@link AnalogDenseLayer} becomes in a network. */
final class AnalogDense extends DenseLayer implements ArrayLayer {
  private static final long serialVersionUID = 1;

  private transient Crossbar crossbar;

  /** The crossbar is attached once the parameters are there. */
  @SuppressWarnings("NullAway.Init")
  AnalogDense(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  // CPD-OFF What follows overrides methods of two classes of the host without a common parent.

  @Override
  public void attach(Crossbar own) {
    crossbar = own;
  }

  @Override
  public Crossbar crossbar() {
    return crossbar;
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
  protected Pair<INDArray, INDArray> preOutputWithPreNorm(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaceMgr) {
    crossbar.beforeForward(training, forBackprop);
    Pair<INDArray, INDArray> sums = super.preOutputWithPreNorm(training, forBackprop, workspaceMgr);
    INDArray weights = getParamWithNoise(AnalogParams.WEIGHT, training, workspaceMgr);
    boolean read =
        crossbar.reads().forward(weights, input, (int) input.size(0), training, sums.getFirst());
    if (read && maskArray != null) {
      applyMask(sums.getFirst());
    }
    return sums;
  }

  @Override
  protected INDArray getParamWithNoise(
      String param, boolean training, LayerWorkspaceMgr workspaceMgr) {
    return training ? crossbar.injected(param) : getParam(param);
  }

  // CPD-ON

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
    return crossbar.backward(
        input, delta, (int) input.size(0), workspaceMgr, this::backpropDropOutIfPresent);
  }

  @Override
  public void applyConstraints(int iteration, int epoch) {
    super.applyConstraints(iteration, epoch);
    crossbar.stepTaken();
  }
}
