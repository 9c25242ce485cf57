package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The views into which a layer leaves what its parameters are to lose: DL4J subtracts them, and no
 * updater touches those of the devices. A view that was set to 0 stays so until it is written.
 */
final class ArrayGradients {
  /** Far below a gradient, far above underflow, see {@link ArrayCounters#requestedExamples}. */
  private static final float REQUEST_UNIT = 0x1p-60f;

  private final Set<String> zero = new HashSet<>();
  private Map<String, INDArray> views = Map.of();
  private @Nullable INDArray rows;

  void attach(Map<String, INDArray> gradientViews, INDArray gradientRows) {
    views = gradientViews;
    rows = gradientRows;
    zero.clear();
  }

  /** Of W, and RW where there is one, as the crossbar has them. */
  INDArray rows() {
    return Objects.requireNonNull(rows, "gradients were not attached");
  }

  INDArray view(String name) {
    return Objects.requireNonNull(views.get(name), name);
  }

  void zero(String name) {
    if (zero.add(name)) {
      view(name).assign(0);
    }
  }

  void zero(List<String> names) {
    names.forEach(this::zero);
  }

  /**
   * Writes before − after, which overwrites {@code before}, and leaves in {@code after} what {@code
   * before − (before − after)} rounds to: what the parameter will be.
   */
  void difference(String name, float[] before, float[] after) {
    for (int i = 0; i < before.length; i++) {
      float difference = before[i] - after[i];
      after[i] = before[i] - difference;
      before[i] = difference;
    }
    NativeCopy.write(before, view(name), before.length);
    zero.remove(name);
  }

  /** Marks a request of one step in the gradient of the state vector. */
  void request(long examples) {
    float[] mark = new float[ArrayCounters.LENGTH];
    mark[ArrayCounters.REQUEST_EXAMPLES] = -examples * REQUEST_UNIT;
    mark[ArrayCounters.REQUEST_MARK] = -REQUEST_UNIT;
    NativeCopy.write(mark, view(AnalogParams.STATE), mark.length);
  }
}
