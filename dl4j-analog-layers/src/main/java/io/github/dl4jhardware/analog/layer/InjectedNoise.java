package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.device.Draws;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * W with the noise of a step, for targets that only infer: drawn once for the weights and the step
 * that it is of, since an output layer's forward pass comes twice in a step, for gradients and for
 * the score.
 */
final class InjectedNoise {
  private static final float[] NOTHING = new float[0];

  private final ArrayParameters params;
  private final ArrayPlace place;
  private @Nullable INDArray noisy;
  private float[] into = NOTHING;
  private long step = -1;

  /** Whether the present pass has looked whether the weights are still the same. */
  private boolean checked;

  InjectedNoise(ArrayParameters params, ArrayPlace place) {
    this.params = params;
    this.place = place;
  }

  /** A training pass begins, whose weights may have been changed. */
  void passBegins() {
    checked = false;
  }

  /** Inference needs none. */
  void forget() {
    noisy = null;
    into = NOTHING;
  }

  /** All cells, W's and the bias row's, as one vector of a type. */
  INDArray cells(InferenceSynapse target, DataType type) {
    INDArray all = noisy;
    if (all != null && checked) {
      return all;
    }
    long now = params.counters().get(Count.STEPS);
    float[] weights = params.weights();
    if (all == null || step != now || !Arrays.equals(weights, into)) {
      into = weights.clone();
      step = now;
      long key = Draws.key(place.chipSeed(), place.layer(), Draws.INJECTED_NOISE, now);
      float[] drawn = target.inject(weights, params.settings().columns(), key);
      // It outlives the pass, and so the host's workspace.
      all = Nd4j.create(drawn, new long[] {drawn.length}, 'c').castTo(type).detach();
      noisy = all;
    }
    checked = true;
    return all;
  }
}
