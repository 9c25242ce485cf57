package io.github.dl4jhardware.analog.layer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What {@link AnalogConvolutionLayer} becomes in a network. */
final class AnalogConvolution extends ConvolutionLayer implements ArrayLayer {
  private static final long serialVersionUID = 1;

  private transient Crossbar crossbar;
  private transient ConvolutionWork work;

  /** The crossbar is attached once the parameters are there. */
  @SuppressWarnings("NullAway.Init")
  AnalogConvolution(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  // CPD-OFF What follows overrides methods of classes of the host without a common parent.

  @Override
  public void attach(Crossbar own) {
    crossbar = own;
    work = new ConvolutionWork(own, dataType);
  }

  @Override
  public Crossbar crossbar() {
    return crossbar;
  }

  @Override
  public long readsPerExample() {
    return work.positions();
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
  protected Pair<INDArray, INDArray> preOutput(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    return new Pair<>(work.sums(input, training, forBackprop, workspaceMgr), null);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    Pair<Gradient, INDArray> back =
        work.backward(input, delta(epsilon, workspaceMgr), workspaceMgr);
    back.setSecond(backpropDropOutIfPresent(back.getSecond()));
    return back;
  }

  private INDArray delta(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    return ConvolutionWork.delta(
        layerConf().getActivationFn(),
        epsilon,
        () -> preOutput(true, true, workspaceMgr).getFirst());
  }
}
