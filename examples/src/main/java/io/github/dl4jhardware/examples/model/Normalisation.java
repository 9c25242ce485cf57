package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.examples.data.Examples;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What is done to features before a network sees them: what it was trained with. */
public enum Normalisation {
  /** Pictures in 0…1. */
  ZERO_ONE("pixels / 255", true),
  /** Pictures in 0…255; other numbers as they come. */
  RAW("as they come", false),
  /** Pictures in −1…1. */
  MINUS_ONE_ONE("pixels / 127.5 - 1", true),
  /** Each channel or feature less its mean over the training set, divided by its deviation. */
  STANDARD("less the mean of a channel or feature, divided by its deviation", false),
  /** Each pixel less its mean over the training set, in units of 255. */
  MEAN_IMAGE("pixels / 255 less the mean training image", true);

  private static final int BATCH = 500;
  private static final float WHITE = 255;

  private final String description;
  private final boolean ofPictures;

  Normalisation(String description, boolean ofPictures) {
    this.description = description;
    this.ofPictures = ofPictures;
  }

  /**
   * In a few words.
   *
   * @return such as {@code pixels / 255}
   */
  public String description() {
    return description;
  }

  /**
   * Whether it means something for pictures alone.
   *
   * @return false for what rows of numbers and sequences can have too
   */
  public boolean ofPictures() {
    return ofPictures;
  }

  /**
   * The change of features.
   *
   * @param train where means and deviations are from; pictures in 0…1
   * @param pictures whether the examples are pictures
   * @param meanImage {@code [channels, height, width]} in 0…1, in place of the training set's own;
   *     null for that
   * @return changes features in place or gives others
   */
  public UnaryOperator<INDArray> by(
      Examples train, boolean pictures, @Nullable INDArray meanImage) {
    return switch (this) {
      case ZERO_ONE -> features -> features;
      case RAW -> pictures ? features -> features.muli(WHITE) : features -> features;
      case MINUS_ONE_ONE -> features -> features.muli(2).subi(1);
      case STANDARD -> standard(train);
      case MEAN_IMAGE -> {
        INDArray mean = meanImage == null ? meanImage(train) : meanImage;
        INDArray row = mean.reshape('c', 1, mean.length());
        yield features ->
            features
                .reshape('c', features.size(0), row.length())
                .subRowVector(row)
                .reshape('c', features.shape());
      }
    };
  }

  private static INDArray meanImage(Examples train) {
    INDArray sum = null;
    for (DataSet batch : train.inOrder(BATCH)) {
      INDArray own = batch.getFeatures().sum(0);
      sum = sum == null ? own : sum.addi(own);
    }
    return sum == null ? Nd4j.empty() : sum.divi(train.count());
  }

  /** By sums in double precision, of steps that are there alone. */
  private static UnaryOperator<INDArray> standard(Examples train) {
    double[] sums = new double[0];
    double[] squares = new double[0];
    long values = 0;
    for (DataSet batch : train.inOrder(BATCH)) {
      INDArray channels = channels(batch.getFeatures());
      INDArray mask = batch.getFeaturesMaskArray();
      if (sums.length == 0) {
        sums = new double[(int) channels.size(1)];
        squares = new double[sums.length];
      }
      // Steps that are none are zeros, and add nothing.
      double[] own = channels.sum(0, 2).data().asDouble();
      double[] ownSquares = channels.mul(channels).sum(0, 2).data().asDouble();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += own[i];
        squares[i] += ownSquares[i];
      }
      values += mask == null ? channels.size(0) * channels.size(2) : mask.sumNumber().longValue();
    }
    float[] means = new float[sums.length];
    float[] factors = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      means[i] = (float) (sums[i] / values);
      double variance = squares[i] / values - Math.pow(sums[i] / values, 2);
      // What never changes has no deviation to be divided by.
      factors[i] = variance > 1e-12 ? (float) (1 / Math.sqrt(variance)) : 1;
    }
    INDArray mean = Nd4j.create(means);
    INDArray factor = Nd4j.create(factors);
    return features -> {
      INDArray channels = channels(features);
      long[] shape = {1, channels.size(1), 1};
      return channels
          .sub(mean.reshape(shape).broadcast(channels.shape()))
          .muli(factor.reshape(shape).broadcast(channels.shape()))
          .reshape('c', features.shape());
    };
  }

  /** {@code [examples, channels, all else]}. */
  private static INDArray channels(INDArray features) {
    return features.reshape('c', features.size(0), features.size(1), -1);
  }

  /** As the option has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Steps that are no steps stay zeros. */
  static DataSet masked(DataSet batch) {
    INDArray mask = batch.getFeaturesMaskArray();
    if (mask != null) {
      INDArray features = batch.getFeatures();
      batch.setFeatures(
          features.mul(mask.reshape(mask.size(0), 1, mask.size(1)).broadcast(features.shape())));
    }
    return batch;
  }
}
