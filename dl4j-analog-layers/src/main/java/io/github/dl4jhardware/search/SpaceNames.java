package io.github.dl4jhardware.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.BaseNetworkSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;

/** Names of a network space's parameters: the path of fields to each, as people would say it. */
@SuppressWarnings("rawtypes") // Arbiter's own signatures.
final class SpaceNames {
  private final List<String> names = new ArrayList<>();
  private final List<ParameterSpace> leaves = new ArrayList<>();

  SpaceNames(ParameterSpace<?> network) {
    add("", network);
    if (network instanceof BaseNetworkSpace<?> space) {
      for (BaseNetworkSpace.LayerConf layer : space.getLayerSpaces()) {
        add(layer.getLayerName(), layer.getLayerSpace());
        add(layer.getLayerName() + ".layers", layer.getNumLayers());
      }
    }
  }

  private void add(String name, ParameterSpace<?> space) {
    if (space.isLeaf()) {
      if (space.numParameters() > 0 && leaves.stream().noneMatch(leaf -> leaf == space)) {
        names.add(name);
        leaves.add(space);
      }
      return;
    }
    space
        .getNestedSpaces()
        .forEach(
            (field, nested) ->
                add(name.isEmpty() ? field : name + "." + field, (ParameterSpace<?>) nested));
  }

  Map<String, String> values(double[] point) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < leaves.size() && point.length > 0; i++) {
      values.put(names.get(i), String.valueOf(leaves.get(i).getValue(point)));
    }
    return values;
  }
}
