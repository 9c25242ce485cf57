package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.Examples;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Examples to train and to test a user's network with.
 *
 * @param name of the data, for files
 * @param description of an example in words
 * @param train for training
 * @param test for testing
 */
public record ModelData(String name, String description, Examples train, Examples test) {
  /**
   * Normalised.
   *
   * @param normalisation of the kind that these examples can have
   * @param pictures whether they are pictures, in 0…1
   * @param meanImage {@code [channels, height, width]} in 0…1; null for that of the training set
   * @return the same examples in other numbers
   * @throws BadDataException if the mean image is of another size
   */
  public ModelData normalised(
      Normalisation normalisation, boolean pictures, @Nullable INDArray meanImage)
      throws BadDataException {
    long[] shape = shape(train);
    if (meanImage != null && !Arrays.equals(meanImage.shape(), shape)) {
      throw new BadDataException(
          "The mean image is of "
              + sizes(meanImage.shape())
              + ", the images are of "
              + sizes(shape)
              + " (channels×height×width)");
    }
    UnaryOperator<INDArray> change = normalisation.by(train, pictures, meanImage);
    UnaryOperator<DataSet> ofBatch =
        batch -> {
          batch.setFeatures(change.apply(batch.getFeatures()));
          return Normalisation.masked(batch);
        };
    return new ModelData(
        name,
        description + ", " + normalisation.description(),
        train.with(ofBatch),
        test.with(ofBatch));
  }

  /**
   * In the form that a network takes.
   *
   * @param network initialised
   * @param model where it comes from, for messages
   * @return the same examples in another form
   * @throws BadDataException if it takes them in none
   */
  public ModelData in(NeuralNetwork network, Path model) throws BadDataException {
    ModelInput input = ModelInput.of(network, model, test);
    return new ModelData(
        name,
        description + (input.form().isEmpty() ? "" : ", " + input.form()),
        train.with(input.prepare()),
        test.with(input.prepare()));
  }

  /** The shape of one example. */
  static long[] shape(Examples examples) {
    long[] shape = examples.first(1).getFeatures().shape();
    return Arrays.copyOfRange(shape, 1, shape.length);
  }

  /**
   * Sizes as people write them.
   *
   * @param shape such as 3, 32, 32
   * @return such as 3×32×32
   */
  public static String sizes(long[] shape) {
    return Arrays.stream(shape).mapToObj(String::valueOf).collect(Collectors.joining("×"));
  }

  /**
   * What there is, in a line.
   *
   * @return such as {@code 60,000 examples to train on and 10,000 to test on, 10 classes: …}
   */
  public String summary() {
    return String.format(
        Locale.ROOT,
        "%s: %,d examples to train on, %,d to test on, %d classes; %s",
        name,
        train.count(),
        test.count(),
        train.classes(),
        description);
  }
}
