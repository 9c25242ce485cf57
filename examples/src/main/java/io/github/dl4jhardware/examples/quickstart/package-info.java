/** Three programs to begin with: no command line, no data to fetch, a few seconds each. */
@NullMarked
package io.github.dl4jhardware.examples.quickstart;

import org.jspecify.annotations.NullMarked;
