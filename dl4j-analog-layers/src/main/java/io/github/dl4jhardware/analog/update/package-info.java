/**
 * From a requested weight change to pulses on cells: pulse schemes, and the updater that asks for
 * them.
 */
@NullMarked
package io.github.dl4jhardware.analog.update;

import org.jspecify.annotations.NullMarked;
