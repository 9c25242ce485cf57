package io.github.dl4jhardware.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a folder of results for one run: a second that starts there is told whose it is. The system
 * lets go of the lock when the owner ends, however it ends.
 */
public final class FolderLock implements AutoCloseable {
  private static final String NAME = ".dl4j-hardware.lock";
  private static final int LONGEST_OWNER = 200;

  private static final Map<Path, Owner> OF_THIS_PROCESS = new ConcurrentHashMap<>();

  private final Path folder;

  /** Null if the folder was the thread's already, whose first lock lets go of it. */
  private final @Nullable FileChannel channel;

  private FolderLock(Path folder, @Nullable FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Who has a folder in this process: a run may take again what it has. */
  private record Owner(Thread thread, String name) {}

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
   * Takes a folder. A thread may take again what it has taken.
   *
   * @param folder must exist
   * @return to be closed by the same thread at the end of the run
   * @throws IOException if another run has it; the message names its process and since when
   */
  public static FolderLock take(Path folder) throws IOException {
    Path real = folder.toRealPath();
    String owner =
        "process "
            + ProcessHandle.current().pid()
            + " since "
            + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    // A lock of the system is its process's, and gone when the process closes the file anywhere: a
    // second thread must not so much as open it.
    Owner here = OF_THIS_PROCESS.putIfAbsent(real, new Owner(Thread.currentThread(), owner));
    if (here != null) {
      if (here.thread() == Thread.currentThread()) {
        return new FolderLock(real, null);
      }
      throw inUse(folder, here.name());
    }
    boolean taken = false;
    try {
      FolderLock lock = attempt(folder, real, owner);
      taken = true;
      return lock;
    } finally {
      if (!taken) {
        OF_THIS_PROCESS.remove(real);
      }
    }
  }

  private static FolderLock attempt(Path folder, Path real, String owner) throws IOException {
    Path file = real.resolve(NAME);
    while (true) {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      boolean kept = false;
      try {
        if (channel.tryLock() == null) {
          throw inUse(folder, ownerIn(file));
        }
        // The owner before may have removed the file since it was opened here.
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          channel.truncate(0);
          channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)), 0);
          kept = true;
          return new FolderLock(real, channel);
        }
      } finally {
        if (!kept) {
          channel.close();
        }
      }
    }
  }

  private static String ownerIn(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException | CharacterCodingException e) {
      // It has ended this moment, or another program keeps its own there.
      return "";
    }
  }

  private static IOException inUse(Path folder, String owner) {
    String who = owner.substring(0, Math.min(owner.length(), LONGEST_OWNER));
    return new IOException(
        folder
            + " is in use by another run"
            + (who.isEmpty() ? "" : ", " + who)
            + "; wait for it, or name another folder");
  }

  @Override
  public void close() throws IOException {
    if (channel == null) {
      return;
    }
    try {
      // Before the lock goes, so that nobody else's file is removed.
      Files.deleteIfExists(folder.resolve(NAME));
    } finally {
      channel.close();
      OF_THIS_PROCESS.remove(folder);
    }
  }
}
