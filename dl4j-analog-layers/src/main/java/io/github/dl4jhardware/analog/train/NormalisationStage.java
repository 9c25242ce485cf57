package io.github.dl4jhardware.analog.train;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batch normalisation of images, whose batch is one example: each channel by the mean and the
 * variance of its pixels. What inference uses follows them slowly, as the host has it.
 *
 * <p>x̂ = (x − mean) / √(variance + ε), y = γ x̂ + β.
 */
final class NormalisationStage extends Stage {
  private static final String GAMMA = BatchNormalizationParamInitializer.GAMMA;
  private static final String BETA = BatchNormalizationParamInitializer.BETA;
  private static final String MEAN = BatchNormalizationParamInitializer.GLOBAL_MEAN;
  private static final String VARIANCE = BatchNormalizationParamInitializer.GLOBAL_VAR;
  private static final String LOG_DEVIATION = BatchNormalizationParamInitializer.GLOBAL_LOG_STD;

  private final Stage source;
  private final Layer layer;
  private final BatchNormalization conf;
  private final boolean locked;
  private final int pixels;
  private final float[] gamma;
  private final float[] beta;

  /** As the network's parameters have them after each example, so that a resumed run is equal. */
  private final float[] mean;

  /** Variance, or log10 of its root: what the host's layer has. */
  private final float[] width;

  private final boolean logarithmic;

  // Of the present example.
  private final float[] normalised;
  private final double[] ownMean;
  private final double[] ownVariance;
  private final double[] gammaErrors;
  private final double[] betaErrors;

  /** What goes back to one channel; one a thread. */
  private final float[][] images;

  NormalisationStage(Stage source, Layer layer, int parts) {
    super(source.extent(), Nonlinearity.IDENTITY, true);
    this.source = source;
    this.layer = layer;
    conf = (BatchNormalization) layer.conf().getLayer();
    locked = conf.isLockGammaBeta();
    int channels = source.extent().channels();
    pixels = source.extent().pixels();
    gamma = locked ? filled(channels, conf.getGamma()) : floats(param(GAMMA));
    beta = locked ? filled(channels, conf.getBeta()) : floats(param(BETA));
    mean = floats(param(MEAN));
    logarithmic = layer.getParam(LOG_DEVIATION) != null;
    width = floats(param(logarithmic ? LOG_DEVIATION : VARIANCE));
    normalised = new float[extent().size()];
    ownMean = new double[channels];
    ownVariance = new double[channels];
    gammaErrors = new double[channels];
    betaErrors = new double[channels];
    images = new float[parts][pixels];
  }

  private static float[] filled(int length, double value) {
    float[] filled = new float[length];
    Arrays.fill(filled, (float) value);
    return filled;
  }

  private INDArray param(String name) {
    return layer.getParam(name);
  }

  private static float[] floats(INDArray param) {
    return param.dup().data().asFloat();
  }

  private double inverseDeviation(int channel) {
    return 1 / Math.sqrt(ownVariance[channel] + conf.getEps());
  }

  @Override
  void forward(int part, int parts) {
    int channels = extent().channels();
    int end = share(channels, part + 1, parts);
    float[] x = source.output();
    for (int channel = share(channels, part, parts); channel < end; channel++) {
      int from = channel * pixels;
      double sum = 0;
      for (int i = from; i < from + pixels; i++) {
        sum += x[i];
      }
      double middle = sum / pixels;
      double squares = 0;
      for (int i = from; i < from + pixels; i++) {
        squares += (x[i] - middle) * (x[i] - middle);
      }
      ownMean[channel] = middle;
      ownVariance[channel] = squares / pixels;
      float scale = (float) inverseDeviation(channel);
      float offset = (float) middle;
      for (int i = from; i < from + pixels; i++) {
        float value = (x[i] - offset) * scale;
        normalised[i] = value;
        output()[i] = gamma[channel] * value + beta[channel];
      }
    }
  }

  @Override
  void backward(int part, int parts) {
    int channels = extent().channels();
    int end = share(channels, part + 1, parts);
    float[] image = images[part];
    float[] delta = delta();
    for (int channel = share(channels, part, parts); channel < end; channel++) {
      int from = channel * pixels;
      double sum = 0;
      double product = 0;
      for (int i = from; i < from + pixels; i++) {
        sum += delta[i];
        product += (double) delta[i] * normalised[i];
      }
      betaErrors[channel] = sum;
      gammaErrors[channel] = product;
      if (source.learns()) {
        double scale = gamma[channel] * inverseDeviation(channel);
        for (int i = 0; i < pixels; i++) {
          double apart = delta[from + i] - (sum + normalised[from + i] * product) / pixels;
          image[i] = (float) (scale * apart);
        }
        source.receive(from, image, 0, pixels);
      }
    }
  }

  @Override
  void begin(int iteration, int epoch) {
    double decay = conf.getDecay();
    for (int channel = 0; channel < mean.length; channel++) {
      mean[channel] = (float) (decay * mean[channel] + (1 - decay) * ownMean[channel]);
      double former = logarithmic ? Math.pow(10, 2.0 * width[channel]) : width[channel];
      double next = decay * former + (1 - decay) * ownVariance[channel];
      width[channel] = (float) (logarithmic ? Math.log10(next) / 2 : next);
    }
    if (locked) {
      return;
    }
    double gammaRate = conf.getUpdaterByParam(GAMMA).getLearningRate(iteration, epoch);
    double betaRate = conf.getUpdaterByParam(BETA).getLearningRate(iteration, epoch);
    for (int channel = 0; channel < gamma.length; channel++) {
      gamma[channel] -= (float) (gammaRate * gammaErrors[channel]);
      beta[channel] -= (float) (betaRate * betaErrors[channel]);
    }
  }

  @Override
  void writeBack() {
    if (!locked) {
      write(GAMMA, gamma);
      write(BETA, beta);
    }
    write(MEAN, mean);
    write(logarithmic ? LOG_DEVIATION : VARIANCE, width);
  }

  private void write(String name, float[] values) {
    INDArray param = param(name);
    param.assign(Nd4j.createFromArray(values).reshape(param.shape()));
  }
}
