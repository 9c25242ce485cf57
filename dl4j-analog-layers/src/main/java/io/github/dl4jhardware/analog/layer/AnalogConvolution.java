package io.github.dl4jhardware.analog.layer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/** What {@link AnalogConvolutionLayer} becomes in a network. */
final class AnalogConvolution extends ConvolutionLayer implements ArrayLayer {
  private static final long serialVersionUID = 1;

  private transient Crossbar crossbar;
  private final transient Unrolled unrolled;

  /** The crossbar is attached once the parameters are there. */
  @SuppressWarnings("NullAway.Init")
  AnalogConvolution(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    unrolled = new Unrolled(dataType);
  }

  // CPD-OFF What follows overrides methods of classes of the host without a common parent.

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
  public void applyConstraints(int iteration, int epoch) {
    super.applyConstraints(iteration, epoch);
    crossbar.stepTaken();
  }

  // CPD-ON

  private ConvolutionSettings settings() {
    return (ConvolutionSettings) layerConf();
  }

  private ConvolutionShape shape() {
    return ConvolutionShape.of(settings(), input, crossbar.describe());
  }

  private INDArray weights(boolean training) {
    return settings().inRows(parameter(AnalogParams.WEIGHT, training));
  }

  private @Nullable INDArray bias(boolean training) {
    return hasBias() ? parameter(AnalogParams.BIAS, training) : null;
  }

  private INDArray parameter(String name, boolean training) {
    return training ? crossbar.injected(name) : getParam(name);
  }

  @Override
  protected Pair<INDArray, INDArray> preOutput(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    ConvolutionShape shape = shape();
    crossbar.beforeForward(training, forBackprop);
    INDArray sums =
        workspaceMgr.createUninitialized(ArrayType.ACTIVATIONS, dataType, shape.outputShape(), 'c');
    Unrolled.@Nullable Reader reader =
        crossbar.reads().forwardReader(parameter(AnalogParams.WEIGHT, training), training);
    boolean readBias = reader != null && crossbar.biasRow();
    unrolled.forward(
        shape, rows(input), weights(training), readBias ? null : bias(training), sums, reader);
    return new Pair<>(sums, null);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    ConvolutionShape shape = shape();
    INDArray delta = rows(delta(epsilon, workspaceMgr));
    INDArray errors =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATION_GRAD, dataType, shape.inputShape(), 'c');
    boolean inArray = crossbar.inArray();
    INDArray weights = weights(true);
    unrolled.backward(
        shape, delta, weights, errors, inArray ? crossbar.reads().backwardReader(weights) : null);
    INDArray own = rows(input);
    Lines lines = unrolled.lines(shape, own, delta, settings().rows());
    Gradient gradient = inArray ? crossbar.pulse(own, delta, lines) : crossbar.request(lines);
    return new Pair<>(gradient, backpropDropOutIfPresent(errors));
  }

  /** Behind the identity, errors of the activations are those of the sums. */
  private INDArray delta(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    if (layerConf().getActivationFn() instanceof ActivationIdentity) {
      return epsilon;
    }
    INDArray z = preOutput(true, true, workspaceMgr).getFirst();
    return layerConf().getActivationFn().backprop(z, epsilon).getFirst();
  }

  private INDArray rows(INDArray array) {
    INDArray typed = array.castTo(dataType);
    return Shape.hasDefaultStridesForShape(typed) && typed.ordering() == 'c'
        ? typed
        : typed.dup('c');
  }
}
