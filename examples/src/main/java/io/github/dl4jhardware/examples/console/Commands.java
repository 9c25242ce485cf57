package io.github.dl4jhardware.examples.console;

import io.github.dl4jhardware.files.Causes;
import io.github.dl4jhardware.files.FolderLock;
import io.github.dl4jhardware.files.Heap;
import io.github.dl4jhardware.host.Versions;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the mains have in common: one line for what went wrong, and checked options. */
public final class Commands {
  /** What the command of this thread has taken. */
  private static final ThreadLocal<Deque<FolderLock>> FOLDERS =
      ThreadLocal.withInitial(ArrayDeque::new);

  private Commands() {}

  /**
   * Runs a command.
   *
   * @return 0 after success, 1 for data or files that are not as they should be, 2 for options that
   *     are not
   */
  public static int run(Object command, String[] args, PrintStream err) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec()
        .version(
            "dl4j-hardware " + Versions.own() + ", Deeplearning4j " + Versions.deeplearning4j());
    try {
      return execute(line, line.getCommandName(), args, err);
    } catch (OutOfMemoryError e) {
      String why = String.valueOf(e.getMessage());
      boolean heap = why.contains("heap") || why.contains("GC overhead");
      // The native memory of ND4J's arrays, or of threads, speaks for itself.
      err.println(line.getCommandName() + ": " + (heap ? Heap.exhausted() : why));
      return 1;
    } finally {
      leave();
    }
  }

  /** Where results go: to a terminal in lines of at most 79 characters. */
  public static PrintStream console() {
    return WrappedOutput.on(System.out);
  }

  private static int execute(CommandLine line, String name, String[] args, PrintStream err) {
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, failed, parsed) -> {
              Exception cause =
                  failure instanceof UncheckedIOException unchecked
                      ? unchecked.getCause()
                      : failure;
              if (cause instanceof IOException || cause instanceof IllegalStateException) {
                err.println(name + ": " + describe(cause));
                return 1;
              }
              throw failure;
            })
        .setParameterExceptionHandler(
            (wrong, arguments) -> {
              err.println(name + ": " + wrong.getMessage() + " (--help lists the options)");
              return 2;
            })
        .execute(args);
  }

  private static String describe(Exception failure) {
    if (failure instanceof FileSystemException ofSystem) {
      return Causes.of(ofSystem);
    }
    return failure.getMessage() == null
        ? "it failed without a word, by " + failure.getClass().getSimpleName()
        : failure.getMessage();
  }

  public static void check(CommandSpec spec, String option, long value, long most) {
    if (value < 1 || value > most) {
      throw wrong(spec, option + " must be 1…" + most + ", but is " + value);
    }
  }

  public static void checkAboveZero(CommandSpec spec, String option, double value, double most) {
    if (!(value > 0 && value <= most)) {
      throw wrong(spec, option + " must be above 0 and at most " + most + ", but is " + value);
    }
  }

  public static ParameterException wrong(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Makes the folder of results where it is missing, and keeps others out until the end. */
  public static void makeDirectory(CommandSpec spec, Path out) throws IOException {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw wrong(spec, "--out " + out + " is a file; it must be a directory, or not exist");
    }
    Files.createDirectories(out);
    FOLDERS.get().push(FolderLock.take(out));
  }

  private static void leave() {
    Deque<FolderLock> taken = FOLDERS.get();
    while (!taken.isEmpty()) {
      try {
        taken.pop().close();
      } catch (IOException e) {
        // The system lets go of it when the program ends.
      }
    }
    FOLDERS.remove();
  }

  /**
   * One thread for ND4J: one example is too little work to share, spiking layers have threads of
   * their own, and waiting for each other costs more.
   */
  public static void oneNativeThread() {
    nativeThreads(1);
  }

  /** Threads of ND4J's own operations. */
  public static void nativeThreads(int count) {
    Nd4j.getEnvironment().setMaxThreads(count);
    Nd4j.getEnvironment().setMaxMasterThreads(count);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(count);
    Nd4j.factory().blas().setMaxThreads(count);
  }
}
