package io.github.dl4jhardware.examples;

/**
 * What is chosen for a data set, on validation examples and on chips that no table reports.
 *
 * @param softwareRate learning rate of the software
 * @param analogRate learning rate of the cells, with inversion and without
 * @param microSiemensPerWeight what stands for a weight of 1 on the cells, in µS
 */
record EqualitySettings(double softwareRate, double analogRate, double microSiemensPerWeight) {
  EqualitySettings withRates(double rate) {
    return new EqualitySettings(rate, rate, microSiemensPerWeight);
  }

  EqualitySettings withAnalogRate(double rate) {
    return new EqualitySettings(softwareRate, rate, microSiemensPerWeight);
  }

  EqualitySettings withScale(double scale) {
    return new EqualitySettings(softwareRate, analogRate, scale);
  }
}
