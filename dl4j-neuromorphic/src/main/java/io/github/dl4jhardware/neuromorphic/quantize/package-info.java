/** Trinary weights and spikes: each value beside its pseudo-gradient. Knows no Deeplearning4j. */
@Internal
@NullMarked
package io.github.dl4jhardware.neuromorphic.quantize;

import io.github.dl4jhardware.Internal;
import org.jspecify.annotations.NullMarked;
