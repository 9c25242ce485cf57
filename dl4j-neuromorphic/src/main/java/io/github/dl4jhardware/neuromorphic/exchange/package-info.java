/** Files for other programs: .spk, NIR, RANC. */
@NullMarked
package io.github.dl4jhardware.neuromorphic.exchange;

import org.jspecify.annotations.NullMarked;
