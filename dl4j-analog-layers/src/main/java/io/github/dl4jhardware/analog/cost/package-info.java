/** What arrays of analogue memory cost: energy, time, area. */
@NullMarked
package io.github.dl4jhardware.analog.cost;

import org.jspecify.annotations.NullMarked;
