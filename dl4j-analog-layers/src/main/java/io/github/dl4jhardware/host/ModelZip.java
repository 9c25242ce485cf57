package io.github.dl4jhardware.host;

import io.github.dl4jhardware.files.WholeFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonMappingException;

/**
 * Restores networks from the zips of DL4J's ModelSerializer, whoever made them, and writes such
 * zips at the speed of a disk: {@code ModelZip.write(network, Path.of("network.zip"))}.
 *
 * <p>Each entry that is needed is read once, by the zip's directory, within bounds and against its
 * checksum; what was checked is what is restored. No Java object of the file is deserialised: DL4J
 * itself would do so with {@code preprocessor.bin}, a normaliser. Class names in the configuration
 * may be DL4J's, ND4J's, ours, and what {@link TypeNames#allow} was told.
 */
public final class ModelZip {
  static final String CONFIGURATION = "configuration.json";
  static final String PARAMETERS = "coefficients.bin";
  static final String UPDATER = "updaterState.bin";

  /** Stands there, empty, for a network without any. */
  static final String NO_PARAMETERS = "noParams.marker";

  /** What else ModelSerializer writes; not read. */
  private static final Set<String> OTHERS = Set.of("preprocessor.bin", "normalizer.bin");

  /** Objects of the user's own, by {@code ModelSerializer.addObjectToFile}; not read. */
  private static final String OBJECTS = "objects/";

  /**
   * What a network's entries may come to together, of the heap: DL4J's own reader, which older
   * files need, copies them twice.
   */
  private static final int HEAP_PART = 4;

  /** What one array of Java holds. */
  static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  private static final int LONGEST_REASON = 200;

  private ModelZip() {}

  /** A network from whole, checked content: at once, or by DL4J, which knows older files too. */
  private interface Restore<N> {
    N from(String configuration, INDArray params, @Nullable INDArray updater);

    N fromZip(InputStream zip) throws IOException;
  }

  private static final Restore<MultiLayerNetwork> SEQUENCE =
      new Restore<>() {
        @Override
        public MultiLayerNetwork from(
            String configuration, INDArray params, @Nullable INDArray updater) {
          MultiLayerConfiguration own = MultiLayerConfiguration.fromJson(configuration);
          own.setDataType(params.dataType());
          MultiLayerNetwork network = new MultiLayerNetwork(own);
          network.init(params, false);
          if (updater != null) {
            network.getUpdater().setStateViewArray(network, updater, false);
          }
          return network;
        }

        @Override
        public MultiLayerNetwork fromZip(InputStream zip) throws IOException {
          return ModelSerializer.restoreMultiLayerNetwork(zip, true);
        }
      };

  private static final Restore<ComputationGraph> GRAPH =
      new Restore<>() {
        @Override
        public ComputationGraph from(
            String configuration, INDArray params, @Nullable INDArray updater) {
          ComputationGraphConfiguration own = ComputationGraphConfiguration.fromJson(configuration);
          own.setDataType(params.dataType());
          ComputationGraph network = new ComputationGraph(own);
          network.init(params, false);
          if (updater != null) {
            network.getUpdater().setStateViewArray(updater);
          }
          return network;
        }

        @Override
        public ComputationGraph fromZip(InputStream zip) throws IOException {
          return ModelSerializer.restoreComputationGraph(zip, true);
        }
      };

  /**
   * Restores a network with its updater.
   *
   * @param file a zip of {@code ModelSerializer.writeModel} or {@code network.save}
   * @return the network
   * @throws IOException if the file is missing, cut short, damaged, too large or no model, or names
   *     other classes; the message names it and what is wrong
   */
  public static MultiLayerNetwork restoreMultiLayerNetwork(Path file) throws IOException {
    return restore(file, "MultiLayerNetwork", SEQUENCE);
  }

  /**
   * Restores a graph with its updater.
   *
   * @param file a zip of {@code ModelSerializer.writeModel} or {@code graph.save}
   * @return the graph
   * @throws IOException as {@link #restoreMultiLayerNetwork}
   */
  public static ComputationGraph restoreComputationGraph(Path file) throws IOException {
    return restore(file, "ComputationGraph", GRAPH);
  }

  /**
   * Writes a network with its updater's state, as {@code network.save(file, true)} does: the same
   * entries with the same bytes, which DL4J reads as well. Numbers are stored as they are, which
   * takes an eighth more room, and a tenth of the time that compressing them takes. The file is
   * written whole or not at all.
   *
   * @param network MultiLayerNetwork or ComputationGraph, which nobody trains meanwhile
   * @param file created or replaced
   * @throws IOException if it cannot be written, or if its numbers come to 2 GiB or more together,
   *     which cannot be read back (reading takes four times their size of heap); what stood there
   *     is as it was
   * @throws IllegalArgumentException if it is another kind of model
   */
  public static void write(Model network, Path file) throws IOException {
    write(network, file, true);
  }

