/** Charts and pages: one look for every picture and table of this library. */
@NullMarked
package io.github.dl4jhardware.report;

import org.jspecify.annotations.NullMarked;
