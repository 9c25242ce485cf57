/** Files: those from elsewhere are read once and checked, our own are written whole. */
@Internal
@NullMarked
package io.github.dl4jhardware.files;

import io.github.dl4jhardware.Internal;
import org.jspecify.annotations.NullMarked;
