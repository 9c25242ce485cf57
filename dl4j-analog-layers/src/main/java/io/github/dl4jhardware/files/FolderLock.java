package io.github.dl4jhardware.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a folder of results for one run: a second that starts there is told whose it is. The system
 * lets go of the lock when the owner ends, however it ends.
 */
public final class FolderLock implements AutoCloseable {
  private static final String NAME = ".lock";
  private static final int LONGEST_OWNER = 200;

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * What is done while a folder is taken.
   *
   * @param <T> its result
   */
  public interface Work<T> {
    /**
     * Does it.
     *
     * @return the result
     * @throws IOException if files fail
     */
    T run() throws IOException;
  }

  /**
   * Takes a folder, works, and lets go of it.
   *
   * @param <T> the work's result
   * @param folder must exist
   * @param work what is done in it
   * @return what the work returns
   * @throws IOException as {@link #take}, or from the work
   */
  public static <T> T during(Path folder, Work<T> work) throws IOException {
    FolderLock lock = take(folder);
    try {
      return work.run();
    } finally {
      lock.close();
    }
  }

  /**
   * Takes a folder.
   *
   * @param folder must exist
   * @return to be closed at the end of the run
   * @throws IOException if another run has it; the message names its process and since when
   */
  public static FolderLock take(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    String owner =
        String.format(
            Locale.ROOT,
            "process %d since %s, run %016x",
            ProcessHandle.current().pid(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS),
            ThreadLocalRandom.current().nextLong());
    while (true) {
      FolderLock lock = attempt(folder, file, owner);
      // The owner before may have removed the file between its opening and its locking here.
      if (Files.exists(file) && Files.readString(file, StandardCharsets.UTF_8).equals(owner)) {
        return lock;
      }
      lock.channel.close();
    }
  }

  private static FolderLock attempt(Path folder, Path file, String owner) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    boolean taken = false;
    try {
      if (lock(channel) == null) {
        String other =
            Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8).strip() : "";
        throw new IOException(
            folder
                + " is in use by another run"
                + (other.isEmpty()
                    ? ""
                    : ", " + other.substring(0, Math.min(other.length(), LONGEST_OWNER)))
                + "; wait for it, or name another folder");
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)), 0);
      taken = true;
      return new FolderLock(file, channel);
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // This process has it already, in another thread.
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    // Before the lock goes, so that nobody else's file is removed.
    Files.deleteIfExists(file);
    channel.close();
  }
}
