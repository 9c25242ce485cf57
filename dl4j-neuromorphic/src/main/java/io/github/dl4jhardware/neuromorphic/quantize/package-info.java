/** Trinary weights and spikes: each value beside its pseudo-gradient. Knows no Deeplearning4j. */
@NullMarked
package io.github.dl4jhardware.neuromorphic.quantize;

import org.jspecify.annotations.NullMarked;
