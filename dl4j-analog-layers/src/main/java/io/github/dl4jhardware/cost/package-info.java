/** Energy, time and area: models with named parameters, and published figures with their source. */
@NullMarked
package io.github.dl4jhardware.cost;

import org.jspecify.annotations.NullMarked;
