/**
 * Arbiter's search over spaces of networks that run on hardware: generators, scores, recorded
 * candidates. It knows neither analogue nor spiking layers; their spaces are in the packages {@code
 * arbiter} of the two systems.
 */
@NullMarked
package io.github.dl4jhardware.search;

import org.jspecify.annotations.NullMarked;
