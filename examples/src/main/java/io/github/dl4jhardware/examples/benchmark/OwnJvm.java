package io.github.dl4jhardware.examples.benchmark;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs a case of a benchmark in a JVM of its own, so that none warms up or disturbs another. */
final class OwnJvm {
  private OwnJvm() {}

  /**
   * Starts a main and reads the number in the last line that it prints.
   *
   * @param main the class
   * @param which its only argument
   * @param openMpThreads threads of ND4J's own
   * @param options options of the JVM
   */
  static double number(Class<?> main, String which, int openMpThreads, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(options));
    command.addAll(List.of("-cp", classPath(), main.getName(), which));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(openMpThreads));
    Process process = builder.start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("The case " + which + " failed");
    }
    return Double.parseDouble(printed.substring(printed.lastIndexOf('\n') + 1));
  }

  /** Maven runs mains in a class loader of its own, whose path is in another property. */
  private static String classPath() {
    if (OwnJvm.class.getClassLoader() instanceof URLClassLoader loader) {
      List<String> parts = new ArrayList<>();
      for (URL url : loader.getURLs()) {
        parts.add(Path.of(URI.create(url.toString())).toString());
      }
      return String.join(File.pathSeparator, parts);
    }
    return System.getProperty("java.class.path");
  }
}
