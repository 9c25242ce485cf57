package io.github.dl4jhardware.neuromorphic.exchange;

import io.github.dl4jhardware.files.Sha256;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Programs as graphs of the Neuromorphic Intermediate Representation (NIR), in HDF5. Source of the
 * format: J. E. Pedersen et al., Nat. Commun. 15, 8122 (2024), and its Python package.
 *
 * <p>A layer is a Conv2d and a Threshold at t − 0.5, since NIR's threshold is strict and responses
 * are whole numbers. Groups are written out as zeros of a Conv2d with one group: the Python
 * package's type check takes a Conv2d's input features for those of a group. How the transduction
 * and the classes are expressed, and what is lost, stands in {@code docs/exchange.md}.
 */
public final class NirFile {
  static final String VERSION = "1.0";

  /** Beside the graph, where other readers do not look. */
  static final String DIGEST = "sha256_of_program";

  private NirFile() {}

  /**
   * Writes a program, all of it or nothing.
   *
   * @param program to express
   * @param file created or replaced
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if a layer's padding is not the same on both sides, which NIR
   *     cannot say
   */
  public static void write(SpikingProgram program, Path file) throws IOException {
    program.transduction().ifPresent(pixels -> checkPadding(pixels.shape()));
    program.layers().forEach(layer -> checkPadding(layer.shape()));
    String digest = Sha256.of(SpkFile.body(program));
    WholeFile.make(
        file,
        part -> {
          try (WritableHdfFile out = HdfFile.write(part)) {
            out.putDataset("version", VERSION);
            out.putDataset(DIGEST, digest);
            new Graph(out.putGroup("node")).write(program);
          }
        });
  }

  /**
   * Reads a chain of nodes as a program: Input, then Conv2d, Linear or Affine with a Threshold
   * each, Flatten, and at the end perhaps a Linear that takes the mean of each class's neurons.
   *
   * @param file written by {@link #write}, or by another program
   * @return the program
   * @throws IOException if the file cannot be read, holds what cannot run on cores, or was written
   *     here and changed since; the message names the file, the node and what would do
   */
  public static SpikingProgram read(Path file) throws IOException {
    return new NirReader(file).program();
  }

  private static void checkPadding(LayerShape shape) {
    if (outSize(shape.inHeight(), shape.padTop(), shape.kernelHeight(), shape.strideHeight())
            != shape.outHeight()
        || outSize(shape.inWidth(), shape.padLeft(), shape.kernelWidth(), shape.strideWidth())
            != shape.outWidth()) {
      throw new IllegalArgumentException(
          shape.name()
              + ": "
              + shape.outHeight()
              + "×"
              + shape.outWidth()
              + " outputs need more padding below or at the right than above or at the left, which"
              + " NIR cannot say; use symmetric padding");
    }
  }

  static int outSize(int size, int padding, int kernel, int stride) {
    return Math.floorDiv(size + 2 * padding - kernel, stride) + 1;
  }

  /** The nodes of a graph, each behind the one before. */
  private static final class Graph {
    private final WritableGroup graph;
    private final WritableGroup nodes;
    private final List<String> chain = new ArrayList<>();

    Graph(WritableGroup graph) {
      this.graph = graph;
      graph.putDataset("type", "NIRGraph");
      nodes = graph.putGroup("nodes");
    }

    void write(SpikingProgram program) {
      LayerShape first =
          program.transduction().map(PixelLayer::shape).orElse(program.layers().get(0).shape());
      node("input", "Input")
          .putDataset("shape", longs(first.inFeatures(), first.inHeight(), first.inWidth()));
      program.transduction().ifPresent(this::transduction);
      for (int i = 0; i < program.layers().size(); i++) {
        layer("layer_" + i, program.layers().get(i));
      }
      classes(program);
      String[][] edges = new String[chain.size() - 1][];
      for (int i = 0; i < edges.length; i++) {
        edges[i] = new String[] {chain.get(i), chain.get(i + 1)};
      }
      graph.putDataset("edges", edges);
    }

    private WritableGroup node(String name, String type) {
      WritableGroup node = nodes.putGroup(name);
      node.putDataset("type", type);
      chain.add(name);
      return node;
    }

