/** Neurosynaptic cores of 256×256 and their limits. JDK only. */
@Internal
@NullMarked
package io.github.dl4jhardware.neuromorphic.core;

import io.github.dl4jhardware.Internal;
import org.jspecify.annotations.NullMarked;
