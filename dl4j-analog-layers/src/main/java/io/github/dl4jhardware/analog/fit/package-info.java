/** Fits a device model to a measured pulse curve. Knows no DL4J. */
@NullMarked
package io.github.dl4jhardware.analog.fit;

import org.jspecify.annotations.NullMarked;
