/** Charts and pages: one look for every picture and table of this library. */
@Internal
@NullMarked
package io.github.dl4jhardware.report;

import io.github.dl4jhardware.Internal;
import org.jspecify.annotations.NullMarked;
