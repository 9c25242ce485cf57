/** Files that come from elsewhere, read once and checked before anything is made of them. */
@NullMarked
package io.github.dl4jhardware.files;

import org.jspecify.annotations.NullMarked;
