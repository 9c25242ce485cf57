/** Command lines, progress and tables on a terminal. */
@NullMarked
package io.github.dl4jhardware.examples.console;

import org.jspecify.annotations.NullMarked;
