package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.PublishedData;
import io.github.dl4jhardware.examples.model.SavedModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;

/** Where {@link ResNetStudy} has its network and its images from. */
final class ResNetSource {
  private static final String DEFAULT = "resnet14v1_cifar10.h5";

  private ResNetSource() {}

  /** The model that was named, or the public one in the environment's data folder. */
  static Path model(@Nullable Path named) throws BadDataException {
    Path file = named;
    if (file == null) {
      for (Path root : DataFolders.environment().roots()) {
        file = root.resolve("models").resolve(DEFAULT);
      }
      if (file == null) {
        throw new BadDataException(
            "No model: name a Keras ResNet for CIFAR-10 with --model, or a folder with models/"
                + DEFAULT
                + " in HARDWARE_DATA");
      }
    }
    if (!Files.isRegularFile(file)) {
      throw new BadDataException(file + " is no file; name a Keras ResNet with --model");
    }
    return file;
  }

  /** The file's name without its ending. */
  static String name(Path model) {
    String base = model.getFileName().toString();
    return base.contains(".") ? base.substring(0, base.lastIndexOf('.')) : base;
  }

  static ComputationGraph network(Path model) throws BadDataException {
    if (SavedModels.read(model) instanceof ComputationGraph graph) {
      return graph;
    }
    throw new BadDataException(
        model + " is a network of layers in a row; this study is of a residual graph");
  }

  static ImageData images(@Nullable Path directory) throws IOException {
    Path cifar = DataFolders.of(directory).find(PublishedData.CIFAR10);
    if (cifar == null) {
      throw new BadDataException(
          "CIFAR-10 was not found: name its folder with --data-dir or HARDWARE_DATA");
    }
    return ImageData.cifar10(cifar);
  }
}
