package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.convert.NormalisationStatistics;
import io.github.dl4jhardware.examples.data.Images;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What chooses the epoch of {@link ResNetRetraining}: images of the test set and chips that no
 * result is of. Networks that were published have seen all training images.
 *
 * @param seen how networks see images
 * @param test the whole set
 * @param chosen of its images, those that choose
 * @param chips whose mean counts
 * @param statistics sets normalisation anew on each chip
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ResNetValidation(
    ResNetImages seen, Images test, int[] chosen, int chips, NormalisationStatistics statistics) {
  private static final long FIRST_CHIP = 1_000_003;
  private static final double DAY = 86_400;

  int images() {
    return chosen.length;
  }

  /** The mean of the chips a day after programming, with all that corrects them. */
  double aDayLaterPercent(ComputationGraph network) {
    double sum = 0;
    for (int chip = 0; chip < chips; chip++) {
      ComputationGraph later =
          Drift.of(network, FIRST_CHIP + chip).after(DAY, Correction.STATISTICS.drift());
      statistics.renew(later);
      sum += seen.accuracyPercent(later, test, chosen);
    }
    return sum / chips;
  }
}
