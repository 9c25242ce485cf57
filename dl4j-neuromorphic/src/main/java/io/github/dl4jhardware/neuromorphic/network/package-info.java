/**
 * Published spiking networks as configurations, and the notation of their layers.
 *
 * <p>Source: S. K. Esser et al., "Convolutional networks for fast, energy-efficient neuromorphic
 * computing", PNAS 113, 11441 (2016).
 */
@NullMarked
package io.github.dl4jhardware.neuromorphic.network;

import org.jspecify.annotations.NullMarked;
