/**
 * Trinary spiking layers as Deeplearning4j knows layers: configurations with builders, and what
 * they become in a network.
 *
 * <p>Source: S. K. Esser et al., "Convolutional networks for fast, energy-efficient neuromorphic
 * computing", PNAS 113, 11441 (2016).
 */
@NullMarked
package io.github.dl4jhardware.neuromorphic.layer;

import org.jspecify.annotations.NullMarked;
