package io.github.dl4jhardware.analog.layer;

import java.util.function.Supplier;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/** What analogue convolutions do, whatever layer of the host they are; on images of four axes. */
final class ConvolutionWork {
  private final Crossbar crossbar;
  private final ConvolutionSettings settings;
  private final DataType type;
  private final Unrolled unrolled;
  private long positions;

  ConvolutionWork(Crossbar crossbar, DataType type) {
    this.crossbar = crossbar;
    this.type = type;
    settings = (ConvolutionSettings) crossbar.settings();
    unrolled = new Unrolled(type);
  }

  private ConvolutionShape shape(INDArray images) {
    return ConvolutionShape.of(settings, images, crossbar.describe());
  }

  /** Of the last images; 0 before there were any. */
  long positions() {
    return positions;
  }

  /** The sums of all outputs, in the images' format. */
  INDArray sums(
      INDArray images, boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
    ConvolutionShape shape = shape(images);
    positions = shape.positions();
    crossbar.beforeForward(training, forBackprop);
    INDArray sums =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, type, shape.outputShape(), 'c');
    INDArray weights = crossbar.rows(training);
    CrossbarReads.@Nullable Reader reader = crossbar.reads().forwardReader(weights, training);
    boolean biasOutside = settings.hasBias() && (reader == null || !crossbar.biasRow());
    INDArray bias = biasOutside ? crossbar.parameter(AnalogParams.BIAS, training) : null;
    unrolled.forward(shape, rows(images), weights, bias, sums, reader);
    return sums;
  }

  /**
   * What goes back, and the step's update.
   *
   * @param images of the forward pass
   * @param errors of the sums
   * @return the gradient of W and b, and the errors of the images
   */
  Pair<Gradient, INDArray> backward(
      INDArray images, INDArray errors, LayerWorkspaceMgr workspaces) {
    ConvolutionShape shape = shape(images);
    INDArray delta = rows(errors);
    INDArray next =
        workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, type, shape.inputShape(), 'c');
    boolean inArray = crossbar.inArray();
    INDArray weights = crossbar.rows(true);
    unrolled.backward(
        shape, delta, weights, next, inArray ? crossbar.reads().backwardReader(weights) : null);
    INDArray own = rows(images);
    Lines lines = unrolled.lines(shape, own, delta, settings.rows());
    return new Pair<>(inArray ? crossbar.pulse(own, delta, lines) : crossbar.request(lines), next);
  }

  /**
   * Errors of the sums; behind the identity those of the activations, and the sums are not needed.
   *
   * @param sums computes them anew
   */
  static INDArray delta(IActivation activation, INDArray epsilon, Supplier<INDArray> sums) {
    return activation instanceof ActivationIdentity
        ? epsilon
        : activation.backprop(sums.get(), epsilon).getFirst();
  }

  private INDArray rows(INDArray array) {
    INDArray typed = array.castTo(type);
    return Shape.hasDefaultStridesForShape(typed) && typed.ordering() == 'c'
        ? typed
        : typed.dup('c');
  }
}
