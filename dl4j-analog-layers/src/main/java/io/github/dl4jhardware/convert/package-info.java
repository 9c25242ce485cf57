/**
 * Existing networks on hardware: layers are swapped, weights are kept, and a report says what was
 * done to each.
 */
@NullMarked
package io.github.dl4jhardware.convert;

import org.jspecify.annotations.NullMarked;
