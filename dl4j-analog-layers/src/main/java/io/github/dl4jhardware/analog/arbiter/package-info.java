/**
 * Arbiter's parameter spaces, score functions and searches for hardware. Arbiter is an optional
 * dependency: programs that use this package add {@code arbiter-deeplearning4j} 1.0.0-beta7.
 */
@NullMarked
package io.github.dl4jhardware.analog.arbiter;

import org.jspecify.annotations.NullMarked;
