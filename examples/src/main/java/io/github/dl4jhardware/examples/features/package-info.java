/** Features of images that need no labels and no weights from elsewhere. */
@NullMarked
package io.github.dl4jhardware.examples.features;

import org.jspecify.annotations.NullMarked;
