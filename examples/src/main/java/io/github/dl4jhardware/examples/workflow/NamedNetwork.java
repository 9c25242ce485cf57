package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.neuromorphic.network.EednNetwork;
import io.github.dl4jhardware.neuromorphic.network.EednNetworks;
import picocli.CommandLine.Model.CommandSpec;

/** Spiking networks as the option {@code --network} names them. */
final class NamedNetwork {
  private NamedNetwork() {}

  /** One of a name, or of a notation. */
  static EednNetwork of(CommandSpec spec, String name, int classes) {
    try {
      return switch (name) {
        case "one-chip" -> EednNetworks.oneChip(classes);
        case "quarter" -> EednNetworks.quarter(classes);
        default -> EednNetwork.parse(name);
      };
    } catch (IllegalArgumentException e) {
      throw Commands.wrong(spec, "--network \"" + name + "\": " + e.getMessage());
    }
  }
}
