/**
 * Grouped trinary spiking convolution for Deeplearning4j and its mapping to 256×256 neuromorphic
 * cores.
 *
 * <p>Source: S. K. Esser et al., "Convolutional networks for fast, energy-efficient neuromorphic
 * computing", PNAS 113, 11441 (2016).
 */
@NullMarked
package io.github.dl4jhardware.neuromorphic;

import org.jspecify.annotations.NullMarked;
