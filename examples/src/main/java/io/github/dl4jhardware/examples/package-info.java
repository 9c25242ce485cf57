/** Runnable mains. */
@NullMarked
package io.github.dl4jhardware.examples;

import org.jspecify.annotations.NullMarked;
