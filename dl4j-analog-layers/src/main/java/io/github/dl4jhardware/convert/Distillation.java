package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.host.HostNetwork;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Labels from a teacher, usually the network that was converted: what it says of each example takes
 * the place of a share of the label. The converted network then learns to do what its source does,
 * of which a label says little.
 *
 * <pre>{@code
 * converted.fit(Distillation.of(trained, 1, 1).around(iterator), epochs);
 * }</pre>
 *
 * <p>Soft label: pᵢ^(1/T) / Σ pⱼ^(1/T) of the teacher's probabilities p, which is the softmax of
 * its logits divided by T; the label is share · soft + (1 − share) · hard. For classifiers that end
 * in softmax; MCXENT and its like take such labels. Source: G. Hinton, O. Vinyals, J. Dean,
 * arXiv:1503.02531 (2015).
 */
public final class Distillation implements DataSetPreProcessor {
  private static final long serialVersionUID = 1;

  private final transient NeuralNetwork teacher;
  private final double temperature;
  private final double share;
  private final transient @Nullable SaidBefore before;

  private Distillation(
      NeuralNetwork teacher, double temperature, double share, @Nullable SaidBefore before) {
    this.teacher = teacher;
    this.temperature = temperature;
    this.share = share;
    this.before = before;
  }

  /**
   * A teacher.
   *
   * @param teacher MultiLayerNetwork or ComputationGraph with one output, a softmax; it is asked in
   *     inference and not changed
   * @param temperature T above 0; 1 takes the probabilities as they are, more makes them softer
   * @param share 0…1 of the label that is the teacher's
   * @return to be set as an iterator's preprocessor, or put {@link #around} one
   */
  public static Distillation of(NeuralNetwork teacher, double temperature, double share) {
    Objects.requireNonNull(teacher, "teacher is missing");
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Distillation.temperature must be a finite number above 0, but is " + temperature);
    }
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("Distillation.share must be 0…1, but is " + share);
    }
    return new Distillation(teacher, temperature, share, null);
  }

  /**
   * With what the teacher said of each example kept on disk, so that it is asked once for all
   * passes, chips and runs. The key is everything that it depends on: the teacher's configuration
   * and parameters, the example's features and mask. Worth it where examples come again as they
   * are; images that are shifted at random are others each time, and a sequence is another one in a
   * batch of another length.
   *
   * @param folder made where it is missing; a file for each teacher, 24 bytes and 4 for each class
   *     an example
   * @return a copy
   */
  public Distillation cached(Path folder) {
    return new Distillation(teacher, temperature, share, SaidBefore.of(teacher, folder));
  }

  /**
   * Gives an iterator's data sets the teacher's labels, after what its own preprocessor does; once
   * for each iterator.
   *
   * @param iterator its preprocessor is replaced
   * @return the same iterator
   */
  public DataSetIterator around(DataSetIterator iterator) {
    DataSetPreProcessor own = iterator.getPreProcessor();
    iterator.setPreProcessor(
        own == null
            ? this
            : data -> {
              own.preProcess(data);
              preProcess(data);
            });
    return iterator;
  }

  private INDArray said(DataSet data) {
    INDArray features = data.getFeatures();
    INDArray mask = data.getFeaturesMaskArray();
    if (before == null) {
      return HostNetwork.output(teacher, features, mask);
    }
    SaidBefore.Key[] keys = SaidBefore.keys(features, mask);
    long[] shape = data.getLabels().shape();
    INDArray known = before.find(keys, shape);
    if (known == null) {
      INDArray said = HostNetwork.output(teacher, features, mask);
      before.add(keys, said);
      // Of those that were known before, what was said then.
      known = before.find(keys, said.shape());
      return known == null ? said : known;
    }
    return known;
  }

  /**
   * Replaces labels {@code [examples, classes]}.
   *
   * @throws IllegalArgumentException if the teacher says nothing of that shape
   */
  @Override
  public void preProcess(DataSet data) {
    INDArray hard = data.getLabels();
    INDArray said = said(data);
    if (!Arrays.equals(hard.shape(), said.shape())) {
      throw new IllegalArgumentException(
          "The teacher's output has the shape "
              + Arrays.toString(said.shape())
              + ", the labels have "
              + Arrays.toString(hard.shape()));
    }
    INDArray soft = said.castTo(hard.dataType()).dup();
    if (temperature != 1) {
      // The largest of each is 1 first, so that a low temperature leaves something to divide by.
      soft.diviColumnVector(soft.max(1));
      soft = Transforms.pow(soft, 1 / temperature, false);
      soft.diviColumnVector(soft.sum(1));
    }
    data.setLabels(soft.muli(share).addi(hard.mul(1 - share)));
  }
}
