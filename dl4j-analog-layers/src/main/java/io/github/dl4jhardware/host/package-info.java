/** What the host's settings and layers come to, for all that looks into a DL4J network. */
@Internal
@NullMarked
package io.github.dl4jhardware.host;

import io.github.dl4jhardware.Internal;
import org.jspecify.annotations.NullMarked;
