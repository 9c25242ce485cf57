package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.neuromorphic.layer.SpikingOptions;
import io.github.dl4jhardware.neuromorphic.network.EednNetworks;
import io.github.dl4jhardware.neuromorphic.train.CosineSchedule;
import java.util.Locale;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of {@link TrainEedn} that say how a network learns. */
final class SpikingRecipe {
  private static final double FALL = 100;

  enum Optimizer {
    ADAM,
    SGD
  }

  enum Schedule {
    INVERSE,
    COSINE
  }

  @Option(
      names = "--optimizer",
      paramLabel = "adam|sgd",
      description =
          "adam, or sgd with the paper's momentum, rate 20 and steps. Default: ${DEFAULT-VALUE}.")
  private Optimizer optimizer = Optimizer.ADAM;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Learning rate of adam's first step. Default: ${DEFAULT-VALUE}.")
  private double rate = 0.1;

  @Option(
      names = "--schedule",
      paramLabel = "inverse|cosine",
      description =
          "How adam's rate falls: inverse to a hundredth as 1/step, cosine to 0 along half a cosine. Default: ${DEFAULT-VALUE}.")
  private Schedule schedule = Schedule.INVERSE;

  @Option(
      names = "--surrogate-width",
      paramLabel = "W",
      description =
          "Half the width of the triangle that stands for a spike's derivative. Default: ${DEFAULT-VALUE}.")
  private double surrogateWidth = 1;

  void check(CommandSpec spec) {
    Commands.checkAboveZero(spec, "--rate", rate, 1);
    Commands.checkAboveZero(spec, "--surrogate-width", surrogateWidth, 1000);
  }

  IUpdater updater(int epochs, long steps) {
    return optimizer == Optimizer.SGD ? EednNetworks.updater(epochs) : new Adam(falling(steps));
  }

  /**
   * Inverse is fast at first, so that weights find their places, then ever slower: rate/(1 +
   * 100·part).
   */
  private ISchedule falling(long steps) {
    return schedule == Schedule.COSINE
        ? new CosineSchedule(rate, Math.toIntExact(steps))
        : new InverseSchedule(ScheduleType.ITERATION, rate, FALL / steps, 1);
  }

  SpikingOptions options(SpikingOptions usual) {
    return usual.withSurrogateWidth(surrogateWidth);
  }

  /** What runs are told apart by; settings of later are named where they are not the default. */
  String text() {
    String later =
        (schedule == Schedule.INVERSE ? "" : String.format("schedule %s%n", schedule))
            + (surrogateWidth == 1 ? "" : String.format("surrogate width %s%n", surrogateWidth));
    return String.format(Locale.ROOT, "optimizer %s%nrate %s%n%s", optimizer, rate, later);
  }
}
