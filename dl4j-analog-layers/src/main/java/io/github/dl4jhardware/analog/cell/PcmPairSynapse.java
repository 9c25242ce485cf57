package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmSetStep;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A PCM pair without a capacitor: W = F·(G+ − G−). A pulse that raises the weight is a partial SET
 * of G+, one that lowers it a partial SET of G−; both only grow, so the pair is refreshed (RESET
 * and written anew) at intervals.
 *
 * @param pcm both devices
 * @param write how a refresh programs the pair
 * @param refreshEveryExamples interval of the refresh, in training examples
 * @param gain F
 * @param microSiemensPerWeight conductance that stands for a weight of 1, in µS
 */
public record PcmPairSynapse(
    @JsonProperty(required = true) Pcm pcm,
    @JsonProperty(required = true) ClosedLoopWrite write,
    @JsonProperty(required = true) long refreshEveryExamples,
    @JsonProperty(required = true) double gain,
    @JsonProperty(required = true) double microSiemensPerWeight)
    implements Synapse {

  /** Checks every parameter. */
  public PcmPairSynapse {
    Check.present("PcmPairSynapse.pcm", pcm);
    Check.present("PcmPairSynapse.write", write);
    Check.inRange("PcmPairSynapse.refreshEveryExamples", refreshEveryExamples, 1, Long.MAX_VALUE);
    Check.positive("PcmPairSynapse.gain", gain);
    Check.positive("PcmPairSynapse.microSiemensPerWeight", microSiemensPerWeight);
  }

  /** The mean over the range: the range divided by the pulses that cross it. */
  @Override
  public double stepWeight() {
    return gain * pcm.gMaxMicroSiemens() / PcmSetStep.PULSES_TO_FULL / microSiemensPerWeight;
  }

  @Override
  public StateNames stateNames() {
    return StateNames.PAIR;
  }

  @Override
  public SynapseArray array(int rows, int columns, long chipSeed, int layer) {
    return new PcmPairArray(
        this, rows, columns, new PcmPairs(pcm, write, gain, rows * columns, chipSeed, layer));
  }
}
