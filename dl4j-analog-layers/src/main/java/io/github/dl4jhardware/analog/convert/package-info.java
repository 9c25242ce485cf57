/** Conversion of dense and output layers to analogue memory, and back. */
@NullMarked
package io.github.dl4jhardware.analog.convert;

import org.jspecify.annotations.NullMarked;
