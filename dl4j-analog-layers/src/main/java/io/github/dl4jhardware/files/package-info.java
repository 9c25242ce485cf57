/** Files: those from elsewhere are read once and checked, our own are written whole. */
@NullMarked
package io.github.dl4jhardware.files;

import org.jspecify.annotations.NullMarked;
