package io.github.dl4jhardware.analog.layer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.Convolution1DLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What {@link AnalogConvolution1DLayer} becomes in a network. */
final class AnalogConvolution1D extends Convolution1DLayer implements ArrayLayer {
  private static final long serialVersionUID = 1;

  private transient Crossbar crossbar;
  private transient ConvolutionWork work;

  /** The crossbar is attached once the parameters are there. */
  @SuppressWarnings("NullAway.Init")
  AnalogConvolution1D(NeuralNetConfiguration conf, DataType dataType) {
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
    INDArray sums = work.sums(images(input), training, forBackprop, workspaceMgr);
    return new Pair<>(sequences(sums), null);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    Pair<Gradient, INDArray> back =
        work.backward(images(input), images(delta(epsilon, workspaceMgr)), workspaceMgr);
    back.setSecond(backpropDropOutIfPresent(sequences(back.getSecond())));
    return back;
  }

  private boolean channelsLast() {
    return layerConf().getRnnDataFormat() == RNNFormat.NWC;
  }

  /** Sequences as images one pixel wide. */
  private INDArray images(INDArray sequences) {
    if (sequences.rank() != 3) {
      throw new DL4JInvalidInputException(
          crossbar.describe()
              + ": an input of shape "
              + Arrays.toString(sequences.shape())
              + "; sequences of shape "
              + (channelsLast() ? "[examples, steps, channels]" : "[examples, channels, steps]")
              + " were expected. Set the network's input type");
    }
    long[] s = sequences.shape();
    INDArray rows = sequences.dup('c');
    return channelsLast()
        ? rows.reshape('c', s[0], s[1], 1, s[2])
        : rows.reshape('c', s[0], s[1], s[2], 1);
  }

  private INDArray sequences(INDArray images) {
    long[] s = images.shape();
    return channelsLast()
        ? images.reshape('c', s[0], s[1], s[3])
        : images.reshape('c', s[0], s[1], s[2]);
  }

  private INDArray delta(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    return ConvolutionWork.delta(
        layerConf().getActivationFn(),
        epsilon,
        () -> preOutput(true, true, workspaceMgr).getFirst());
  }
}
