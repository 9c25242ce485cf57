package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.PulsedDevice;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * One pulsed device a weight, read against its reference: W = (g − g_shared) / scale. Nothing is
 * transferred: ReRAM, ECRAM, or a capacitor alone.
 *
 * @param device the device
 * @param microSiemensPerWeight conductance that stands for a weight of 1, in µS
 */
public record PulsedSynapse(
    @JsonProperty(required = true) PulsedDevice device,
    @JsonProperty(required = true) double microSiemensPerWeight)
    implements Synapse {

  /** Checks both parameters. */
  public PulsedSynapse {
    Check.present("PulsedSynapse.device", device);
    Check.positive("PulsedSynapse.microSiemensPerWeight", microSiemensPerWeight);
  }

  @Override
  public double stepWeight() {
    return device.meanStepMicroSiemens() / microSiemensPerWeight;
  }

  @Override
  public StateNames stateNames() {
    return device.keepsVoltage() ? StateNames.VOLTAGE : StateNames.CONDUCTANCE;
  }

  @Override
  public SynapseArray array(int rows, int columns, long chipSeed, int layer) {
    long variation = Draws.key(chipSeed, layer, Draws.VARIATION, 0);
    return new PulsedSynapseArray(this, rows, columns, device.array(rows, columns, variation));
  }
}
