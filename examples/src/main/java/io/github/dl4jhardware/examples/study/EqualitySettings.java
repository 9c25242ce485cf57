package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.preset.Synapses;

/**
 * What is chosen for a data set, on validation examples and on chips that no table reports: rates
 * and scale by {@link EqualityTuning}; gain and interval by hand, see decision 9.
 *
 * @param softwareRate learning rate of the software
 * @param analogRate learning rate of the cells, with inversion and without
 * @param microSiemensPerWeight what stands for a weight of 1 on the cells, in µS
 * @param gain F of the cells
 * @param transferExamples interval of their weight transfers; where a layer learns so fast that a
 *     capacitor comes to its end within the paper's 8,000, shorter
 */
record EqualitySettings(
    double softwareRate,
    double analogRate,
    double microSiemensPerWeight,
    double gain,
    long transferExamples) {
  EqualitySettings withRates(double software, double analog) {
    return new EqualitySettings(software, analog, microSiemensPerWeight, gain, transferExamples);
  }

  EqualitySettings withScale(double scale) {
    return new EqualitySettings(softwareRate, analogRate, scale, gain, transferExamples);
  }

  EqualitySettings withGain(double otherGain) {
    return new EqualitySettings(
        softwareRate, analogRate, microSiemensPerWeight, otherGain, transferExamples);
  }

  /** The preset's cell with this scale and gain. */
  PcmCapacitorSynapse cell() {
    PcmCapacitorSynapse preset = Synapses.pcmCapacitor2018();
    return preset
        .withMicroSiemensPerWeight(microSiemensPerWeight)
        .withGain(gain)
        .withTransfer(preset.transfer().withEveryExamples(transferExamples));
  }
}
