package io.github.dl4jhardware.examples.benchmark;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.PcmPairSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.cell.TransferReport;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * How long it takes to program an array in closed loop: pairs of PCM devices from RESET to random
 * weights, pulse by pulse with a verify read after each, against the published error of a whole
 * attempt, on one thread and on all. Prints medians.
 */
public final class ProgrammingBenchmark {
  private static final int ROUNDS = 9;
  private static final int[] SIZES = {150, 512};

  private ProgrammingBenchmark() {}

  /**
   * Runs the benchmark.
   *
   * @param args none
   */
  public static void main(String[] args) {
    int processors = Runtime.getRuntime().availableProcessors();
    System.out.printf(
        Locale.ROOT, "%s, median of %d rounds after one to warm up.%n%n", OwnJvm.machine(), ROUNDS);
    System.out.println(
        OwnJvm.row("array", "cells", "threads", "ms", "rms error, weights", "outside tolerance"));
    System.out.println(OwnJvm.rule(6));
    Map<String, Synapse> synapses = new LinkedHashMap<>();
    synapses.put("PCM pair, SET ladder with verify", ladder());
    synapses.put("PCM pair, published error of an attempt", fitted());
    synapses.put("2PCM+3T1C, SET ladder, residual on the capacitor", Synapses.pcmCapacitor2018());
    for (int size : SIZES) {
      for (Map.Entry<String, Synapse> each : synapses.entrySet()) {
        for (int threads : processors > 1 ? new int[] {1, processors} : new int[] {1}) {
          System.out.println(measure(each.getKey(), each.getValue(), size, threads));
        }
      }
    }
  }

  private static PcmPairSynapse ladder() {
    return Synapses.pcmPair();
  }

  private static PcmPairSynapse fitted() {
    PcmCapacitorSynapse linear = Synapses.pcmCapacitorLinear();
    return new PcmPairSynapse(
        linear.pcm(), linear.write(), 1000, linear.gain(), linear.microSiemensPerWeight());
  }

  private static String measure(String what, Synapse synapse, int size, int threads) {
    SynapseArray array = synapse.array(size, size, 1, 0);
    float[] weights = new float[size * size];
    SplittableRandom random = new SplittableRandom(7);
    for (int cell = 0; cell < weights.length; cell++) {
      weights[cell] = (float) random.nextDouble(-1.4, 1.4);
    }
    double[] seconds = new double[ROUNDS];
    TransferReport report = array.program(weights, 0);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      for (int round = -1; round < ROUNDS; round++) {
        long key = round + 1L;
        long start = System.nanoTime();
        // Parallel streams stay in the pool that they are called from.
        report = pool.submit(() -> array.program(weights, key)).join();
        if (round >= 0) {
          seconds[round] = (System.nanoTime() - start) * 1e-9;
        }
      }
    } finally {
      pool.shutdown();
    }
    return OwnJvm.row(
        size + "x" + size,
        what,
        threads,
        String.format(Locale.ROOT, "%.1f", 1000 * new Median().evaluate(seconds)),
        String.format(Locale.ROOT, "%.4f", report.rmsError()),
        String.format(Locale.ROOT, "%,d of %,d", report.failures(), weights.length));
  }
}
