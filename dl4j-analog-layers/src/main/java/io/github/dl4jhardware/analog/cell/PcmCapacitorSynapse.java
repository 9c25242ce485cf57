package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PulsedDevice;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The 2PCM+3T1C cell: W = F·(G+ − G−) + s·(g − g_shared). Training pulses act on g alone; every
 * transfer interval the whole weight moves to the PCM pair. Source: S. Ambrogio et al., Nature 558,
 * 60 (2018).
 *
 * @param pcm both devices of the pair
 * @param capacitor the 3T1C part; any pulsed device will do
 * @param write how the pair is programmed
 * @param transfer when and how the weight moves
 * @param gain F
 * @param microSiemensPerWeight conductance that stands for a weight of 1, in µS
 * @param capacitorReadNoiseMicroSiemens σ of a read of g before a transfer, between the pulses of
 *     the residual, and in forward and backward reads with device noise, in µS; white, so that any
 *     two reads are independent
 */
public record PcmCapacitorSynapse(
    @JsonProperty(required = true) Pcm pcm,
    @JsonProperty(required = true) PulsedDevice capacitor,
    @JsonProperty(required = true) ClosedLoopWrite write,
    @JsonProperty(required = true) WeightTransfer transfer,
    @JsonProperty(required = true) double gain,
    @JsonProperty(required = true) double microSiemensPerWeight,
    @JsonProperty double capacitorReadNoiseMicroSiemens)
    implements Synapse {

  /** Checks every parameter. */
  public PcmCapacitorSynapse {
    Check.present("PcmCapacitorSynapse.pcm", pcm);
    Check.present("PcmCapacitorSynapse.capacitor", capacitor);
    Check.present("PcmCapacitorSynapse.write", write);
    Check.present("PcmCapacitorSynapse.transfer", transfer);
    Check.positive("PcmCapacitorSynapse.gain", gain);
    Check.positive("PcmCapacitorSynapse.microSiemensPerWeight", microSiemensPerWeight);
    Check.notNegative(
        "PcmCapacitorSynapse.capacitorReadNoiseMicroSiemens", capacitorReadNoiseMicroSiemens);
  }

  /**
   * The same cell with another transfer rule.
   *
   * @param rule the new {@link #transfer()}
   * @return a copy
   */
  public PcmCapacitorSynapse withTransfer(WeightTransfer rule) {
    return new PcmCapacitorSynapse(
        pcm, capacitor, write, rule, gain, microSiemensPerWeight, capacitorReadNoiseMicroSiemens);
  }

  /**
   * The same cell with another capacitor.
   *
   * @param other the new {@link #capacitor()}
   * @return a copy
   */
  public PcmCapacitorSynapse withCapacitor(PulsedDevice other) {
    return new PcmCapacitorSynapse(
        pcm, other, write, transfer, gain, microSiemensPerWeight, capacitorReadNoiseMicroSiemens);
  }

  /**
   * The same cell whose pair is written in another way.
   *
   * @param other the new {@link #write()}
   * @return a copy
   */
  public PcmCapacitorSynapse withWrite(ClosedLoopWrite other) {
    return new PcmCapacitorSynapse(
        pcm,
        capacitor,
        other,
        transfer,
        gain,
        microSiemensPerWeight,
        capacitorReadNoiseMicroSiemens);
  }

  /**
   * The same cell with another gain, for studies.
   *
   * @param otherGain the new {@link #gain()}
   * @return a copy
   */
  public PcmCapacitorSynapse withGain(double otherGain) {
    return new PcmCapacitorSynapse(
        pcm,
        capacitor,
        write,
        transfer,
        otherGain,
        microSiemensPerWeight,
        capacitorReadNoiseMicroSiemens);
  }

  /**
   * The same cell with another scale between conductances and weights. Twice the scale halves the
   * step and the errors of programming in weight units, and the range of weights with them.
   *
   * @param otherScale the new {@link #microSiemensPerWeight()}
   * @return a copy
   */
  public PcmCapacitorSynapse withMicroSiemensPerWeight(double otherScale) {
    return new PcmCapacitorSynapse(
        pcm, capacitor, write, transfer, gain, otherScale, capacitorReadNoiseMicroSiemens);
  }

  /**
   * The same cell with another PCM device.
   *
   * @param other the new {@link #pcm()}
   * @return a copy
   */
  public PcmCapacitorSynapse withPcm(Pcm other) {
    return new PcmCapacitorSynapse(
        other,
        capacitor,
        write,
        transfer,
        gain,
        microSiemensPerWeight,
        capacitorReadNoiseMicroSiemens);
  }

  /**
   * The same cell whose capacitor is read in another way.
   *
   * @param sigmaMicroSiemens the new {@link #capacitorReadNoiseMicroSiemens()}
   * @return a copy
   */
  public PcmCapacitorSynapse withCapacitorReadNoise(double sigmaMicroSiemens) {
    return new PcmCapacitorSynapse(
        pcm, capacitor, write, transfer, gain, microSiemensPerWeight, sigmaMicroSiemens);
  }

  /**
   * The same cell that never turns its polarity.
   *
   * @return a copy
   */
  public PcmCapacitorSynapse withoutPolarityInversion() {
    return withTransfer(transfer.withPolarityInversion(false));
  }

  /**
   * How long the reads and writes of PCM in one weight transfer of an array take at most: all
   * weights are read back, the pairs of a row are written at the same time until the cap of the
   * loop, and after a wait all are read back once more. The pulses and reads of the capacitors,
   * some microseconds a row, are left out. Arrays of a network transfer at the same time.
   *
   * @param rows of the array
   * @return s
   */
  public double transferSeconds(int rows) {
    double rowSeconds =
        write().maxAttempts() * (pcm.reading().readSeconds() + ClosedLoopWrite.PULSE_SECONDS);
    return 2 * pcm.reading().sweepsSeconds(rows) + rows * rowSeconds + pcm.reading().waitSeconds();
  }

  @Override
  public double stepWeight() {
    return capacitor.meanStepMicroSiemens() / microSiemensPerWeight;
  }

  @Override
  public StateNames stateNames() {
    return capacitor.keepsVoltage() ? StateNames.PAIR_AND_VOLTAGE : StateNames.PAIR_AND_CONDUCTANCE;
  }

  @Override
  public SynapseArray array(int rows, int columns, long chipSeed, int layer) {
    long variation = Draws.key(chipSeed, layer, Draws.VARIATION, 0);
    return new PcmCapacitorArray(
        this,
        rows,
        columns,
        new PcmPairs(pcm, write, gain, rows * columns, chipSeed, layer),
        capacitor.array(rows, columns, variation));
  }
}
