/** A network in software and its variants on hardware: trained, tested, costed, side by side. */
@NullMarked
package io.github.dl4jhardware.compare;

import org.jspecify.annotations.NullMarked;
