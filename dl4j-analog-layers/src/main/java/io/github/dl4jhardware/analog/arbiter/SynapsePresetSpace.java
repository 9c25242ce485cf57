package io.github.dl4jhardware.analog.arbiter;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.Objects;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Synapses by their name in {@link Synapses#byName()}. */
public final class SynapsePresetSpace extends CompositeSpace<Synapse> {
  private final ParameterSpace<String> name;

  /**
   * A space.
   *
   * @param name a key of {@link Synapses#byName()}
   */
  @JsonCreator
  public SynapsePresetSpace(@JsonProperty("name") ParameterSpace<String> name) {
    this.name = Objects.requireNonNull(name, "SynapsePresetSpace.name is missing");
  }

  /**
   * Some presets.
   *
   * @param names keys of {@link Synapses#byName()}
   * @return the space
   * @throws IllegalArgumentException if there is no such preset
   */
  public static SynapsePresetSpace of(String... names) {
    for (String each : names) {
      if (!Synapses.byName().containsKey(each)) {
        throw new IllegalArgumentException(
            "There is no synapse \"" + each + "\"; there are " + Synapses.byName().keySet());
      }
    }
    return new SynapsePresetSpace(new DiscreteParameterSpace<>(names));
  }

  @Override
  public Synapse getValue(double[] values) {
    String key = name.getValue(values);
    Synapse synapse = Synapses.byName().get(key);
    if (synapse == null) {
      throw new IllegalArgumentException(
          "There is no synapse \"" + key + "\"; there are " + Synapses.byName().keySet());
    }
    return synapse;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SynapsePresetSpace that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name);
  }
}
