package io.github.dl4jhardware.examples.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Labelled examples of any kind, as batches: pictures {@code [examples, channels, height, width]},
 * rows of numbers {@code [examples, features]} or sequences {@code [examples, features, steps]}
 * with their masks, and labels one-hot.
 */
public final class Examples {
  private final int count;
  private final int inputs;
  private final int classes;
  private final EpochOrder.Source source;

  private Examples(int count, int inputs, int classes, EpochOrder.Source source) {
    this.count = count;
    this.inputs = inputs;
    this.classes = classes;
    this.source = source;
  }

  /**
   * Pictures.
   *
   * @param images of one size
   * @return in [0, 1]
   */
  public static Examples of(Images images) {
    ImageBatches batches = new ImageBatches(images, List.of(), 0);
    int inputs = images.channels() * images.height() * images.width();
    return new Examples(images.count(), inputs, images.classes(), batches::batch);
  }

  /**
   * Rows of numbers.
   *
   * @param features as wide as they are
   * @return as they stand there
   */
  public static Examples of(Features features) {
    return new Examples(
        features.count(),
        features.width(),
        features.classes(),
        (order, from, to, epoch) -> features.dataSet(order, from, to));
  }

  /**
   * Sequences.
   *
   * @param sequences as long as they are
   * @return each batch as long as its longest; shorter ones end in zeros, and masks say so
   */
  public static Examples of(Sequences sequences) {
    return new Examples(
        sequences.count(),
        sequences.width(),
        sequences.classes(),
        (order, from, to, epoch) -> sequences.dataSet(order, from, to));
  }

  /**
   * The same examples, each batch changed on its way.
   *
   * @param change of features, masks or labels; gets a batch of its own
   * @return other examples
   */
  public Examples with(UnaryOperator<DataSet> change) {
    return new Examples(
        count,
        inputs,
        classes,
        (order, from, to, epoch) -> change.apply(source.batch(order, from, to, epoch)));
  }

  /**
   * Some of the examples: every one whose place, counted modulo a number, is in a range, so that a
   * set that is ordered by class or speaker is cut fairly.
   *
   * @param from the first remainder, at least 0
   * @param to one past the last, at most {@code of}
   * @param of what places are divided by
   * @return those examples, in their order
   */
  public Examples part(int from, int to, int of) {
    int[] own = IntStream.range(0, count).filter(i -> i % of >= from && i % of < to).toArray();
    return new Examples(
        own.length,
        inputs,
        classes,
        (order, first, last, epoch) -> {
          int[] places = IntStream.range(first, last).map(i -> own[order[i]]).toArray();
          return source.batch(places, 0, places.length, epoch);
        });
  }

  /**
   * How many examples there are.
   *
   * @return their number
   */
  public int count() {
    return count;
  }

  /**
   * How many classes there are.
   *
   * @return their number
   */
  public int classes() {
    return classes;
  }

  /**
   * The first examples, in their own order.
   *
   * @param most of them
   * @return one batch
   */
  public DataSet first(int most) {
    int[] own = IntStream.range(0, count).toArray();
    return source.batch(own, 0, Math.min(most, count), 0);
  }

  /**
   * All examples once, in their own order.
   *
   * @param batch examples at a time
   * @return for what is measured over a set
   */
  public Iterable<DataSet> inOrder(int batch) {
    int[] own = IntStream.range(0, count).toArray();
    return () ->
        IntStream.iterate(0, from -> from < count, from -> from + batch)
            .mapToObj(from -> source.batch(own, from, Math.min(count, from + batch), 0))
            .iterator();
  }

  /**
   * The examples for DL4J's loops: each reset begins the next epoch, with its own order.
   *
   * @param batch examples at a time; what is left over at the end is left out
   * @param most examples of an epoch
   * @param seed of the order
   * @return begins with epoch 0
   */
  public DataSetIterator training(int batch, int most, long seed) {
    return new EpochOrder(count, seed).training(batch, most, inputs, classes, source);
  }

  /**
   * The same examples after each reset.
   *
   * @param batch examples at a time
   * @param most of them, in a fixed order
   * @return for tests
   */
  public DataSetIterator testing(int batch, int most) {
    return new EpochOrder(count, 0).testing(batch, most, inputs, classes, source);
  }

  /**
   * Features of some examples.
   *
   * @param batch examples at a time
   * @param most of them, in the order of {@link #testing}
   * @return a batch each
   */
  public List<INDArray> features(int batch, int most) {
    List<INDArray> some = new ArrayList<>();
    testing(batch, most).forEachRemaining(each -> some.add(each.getFeatures()));
    return some;
  }

  /** Of a class each. */
  static INDArray oneHot(int[] labels, int classes) {
    float[] hot = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      hot[i * classes + labels[i]] = 1;
    }
    return Nd4j.create(hot, new long[] {labels.length, classes}, 'c');
  }
}
