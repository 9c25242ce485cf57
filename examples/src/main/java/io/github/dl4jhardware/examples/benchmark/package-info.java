/** How fast we are, beside the alternative in the same run. */
@NullMarked
package io.github.dl4jhardware.examples.benchmark;

import org.jspecify.annotations.NullMarked;
