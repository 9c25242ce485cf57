package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What every analogue layer has beyond its host's settings. In JSON its parts stand among the
 * host's, each under its own name.
 *
 * @param synapse what one weight is made of
 * @param chipSeed seed of the devices' variation and noise; null for the network's
 * @param biasOnArray whether the bias is one more row of devices
 * @param edges converters, bounds and noise of reads
 */
record AnalogOptions(
    Synapse synapse, @Nullable Long chipSeed, boolean biasOnArray, ArrayEdges edges)
    implements Serializable {
  /** Those of a builder. */
  static final AnalogOptions DEFAULT =
      new AnalogOptions(Synapses.pcmCapacitor2018(), null, true, ArrayEdges.IDEAL);

  AnalogOptions withSynapse(Synapse other) {
    Objects.requireNonNull(other, "synapse is missing");
    return new AnalogOptions(other, chipSeed, biasOnArray, edges);
  }

  AnalogOptions withChipSeed(long other) {
    return new AnalogOptions(synapse, other, biasOnArray, edges);
  }

  AnalogOptions withBiasOnArray(boolean other) {
    return new AnalogOptions(synapse, chipSeed, other, edges);
  }

  AnalogOptions withEdges(ArrayEdges other) {
    Objects.requireNonNull(other, "edges are missing");
    return new AnalogOptions(synapse, chipSeed, biasOnArray, other);
  }
}
