package io.github.dl4jhardware.analog.train;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** A buffer of examples as rows of plain arrays, each checked as it comes in. */
final class Examples {
  /** 16 MB: images of 224×224 in colour are trained on 28 by 28. */
  private static final long FULL_NUMBERS = 1L << 22;

  /** What an array can hold. */
  private static final long MOST_NUMBERS = Integer.MAX_VALUE - 8;

  private final Extent input;
  private final Extent output;
  private float[] features = new float[0];
  private float[] labels = new float[0];
  private int count;

  Examples(Extent input, int classes) {
    this.input = input;
    output = Extent.row(classes);
  }

  int count() {
    return count;
  }

  /** Whether it is time to train on what is here, for the memory that it takes. */
  boolean full() {
    return (long) count * input.size() >= FULL_NUMBERS;
  }

  float[] features() {
    return features;
  }

  float[] labels() {
    return labels;
  }

  void clear() {
    count = 0;
  }

  /** Refuses what cannot be examples of any network. */
  static void check(DataSet data, long seen) {
    if (data.hasMaskArrays()) {
      throw new IllegalArgumentException(
          "InSituTrainer does not train with mask arrays: present the unmasked examples alone, or use network.fit(...)");
    }
    if (data.getFeatures() == null || data.getFeatures().isEmpty()) {
      throw new IllegalArgumentException(
          "The data set after " + seen + " examples is empty: it has no features");
    }
    int rows = (int) data.getFeatures().size(0);
    if (data.getLabels() == null || data.getLabels().size(0) != rows) {
      throw new IllegalArgumentException(
          rows
              + " examples have "
              + (data.getLabels() == null ? "no" : data.getLabels().size(0))
              + " labels");
    }
  }

  /** Adds all examples of a data set. */
  void add(DataSet data, long seen) {
    check(data, seen);
    features = append(features, data.getFeatures(), input, "feature", seen);
    labels = append(labels, data.getLabels(), output, "label", seen);
    count += (int) data.getFeatures().size(0);
  }

  private float[] append(float[] target, INDArray rows, Extent extent, String what, long seen) {
    if (!extent.fits(rows.shape())) {
      throw new IllegalArgumentException(
          "The network takes "
              + extent.text()
              + " "
              + what
              + "s, but got an array of shape "
              + Arrays.toString(rows.shape()));
    }
    int width = extent.size();
    float[] added = rows.dup('c').data().asFloat();
    for (int i = 0; i < added.length; i++) {
      if (!Float.isFinite(added[i])) {
        throw new IllegalArgumentException(
            "Example "
                + (seen + i / width)
                + " has the value "
                + added[i]
                + " at "
                + what
                + " "
                + i % width
                + "; it must be finite");
      }
    }
    int used = count * width;
    float[] grown = target;
    if (target.length < used + (long) added.length) {
      long wanted = used + (long) added.length;
      if (wanted > MOST_NUMBERS) {
        throw new IllegalArgumentException(
            "A data set of "
                + rows.size(0)
                + " examples of "
                + width
                + " numbers is more than "
                + MOST_NUMBERS
                + " at once: give fewer");
      }
      grown = Arrays.copyOf(target, (int) Math.min(MOST_NUMBERS, Math.max(wanted, 2L * used)));
    }
    System.arraycopy(added, 0, grown, used, added.length);
    return grown;
  }
}
