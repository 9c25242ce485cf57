package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.files.FolderLock;
import io.github.dl4jhardware.files.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files are whole or not there, whoever writes at the same time. */
@Timeout(120)
class WholeFileTest {
  @TempDir private Path directory;

  /** Two processes, each with two threads, replace one file; a third reads only whole ones. */
  @Test
  void manyWritersLeaveWholeFiles() throws Exception {
    Path file = directory.resolve("result.json");
    WholeFile.write(file, new byte[] {1, 1});
    List<Process> others = List.of(writer(file, 2), writer(file, 3));
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> own = new ArrayList<>();
      for (int value = 4; value <= 5; value++) {
        int mine = value;
        own.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    WholeFile.write(file, content(mine));
                  }
                  return null;
                }));
      }
      int reads = 0;
      while (others.stream().anyMatch(Process::isAlive)
          || own.stream().anyMatch(each -> !each.isDone())) {
        byte[] found = Files.readAllBytes(file);
        assertThat(found.length).isIn(2, content(2).length);
        assertThat(found).containsOnly(found[0]);
        reads++;
      }
      assertThat(reads).isGreaterThan(10);
      for (Future<?> each : own) {
        each.get();
      }
      for (Process other : others) {
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(other.exitValue()).isZero();
      }
    } finally {
      pool.shutdownNow();
      others.forEach(Process::destroyForcibly);
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
  }

  static byte[] content(int value) {
    byte[] content = new byte[100_000];
    Arrays.fill(content, (byte) value);
    return content;
  }

  private static Process writer(Path file, int value) throws IOException {
    return Processes.java(Writer.class, file.toString(), String.valueOf(value));
  }

  /** Another process that writes. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      for (int i = 0; i < 200; i++) {
        WholeFile.write(Path.of(args[0]), content(Integer.parseInt(args[1])));
      }
    }
  }

  @Test
  void plantedLinksAreNotFollowed() throws IOException {
    Path treasure = directory.resolve("treasure");
    Files.writeString(treasure, "untouched");
    Path file = directory.resolve("result.csv");
    Files.createSymbolicLink(file, treasure);
    WholeFile.write(file, "new".getBytes(StandardCharsets.UTF_8));
    assertThat(treasure).hasContent("untouched");
    assertThat(Files.isSymbolicLink(file)).isFalse();
    assertThat(file).hasContent("new");
  }

  @Test
  void permissionsAreThoseOfAnyNewFile() throws IOException {
    Path usual = Files.writeString(directory.resolve("usual"), "x");
    Path file = directory.resolve("result.csv");
    WholeFile.write(file, new byte[] {1});
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo(PosixFilePermissions.toString(Files.getPosixFilePermissions(usual)));
  }

  @Test
  void whatStoodThereStaysWhenWritingFails() throws IOException {
    Path file = directory.resolve("result.csv");
    Files.writeString(file, "old");
    assertThatThrownBy(
            () ->
                WholeFile.make(
                    file,
                    part -> {
                      Files.writeString(part, "half of the n");
                      throw new IOException("the disk is full");
                    }))
        .hasMessage(file + " cannot be written, and is as it was: the disk is full");
    assertThat(file).hasContent("old");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aSecondRunIsToldWhoseTheFolderIs() throws Exception {
    FolderLock lock = FolderLock.take(directory);
    // The run itself may take its folder again, and has it until the first lock goes.
    FolderLock.take(directory).close();
    assertThatThrownBy(() -> elsewhere(() -> FolderLock.take(directory)))
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory + " is in use by another run, process ")
        .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
    lock.close();
    // Another process has it until it is killed.
    Process owner = Processes.java(Owner.class, directory.toString());
    try {
      assertThat(owner.getInputStream().read()).isEqualTo('!');
      assertThatThrownBy(() -> FolderLock.take(directory))
          .hasMessageContaining("process " + owner.pid() + " since ");
    } finally {
      owner.destroyForcibly().waitFor();
    }
    FolderLock.take(directory).close();
  }

  private static <T> T elsewhere(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task);
    thread.start();
    thread.join();
    return task.get();
  }

  /** Another process that keeps the folder. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] args) throws Exception {
      FolderLock lock = FolderLock.take(Path.of(args[0]));
      System.out.print('!');
      System.out.flush();
      Thread.sleep(60_000);
      lock.close();
    }
  }
}
