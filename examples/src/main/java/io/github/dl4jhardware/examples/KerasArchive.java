package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.files.Heap;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A file of Keras's as DL4J's import wants to read it, without HDF5's native library: damaged files
 * end the JVM there, and made ones may do worse. The file is taken into memory and read by jHDF;
 * the native library, which DL4J loads and opens a file with in any case, is given one of ours.
 */
final class KerasArchive extends Hdf5Archive {
  private static final long ALWAYS_ALLOWED_BYTES = 1 << 20;

  /** What gzip can do at the most. */
  private static final long MOST_INFLATION = 1032;

  private final HdfFile content;
  private final long bytes;
  private boolean closed;

  private KerasArchive(byte[] bytes, Path empty) {
    super(empty.toString());
    this.bytes = bytes.length;
    content = HdfFile.fromBytes(bytes);
  }

  /**
   * Takes a file into memory.
   *
   * @param file any
   * @return its content
   * @throws IOException if it cannot be read
   */
  static KerasArchive open(Path file) throws IOException {
    Heap.need(file.toString(), 2 * Files.size(file));
    byte[] bytes = Files.readAllBytes(file);
    Path directory = Files.createTempDirectory("keras");
    Path empty = directory.resolve("empty.h5");
    try {
      try (WritableHdfFile nothing = HdfFile.write(empty)) {
        nothing.putDataset("nothing", new float[] {0});
      }
      return new KerasArchive(bytes, empty);
    } finally {
      Files.deleteIfExists(empty);
      Files.delete(directory);
    }
  }

  /** Builders of DL4J's close what they were given, and whoever opened it does so, too. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      content.close();
      super.close();
    }
  }

  private Group group(String... path) {
    Group at = content;
    for (String part : String.join("/", path).split("/", -1)) {
      if (!part.isEmpty()) {
        // Links, which may lead to other files, are no groups here.
        if (!(at.getChildren().get(part) instanceof Group child)) {
          throw new IllegalArgumentException("it has no group " + String.join("/", path));
        }
        at = child;
      }
    }
    return at;
  }

  private List<String> names(Class<? extends Node> kind, String... path) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, Node> child : group(path).getChildren().entrySet()) {
      if (kind.isInstance(child.getValue())) {
        names.add(child.getKey());
      }
    }
    return names;
  }

  @Override
  public List<String> getDataSets(String... groups) {
    return names(Dataset.class, groups);
  }

  @Override
  public List<String> getGroups(String... groups) {
    return names(Group.class, groups);
  }

  @Override
  public boolean hasAttribute(String name, String... groups) {
    return group(groups).getAttributes().containsKey(name);
  }

  /** The text of an attribute, or the first of several; empty if there is none in it. */
  private String text(String name, String... groups) {
    Attribute attribute = group(groups).getAttribute(name);
    if (attribute == null) {
      throw new IllegalArgumentException("it has no attribute " + name);
    }
    if (attribute.getSizeInBytes() > bytes) {
      throw new IllegalArgumentException("its attribute " + name + " is larger than the file");
    }
    if (attribute.isEmpty() || attribute.getSize() == 0) {
      return "";
    }
    Object data = attribute.getData();
    Object first = data instanceof Object[] several ? several[0] : data;
    return first instanceof String text ? text : "";
  }

  @Override
  public String readAttributeAsJson(String name, String... groups) {
    return text(name, groups);
  }

  @Override
  public String readAttributeAsString(String name, String... groups) {
    return text(name, groups);
  }

  @Override
  public String readAttributeAsFixedLengthString(String name, int length) {
    String text = text(name);
    return text.substring(0, Math.min(length, text.length()));
  }

  /** The only use is to count what is in it. */
  @Override
  public org.bytedeco.hdf5.Group[] openGroups(String... groups) {
    return new org.bytedeco.hdf5.Group[] {new Counted(group(groups).getChildren().size())};
  }

  @Override
  public void closeGroups(org.bytedeco.hdf5.Group[] groups) {
    // They hold nothing.
  }

  @Override
  public INDArray readDataSet(String name, String... groups) {
    String where = String.join("/", groups) + "/" + name;
    if (!(group(groups).getChildren().get(name) instanceof Dataset dataset)) {
      throw new IllegalArgumentException("it has no values " + where);
    }
    long inflation = dataset.getFilters().isEmpty() ? 1 : MOST_INFLATION;
    long size = dataset.getSizeInBytes();
    if (size < 0 || size > Math.max(ALWAYS_ALLOWED_BYTES, inflation * bytes)) {
      throw new IllegalArgumentException(
          where + " should have " + size + " bytes, more than can be in the file");
    }
    Object values = dataset.isScalar() ? new Object[] {dataset.getData()} : dataset.getDataFlat();
    long[] shape = Arrays.stream(dataset.getDimensions()).asLongStream().toArray();
    if (values instanceof float[] floats) {
      return Nd4j.createFromArray(floats).reshape('c', shape);
    }
    if (values instanceof double[] doubles) {
      return Nd4j.createFromArray(doubles).castTo(DataType.FLOAT).reshape('c', shape);
    }
    throw new IllegalArgumentException(where + " holds no floating-point numbers");
  }

  /** A group of the native library's that knows its size, and nothing else. */
  private static final class Counted extends org.bytedeco.hdf5.Group {
    private final long count;

    Counted(long count) {
      super((org.bytedeco.javacpp.Pointer) null);
      this.count = count;
    }

    @Override
    public long getNumObjs() {
      return count;
    }
  }
}
