package io.github.dl4jhardware.neuromorphic.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Networks by name, and how they are trained. */
public final class EednNetworks {
  /**
   * Factor of the class scores before the softmax. Scores lie within 0…1, and a softmax of ten such
   * numbers is never surer than 23 %; decision 0005 tells what ten times them gains.
   */
  static final double SHARPNESS = 10;

  private static final double LEARNING_RATE = 20;
  private static final double MOMENTUM = 0.9;

  private static final EednNetwork ONE_CHIP =
      EednNetwork.parse(
          "T-12, P4-252(2), N-256(2), P2-256(8), S-512(32), N-512(4), N-512(4), N-512(4),"
              + " P2-512(16), S-1024(64), N-1024(8), P2-1024(32), N-1024(8), N-1024(8), N-2048(8)");

  private static final EednNetwork QUARTER =
      EednNetwork.parse(
          "T-12, P4-64(2), N-64(1), P2-64(2), S-128(8), N-128(1), N-128(1), N-128(1), P2-128(4),"
              + " S-256(16), N-256(2), P2-256(8), N-256(2), N-256(2), N-512(2)");

  private EednNetworks() {}

  /**
   * The network that fills one chip of 4,096 cores, for images of 32×32; 2,048 outputs, which any
   * number of classes up to that may share, unevenly. Source: S. K. Esser et al., PNAS 113, 11441
   * (2016).
   *
   * @return 1,248,384 trinary weights, 38,436,864 positions a frame of 3 channels
   */
  public static EednNetwork oneChip() {
    return ONE_CHIP;
  }

  /**
   * The one-chip network with the most outputs that the classes share evenly: 2,040 for ten.
   *
   * @param classes number of classes
   * @return the network
   * @throws IllegalArgumentException if the outputs do not reach for the classes
   */
  public static EednNetwork oneChip(int classes) {
    return even(ONE_CHIP, classes);
  }

  /**
   * The one-chip network at a quarter of its widths, for tests and small machines: 307,968 trinary
   * weights and 8,616,960 positions a frame for ten classes.
   *
   * @param classes number of classes
   * @return the network
   * @throws IllegalArgumentException if the outputs do not reach for the classes
   */
  public static EednNetwork quarter(int classes) {
    return even(QUARTER, classes);
  }

  /** Cuts the last stage to the most features that classes and groups both divide. */
  private static EednNetwork even(EednNetwork network, int classes) {
    List<Stage> stages = new ArrayList<>(network.stages());
    Stage last = stages.remove(stages.size() - 1);
    int features = last.features();
    while (classes > 0
        && features > 0
        && (features % classes != 0 || features % last.groups() != 0)) {
      features--;
    }
    if (classes < 1 || features == 0) {
      throw new IllegalArgumentException(
          classes
              + " classes; the "
              + last.features()
              + " outputs in "
              + last.groups()
              + " groups cannot be shared evenly between them");
    }
    stages.add(new Stage(last.kind(), features, last.groups()));
    return new EednNetwork(stages);
  }

  /**
   * SGD with momentum 0.9 and a learning rate of 20 that falls by 10 after three fifths and after
   * nine tenths of the training, for batches of about 100. Source: rate, momentum and steps of 10
   * as in a public re-implementation; the places of the steps are assumed.
   *
   * @param epochs length of the training, at least 1
   * @return the updater
   */
  public static IUpdater updater(int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, but is " + epochs);
    }
    int first = Math.max(1, Math.round(epochs * 0.6f));
    int second = Math.max(first + 1, Math.round(epochs * 0.9f));
    return new Nesterovs(
        new MapSchedule(
            ScheduleType.EPOCH,
            Map.of(0, LEARNING_RATE, first, LEARNING_RATE / 10, second, LEARNING_RATE / 100)),
        MOMENTUM);
  }
}
