/** Training as the chip does it: one example at a time, in fused loops over arrays. */
@NullMarked
package io.github.dl4jhardware.analog.train;

import org.jspecify.annotations.NullMarked;
