/** Named parameter sets, one for each source; every value says where it comes from. */
@NullMarked
package io.github.dl4jhardware.analog.preset;

import org.jspecify.annotations.NullMarked;
