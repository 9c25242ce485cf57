/** What the host's settings and layers come to, for all that looks into a DL4J network. */
@NullMarked
package io.github.dl4jhardware.host;

import org.jspecify.annotations.NullMarked;
