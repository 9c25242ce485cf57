package io.github.dl4jhardware.examples.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Folders that hold a folder for each class; what begins with a dot is none. */
final class ClassFolders {
  private ClassFolders() {}

  /**
   * The classes of two sets.
   *
   * @throws BadDataException if they are not the same
   */
  static List<String> sameIn(Path train, Path test) throws IOException {
    List<String> classes = classes(train);
    List<String> others = classes(test);
    if (!classes.equals(others)) {
      throw new BadDataException(
          test + " has the classes " + others + ", but " + train + " has " + classes);
    }
    return classes;
  }

  private static List<String> classes(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new BadDataException(
          directory + " is not a directory; folders, one for each class, are expected");
    }
    try (Stream<Path> children = Files.list(directory)) {
      List<String> names =
          children
              .filter(Files::isDirectory)
              .map(child -> child.getFileName().toString())
              .filter(child -> !child.startsWith("."))
              .sorted()
              .toList();
      if (names.isEmpty()) {
        throw new BadDataException(directory + " has no folders; one for each class is expected");
      }
      return names;
    }
  }

  /** The files of a class, in the order of their names; at least one. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      List<Path> files =
          children
              .filter(child -> !child.getFileName().toString().startsWith("."))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new BadDataException(folder + " is empty; it should hold the examples of a class");
      }
      return files;
    }
  }
}
