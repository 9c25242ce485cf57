package io.github.dl4jhardware.analog.layer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.RnnOutputLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What {@link AnalogRnnOutputLayer} becomes in a network. */
final class AnalogRnnOutput extends RnnOutputLayer implements ArrayLayer {
  private static final long serialVersionUID = 1;

  private transient Crossbar crossbar;

  /** Of the last sequences; 0 before there were any. */
  private transient long steps;

  /** Of the batch that is passed; the host turns its steps to examples meanwhile. */
  private transient int examples;

  /** The crossbar is attached once the parameters are there. */
  @SuppressWarnings("NullAway.Init")
  AnalogRnnOutput(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
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
  public long readsPerExample() {
    return steps;
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
    boolean read = crossbar.reads().forward(weights, input, examples, training, sums.getFirst());
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

  @Override
  public void applyConstraints(int iteration, int epoch) {
    super.applyConstraints(iteration, epoch);
    crossbar.stepTaken();
  }

  // CPD-ON

  private void look() {
    if (input.rank() == 3) {
      examples = (int) input.size(0);
      steps = input.size(stepsFirst() ? 1 : 2);
    }
  }

  @Override
  protected INDArray preOutput2d(boolean training, LayerWorkspaceMgr workspaceMgr) {
    look();
    return super.preOutput2d(training, workspaceMgr);
  }

  private boolean stepsFirst() {
    return layerConf().getRnnDataFormat() == RNNFormat.NWC;
  }

  /** {@code [examples, features, steps]}. */
  private INDArray sequences(INDArray array) {
    return stepsFirst() ? array.permute(0, 2, 1) : array;
  }

  private INDArray sequences(INDArray vectors, ArrayType where, LayerWorkspaceMgr workspaceMgr) {
    return sequences(TimeSeriesUtils.reshape2dTo3d(vectors, examples, workspaceMgr, where));
  }

  /** The host's own multiplies W here, past all converters. */
  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    if (input.rank() != 3) {
      throw new DL4JInvalidInputException(
          crossbar.describe()
              + ": an input of shape "
              + Arrays.toString(input.shape())
              + "; sequences of three axes were expected. Set the network's input type");
    }
    INDArray sums = preOutput2d(training, workspaceMgr);
    INDArray shown = layerConf().getActivationFn().getActivation(sums, training);
    if (maskArray != null) {
      INDArray mask = maskArray.castTo(shown.dataType());
      if (mask.isColumnVectorOrScalar() && !Arrays.equals(mask.shape(), shown.shape())) {
        shown.muliColumnVector(mask);
      } else {
        shown.muli(mask);
      }
    }
    return sequences(shown, ArrayType.ACTIVATIONS, workspaceMgr);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    look();
    if (!crossbar.inArray()) {
      Pair<Gradient, INDArray> gradient = super.backpropGradient(epsilon, workspaceMgr);
      crossbar.request(examples);
      return gradient;
    }
    INDArray given = input;
    input = TimeSeriesUtils.reshape3dTo2d(sequences(given), workspaceMgr, ArrayType.BP_WORKING_MEM);
    applyDropOutIfNecessary(true, workspaceMgr);
    INDArray z = preOutput2d(true, workspaceMgr);
    INDArray delta =
        layerConf()
            .getLossFn()
            .computeGradient(
                getLabels2d(workspaceMgr, ArrayType.BP_WORKING_MEM),
                z,
                layerConf().getActivationFn(),
                maskArray);
    Pair<Gradient, INDArray> back =
        crossbar.backward(input, delta, examples, workspaceMgr, this::backpropDropOutIfPresent);
    input = given;
    back.setSecond(sequences(back.getSecond(), ArrayType.ACTIVATION_GRAD, workspaceMgr));
    return back;
  }
}
