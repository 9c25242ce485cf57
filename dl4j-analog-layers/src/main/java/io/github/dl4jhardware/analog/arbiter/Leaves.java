package io.github.dl4jhardware.analog.arbiter;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.util.LeafUtils;

/** What Arbiter asks of a space that is made of spaces. */
@SuppressWarnings("rawtypes") // Arbiter's own signatures.
final class Leaves {
  private Leaves() {}

  static List<ParameterSpace> of(ParameterSpace<?> space) {
    List<ParameterSpace> leaves = new ArrayList<>();
    for (ParameterSpace nested : space.getNestedSpaces().values()) {
      if (nested.isLeaf()) {
        leaves.add(nested);
      } else {
        leaves.addAll(of((ParameterSpace<?>) nested));
      }
    }
    return leaves;
  }

  static int count(ParameterSpace<?> space) {
    return LeafUtils.countUniqueParameters(of(space));
  }

  static UnsupportedOperationException noIndices() {
    return new UnsupportedOperationException("Indices belong to the leaves of a space");
  }
}
