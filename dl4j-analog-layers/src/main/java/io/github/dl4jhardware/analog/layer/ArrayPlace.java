package io.github.dl4jhardware.analog.layer;

/**
 * Where an array stands, as its draws are keyed.
 *
 * @param chipSeed the chip
 * @param layer index of its layer, and {@link
 *     io.github.dl4jhardware.analog.device.Draws#SECOND_ARRAY} more for the backward one of two
 */
record ArrayPlace(long chipSeed, int layer) {}
