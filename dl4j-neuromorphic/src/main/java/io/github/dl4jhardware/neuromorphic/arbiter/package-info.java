/**
 * Arbiter's parameter spaces of spiking layers. Arbiter is an optional dependency: programs that
 * use this package add {@code arbiter-deeplearning4j} 1.0.0-beta7.
 */
@NullMarked
package io.github.dl4jhardware.neuromorphic.arbiter;

import org.jspecify.annotations.NullMarked;
