/**
 * One physical law per file: phase-change memory, 3T1C capacitor, and the random draws they use.
 *
 * <p>Arrays and keys go in, arrays come out; nothing here knows Deeplearning4j. Conductances are in
 * µS, times in seconds or in training examples, as the names say.
 */
@Internal
@NullMarked
package io.github.dl4jhardware.analog.device;

import io.github.dl4jhardware.Internal;
import org.jspecify.annotations.NullMarked;
