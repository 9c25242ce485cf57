package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.files.Heap;
import io.github.dl4jhardware.files.Inflation;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model that Keras saved as HDF5: texts at its root, and a group of weights for each layer. It is
 * taken into memory and read in Java; HDF5's native library, by which DL4J reads it, is ended by
 * damaged files, and by good ones when its objects are freed on a second thread.
 */
public final class KerasFile implements Closeable {
  private static final String WEIGHTS = "model_weights";
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  private final HdfFile content;
  private final long bytes;

  /**
   * Takes a file into memory.
   *
   * @param file any
   * @throws IOException if it cannot be read
   */
  public KerasFile(Path file) throws IOException {
    bytes = Files.size(file);
    if (bytes > MOST_BYTES) {
      throw new IOException("it has " + bytes + " bytes, at most " + MOST_BYTES + " are read");
    }
    Heap.need(file.toString(), 2 * bytes);
    content = HdfFile.fromBytes(Files.readAllBytes(file));
  }

  @Override
  public void close() {
    content.close();
  }

  /**
   * A text at the root.
   *
   * @param name of the attribute
   * @return its text; null if there is none
   * @throws InvalidKerasConfigurationException if it cannot be one
   */
  @Nullable String text(String name) throws InvalidKerasConfigurationException {
    List<String> texts = texts(content, name);
    return texts.isEmpty() ? null : texts.get(0);
  }

  private List<String> texts(Group group, String name) throws InvalidKerasConfigurationException {
    Attribute attribute = group.getAttribute(name);
    if (attribute == null || attribute.isEmpty() || attribute.getSize() == 0) {
      return List.of();
    }
    if (attribute.getSizeInBytes() > bytes) {
      throw new InvalidKerasConfigurationException(
          "its attribute " + name + " is larger than the file");
    }
    Object data = attribute.getData();
    Object[] several = data instanceof Object[] array ? array : new Object[] {data};
    // Keras writes numbers where there are no names.
    return Arrays.stream(several).filter(String.class::isInstance).map(String.class::cast).toList();
  }

  /**
   * The weights of a layer.
   *
   * @param layer its name
   * @param bidirectional whether it has weights for two directions
   * @return values by the names that DL4J's import gives them
   * @throws InvalidKerasConfigurationException if there are none, or they are not as they should be
   */
  Map<String, INDArray> weights(String layer, boolean bidirectional)
      throws InvalidKerasConfigurationException {
    Group group = child(content, WEIGHTS + "/" + layer);
    Map<String, INDArray> weights = new LinkedHashMap<>();
    for (String name : texts(group, "weight_names")) {
      String direction = bidirectional ? direction(name) : "";
      weights.put(direction + parameter(layer, name), values(group, name));
    }
    return weights;
  }

  /** Such as "forward_" of bidirectional_1/forward_lstm_1/kernel:0. */
  private static String direction(String name) {
    return name.contains("/forward_") ? "forward_" : name.contains("/backward_") ? "backward_" : "";
  }

  /** Such as "kernel" of dense_1/kernel:0 (Keras 2) and "W" of dense_1_W:0 (Keras 1). */
  private static String parameter(String layer, String name) {
    String own = name.substring(name.lastIndexOf('/') + 1);
    String bare = own.startsWith(layer + "_") ? own.substring(layer.length() + 1) : own;
    return bare.replaceFirst(":\\d+$", "").replaceFirst("_\\d+$", "");
  }

  private static Group child(Group group, String path) throws InvalidKerasConfigurationException {
    Group at = group;
    for (String part : path.split("/", -1)) {
      // Links, which may lead to other files, are no groups here.
      if (!(at.getChildren().get(part) instanceof Group next)) {
        throw new InvalidKerasConfigurationException("it has no group " + path);
      }
      at = next;
    }
    return at;
  }

  private INDArray values(Group layer, String path) throws InvalidKerasConfigurationException {
    int slash = path.lastIndexOf('/');
    Group group = slash < 0 ? layer : child(layer, path.substring(0, slash));
    Node node = group.getChildren().get(path.substring(slash + 1));
    if (!(node instanceof Dataset dataset)) {
      throw new InvalidKerasConfigurationException("it has no values " + path);
    }
    long size = dataset.getSizeInBytes();
    long stored = Math.min(dataset.getStorageInBytes(), bytes);
    if (size < 0 || size > Inflation.mostBytes(stored, !dataset.getFilters().isEmpty())) {
      throw new InvalidKerasConfigurationException(
          path + " should have " + size + " bytes, more than can be in the file");
    }
    Heap.need(path, 2 * size);
    long[] shape = Arrays.stream(dataset.getDimensions()).asLongStream().toArray();
    Object values = dataset.isScalar() ? dataset.getData() : dataset.getDataFlat();
    if (values instanceof float[] floats) {
      return Nd4j.createFromArray(floats).reshape('c', shape);
    }
    if (values instanceof double[] doubles) {
      return Nd4j.createFromArray(doubles).castTo(DataType.FLOAT).reshape('c', shape);
    }
    throw new InvalidKerasConfigurationException(path + " holds no floating-point numbers");
  }
}
