/** Trained networks programmed into phase-change memory: what they compute after a time. */
@NullMarked
package io.github.dl4jhardware.analog.inference;

import org.jspecify.annotations.NullMarked;
