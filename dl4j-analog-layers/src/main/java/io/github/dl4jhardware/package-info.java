/** The mark of what is not for programs to call. */
@NullMarked
package io.github.dl4jhardware;

import org.jspecify.annotations.NullMarked;
