package io.github.dl4jhardware.examples.benchmark;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.descriptive.rank.Median;

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
    return numbers(main, which, openMpThreads, options)[0];
  }

  /** The same for several numbers with commas between. */
  static double[] numbers(Class<?> main, String which, int openMpThreads, String... options)
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
    String last = printed.substring(printed.lastIndexOf('\n') + 1);
    return Arrays.stream(last.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  /** Runs one case in a JVM of its own. */
  interface Run<C> {
    double rate(C which) throws IOException, InterruptedException;
  }

  /**
   * The medians of all cases, which take turns, so that a noisy minute hits them alike.
   *
   * @param cases in their order
   * @param rounds odd
   * @param run measures a case
   */
  static <C extends Enum<C>> Map<C, Double> medians(C[] cases, int rounds, Run<C> run)
      throws IOException, InterruptedException {
    double[][] rates = new double[cases.length][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int which = 0; which < cases.length; which++) {
        rates[which][round] = run.rate(cases[which]);
      }
    }
    Map<C, Double> medians = new LinkedHashMap<>();
    for (int which = 0; which < cases.length; which++) {
      medians.put(cases[which], new Median().evaluate(rates[which]));
    }
    return medians;
  }

  /** A row of a table in Markdown. */
  static String row(Object... cells) {
    return Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining(" | ", "| ", " |"));
  }

  /** The line below a table's head. */
  static String rule(int columns) {
    return "|" + "---|".repeat(columns);
  }

  /** What rates depend on: JDK, processor and its vector units, as far as the system tells. */
  static String machine() {
    String processor = "";
    try {
      Path info = Path.of("/proc/cpuinfo");
      if (Files.isReadable(info)) {
        String text = Files.readString(info);
        processor = ", " + line(text, "model name") + vectors(line(text, "flags"));
      }
    } catch (IOException e) {
      processor = "";
    }
    return "JDK "
        + System.getProperty("java.version")
        + ", "
        + System.getProperty("os.arch")
        + processor
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors";
  }

  private static String line(String text, String key) {
    return text.lines()
        .filter(each -> each.startsWith(key))
        .map(each -> each.substring(each.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static String vectors(String flags) {
    List<String> known = List.of("avx2", "avx512f", "avx512_vpopcntdq");
    List<String> there = List.of(flags.split(" "));
    return known.stream().filter(there::contains).collect(Collectors.joining(" ", " (", ")"));
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
