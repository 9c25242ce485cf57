/** Reads networks out: devices, counters, and what is left of them after a time. */
@NullMarked
package io.github.dl4jhardware.analog.readout;

import org.jspecify.annotations.NullMarked;
