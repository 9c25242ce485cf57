package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.analog.fit.BadCurveException;
import io.github.dl4jhardware.examples.data.BadDataException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the mains have in common: one line for what went wrong, and checked options. */
final class Commands {
  private Commands() {}

  /**
   * Runs a command.
   *
   * @return 0 after success, 1 for data or files that are not as they should be, 2 for options that
   *     are not
   */
  static int run(Object command, String[] args, PrintStream err) {
    CommandLine line = new CommandLine(command);
    String name = line.getCommandName();
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
    // The file system's own exceptions say which file, but not always what is wrong with it.
    return failure instanceof BadDataException
            || failure instanceof BadCurveException
            || failure instanceof IllegalStateException
        ? String.valueOf(failure.getMessage())
        : failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }

  static void check(CommandSpec spec, String option, long value, long most) {
    if (value < 1 || value > most) {
      throw wrong(spec, option + " must be 1…" + most + ", but is " + value);
    }
  }

  static void checkAboveZero(CommandSpec spec, String option, double value, double most) {
    if (!(value > 0 && value <= most)) {
      throw wrong(spec, option + " must be above 0 and at most " + most + ", but is " + value);
    }
  }

  static ParameterException wrong(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  static void makeDirectory(CommandSpec spec, Path out) throws IOException {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw wrong(spec, "--out " + out + " is a file; it must be a directory, or not exist");
    }
    Files.createDirectories(out);
  }

  /**
   * One thread for ND4J: one example is too little work to share, spiking layers have threads of
   * their own, and waiting for each other costs more.
   */
  static void oneNativeThread() {
    nativeThreads(1);
  }

  /** Threads of ND4J's own operations. */
  static void nativeThreads(int count) {
    Nd4j.getEnvironment().setMaxThreads(count);
    Nd4j.getEnvironment().setMaxMasterThreads(count);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(count);
    Nd4j.factory().blas().setMaxThreads(count);
  }
}
