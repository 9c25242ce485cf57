/**
 * The edges of an array: converters, bounds and noise of one read, forward and backward. Knows no
 * DL4J.
 */
@NullMarked
package io.github.dl4jhardware.analog.edge;

import org.jspecify.annotations.NullMarked;