  /**
   * The same with or without the updater's state.
   *
   * @param network MultiLayerNetwork or ComputationGraph
   * @param file created or replaced
   * @param withUpdater whether training is to go on from the file
   * @throws IOException as {@link #write(Model, Path)}
   */
  public static void write(Model network, Path file, boolean withUpdater) throws IOException {
    WholeFile.make(file, part -> ModelZipWriter.write(network, withUpdater, part));
  }

  private static <N> N restore(Path file, String kind, Restore<N> restore) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is missing or no file");
    }
    String what = file + " (" + Files.size(file) + " bytes)";
    Map<String, byte[]> checked;
    try {
      checked = entries(file);
    } catch (IOException e) {
      String why = e.getMessage() == null ? "it ends too soon" : e.getMessage();
      throw new IOException(what + " is not a whole model zip: " + why, e);
    }
    try {
      N network = atOnce(checked, restore);
      return network != null ? network : restore.fromZip(new ByteArrayInputStream(repack(checked)));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new IOException(what + " holds no " + kind + " that DL4J can restore: " + reason(e), e);
    } catch (OutOfMemoryError e) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s is too large for the heap of %,d MB; start Java with a larger -Xmx",
              what,
              Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  /** Null where DL4J has to look at the content itself, be it to say what is wrong with it. */
  private static <N> @Nullable N atOnce(Map<String, byte[]> entries, Restore<N> restore)
      throws IOException {
    byte[] configuration = entries.get(CONFIGURATION);
    byte[] params = entries.get(PARAMETERS);
    byte[] updater = entries.get(UPDATER);
    if (configuration == null || params == null || entries.containsKey(NO_PARAMETERS)) {
      return null;
    }
    try {
      // DL4J writes its platform's characters; what is not UTF-8 it may know to read.
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(configuration)).toString();
      return restore.from(
          text, ArrayBytes.read(params), updater == null ? null : ArrayBytes.read(updater));
    } catch (CharacterCodingException | RuntimeException e) {
      return null;
    }
  }

  /** What DL4J says, as far as it is said to people: its messages may quote the whole file. */
  private static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonMappingException json) {
        String path =
            json.getPath().stream()
                .map(
                    each ->
                        each.getFieldName() == null
                            ? "[" + each.getIndex() + "]"
                            : each.getFieldName())
                .collect(Collectors.joining("."));
        return "its " + CONFIGURATION + " does not hold what is expected at \"" + path + "\"";
      }
    }
    String message = failure.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    boolean useful = !line.isEmpty() && line.length() <= LONGEST_REASON && !line.contains("null");
    return useful ? line : "its parts do not fit each other";
  }

  private static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> found = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      long left = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PART);
      var entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        String name = entry.getName();
        if (Set.of(CONFIGURATION, PARAMETERS, UPDATER).contains(name)) {
          byte[] content = content(zip, entry, left);
          left -= content.length;
          if (found.put(name, content) != null) {
            throw new IOException("it has two entries " + name);
          }
        } else if (name.equals(NO_PARAMETERS)) {
          found.put(name, new byte[0]);
        } else if (!OTHERS.contains(name) && !name.startsWith(OBJECTS)) {
          // A name that was damaged would otherwise be an entry that is quietly left out.
          throw new IOException("DL4J writes no entry \"" + printable(name) + "\"");
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("its directory is damaged", e);
    }
    byte[] configuration = found.get(CONFIGURATION);
    byte[] parameters = found.get(PARAMETERS);
    if (configuration == null) {
      throw new IOException("it holds no " + CONFIGURATION);
    }
    TypeNames.check(configuration, CONFIGURATION);
    if (parameters == null) {
      throw new IOException("it holds no " + PARAMETERS);
    }
    for (String name : Set.of(PARAMETERS, UPDATER)) {
      byte[] content = found.get(name);
      if (content != null) {
        ArrayBytes.check(content, name);
      }
    }
    return found;
  }

  private static byte[] content(ZipFile zip, ZipEntry entry, long most) throws IOException {
    String name = entry.getName();
    if (entry.getSize() > most) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "its entry %s unfolds to %,d MB, more than there is room for: %,d MB with the heap of %,d MB; start Java with a larger -Xmx if that is right",
              name,
              entry.getSize() >> 20,
              most >> 20,
              Runtime.getRuntime().maxMemory() >> 20));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      if (in == null) {
        throw new IOException("its entry " + name + " is not there");
      }
      byte[] content = in.readNBytes((int) entry.getSize());
      CRC32 sum = new CRC32();
      sum.update(content);
      if (content.length != entry.getSize() || in.read() >= 0) {
        throw new IOException("its entry " + name + " has another length than its directory says");
      }
      if (sum.getValue() != entry.getCrc()) {
        throw new IOException("its entry " + name + " does not match its checksum");
      }
      return content;
    }
  }

  private static String printable(String name) {
    return name.replaceAll("[^ -~]", "?");
  }

  /** What was checked, and nothing else, for DL4J to read. */
  private static byte[] repack(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
