package io.github.dl4jhardware.examples.benchmark;

import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.PublishedData;
import io.github.dl4jhardware.neuromorphic.core.CoreSimulator;
import io.github.dl4jhardware.neuromorphic.core.Placement;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.network.EednNetworks;
import io.github.dl4jhardware.neuromorphic.packed.PackedNetwork;
import io.github.dl4jhardware.neuromorphic.train.RunningStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Frames a second of the one-chip network on packed bits against DL4J's {@code output()} of the
 * same network, and ticks a second of its simulated cores; on one and two threads, the cases taking
 * turns. On CIFAR-10 where it is found, else on generated digits; weights as drawn, statistics as
 * measured on the images. Prints medians and ratios.
 */
public final class PackedBenchmark {
  private static final int ROUNDS = 5;
  private static final int FRAMES = 1024;
  private static final int LAYER_FRAMES = 256;
  private static final int TICKS = 60;

  private PackedBenchmark() {}

  /** What takes how many frames. */
  private record Case(String title, int threads, int frames, Runnable work) {}

  /**
   * Runs the benchmark.
   *
   * @param args none
   * @throws IOException if the data cannot be read
   */
  public static void main(String[] args) throws IOException {
    Commands.oneNativeThread();
    Path cifar = DataFolders.of(null).find(PublishedData.CIFAR10);
    ImageData data = cifar == null ? ImageData.synthetic().pad(32, 32) : ImageData.cifar10(cifar);
    InputTypeConvolutional input =
        (InputTypeConvolutional)
            InputType.convolutional(
                data.train().height(), data.train().width(), data.train().channels());
    MultiLayerNetwork network =
        new MultiLayerNetwork(EednNetworks.oneChip(10).configuration(input, 10, 1, 1));
    network.init();
    ImageBatches batches = new ImageBatches(data.train(), List.of(), 1);
    int[] order = batches.order(0);
    List<INDArray> some = new ArrayList<>();
    for (int from = 0; from < 500; from += 50) {
      some.add(batches.batch(order, from, from + 50, 0).getFeatures());
    }
    RunningStatistics.measure(network, some);
    INDArray images = batches.batch(order, 0, FRAMES, 0).getFeatures();
    float[][] frames = images.dup('c').reshape(new long[] {FRAMES, -1}).toFloatMatrix();
    SpikingProgram program = SpikingProgram.compile(network, input);
    PackedNetwork packed = program.packed();
    PackedNetwork.Ready ready = packed.ready(frames);
    INDArray part = batches.batch(order, 0, LAYER_FRAMES, 0).getFeatures();
    CoreSimulator simulator = new CoreSimulator(Placement.of(program.layers()));
    BitSet frame = frame(packed.transduce(Arrays.copyOf(frames, 1)));
    List<Case> cases = new ArrayList<>();
    for (int threads = 1; threads <= 2; threads++) {
      cases.add(
          new Case(
              "DL4J output(), same network", threads, LAYER_FRAMES, () -> network.output(part)));
      cases.add(new Case("packed, layers on cores alone", threads, FRAMES, ready::run));
      cases.add(
          new Case("packed, transduction included", threads, FRAMES, () -> packed.scores(frames)));
      cases.add(
          new Case(
              "simulated cores, ticks",
              threads,
              TICKS,
              () -> {
                for (int tick = 0; tick < TICKS; tick++) {
                  simulator.tick(frame);
                }
              }));
    }
    double[][] rates = new double[cases.size()][ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      for (int i = 0; i < rates.length; i++) {
        double rate = measure(cases.get(i));
        if (round >= 0) {
          rates[i][round] = rate;
        }
      }
    }
    print(data, cases, rates);
  }

  private static double measure(Case each) {
    ForkJoinPool pool = new ForkJoinPool(each.threads());
    try {
      long start = System.nanoTime();
      // Parallel streams stay in the pool that they are called from.
      pool.submit(each.work()).join();
      return each.frames() / ((System.nanoTime() - start) * 1e-9);
    } finally {
      pool.shutdown();
    }
  }

  private static BitSet frame(SpikeFrames frames) {
    BitSet frame = new BitSet();
    for (int i = 0; i < frames.features() * frames.positions(); i++) {
      frame.set(i, frames.get(0, i / frames.positions(), i % frames.positions()));
    }
    return frame;
  }

  private static void print(ImageData data, List<Case> cases, double[][] rates) {
    System.out.printf(
        Locale.ROOT,
        "%s, data %s, median of %d rounds after one to warm up.%n%n",
        OwnJvm.machine(),
        data.name(),
        ROUNDS);
    System.out.println(OwnJvm.row("form", "threads", "a second", "output()'s rate"));
    System.out.println(OwnJvm.rule(4));
    for (int i = 0; i < rates.length; i++) {
      int base = i - i % (rates.length / 2);
      double rate = new Median().evaluate(rates[i]);
      System.out.println(
          OwnJvm.row(
              cases.get(i).title(),
              cases.get(i).threads(),
              String.format(Locale.ROOT, "%,.1f", rate),
              String.format(Locale.ROOT, "%.2f×", rate / new Median().evaluate(rates[base]))));
    }
  }
}
