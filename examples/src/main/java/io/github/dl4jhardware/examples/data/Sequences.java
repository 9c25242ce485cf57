package io.github.dl4jhardware.examples.data;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Labelled sequences of rows of numbers.
 *
 * @param steps {@code [sequences][steps][features]}, at least one step each, finite
 * @param labels {@code [sequences]}, 0…classes − 1
 * @param classes number of classes
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; a copy of the values would be large.
public record Sequences(float[][][] steps, int[] labels, int classes) {
  /** Checks that the parts fit together. */
  public Sequences {
    if (steps.length != labels.length || steps.length == 0) {
      throw new IllegalArgumentException(
          steps.length + " sequences have " + labels.length + " labels");
    }
    for (int each = 0; each < steps.length; each++) {
      if (steps[each].length == 0) {
        throw new IllegalArgumentException("Sequence " + each + " has no steps");
      }
      for (float[] step : steps[each]) {
        if (step.length != steps[0][0].length || step.length == 0) {
          throw new IllegalArgumentException(
              "Sequence "
                  + each
                  + " has a step of "
                  + step.length
                  + " numbers, but the first has "
                  + steps[0][0].length);
        }
      }
      if (labels[each] < 0 || labels[each] >= classes) {
        throw new IllegalArgumentException(
            "Sequence " + each + " has label " + labels[each] + "; labels are 0…" + (classes - 1));
      }
    }
  }

  /**
   * How many sequences there are.
   *
   * @return their number
   */
  public int count() {
    return steps.length;
  }

  /**
   * How many numbers a step has.
   *
   * @return length of a step
   */
  public int width() {
    return steps[0][0].length;
  }

  /**
   * Steps of the longest sequence.
   *
   * @return at least 1
   */
  public int longest() {
    return Arrays.stream(steps).mapToInt(each -> each.length).max().orElse(0);
  }

  /**
   * Some sequences as a data set.
   *
   * @param order which sequences, in which order
   * @param from first place in the order
   * @param to one past the last place
   * @return features {@code [to − from, features, steps]}, where shorter ones end in zeros; masks
   *     of features {@code [to − from, steps]}, none if all are of one length; labels one-hot
   *     {@code [to − from, classes]}
   */
  public DataSet dataSet(int[] order, int from, int to) {
    int longest = 0;
    int shortest = Integer.MAX_VALUE;
    int[] own = new int[to - from];
    for (int i = from; i < to; i++) {
      longest = Math.max(longest, steps[order[i]].length);
      shortest = Math.min(shortest, steps[order[i]].length);
      own[i - from] = labels[order[i]];
    }
    int width = width();
    float[] features = new float[(to - from) * width * longest];
    float[] mask = new float[(to - from) * longest];
    for (int i = from; i < to; i++) {
      float[][] sequence = steps[order[i]];
      for (int step = 0; step < sequence.length; step++) {
        mask[(i - from) * longest + step] = 1;
        for (int feature = 0; feature < width; feature++) {
          features[((i - from) * width + feature) * longest + step] = sequence[step][feature];
        }
      }
    }
    INDArray x = Nd4j.create(features, new long[] {to - from, width, longest}, 'c');
    INDArray masks =
        shortest == longest ? null : Nd4j.create(mask, new long[] {to - from, longest}, 'c');
    return new DataSet(x, Examples.oneHot(own, classes), masks, null);
  }
}
