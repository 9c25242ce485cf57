/** Experiments behind the recorded results. */
@NullMarked
package io.github.dl4jhardware.examples.study;

import org.jspecify.annotations.NullMarked;
