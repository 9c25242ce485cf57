package io.github.dl4jhardware.analog.layer;

/**
 * Where an array stands, as its draws are keyed.
 *
 * @param chipSeed the chip
 * @param layer index of its layer
 */
record ArrayPlace(long chipSeed, int layer) {}
