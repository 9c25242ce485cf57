package io.github.dl4jhardware.examples.data;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The order in which examples come: it follows from seed and epoch alone.
 *
 * @param count of examples
 * @param seed of the order
 */
record EpochOrder(int count, long seed) {
  /** Makes a data set. */
  interface Source {
    /**
     * Some examples.
     *
     * @param order which examples, in which order
     * @param from first place in the order
     * @param to one past the last place
     * @param epoch counts the passes
     */
    DataSet batch(int[] order, int from, int to, int epoch);
  }

  /** A permutation of all examples. */
  int[] of(int epoch) {
    int[] order = IntStream.range(0, count).toArray();
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + epoch);
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    return order;
  }

  /** Each reset begins the next epoch; what is left over at its end is left out. */
  DataSetIterator training(int batch, int most, int inputs, int classes, Source source) {
    AtomicInteger epochs = new AtomicInteger();
    int whole = Math.min(most, count) / batch * batch;
    return iterator(batch, whole, inputs, classes, epochs::getAndIncrement, source);
  }

  /** The same examples, as they come in epoch 0, after each reset. */
  DataSetIterator testing(int batch, int most, int inputs, int classes, Source source) {
    return iterator(batch, Math.min(most, count), inputs, classes, () -> 0, source);
  }

  private DataSetIterator iterator(
      int batch, int examples, int inputs, int classes, IntSupplier epochs, Source source) {
    Iterable<DataSet> batches =
        () -> {
          int epoch = epochs.getAsInt();
          int[] order = of(epoch);
          return IntStream.iterate(0, from -> from < examples, from -> from + batch)
              .mapToObj(from -> source.batch(order, from, Math.min(examples, from + batch), epoch))
              .iterator();
        };
    return new ExistingDataSetIterator(batches, examples, inputs, classes);
  }
}
