package io.github.dl4jhardware.examples;

/**
 * One variant trained with one seed.
 *
 * @param testAccuracyPercent on the whole test set, at the end
 * @param trainSeconds time spent in training alone
 * @param examplesPerSecond training rate
 * @param transfers weight transfers of each array
 */
record Run(
    double testAccuracyPercent, double trainSeconds, double examplesPerSecond, long transfers) {}
