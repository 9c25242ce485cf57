package io.github.dl4jhardware.analog.cell;

import java.util.List;

/** The conductances that a cell keeps. */
@SuppressWarnings("ImmutableEnumChecker") // The lists are made by List.of.
public enum StateNames {
  /** None: the weight is all. */
  NONE(List.of()),
  /** The PCM pair. */
  PAIR(List.of("gp", "gm")),
  /** The PCM pair and the capacitor's read conductance. */
  PAIR_AND_CAPACITOR(List.of("gp", "gm", "g"));

  private final List<String> names;

  StateNames(List<String> names) {
    this.names = names;
  }

  /**
   * The names, in the order in which they are stored.
   *
   * @return parameter names
   */
  public List<String> names() {
    return names;
  }
}
