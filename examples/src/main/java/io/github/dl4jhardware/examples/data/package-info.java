/** Images for the mains: MNIST where it is found, generated digits elsewhere. */
@NullMarked
package io.github.dl4jhardware.examples.data;

import org.jspecify.annotations.NullMarked;
