package io.github.dl4jhardware.analog.train;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** A buffer of examples as rows of plain arrays, each checked as it comes in. */
final class Examples {
  private final int inputs;
  private final int classes;
  private float[] features = new float[0];
  private float[] labels = new float[0];
  private int count;

  Examples(int inputs, int classes) {
    this.inputs = inputs;
    this.classes = classes;
  }

  int count() {
    return count;
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

  /** Adds all examples of a data set. */
  void add(DataSet data, long seen) {
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
    features = append(features, data.getFeatures(), inputs, "feature", seen);
    labels = append(labels, data.getLabels(), classes, "label", seen);
    count += rows;
  }

  private float[] append(float[] target, INDArray rows, int width, String what, long seen) {
    if (rows.rank() != 2 || rows.size(1) != width) {
      throw new IllegalArgumentException(
          "The network takes [examples, "
              + width
              + "] "
              + what
              + "s, but got an array of shape "
              + Arrays.toString(rows.shape()));
    }
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
    float[] grown =
        target.length >= used + added.length
            ? target
            : Arrays.copyOf(target, 2 * (used + added.length));
    System.arraycopy(added, 0, grown, used, added.length);
    return grown;
  }
}
