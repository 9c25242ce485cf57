/** What helps to train spiking networks: what goes on inside them, as numbers. */
@NullMarked
package io.github.dl4jhardware.neuromorphic.train;

import org.jspecify.annotations.NullMarked;
