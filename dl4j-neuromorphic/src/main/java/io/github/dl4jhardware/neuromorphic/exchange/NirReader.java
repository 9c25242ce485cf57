package io.github.dl4jhardware.neuromorphic.exchange;

import io.github.dl4jhardware.files.Causes;
import io.github.dl4jhardware.files.Sha256;
import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks along a NIR graph and makes layers of what it meets. */
final class NirReader {
  private static final double MEAN_TOLERANCE = 1e-5;
  private static final long MOST_BYTES = 1L << 30;

  private final Path file;
  private final NirGraph graph;

  private int features;
  private int height;
  private int width;
  private boolean flattened;
  private @Nullable PixelLayer transduction;
  private final List<TrinaryLayer> layers = new ArrayList<>();

  /** What the next Threshold makes a layer of. */
  private @Nullable NirLayer pending;

  private int classes;

  NirReader(Path file) {
    this.file = file;
    graph = new NirGraph(file);
  }

  SpikingProgram program() throws IOException {
    String digest = "";
    // From memory, where a forged length meets the end of the file before memory is taken for it.
    try (HdfFile in = HdfFile.fromBytes(bytes())) {
      Group root = graph.group(in, "node", "the file");
      Group nodes = graph.group(root, "nodes", "the graph");
      List<String> chain = graph.chain(root, nodes);
      for (int i = 0; i < chain.size(); i++) {
        boolean ends =
            i + 1 == chain.size()
                || graph.type(graph.group(nodes, chain.get(i + 1), "the graph")).equals("Output");
        add(chain.get(i), graph.group(nodes, chain.get(i), "the graph"), ends);
      }
      if (in.getChildren().get(NirFile.DIGEST) instanceof Dataset written) {
        digest = String.valueOf(graph.data(written));
      }
    } catch (RuntimeException | StackOverflowError e) {
      // On damaged files the library fails with whatever its parsing meets.
      throw new IOException(file + " cannot be read as HDF5" + Causes.after(e), e);
    }
    if (pending != null || layers.isEmpty()) {
      throw graph.wrong(
          pending == null ? "the graph" : pending.node(),
          "ends without neurons; a Threshold must follow the last layer");
    }
    try {
      int last = layers.get(layers.size() - 1).shape().outFeatures();
      SpikingProgram program =
          new SpikingProgram(
              Optional.ofNullable(transduction), layers, classes == 0 ? last : classes);
      if (!digest.isEmpty() && !digest.equals(Sha256.of(SpkFile.body(program)))) {
        throw new IOException(
            file
                + " was changed since it was written: its "
                + NirFile.DIGEST
                + " does not fit the graph. Write it again, or remove that dataset if the change was meant");
      }
      return program;
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " cannot run on cores: " + e.getMessage(), e);
    }
  }

  private byte[] bytes() throws IOException {
    long size = Files.size(file);
    if (size > MOST_BYTES) {
      throw new IOException(file + " has " + size + " bytes, at most " + MOST_BYTES + " are read");
    }
    return Files.readAllBytes(file);
  }

  private void add(String name, Group node, boolean ends) throws IOException {
    String type = graph.type(node);
    try {
      switch (type) {
        case "Input" -> input(name, graph.ints(node, "shape"));
        case "Conv2d" -> convolution(name, node);
        case "Linear", "Affine" -> linear(name, node, type.equals("Affine"), ends);
        case "Scale" -> scale(name, node);
        case "Threshold" -> threshold(name, node);
        case "Flatten" -> flatten(name, node);
        case "Output" -> {}
        case "SumPool2d", "AvgPool2d" ->
            throw graph.wrong(
                name, type + " does not run on cores; use a Conv2d with a stride in its place");
        case "IF", "LIF", "CubaLIF", "LI", "CubaLI", "I" ->
            throw graph.wrong(
                name,
                type
                    + " keeps a state between time steps, which these neurons do not; use a Threshold");
        default -> throw graph.wrong(name, type + " cannot be read");
      }
    } catch (IllegalArgumentException e) {
      throw graph.wrong(name, String.valueOf(e.getMessage()));
    }
  }

  private void input(String name, int[] shape) throws IOException {
    if (shape.length != 1 && shape.length != 3) {
      throw graph.wrong(
          name, "has a shape of " + shape.length + " sizes; it must be [N] or [C, height, width]");
    }
    features = shape[0];
    height = shape.length == 3 ? shape[1] : 1;
    width = shape.length == 3 ? shape[2] : 1;
  }

  private void convolution(String name, Group node) throws IOException {
    checkNothingPending(name);
    long[] size = graph.dimensions(node, "weight");
    int[] stride = graph.pair(node, "stride");
    int[] dilation = graph.pair(node, "dilation");
    int groups = node.getChildren().containsKey("groups") ? graph.ints(node, "groups")[0] : 1;
    if (size.length != 4) {
      throw graph.wrong(name, "its weight has " + size.length + " dimensions, not 4");
    }
    if (stride[0] < 1 || stride[1] < 1) {
      throw graph.wrong(name, "a stride of " + Arrays.toString(stride) + " must be at least 1");
    }
    if (flattened) {
      throw graph.wrong(name, "a Conv2d cannot follow a Flatten");
    }
    if (dilation[0] != 1 || dilation[1] != 1) {
      throw graph.wrong(
          name, "a dilation of " + Arrays.toString(dilation) + " does not run on cores");
    }
    if (groups < 1 || size[1] * groups != features || size[0] % groups != 0) {
      throw graph.wrong(
          name,
          "its weight "
              + Arrays.toString(size)
              + " in "
              + groups
              + " groups does not take the "
              + features
              + " features before it");
    }
    int outputs = Math.toIntExact(size[0]);
    int kernelHeight = Math.toIntExact(size[2]);
    int kernelWidth = Math.toIntExact(size[3]);
    int[] padding = padding(name, node, kernelHeight, kernelWidth, stride);
    LayerShape shape =
        new LayerShape(
            name,
            features,
            height,
            width,
            outputs,
            NirFile.outSize(height, padding[0], kernelHeight, stride[0]),
            NirFile.outSize(width, padding[1], kernelWidth, stride[1]),
            1,
            kernelHeight,
            kernelWidth,
            stride[0],
            stride[1],
            padding[0],
            padding[1]);
    double[] weights = dense(graph.doubles(node, "weight"), shape, groups);
    double[] bias =
        node.getChildren().containsKey("bias") ? graph.doubles(node, "bias") : new double[outputs];
    begin(name, node, shape, weights, bias, groups);
  }

  /** The weights of groups among zeros. */
  private static double[] dense(double[] weights, LayerShape shape, int groups) {
    if (groups == 1) {
      return weights;
    }
    double[] all = new double[shape.outFeatures() * shape.fanIn()];
    int own = shape.fanIn() / groups;
    int perGroup = shape.outFeatures() / groups;
    for (int feature = 0; feature < shape.outFeatures(); feature++) {
      System.arraycopy(
          weights, feature * own, all, feature * shape.fanIn() + feature / perGroup * own, own);
    }
    return all;
  }

  private int[] padding(String name, Group node, int kernelHeight, int kernelWidth, int[] stride)
      throws IOException {
    Object data = graph.data(graph.dataset(node, "padding"));
    if (!(data instanceof String word)) {
      return graph.pair(node, "padding");
    }
    if (word.equals("valid")) {
      return new int[] {0, 0};
    }
    if (word.equals("same")
        && kernelHeight % 2 == 1
        && kernelWidth % 2 == 1
        && stride[0] == 1
        && stride[1] == 1) {
      return new int[] {kernelHeight / 2, kernelWidth / 2};
    }
    throw graph.wrong(
        name,
        "padding \""
            + word
            + "\" can be read only with an odd kernel at stride 1; give it in numbers");
  }

  private void linear(String name, Group node, boolean affine, boolean ends) throws IOException {
    checkNothingPending(name);
    long[] size = graph.dimensions(node, "weight");
    int inputs = features * height * width;
    if (size.length != 2 || size[1] != inputs) {
      throw graph.wrong(
          name,
          "its weight "
              + Arrays.toString(size)
              + " does not take the "
              + inputs
              + " values before it");
    }
    if (!flattened && height * width > 1) {
      throw graph.wrong(
          name, "a " + (affine ? "Affine" : "Linear") + " on images needs a Flatten first");
    }
    int outputs = Math.toIntExact(size[0]);
    double[] weights = graph.doubles(node, "weight");
    double[] bias = affine ? graph.doubles(node, "bias") : new double[outputs];
    if (!affine && ends && means(weights, outputs)) {
      classes = outputs;
      return;
    }
    LayerShape shape =
        new LayerShape(name, features, height, width, outputs, 1, 1, 1, height, width, 1, 1, 0, 0);
    begin(name, node, shape, weights, bias, 1);
  }

  /** Whether each row takes the mean of the features i with i mod rows = its own number. */
  private boolean means(double[] weights, int rows) {
    int positions = height * width;
    if (layers.isEmpty() || rows > features) {
      return false;
    }
    for (int row = 0; row < rows; row++) {
      int population = (features - row + rows - 1) / rows;
      double mean = 1.0 / ((double) population * positions);
      for (int i = 0; i < features * positions; i++) {
        double wanted = i / positions % rows == row ? mean : 0;
        if (Math.abs(weights[row * features * positions + i] - wanted) > MEAN_TOLERANCE * mean) {
          return false;
        }
      }
    }
    return true;
  }

  private void begin(
      String node, Group group, LayerShape shape, double[] weights, double[] bias, int groups)
      throws IOException {
    if (bias.length != shape.outFeatures()) {
      throw graph.wrong(
          node, "has a bias of " + bias.length + " values, not " + shape.outFeatures());
    }
    String name = node;
    int wanted = groups;
    if (group.getChildren().get("metadata") instanceof Group metadata) {
      if (metadata.getChildren().get("name") instanceof Dataset given
          && graph.data(given) instanceof String text) {
        name = text;
      }
      if (metadata.getChildren().containsKey("groups")) {
        wanted = graph.ints(metadata, "groups")[0];
      }
    }
    pending = new NirLayer(graph, node, name, shape, weights, bias, wanted);
    flattened = false;
  }

  private void checkNothingPending(String name) throws IOException {
    if (pending != null) {
      throw graph.wrong(pending.node(), "a Threshold must follow before \"" + name + "\"");
    }
  }

  private void scale(String name, Group node) throws IOException {
    if (pending == null || pending.scaled()) {
      throw graph.wrong(name, "a Scale is read only right behind the Conv2d of a transduction");
    }
    pending.scale(perFeature(name, graph.doubles(node, "scale"), pending.shape()));
  }

  private double[] perFeature(String name, double[] values, LayerShape shape) throws IOException {
    int positions = shape.outPositions();
    if (values.length != shape.outFeatures() * positions) {
      throw graph.wrong(
          name,
          "has "
              + values.length
              + " values for "
              + shape.outFeatures()
              + " features at "
              + positions
              + " positions");
    }
    double[] each = new double[shape.outFeatures()];
    for (int i = 0; i < values.length; i++) {
      double first = values[i / positions * positions];
      if (Double.compare(values[i], first) != 0) {
        throw graph.wrong(
            name,
            "differs from position to position in feature "
                + i / positions
                + "; the neurons of a feature share one value");
      }
      each[i / positions] = first;
    }
    return each;
  }

  private void threshold(String name, Group node) throws IOException {
    NirLayer before = pending;
    if (before == null) {
      throw graph.wrong(name, "a Threshold must follow a Conv2d, Linear or Affine");
    }
    LayerShape shape = before.shape();
    double[] thresholds = perFeature(name, graph.doubles(node, "threshold"), shape);
    before.checkNumbers(name, thresholds);
    if (before.trinary()) {
      layers.add(before.trinary(thresholds));
    } else if (transduction == null && layers.isEmpty()) {
      transduction = before.pixels(thresholds);
    } else {
      throw graph.wrong(
          before.node(),
          "has weights other than -1, 0 and 1, or a Scale; only the first layer, which takes"
              + " pixels, may");
    }
    features = shape.outFeatures();
    height = shape.outHeight();
    width = shape.outWidth();
    pending = null;
  }

  private void flatten(String name, Group node) throws IOException {
    checkNothingPending(name);
    int start = graph.ints(node, "start_dim")[0];
    int end = graph.ints(node, "end_dim")[0];
    if (start != 0 || (end != -1 && end != 2)) {
      throw graph.wrong(
          name,
          "flattens dimensions "
              + start
              + " to "
              + end
              + "; only all of [C, height, width] can be");
    }
    flattened = true;
  }
}
