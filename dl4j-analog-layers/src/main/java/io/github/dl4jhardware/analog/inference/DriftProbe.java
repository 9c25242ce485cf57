package io.github.dl4jhardware.analog.inference;

import io.github.dl4jhardware.analog.cell.DriftCompensation;
import io.github.dl4jhardware.analog.cell.IdealSynapse;
import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.compare.Probe;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.NeuralNetwork;

/**
 * For comparisons: the accuracy of the trained network once it is programmed into PCM and read
 * after a time, with global drift compensation or others, a curve for each. Networks without
 * analogue layers, or with ideal cells alone, are left out.
 *
 * @param seconds since programming, each at least 0
 * @param compensations what is done about drift
 */
public record DriftProbe(List<Double> seconds, List<DriftCompensation> compensations)
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
        Arrays.stream(seconds).boxed().toList(), List.of(DriftCompensation.GLOBAL));
  }

  /**
   * With other compensations; each costs as many tests as there are times.
   *
   * @param which in place of the global one
   * @return a copy
   */
  public DriftProbe with(DriftCompensation... which) {
    return new DriftProbe(seconds, List.of(which));
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
    List<Curve> curves =
        compensations.stream().map(each -> curve(programmed, each, accuracyPercent)).toList();
    return new Findings(Map.of(), curves);
  }

  private Curve curve(
      Drift<NeuralNetwork> programmed,
      DriftCompensation compensation,
      ToDoubleFunction<NeuralNetwork> accuracyPercent) {
    List<Point> points =
        seconds.stream()
            .map(
                after ->
                    new Point(
                        after,
                        accuracyPercent.applyAsDouble(programmed.after(after, compensation))))
            .toList();
    String how =
        switch (compensation) {
          case NONE -> "no drift compensation";
          case GLOBAL -> "global drift compensation";
          case COLUMN -> "drift compensation column by column";
        };
    return new Curve(
        compensation == DriftCompensation.GLOBAL ? NAME : NAME + ", " + how,
        "The trained analogue weights programmed into phase-change memory and read later, with "
            + how
            + ".",
        "time since programming, s",
        seconds.stream().allMatch(each -> each > 0),
        points);
  }
}
