package io.github.dl4jhardware.analog.cell;

import java.util.List;

/** What a cell keeps. The names are file format. */
@SuppressWarnings("ImmutableEnumChecker") // The lists are made by List.of.
public enum StateNames {
  /** None: the weight is all. */
  NONE(List.of(), 0),
  /** The PCM pair, pulsed itself. */
  PAIR(List.of("gp", "gm"), 0),
  /** The pulsed device's conductance. */
  CONDUCTANCE(List.of("g"), 0),
  /** The capacitor's voltage above its rest. */
  VOLTAGE(List.of("vc"), 0),
  /** The PCM pair and the pulsed device's conductance. */
  PAIR_AND_CONDUCTANCE(List.of("gp", "gm", "g"), 2),
  /** The PCM pair and the capacitor's voltage above its rest. */
  PAIR_AND_VOLTAGE(List.of("gp", "gm", "vc"), 2);

  private final List<String> names;
  private final int firstPulsed;

  StateNames(List<String> names, int firstPulsed) {
    this.names = names;
    this.firstPulsed = firstPulsed;
  }

  /**
   * The names, in the order in which they are stored: {@code gp}, {@code gm}, {@code g} in µS,
   * {@code vc} in V.
   *
   * @return parameter names
   */
  public List<String> names() {
    return names;
  }

  /**
   * Whether training pulses and leak move a part of the state, or transfers alone.
   *
   * @param index place in {@link #names()}
   * @return true if pulses move it
   */
  public boolean pulsed(int index) {
    return index >= firstPulsed;
  }
}
