package io.github.dl4jhardware.neuromorphic.core;

import java.util.Locale;

/**
 * A model of the power of a TrueNorth-like chip: power = events per second · energy + chips ·
 * static power.
 *
 * <p>Both published forms hold at their own voltage, and neither at the 1.0 V at which S. K. Esser
 * et al. (2016) measured 204 mW for their network; {@link #atVolts} scales to another.
 *
 * @param name for tables
 * @param volts supply at which it was measured
 * @param picojoulesPerEvent for one active axon at one connected neuron
 * @param staticMilliwattsPerChip drawn without events; 0 where it is part of the events' energy
 * @param basis what the figures rest on, a clause for reports
 */
public record CoreEnergy(
    String name,
    double volts,
    double picojoulesPerEvent,
    double staticMilliwattsPerChip,
    String basis) {

  /**
   * 26 pJ, an average over all that a chip draws at one operating point, static power included.
   * Source: P. A. Merolla et al., Science 345, 668 (2014), at 0.775 V.
   */
  public static final CoreEnergy AVERAGE =
      new CoreEnergy(
          "average",
          0.775,
          26,
          0,
          "average of a measured chip at 0.775 V, its static power included in each event");

  /**
   * 2.297 pJ for each further event, and 64 mW for each chip, at 0.8 V. Source: fit to the
   * published 68, 71 and 94 mW at mean rates of 11.58, 20.07 and 95.93 Hz.
   */
  public static final CoreEnergy MARGINAL_AND_STATIC =
      new CoreEnergy(
          "marginal and static",
          0.8,
          2.297,
          64,
          "fit to a measured chip at 0.8 V, static power apart");

  /** Checks the numbers. */
  public CoreEnergy {
    check(name, "volts", volts);
    check(name, "picojoulesPerEvent", picojoulesPerEvent);
    check(name, "staticMilliwattsPerChip", staticMilliwattsPerChip);
  }

  private static void check(String name, String field, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "CoreEnergy \"" + name + "\": " + field + " is " + value + "; it must be at least 0");
    }
  }

  /**
   * The same chip at another supply. The energy of an event goes with V², as that of a switched
   * capacitance; for leakage there is no exact law, V² and V³ are usual bounds (assumed).
   *
   * @param otherVolts above 0
   * @param staticExponent of V in the static power, 0…10
   * @return a copy
   */
  public CoreEnergy atVolts(double otherVolts, double staticExponent) {
    if (!(otherVolts > 0 && otherVolts < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "CoreEnergy.atVolts: " + otherVolts + " V; the supply must be above 0");
    }
    if (!(staticExponent >= 0 && staticExponent <= 10)) {
      throw new IllegalArgumentException(
          "CoreEnergy.atVolts: staticExponent is " + staticExponent + "; it must be 0…10");
    }
    double ratio = otherVolts / volts;
    return new CoreEnergy(
        name,
        otherVolts,
        picojoulesPerEvent * ratio * ratio,
        staticMilliwattsPerChip * Math.pow(ratio, staticExponent),
        String.format(Locale.ROOT, "%s; scaled to %s V, events with V²", basis, otherVolts)
            + (staticMilliwattsPerChip == 0
                ? ""
                : String.format(Locale.ROOT, " and static power with V^%s", staticExponent)));
  }

  /**
   * Power.
   *
   * @param eventsPerFrame synaptic events, as {@link CoreSimulator} counts them
   * @param framesPerSecond frames, one in a tick
   * @param chips that are supplied
   * @return mW
   */
  public double milliwatts(double eventsPerFrame, double framesPerSecond, int chips) {
    return eventsPerFrame * framesPerSecond * picojoulesPerEvent * 1e-9
        + chips * staticMilliwattsPerChip;
  }

  /**
   * Energy of one frame.
   *
   * @param eventsPerFrame synaptic events
   * @param framesPerSecond frames, one in a tick
   * @param chips that are supplied
   * @return µJ
   */
  public double microjoulesPerFrame(double eventsPerFrame, double framesPerSecond, int chips) {
    return 1000 * milliwatts(eventsPerFrame, framesPerSecond, chips) / framesPerSecond;
  }

  /**
   * Efficiency as the literature states it.
   *
   * @param eventsPerFrame synaptic events
   * @param framesPerSecond frames, one in a tick
   * @param chips that are supplied
   * @return frames per second and watt
   */
  public double framesPerSecondPerWatt(double eventsPerFrame, double framesPerSecond, int chips) {
    return 1e6 / microjoulesPerFrame(eventsPerFrame, framesPerSecond, chips);
  }
}
