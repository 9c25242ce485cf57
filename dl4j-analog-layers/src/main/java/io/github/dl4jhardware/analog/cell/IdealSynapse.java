package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Check;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The null device: every pulse changes the weight by the same step, in both directions, without
 * noise, bound or leak.
 *
 * @param stepWeight the step, in weight units; in the expected scheme it has no influence
 */
public record IdealSynapse(@JsonProperty(required = true) double stepWeight) implements Synapse {
  /** Checks the step. */
  public IdealSynapse {
    Check.positive("IdealSynapse.stepWeight", stepWeight);
  }

  @Override
  public StateNames stateNames() {
    return StateNames.NONE;
  }

  @Override
  public boolean digital() {
    return true;
  }

  @Override
  public SynapseArray array(int rows, int columns, long chipSeed, int layer) {
    return new IdealArray(this, rows, columns);
  }
}
