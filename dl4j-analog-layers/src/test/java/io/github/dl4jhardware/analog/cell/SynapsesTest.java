package io.github.dl4jhardware.analog.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.device.LinearStepDevice;
import io.github.dl4jhardware.analog.device.PcmSetStep;
import io.github.dl4jhardware.analog.preset.Synapses;
import org.junit.jupiter.api.Test;

/** What the records of cells say of themselves, and copies of them with one property changed. */
class SynapsesTest {
  private static final PcmCapacitorSynapse CELL = Synapses.pcmCapacitorLinear();

  @Test
  void copiesChangeOneProperty() {
    WeightTransfer rule = new WeightTransfer(123, false, 4.5, 6);
    ClosedLoopWrite write = new ClosedLoopWrite(0.7, 9);
    PcmCapacitorSynapse all =
        CELL.withTransfer(rule)
            .withWrite(write)
            .withGain(4.25)
            .withMicroSiemensPerWeight(77)
            .withCapacitorReadNoise(0.125)
            .withPcm(Synapses.inferencePcm())
            .withCapacitor(Synapses.pcmCapacitor2018().capacitor());
    assertThat(all)
        .isEqualTo(
            new PcmCapacitorSynapse(
                Synapses.inferencePcm(),
                Synapses.pcmCapacitor2018().capacitor(),
                write,
                rule,
                4.25,
                77,
                0.125));
    assertThat(CELL.withoutPolarityInversion())
        .isEqualTo(CELL.withTransfer(CELL.transfer().withPolarityInversion(false)));
    assertThat(CELL.transfer().polarityInversion()).isTrue();
    assertThat(rule.withEveryExamples(99)).isEqualTo(new WeightTransfer(99, false, 4.5, 6));
    assertThat(rule.withPolarityInversion(true)).isEqualTo(new WeightTransfer(123, true, 4.5, 6));
    assertThat(rule.withRewriteAbove(0)).isEqualTo(new WeightTransfer(123, false, 4.5));
    assertThat(rule.nextPolarity(-1)).isEqualTo(1);
    assertThat(rule.withPolarityInversion(true).nextPolarity(-1)).isEqualTo(1);
    assertThat(rule.withPolarityInversion(true).nextPolarity(1)).isEqualTo(-1);
  }

  /** A step in µS over the µS that stand for a weight of 1. */
  @Test
  void stepsOfAWeight() {
    LinearStepDevice device = (LinearStepDevice) CELL.capacitor();
    assertThat(CELL.withMicroSiemensPerWeight(80).stepWeight())
        .isCloseTo(device.meanStepMicroSiemens() / 80, within(1e-12));
    assertThat(new PulsedSynapse(device, 25).stepWeight())
        .isCloseTo(device.meanStepMicroSiemens() / 25, within(1e-12));
    PcmPairSynapse pair = Synapses.pcmPair();
    // Of a device half-way up the range of its 72 pulses, which is what learning meets on average.
    double full = pair.pcm().gMaxMicroSiemens();
    assertThat(pair.stepWeight())
        .isCloseTo(
            pair.gain() * full / PcmSetStep.PULSES_TO_FULL / pair.microSiemensPerWeight(),
            within(1e-12));
    assertThat(Synapses.pcmInference().stepWeight()).isPositive();
  }

  @Test
  void whatCellsKeep() {
    assertThat(CELL.stateNames()).isEqualTo(StateNames.PAIR_AND_CONDUCTANCE);
    assertThat(Synapses.pcmCapacitor2018().stateNames()).isEqualTo(StateNames.PAIR_AND_VOLTAGE);
    assertThat(Synapses.ecRam().stateNames()).isEqualTo(StateNames.CONDUCTANCE);
    assertThat(Synapses.pcmPair().stateNames()).isEqualTo(StateNames.PAIR);
    assertThat(StateNames.PAIR.pulsed(0)).isTrue();
    assertThat(StateNames.PAIR.pulsed(1)).isTrue();
    assertThat(StateNames.PAIR_AND_VOLTAGE.pulsed(1)).isFalse();
    assertThat(StateNames.PAIR_AND_VOLTAGE.pulsed(2)).isTrue();
    assertThat(Synapses.ecRam().digital()).isFalse();
    assertThat(Synapses.pcmPair().digital()).isFalse();
    assertThat(Synapses.pcmInference().digital()).isTrue();
  }
}
