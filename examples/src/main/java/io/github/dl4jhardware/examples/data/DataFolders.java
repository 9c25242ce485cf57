package io.github.dl4jhardware.examples.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.deeplearning4j.common.resources.DL4JResources;
import org.jspecify.annotations.Nullable;

/**
 * Where data sets are looked for: in the directory that the user named and nowhere else; without
 * one in that of {@code HARDWARE_DATA}, then where DL4J keeps its own data.
 *
 * @param roots in the order in which they are searched
 */
public record DataFolders(List<Path> roots) {
  /** The environment variable that names a directory of data sets. */
  public static final String VARIABLE = "HARDWARE_DATA";

  /** Copies the list. */
  public DataFolders {
    roots = List.copyOf(roots);
  }

  /**
   * The places for an option.
   *
   * @param option a directory that the user named, or null
   * @return that one, or all others
   */
  public static DataFolders of(@Nullable Path option) {
    if (option != null) {
      return new DataFolders(List.of(option));
    }
    List<Path> roots = new ArrayList<>(environment().roots());
    roots.add(DL4JResources.getBaseDirectory().toPath().resolve("data"));
    return new DataFolders(roots);
  }

  /**
   * The environment's place alone.
   *
   * @return the directory of {@code HARDWARE_DATA}, or none
   */
  public static DataFolders environment() {
    String directory = System.getenv(VARIABLE);
    return new DataFolders(
        directory == null || directory.isBlank() ? List.of() : List.of(Path.of(directory)));
  }

  /**
   * Looks for a data set.
   *
   * @param data which
   * @return the first folder that holds all of its files: one of its name, or a root itself; where
   *     there is none, the first with its first file, whose reader names those that are missing;
   *     else null
   */
  public @Nullable Path find(PublishedData data) {
    List<Path> folders =
        roots.stream()
            .flatMap(
                root ->
                    Stream.of(
                        root.resolve(data.folder()),
                        root.resolve(data.folder().toUpperCase(Locale.ROOT)),
                        root))
            .toList();
    return folders.stream()
        .filter(folder -> isWhole(data, folder))
        .findFirst()
        .or(() -> folders.stream().filter(each -> exists(each, data.files().get(0))).findFirst())
        .orElse(null);
  }

  /**
   * Whether all files of a data set are in a folder.
   *
   * @param data which
   * @param folder where
   * @return true if its reader would find them
   */
  public static boolean isWhole(PublishedData data, Path folder) {
    return data.files().stream().allMatch(name -> exists(folder, name));
  }

  /** Packed or not. */
  static boolean exists(Path folder, String name) {
    return Files.isRegularFile(folder.resolve(name))
        || (name.endsWith(".gz")
            && Files.isRegularFile(folder.resolve(name.substring(0, name.length() - 3))));
  }
}
