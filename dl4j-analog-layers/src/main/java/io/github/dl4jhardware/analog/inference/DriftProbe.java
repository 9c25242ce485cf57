package io.github.dl4jhardware.analog.inference;

import io.github.dl4jhardware.analog.cell.DriftCompensation;
import io.github.dl4jhardware.analog.cell.IdealSynapse;
import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.compare.Probe;
import io.github.dl4jhardware.convert.NormalisationStatistics;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.jspecify.annotations.Nullable;

/**
 * For comparisons: the accuracy of the trained network once it is programmed into PCM and read
 * after a time, with global drift compensation or others, a curve for each. Networks without
 * analogue layers, or with ideal cells alone, are left out.
 *
 * @param seconds since programming, each at least 0
 * @param compensations what is done about drift
 * @param statistics sets normalisation anew for one curve more, with global compensation; null for
 *     none
 */
public record DriftProbe(
    List<Double> seconds,
    List<DriftCompensation> compensations,
    @Nullable NormalisationStatistics statistics)
    implements Probe {
  private static final String NAME = "Drift over time";

  /** Checks each time. */
  public DriftProbe {
    seconds = List.copyOf(seconds);
    compensations = List.copyOf(compensations);
    if (compensations.isEmpty()) {
      throw new IllegalArgumentException(
          "DriftProbe.compensations is empty: name at least one, such as GLOBAL");
    }
    if (seconds.isEmpty()) {
      throw new IllegalArgumentException("DriftProbe.seconds is empty: name at least one time");
    }
    for (double each : seconds) {
      Check.notNegative("DriftProbe.seconds", each);
    }
  }

  /**
   * The usual times.
   *
   * @return after a second, an hour, a day, 30 days and a year
   */
  public static DriftProbe overAYear() {
    return at(1, 3600, 86_400, 2_592_000, 31_536_000);
  }

  /**
   * Times of one's own.
   *
   * @param seconds since programming
   * @return the probe
   */
  public static DriftProbe at(double... seconds) {
    return new DriftProbe(
        Arrays.stream(seconds).boxed().toList(), List.of(DriftCompensation.GLOBAL), null);
  }

  /**
   * With other compensations; each costs as many tests as there are times.
   *
   * @param which in place of the global one
   * @return a copy
   */
  public DriftProbe with(DriftCompensation... which) {
    return new DriftProbe(seconds, List.of(which), statistics);
  }

  /**
   * With one curve more for networks that have batch normalisation: its statistics set anew at each
   * time.
   *
   * @param by some examples, none of which is tested on
   * @return a copy
   */
  public DriftProbe renewing(NormalisationStatistics by) {
    return new DriftProbe(seconds, compensations, by);
  }

  @Override
  public Findings look(
      NeuralNetwork network, long chipSeed, ToDoubleFunction<NeuralNetwork> accuracyPercent) {
    boolean any =
        Arrays.stream(HostNetwork.layers(network))
            .flatMap(layer -> Wrappers.allInside(layer).stream())
            .anyMatch(
                layer ->
                    layer instanceof AnalogLayer analog
                        && !(analog.synapse() instanceof IdealSynapse));
    if (!any) {
      return Findings.NONE;
    }
    Drift<NeuralNetwork> programmed = Drift.of(network, chipSeed);
    List<Curve> curves = new ArrayList<>();
    for (DriftCompensation each : compensations) {
      String how =
          switch (each) {
            case NONE -> "no drift compensation";
            case GLOBAL -> "global drift compensation";
            case COLUMN -> "drift compensation column by column";
          };
      String name = each == DriftCompensation.GLOBAL ? NAME : NAME + ", " + how;
      curves.add(curve(name, how, after -> programmed.after(after, each), accuracyPercent));
    }
    NormalisationStatistics anew = statistics;
    if (anew != null && NormalisationStatistics.in(network)) {
      String how = "statistics of normalisation set anew";
      DoubleFunction<NeuralNetwork> later =
          after -> {
            NeuralNetwork then = programmed.after(after, DriftCompensation.GLOBAL);
            anew.renew(then);
            return then;
          };
      curves.add(
          curve(NAME + ", " + how, "global drift compensation and " + how, later, accuracyPercent));
    }
    return new Findings(Map.of(), curves);
  }

  private Curve curve(
      String name,
      String how,
      DoubleFunction<NeuralNetwork> later,
      ToDoubleFunction<NeuralNetwork> accuracyPercent) {
    List<Point> points =
        seconds.stream()
            .map(after -> new Point(after, accuracyPercent.applyAsDouble(later.apply(after))))
            .toList();
    return new Curve(
        name,
        "The trained analogue weights programmed into phase-change memory and read later, with "
            + how
            + ".",
        "time since programming, s",
        seconds.stream().allMatch(each -> each > 0),
        points);
  }
}
