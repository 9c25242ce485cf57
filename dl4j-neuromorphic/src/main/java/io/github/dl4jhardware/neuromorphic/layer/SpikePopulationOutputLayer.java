package io.github.dl4jhardware.neuromorphic.layer;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Reads classes off populations of neurons: feature i belongs to class i mod nOut, a class's score
 * is the mean of its features over all positions, the output the softmax of the scores times a
 * sharpness.
 *
 * <p>Shapes: input {@code [examples, nIn, height, width]}, NHWC, or {@code [examples, nIn]}; output
 * and labels {@code [examples, nOut]}. No parameters. With another activation function or loss the
 * scores go through those. Source: S. K. Esser et al., PNAS 113, 11441 (2016).
 */
public final class SpikePopulationOutputLayer extends LossLayer {
  private static final long serialVersionUID = 1;

  private CNN2DFormat dataFormat = CNN2DFormat.NCHW;
  private double sharpness = 1;

  private SpikePopulationOutputLayer(Builder builder) {
    setLayerName(builder.getLayerName());
    setNIn(builder.getNIn());
    setNOut(builder.getNOut());
    setLossFn(builder.getLossFn());
    setActivationFn(
        builder.getActivationFn() == null ? new ActivationSoftmax() : builder.getActivationFn());
    setIDropout(builder.getIDropout());
    dataFormat = builder.dataFormat;
    sharpness = builder.sharpness;
    checkClasses();
  }

  /** For the host, which sets all else from JSON. */
  SpikePopulationOutputLayer() {}

  private void checkClasses() {
    if (getNOut() < 1) {
      throw new DL4JInvalidConfigException(
          describe() + ": nOut is " + getNOut() + "; it is the number of classes, at least 1");
    }
    if (!(sharpness > 0 && sharpness < Double.POSITIVE_INFINITY)) {
      throw new DL4JInvalidConfigException(
          describe() + ": sharpness is " + sharpness + "; it must be a finite number above 0");
    }
    if (getNIn() > 0 && getNIn() < getNOut()) {
      throw new DL4JInvalidConfigException(
          describe()
              + ": "
              + getNIn()
              + " input features for "
              + getNOut()
              + " classes; each class needs at least one");
    }
  }

  String describe() {
    String name = getLayerName();
    return "SpikePopulationOutputLayer" + (name == null ? "" : " \"" + name + "\"");
  }

  /**
   * Where the features of images are.
   *
   * @return NCHW or NHWC
   */
  public CNN2DFormat getDataFormat() {
    return dataFormat;
  }

  /**
   * Set from the network's input type, and by the host from JSON.
   *
   * @param dataFormat NCHW or NHWC
   */
  public void setDataFormat(CNN2DFormat dataFormat) {
    this.dataFormat = Objects.requireNonNull(dataFormat, "dataFormat is missing");
  }

  /**
   * What the scores, which are within 0…1, are multiplied with before the softmax.
   *
   * @return the factor
   */
  public double getSharpness() {
    return sharpness;
  }

  /**
   * Set by the host from JSON.
   *
   * @param sharpness above 0
   */
  public void setSharpness(double sharpness) {
    this.sharpness = sharpness;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(getNOut());
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    if (inputType instanceof InputTypeConvolutional images) {
      dataFormat = images.getFormat();
      if (getNIn() <= 0 || override) {
        setNIn(images.getChannels());
      }
    } else {
      super.setNIn(inputType, override);
    }
    checkClasses();
  }

  @Override
  public @Nullable InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return inputType instanceof InputTypeConvolutional
        ? null
        : super.getPreProcessorForInputType(inputType);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    checkClasses();
    SpikePopulation layer = new SpikePopulation(conf, networkDataType);
    layer.setListeners(trainingListeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(layerParamsView);
    layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof SpikePopulationOutputLayer that
        && dataFormat == that.dataFormat
        && sharpness == that.sharpness;
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof SpikePopulationOutputLayer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), dataFormat, sharpness);
  }

  /** Builds a {@link SpikePopulationOutputLayer}; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // The host declares <E extends Layer> E build().
  public static final class Builder extends BaseOutputLayer.Builder<Builder> {
    private CNN2DFormat dataFormat = CNN2DFormat.NCHW;
    private double sharpness = 1;

    /** Softmax cross-entropy. */
    public Builder() {
      this(LossFunction.MCXENT);
    }

    /**
     * Another loss.
     *
     * @param loss on the activated class scores
     */
    public Builder(LossFunction loss) {
      this(loss.getILossFunction());
    }

    /**
     * Another loss.
     *
     * @param loss on the activated class scores
     */
    public Builder(ILossFunction loss) {
      super(loss);
    }

    /**
     * Where the features of images are.
     *
     * @param format that of the network's input, if it has an input type; NCHW by default
     * @return this
     */
    public Builder dataFormat(CNN2DFormat format) {
      dataFormat = Objects.requireNonNull(format, "format is missing");
      return this;
    }

    /**
     * How decidedly the softmax tells scores apart.
     *
     * @param factor of the scores; 1 by default
     * @return this
     */
    public Builder sharpness(double factor) {
      sharpness = factor;
      return this;
    }

    @Override
    public SpikePopulationOutputLayer build() {
      return new SpikePopulationOutputLayer(this);
    }
  }
}
