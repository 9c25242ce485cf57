/** Networks of the examples, and models that users bring. */
@NullMarked
package io.github.dl4jhardware.examples.model;

import org.jspecify.annotations.NullMarked;
