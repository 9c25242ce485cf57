package io.github.dl4jhardware.analog.layer;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Tells the two layers of the host's Bidirectional apart. It makes them one after the other, of the
 * same index, and hands neither a word of which it is; but the parameters of the second begin where
 * those of the first end. They are two arrays, and so must draw other devices.
 */
final class Halves {
  /** The layer that a thread made last. */
  private record Made(int index, WeakReference<DataBuffer> memory, long end) {}

  private static final ThreadLocal<@Nullable Made> LAST = new ThreadLocal<>();

  private Halves() {}

  /**
   * Whether a layer is the second of two.
   *
   * @param index as the host counts layers
   * @param params all of the layer's, a view of the network's
   * @return false for every layer outside of Bidirectional
   */
  static boolean second(int index, INDArray params) {
    DataBuffer memory = params.data().originalDataBuffer();
    DataBuffer own = memory == null ? params.data() : memory;
    long begin = params.data().addressPointer().address();
    Made last = LAST.get();
    LAST.set(
        new Made(
            index,
            new WeakReference<>(own),
            begin + params.length() * params.data().getElementSize()));
    return last != null
        && last.index() == index
        && last.end() == begin
        && last.memory().get() == own;
  }
}
