/** Neurosynaptic cores of 256×256 and their limits. JDK only. */
@NullMarked
package io.github.dl4jhardware.neuromorphic.core;

import org.jspecify.annotations.NullMarked;