    private void convolution(String name, LayerShape shape, Object weights, Object bias) {
      WritableGroup node = node(name, "Conv2d");
      node.putDataset("input_shape", longs(shape.inHeight(), shape.inWidth()));
      node.putDataset("weight", weights);
      node.putDataset("bias", bias);
      node.putDataset("stride", longs(shape.strideHeight(), shape.strideWidth()));
      node.putDataset("padding", longs(shape.padTop(), shape.padLeft()));
      node.putDataset("dilation", longs(1, 1));
      node.putDataset("groups", 1L);
      WritableGroup metadata = node.putGroup("metadata");
      metadata.putDataset("name", shape.name());
      metadata.putDataset("groups", (long) shape.groups());
    }

    /** r·scale + shift ≥ 0 in double precision is r·scale > the next number below −shift. */
    private void transduction(PixelLayer pixels) {
      LayerShape shape = pixels.shape();
      double[] flat = pixels.weights();
      double[][][][] weights =
          new double[shape.outFeatures()][shape.inFeatures()][shape.kernelHeight()]
              [shape.kernelWidth()];
      for (int i = 0; i < flat.length; i++) {
        weights[i / shape.fanIn()][i % shape.fanIn() / shape.taps()][
                i % shape.taps() / shape.kernelWidth()][i % shape.kernelWidth()] =
            flat[i];
      }
      convolution("transduction", shape, weights, new double[shape.outFeatures()]);
      double[] thresholds = pixels.shifts();
      for (int feature = 0; feature < thresholds.length; feature++) {
        thresholds[feature] = Math.nextDown(-thresholds[feature]);
      }
      node("transduction_scale", "Scale").putDataset("scale", spread(pixels.scales(), shape));
      node("transduction_threshold", "Threshold")
          .putDataset("threshold", spread(thresholds, shape));
    }

    private void layer(String name, TrinaryLayer layer) {
      LayerShape shape = layer.shape();
      float[][][][] weights =
          new float[shape.outFeatures()][shape.inFeatures()][shape.kernelHeight()]
              [shape.kernelWidth()];
      for (int feature = 0; feature < shape.outFeatures(); feature++) {
        int first = feature / shape.groupOutputs() * shape.groupInputs();
        for (int input = 0; input < shape.groupInputs(); input++) {
          for (int tap = 0; tap < shape.taps(); tap++) {
            weights[feature][first + input][tap / shape.kernelWidth()][tap % shape.kernelWidth()] =
                layer.weight(feature, input, tap);
          }
        }
      }
      convolution(name, shape, weights, new float[shape.outFeatures()]);
      double[] thresholds = new double[shape.outFeatures()];
      for (int feature = 0; feature < thresholds.length; feature++) {
        thresholds[feature] = layer.threshold(feature) - 0.5;
      }
      node(name + "_threshold", "Threshold").putDataset("threshold", spread(thresholds, shape));
    }

    private void classes(SpikingProgram program) {
      LayerShape last = program.layers().get(program.layers().size() - 1).shape();
      int positions = last.outPositions();
      WritableGroup flatten = node("flatten", "Flatten");
      flatten.putDataset("start_dim", 0L);
      flatten.putDataset("end_dim", -1L);
      flatten.putDataset(
          "input_type", longs(last.outFeatures(), last.outHeight(), last.outWidth()));
      double[][] means = new double[program.classes()][last.outFeatures() * positions];
      for (int i = 0; i < last.outFeatures() * positions; i++) {
        int own = i / positions % program.classes();
        means[own][i] = 1.0 / ((double) program.population(own) * positions);
      }
      node("classes", "Linear").putDataset("weight", means);
      node("output", "Output").putDataset("shape", longs(program.classes()));
    }

    /** A value for each feature, at every position. */
    private static double[][][] spread(double[] values, LayerShape shape) {
      double[][][] all = new double[shape.outFeatures()][shape.outHeight()][shape.outWidth()];
      for (int feature = 0; feature < values.length; feature++) {
        for (double[] row : all[feature]) {
          Arrays.fill(row, values[feature]);
        }
      }
      return all;
    }

    private static long[] longs(long... values) {
      return values;
    }
  }
}
