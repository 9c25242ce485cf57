package io.github.dl4jhardware.examples.study;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * One data set of the equality table and the network that it is for.
 *
 * @param name for the files
 * @param widths of the network, inputs first
 * @param train all training examples of a seed, in batches
 * @param test test examples
 * @param part the training examples without those to validate on, in the order of a seed
 * @param validation the rest of the training examples, on which rates and scales are chosen
 * @param settings that results depend on, for the report
 */
record EqualityData(
    String name,
    List<Integer> widths,
    LongFunction<DataSetIterator> train,
    DataSetIterator test,
    LongFunction<DataSetIterator> part,
    DataSetIterator validation,
    Map<String, String> settings) {
  /** One training example of so many is validated on. */
  private static final int VALIDATION_SHARE = 6;

  private static final long SPLIT_SEED = 20_181;

  /** Which training examples are for what, drawn so that an order by classes does no harm. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Split(int[] part, int[] validation) {
    static Split of(int count) {
      int[] order = new int[count];
      SplittableRandom random = new SplittableRandom(SPLIT_SEED);
      for (int i = 0; i < count; i++) {
        int other = random.nextInt(i + 1);
        order[i] = order[other];
        order[other] = i;
      }
      int kept = count - Math.max(1, count / VALIDATION_SHARE);
      return new Split(Arrays.copyOf(order, kept), Arrays.copyOfRange(order, kept, count));
    }
  }

  /** For example 528-250-125-10. */
  String network() {
    return widths.stream().map(String::valueOf).collect(Collectors.joining("-"));
  }

  /** Weights and biases. */
  long synapses() {
    long sum = 0;
    for (int layer = 0; layer + 1 < widths.size(); layer++) {
      sum += (widths.get(layer) + 1L) * widths.get(layer + 1);
    }
    return sum;
  }
}
