/** Inference on packed bits: 64 spikes in a word, plain Java. */
@NullMarked
package io.github.dl4jhardware.neuromorphic.packed;

import org.jspecify.annotations.NullMarked;
