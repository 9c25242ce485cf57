package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.examples.console.Progress;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.deploy.CoreNetwork;
import io.github.dl4jhardware.neuromorphic.deploy.IntegerNetwork;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import io.github.dl4jhardware.neuromorphic.packed.PackedNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A network in its four forms, on test images: layers and packed bits on all of them, plain
 * integers and simulated cores on the first few, every neuron against every neuron.
 *
 * @param forms what each reached
 * @param difference the first neuron that two forms disagree on; empty if there is none
 * @param neurons neurons, over all frames, that layers and packed bits were compared on
 * @param run of the simulated cores
 */
record FormsComparison(List<Form> forms, String difference, long neurons, CoreNetwork.Run run) {
  private static final int BATCH = 50;
  private static final int WARM_UP = 1_000;

  record Form(String name, int frames, double accuracyPercent, double framesPerSecond) {}

  static FormsComparison of(
      MultiLayerNetwork network,
      SpikingProgram program,
      Images test,
      int simulated,
      Progress progress) {
    ImageBatches batches = new ImageBatches(test, List.of(), 0);
    int[] order = batches.order(0);
    PackedNetwork packed = program.packed();
    float[][] all = new float[order.length][];
    int[] labels = new int[order.length];
    int[] byLayers = new int[order.length];
    long layerNanos = 0;
    long neurons = 0;
    String difference = "";
    long begin = System.nanoTime();
    for (int from = 0; from < order.length; from += BATCH) {
      int to = Math.min(order.length, from + BATCH);
      DataSet batch = batches.batch(order, from, to, 0);
      float[][] rows =
          batch.getFeatures().dup('c').reshape(new long[] {to - from, -1}).toFloatMatrix();
      System.arraycopy(rows, 0, all, from, rows.length);
      System.arraycopy(indices(batch.getLabels()), 0, labels, from, rows.length);
      long start = System.nanoTime();
      INDArray output = network.output(batch.getFeatures());
      layerNanos += System.nanoTime() - start;
      System.arraycopy(indices(output), 0, byLayers, from, rows.length);

      List<SpikeFrames> bits = packed.trace(rows);
      for (SpikeFrames each : bits) {
        neurons += (long) each.frames() * each.features() * each.positions();
      }
      if (difference.isEmpty()) {
        difference =
            layersAgainst(
                bits,
                spikes(network, network.feedForward(batch.getFeatures(), false), bits),
                program,
                from);
      }
      progress.show("comparing", to, order.length, (System.nanoTime() - begin) * 1e-9, 0);
    }
    progress.clear();

    packed.classes(Arrays.copyOf(all, Math.min(all.length, WARM_UP)));
    long start = System.nanoTime();
    int[] byPacked = packed.classes(all);
    double packedSeconds = (System.nanoTime() - start) * 1e-9;

    float[][] some = Arrays.copyOf(all, Math.min(simulated, all.length));
    List<SpikeFrames> bits = packed.trace(some);
    start = System.nanoTime();
    List<SpikeFrames> integers = new IntegerNetwork(program).trace(bits.get(0));
    double integerSeconds = (System.nanoTime() - start) * 1e-9;
    CoreNetwork.Run run = new CoreNetwork(program).run(bits.get(0));
    for (int layer = 0; layer < integers.size() && difference.isEmpty(); layer++) {
      String name = name(program, layer + 1);
      String integer = integers.get(layer).difference(bits.get(layer + 1));
      String core = integers.get(layer).difference(run.spikes().get(layer));
      difference =
          !integer.isEmpty()
              ? "integers and packed bits, " + name + ", " + integer
              : core.isEmpty() ? "" : "integers and cores, " + name + ", " + core;
    }
    for (int frame = 0; frame < order.length && difference.isEmpty(); frame++) {
      difference =
          byLayers[frame] == byPacked[frame]
              ? ""
              : "layers and packed bits, the class of frame " + frame;
    }
    int count = some.length;
    int last = integers.size() - 1;
    return new FormsComparison(
        List.of(
            new Form(
                "DL4J layers",
                order.length,
                percent(byLayers, labels),
                order.length / (layerNanos * 1e-9)),
            new Form(
                "integers",
                count,
                percent(program.classes(integers.get(last)), labels),
                count / integerSeconds),
            new Form(
                "packed bits",
                order.length,
                percent(byPacked, labels),
                order.length / packedSeconds),
            new Form(
                "simulated cores",
                count,
                percent(program.classes(run.spikes().get(last)), labels),
                run.ticks() / run.seconds())),
        difference,
        neurons,
        run);
  }

  private static int[] indices(INDArray scores) {
    return scores.argMax(1).castTo(DataType.INT32).toIntVector();
  }

  private static String name(SpikingProgram program, int layer) {
    return layer == 0 ? "input" : program.layers().get(layer - 1).shape().name();
  }

  /** What spiking layers put out; before them the input, where that is spikes. */
  private static List<INDArray> spikes(
      MultiLayerNetwork network, List<INDArray> activations, List<SpikeFrames> bits) {
    List<INDArray> spikes = new ArrayList<>();
    for (int layer = 0; layer < network.getnLayers(); layer++) {
      if (network.getLayer(layer) instanceof SpikingLayer) {
        spikes.add(activations.get(layer + 1));
      }
    }
    if (spikes.size() < bits.size()) {
      spikes.add(0, activations.get(0));
    }
    return spikes;
  }

  /** The host's activations of some frames against packed spikes of the same. */
  private static String layersAgainst(
      List<SpikeFrames> bits, List<INDArray> activations, SpikingProgram program, int firstFrame) {
    for (int layer = 0; layer < bits.size(); layer++) {
      float[] values = activations.get(layer).dup('c').reshape(-1).toFloatVector();
      SpikeFrames own = bits.get(layer);
      int perFrame = own.features() * own.positions();
      for (int i = 0; i < values.length; i++) {
        int feature = i % perFrame / own.positions();
        int position = i % own.positions();
        if (values[i] != (own.get(i / perFrame, feature, position) ? 1 : 0)) {
          return "layers and packed bits, "
              + name(program, layer)
              + ", frame "
              + (firstFrame + i / perFrame)
              + ", feature "
              + feature
              + ", position "
              + position;
        }
      }
    }
    return "";
  }

  private static double percent(int[] found, int[] wanted) {
    int right = 0;
    for (int i = 0; i < found.length; i++) {
      right += found[i] == wanted[i] ? 1 : 0;
    }
    return 100.0 * right / found.length;
  }

  boolean agree() {
    return difference.isEmpty();
  }

  String verdict() {
    return agree()
        ? String.format(
            Locale.ROOT,
            "All four forms agree on every neuron for %,d frames; layers and packed bits on every neuron and class for all %,d (%,d spikes and silences)",
            forms.get(1).frames(),
            forms.get(0).frames(),
            neurons)
        : "The forms DIFFER first at " + difference;
  }

  String csv() {
    StringBuilder text = new StringBuilder("form,frames,test_accuracy_percent,frames_per_second\n");
    for (Form form : forms) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%.2f,%.1f\n",
              form.name(),
              form.frames(),
              form.accuracyPercent(),
              form.framesPerSecond()));
    }
    return text.toString();
  }
}
