package io.github.dl4jhardware.neuromorphic.exchange;

import io.github.dl4jhardware.files.Inflation;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What stands in a NIR file: nodes in their order and their values, with errors that name both. */
final class NirGraph {
  private final Path file;

  NirGraph(Path file) {
    this.file = file;
  }

  IOException wrong(String node, String what) {
    return new IOException(file + ", node \"" + node + "\": " + what);
  }

  Group group(Group parent, String name, String where) throws IOException {
    Node child = parent.getChildren().get(name);
    if (child instanceof Group group) {
      return group;
    }
    throw new IOException(file + " is no NIR graph: " + where + " has no group \"" + name + "\"");
  }

  /** Node names from Input to Output. */
  List<String> chain(Group graph, Group nodes) throws IOException {
    if (!(graph.getChildren().get("edges") instanceof Dataset dataset)
        || !(data(dataset) instanceof Object[][] edges)) {
      throw new IOException(file + " is no NIR graph: it has no list of edges");
    }
    String current = null;
    for (Node node : nodes) {
      if (node instanceof Group group && type(group).equals("Input")) {
        if (current != null) {
          throw wrong(node.getName(), "is a second Input; only chains can be read");
        }
        current = node.getName();
      }
    }
    if (current == null) {
      throw new IOException(file + " has no Input node");
    }
    List<String> chain = new ArrayList<>(List.of(current));
    while (true) {
      String from = current;
      List<String> next =
          Arrays.stream(edges)
              .filter(edge -> edge[0].equals(from))
              .map(edge -> (String) edge[1])
              .toList();
      if (next.isEmpty()) {
        return chain;
      }
      String to = next.get(0);
      long readers = Arrays.stream(edges).filter(edge -> edge[1].equals(to)).count();
      if (next.size() > 1 || readers > 1 || chain.contains(to)) {
        throw wrong(from, "branches, joins or closes a loop; only chains can be read");
      }
      chain.add(to);
      current = to;
    }
  }

  String type(Group node) throws IOException {
    if (node.getChildren().get("type") instanceof Dataset type
        && data(type) instanceof String text) {
      return text;
    }
    throw wrong(node.getName(), "has no type");
  }

  /** A forged size is told before memory is taken for it. */
  private void checkSize(Dataset dataset) throws IOException {
    long stored = Math.min(dataset.getStorageInBytes(), Files.size(file));
    long most = Inflation.mostBytes(stored, !dataset.getFilters().isEmpty());
    long bytes = dataset.getSizeInBytes();
    if (bytes < 0 || bytes > most) {
      throw new IOException(
          file
              + ": the dataset \""
              + dataset.getName()
              + "\" should have "
              + bytes
              + " bytes, and there can be at most "
              + most);
    }
  }

  Object data(Dataset dataset) throws IOException {
    checkSize(dataset);
    return dataset.getData();
  }

  private Object flat(Dataset dataset) throws IOException {
    checkSize(dataset);
    return dataset.getDataFlat();
  }

  Dataset dataset(Group node, String name) throws IOException {
    if (node.getChildren().get(name) instanceof Dataset dataset) {
      return dataset;
    }
    throw wrong(node.getName(), "has no \"" + name + "\"");
  }

  long[] dimensions(Group node, String name) throws IOException {
    return Arrays.stream(dataset(node, name).getDimensions()).asLongStream().toArray();
  }

  double[] doubles(Group node, String name) throws IOException {
    Dataset dataset = dataset(node, name);
    Object data = dataset.isScalar() ? data(dataset) : flat(dataset);
    if (data instanceof Number number) {
      return new double[] {number.doubleValue()};
    }
    if (data == null || !data.getClass().isArray() || !(Array.getLength(data) > 0)) {
      throw wrong(node.getName(), "its \"" + name + "\" holds no numbers");
    }
    double[] values = new double[Array.getLength(data)];
    for (int i = 0; i < values.length; i++) {
      if (!(Array.get(data, i) instanceof Number number)) {
        throw wrong(node.getName(), "its \"" + name + "\" holds no numbers");
      }
      values[i] = number.doubleValue();
    }
    return values;
  }

  int[] ints(Group node, String name) throws IOException {
    double[] values = doubles(node, name);
    int[] whole = new int[values.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (int) values[i];
      if (whole[i] != values[i]) {
        throw wrong(node.getName(), "its \"" + name + "\" is " + values[i] + ", no whole number");
      }
    }
    return whole;
  }

  int[] pair(Group node, String name) throws IOException {
    int[] values = ints(node, name);
    if (values.length > 2) {
      throw wrong(node.getName(), "its \"" + name + "\" has " + values.length + " values, not 2");
    }
    return values.length == 2 ? values : new int[] {values[0], values[0]};
  }
}
