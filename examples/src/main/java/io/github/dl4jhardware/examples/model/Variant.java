package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.report.Charts;
import java.awt.Color;
import java.util.Arrays;

/** What the same network is trained on. */
@SuppressWarnings("ImmutableEnumChecker") // Synapses are records of numbers.
public enum Variant {
  SOFTWARE("software", "plain DL4J", Synapses.ideal()),
  ANALOG_INVERSION("analog-inversion", "2PCM+3T1C with polarity inversion", cell()),
  ANALOG_NO_INVERSION(
      "analog-no-inversion", "2PCM+3T1C without inversion", cell().withoutPolarityInversion()),
  PCM_ONLY("pcm-only", "PCM pair without capacitor", Synapses.pcmPair());

  private final String id;
  private final String description;
  private final Synapse synapse;

  /** The preset's cell at the scale that {@code EquivalentAccuracy --tune} chose for MNIST. */
  private static PcmCapacitorSynapse cell() {
    return Synapses.pcmCapacitor2018().withMicroSiemensPerWeight(160);
  }

  Variant(String id, String description, Synapse synapse) {
    this.id = id;
    this.description = description;
    this.synapse = synapse;
  }

  /** The variant of a name in a file. */
  public static Variant of(String id) {
    return Arrays.stream(values())
        .filter(variant -> variant.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no variant \"" + id + "\""));
  }

  /** The name in files. */
  public String id() {
    return id;
  }

  public String description() {
    return description;
  }

  /** In pictures. */
  public Color colour() {
    return Charts.colour(Arrays.asList(values()).indexOf(this));
  }

  /** Ideal devices stand for the software where InSituTrainer runs it. */
  public Synapse synapse() {
    return synapse;
  }
}
