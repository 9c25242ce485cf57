package io.github.dl4jhardware.neuromorphic.train;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a layer made of one batch, kept until the layers behind it have read it: spikes as bits. */
final class KeptActivations {
  private final DataType type;
  private final long[] shape;

  /** One bit a value where all are 0 or 1. */
  private final long[] bits;

  /** The values themselves, in their own precision, where they are not. */
  private final @Nullable INDArray values;

  KeptActivations(INDArray activations) {
    type = activations.dataType();
    shape = activations.shape();
    INDArray own = activations.dup('c').detach();
    float[] all = own.data().asFloat();
    long[] packed = new long[(all.length + 63) / 64];
    boolean binary = true;
    for (int i = 0; i < all.length && binary; i++) {
      binary = all[i] == 0 || all[i] == 1;
      if (all[i] == 1) {
        packed[i >> 6] |= 1L << i;
      }
    }
    bits = binary ? packed : new long[0];
    values = binary ? null : own;
  }

  /** A copy, for a layer that may write into its input. */
  INDArray array() {
    INDArray own = values;
    if (own != null) {
      return own.dup('c');
    }
    float[] all = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < all.length; i++) {
      all[i] = bits[i >> 6] >>> i & 1;
    }
    return Nd4j.create(all, shape, 'c').castTo(type);
  }
}
