package io.github.dl4jhardware.examples.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All benchmarks, or those that are named: each measures ours and the alternative in one run and
 * prints a table in Markdown, rates beside their ratio, and what machine it was.
 */
public final class Benchmarks {
  private static final Map<String, Benchmark> ALL = new LinkedHashMap<>();

  static {
    ALL.put("training", TrainingBenchmark::main);
    ALL.put("features", FeatureLayerBenchmark::main);
    ALL.put("convolution", ConvolutionBenchmark::main);
    ALL.put("programming", ProgrammingBenchmark::main);
    ALL.put("spiking", EednBenchmark::main);
    ALL.put("packed", PackedBenchmark::main);
    ALL.put("growth", GrowthBenchmark::main);
  }

  private Benchmarks() {}

  /** One of them. */
  private interface Benchmark {
    void run(String[] args) throws IOException, InterruptedException;
  }

  /**
   * Runs benchmarks.
   *
   * @param args their names; none for all
   * @param out for the headlines
   * @param err for what went wrong
   * @return 0, or 2 for a name that is none of theirs
   * @throws IOException if data cannot be read or a case cannot be started
   * @throws InterruptedException if interrupted
   */
  public static int run(String[] args, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    List<String> wanted =
        args.length == 0 || args[0].isBlank() ? List.copyOf(ALL.keySet()) : Arrays.asList(args);
    for (String each : wanted) {
      if (!ALL.containsKey(each)) {
        err.println("There is no benchmark \"" + each + "\"; there are " + ALL.keySet());
        return 2;
      }
    }
    for (String each : wanted) {
      Benchmark benchmark = ALL.get(each);
      if (benchmark != null) {
        out.println("## " + each);
        out.println();
        benchmark.run(new String[0]);
        out.println();
      }
    }
    return 0;
  }
}
