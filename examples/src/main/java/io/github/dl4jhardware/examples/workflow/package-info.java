/** What one does with a model: compare, convert, train, deploy, search, fit a device. */
@NullMarked
package io.github.dl4jhardware.examples.workflow;

import org.jspecify.annotations.NullMarked;
