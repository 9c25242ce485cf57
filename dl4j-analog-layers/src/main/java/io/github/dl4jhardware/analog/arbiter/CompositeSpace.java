package io.github.dl4jhardware.analog.arbiter;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.util.LeafUtils;

/**
 * A space that is made of spaces: those are its fields, which Arbiter finds by itself.
 *
 * @param <T> what a point of it is
 */
@SuppressWarnings("rawtypes") // Arbiter's own signatures.
abstract class CompositeSpace<T> extends AbstractParameterSpace<T> {
  @Override
  public int numParameters() {
    return LeafUtils.countUniqueParameters(collectLeaves());
  }

  @Override
  public List<ParameterSpace> collectLeaves() {
    return leaves(this);
  }

  private static List<ParameterSpace> leaves(ParameterSpace<?> space) {
    List<ParameterSpace> leaves = new ArrayList<>();
    for (ParameterSpace nested : space.getNestedSpaces().values()) {
      if (nested.isLeaf()) {
        leaves.add(nested);
      } else {
        leaves.addAll(leaves((ParameterSpace<?>) nested));
      }
    }
    return leaves;
  }

  @Override
  public boolean isLeaf() {
    return false;
  }

  @Override
  public void setIndices(int... indices) {
    throw new UnsupportedOperationException("Indices belong to the leaves of a space");
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + getNestedSpaces();
  }
}
