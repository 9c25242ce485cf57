package io.github.dl4jhardware.host;

import java.util.List;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Which settings of a layer act. One that is present need not: an import from Keras gives every
 * layer a dropout that keeps everything.
 */
public final class Acting {
  private Acting() {}

  /**
   * Whether a dropout or noise on a layer's input changes anything.
   *
   * @param setting of a layer
   * @return false if there is none, or one that keeps everything or adds nothing
   */
  public static boolean dropout(@Nullable IDropout setting) {
    // DL4J's probability is that of keeping a value.
    if (setting instanceof Dropout dropout) {
      return acts(dropout.getP(), dropout.getPSchedule(), 1);
    }
    if (setting instanceof SpatialDropout dropout) {
      return acts(dropout.getP(), dropout.getPSchedule(), 1);
    }
    if (setting instanceof AlphaDropout dropout) {
      return acts(dropout.getP(), dropout.getPSchedule(), 1);
    }
    if (setting instanceof GaussianDropout dropout) {
      return acts(dropout.getRate(), dropout.getRateSchedule(), 0);
    }
    if (setting instanceof GaussianNoise noise) {
      return acts(noise.getStddev(), noise.getStddevSchedule(), 0);
    }
    return setting != null;
  }

  /**
   * Whether noise on a layer's weights changes anything.
   *
   * @param setting of a layer
   * @return false if there is none, or DropConnect that keeps every weight
   */
  public static boolean weightNoise(@Nullable IWeightNoise setting) {
    return setting instanceof DropConnect noise
        ? acts(noise.getWeightRetainProb(), noise.getWeightRetainProbSchedule(), 1)
        : setting != null;
  }

  /**
   * The penalties on weights that are not zero.
   *
   * @param settings of a layer
   * @return those of them that act
   */
  public static List<Regularization> regularization(@Nullable List<Regularization> settings) {
    return settings == null ? List.of() : settings.stream().filter(Acting::acts).toList();
  }

  private static boolean acts(Regularization setting) {
    if (setting instanceof L1Regularization l1) {
      return acts(0, l1.getL1(), 0);
    }
    if (setting instanceof L2Regularization l2) {
      return acts(0, l2.getL2(), 0);
    }
    return !(setting instanceof WeightDecay decay) || acts(0, decay.getCoeff(), 0);
  }

  /** A schedule, where there is one, stands in the value's place. */
  private static boolean acts(double value, @Nullable ISchedule schedule, double nothing) {
    if (schedule == null) {
      return value != nothing;
    }
    return !(schedule instanceof FixedSchedule) || schedule.valueAt(0, 0) != nothing;
  }
}
