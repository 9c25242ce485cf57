package io.github.dl4jhardware.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files each whole or not at all, whoever else writes them at the same time: into a file of
 * its own name beside the target, to the disk, and then in its place in one step.
 */
public final class WholeFile {
  private static final int ATTEMPTS = 100;

  private WholeFile() {}

  /** What makes a file. */
  public interface Maker {
    /**
     * Writes the content.
     *
     * @param part an empty file to be filled
     * @throws IOException if that fails
     */
    void make(Path part) throws IOException;
  }

  /**
   * Writes bytes.
   *
   * @param file created or replaced; a link in its place is replaced, not followed
   * @param content all of it
   * @throws IOException if it cannot be written; what stood there is as it was
   */
  public static void write(Path file, byte[] content) throws IOException {
    make(file, part -> Files.write(part, content));
  }

  /**
   * Lets a library write, that wants a path.
   *
   * @param file created or replaced; a link in its place is replaced, not followed
   * @param maker fills a file whose name ends as that of the target
   * @throws IOException if it cannot be written; what stood there is as it was
   */
  public static void make(Path file, Maker maker) throws IOException {
    Path part = part(file);
    try {
      maker.make(part);
      try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      try {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (FileSystemException e) {
      throw cannot(file, ": " + Causes.of(e), e);
    } catch (IOException e) {
      // A full disk is told without the name of the file.
      throw cannot(file, Causes.after(e), e);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static IOException cannot(Path file, String why, IOException cause) {
    return new IOException(file + " cannot be written, and is as it was" + why, cause);
  }

  /** A new, empty file beside another, with the permissions that files usually get here. */
  private static Path part(Path file) throws IOException {
    Path name = file.getFileName();
    if (name == null) {
      throw new IOException(file + " is no name of a file");
    }
    String text = name.toString();
    int dot = text.lastIndexOf('.');
    String ending = dot < 0 ? "" : text.substring(dot);
    for (int attempt = 0; ; attempt++) {
      String own =
          String.format(
              Locale.ROOT,
              ".%s.%016x.part%s",
              text,
              ThreadLocalRandom.current().nextLong(),
              ending);
      Path part = file.resolveSibling(own);
      try {
        // Fails on whatever is there already, links included.
        Files.write(part, new byte[0], StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return part;
      } catch (FileAlreadyExistsException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
