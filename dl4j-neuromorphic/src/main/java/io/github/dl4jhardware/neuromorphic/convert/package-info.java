/** Convolutions of existing networks as trinary spiking layers, and back. */
@NullMarked
package io.github.dl4jhardware.neuromorphic.convert;

import org.jspecify.annotations.NullMarked;
