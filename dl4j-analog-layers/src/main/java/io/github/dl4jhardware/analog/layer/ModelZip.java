package io.github.dl4jhardware.analog.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Restores networks from the zips of DL4J's ModelSerializer, after checking that the file is whole.
 * ModelSerializer itself reads on to where a cut-short file ends, and fails there without naming
 * it.
 */
public final class ModelZip {
  private ModelZip() {}

  /**
   * Restores a network with its updater.
   *
   * @param file a zip of {@code ModelSerializer.writeModel} or {@code network.save}
   * @return the network
   * @throws IOException if the file is missing, cut short, damaged or no model; the message names
   *     it
   */
  public static MultiLayerNetwork restoreMultiLayerNetwork(Path file) throws IOException {
    check(file);
    return ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
  }

  /**
   * Restores a graph with its updater.
   *
   * @param file a zip of {@code ModelSerializer.writeModel} or {@code graph.save}
   * @return the graph
   * @throws IOException if the file is missing, cut short, damaged or no model; the message names
   *     it
   */
  public static ComputationGraph restoreComputationGraph(Path file) throws IOException {
    check(file);
    return ModelSerializer.restoreComputationGraph(file.toFile(), true);
  }

  /** Reads every entry once: a zip carries a checksum for each, and its directory at the end. */
  private static void check(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is missing or no file");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        CRC32 found = new CRC32();
        try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), found)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
        if (found.getValue() != entry.getCrc()) {
          throw new IOException("its entry " + entry.getName() + " does not match its checksum");
        }
      }
      for (String part : new String[] {"configuration.json", "coefficients.bin"}) {
        if (zip.getEntry(part) == null) {
          throw new IOException("it holds no " + part);
        }
      }
    } catch (IOException e) {
      throw new IOException(
          file + " (" + Files.size(file) + " bytes) is not a whole model zip: " + e.getMessage(),
          e);
    }
  }
}
