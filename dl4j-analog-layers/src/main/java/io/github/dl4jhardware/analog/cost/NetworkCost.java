package io.github.dl4jhardware.analog.cost;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.cost.ArrayCost.Work;
import io.github.dl4jhardware.analog.edge.ArrayTiles;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;

/**
 * The costs of the analogue layers of a network: of training so far, from the reads of its examples
 * and the pulses and transfers that were fired, and of an inference. Layers that are not analogue
 * are left out.
 *
 * @param arrays analogue layers
 * @param readsPerExample forward reads of all of them for one example: one of each layer, and one
 *     for each position of a convolution
 * @param examples that the network was trained on, several passes counted each
 * @param trainingMillijoules since the devices were new
 * @param trainingMicrosecondsPerExample one example on the arrays
 * @param inferenceNanojoules one example
 * @param squareMillimetres area of all arrays
 * @param tiles physical arrays that the layers are cut into
 * @param converters at their edges, for inference: one a row in front and one a column behind each
 *     tile, whatever their resolution is
 */
public record NetworkCost(
    int arrays,
    long readsPerExample,
    long examples,
    double trainingMillijoules,
    double trainingMicrosecondsPerExample,
    double inferenceNanojoules,
    double squareMillimetres,
    long tiles,
    long converters) {

  /**
   * Counts up.
   *
   * @param cost of arrays
   * @param network MultiLayerNetwork or ComputationGraph with analogue layers
   * @return their cost until now
   * @throws IllegalArgumentException if the network has no analogue layer
   */
  public static NetworkCost of(ArrayCost cost, NeuralNetwork network) {
    return find(cost, network)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The network has no analogue layer, so no array to cost"));
  }

  /** Whether there is a layer that is read more than once an example and has seen none. */
  static boolean unseen(NeuralNetwork network) {
    return Arrays.stream(HostNetwork.layers(network))
        .flatMap(each -> Wrappers.allInside(each).stream())
        .anyMatch(each -> each instanceof AnalogLayer analog && analog.readsPerExample() == 0);
  }

  static Optional<NetworkCost> find(ArrayCost usual, NeuralNetwork network) {
    long tiles = 0;
    long converters = 0;
    int arrays = 0;
    long reads = 0;
    long updates = 1;
    long examples = 0;
    double training = 0;
    double inference = 0;
    double area = 0;
    List<Layer> layers =
        Arrays.stream(HostNetwork.layers(network))
            .flatMap(each -> Wrappers.allInside(each).stream())
            .toList();
    for (Layer each : layers) {
      if (each instanceof AnalogLayer analog) {
        Work work = work(analog);
        long own = analog.readsPerExample();
        if (own == 0) {
          throw new IllegalStateException(
              "How often a convolution or a recurrent layer is read is known once it has seen data: call output()"
                  + " with one example before costs are asked for");
        }
        int groups = analog.arrays();
        ArrayCost cost = usual.withArray(analog.edges().tiles());
        ArrayTiles size = cost.array();
        tiles += (long) groups * size.down(work.rows()) * size.across(work.columns());
        converters += groups * size.lines(work.rows(), work.columns());
        arrays++;
        reads += own;
        updates = Math.max(updates, own);
        examples = Math.max(examples, work.forwardReads() / own);
        training += groups * cost.nanojoules(work);
        inference += groups * own * cost.nanojoules(Work.inference(work.rows(), work.columns()));
        area += groups * cost.squareMillimetres(work.rows(), work.columns());
      }
    }
    return arrays == 0
        ? Optional.empty()
        : Optional.of(
            new NetworkCost(
                arrays,
                reads,
                examples,
                training * 1e-6,
                usual.trainingMicroseconds(reads, updates),
                inference,
                area,
                tiles,
                converters));
  }

  /** Of one of the arrays that stand side by side, all of which have a share of the pulses. */
  private static Work work(AnalogLayer analog) {
    SynapseArray array = analog.lookAtArray();
    ArrayCounters counters = array.counters();
    long units = counters.get(Count.PULSE_UNITS_UP) + counters.get(Count.PULSE_UNITS_DOWN);
    long reads = counters.get(Count.EXAMPLES) * analog.readsPerExample();
    return new Work(
        array.rows(),
        array.columns() / analog.arrays(),
        reads,
        reads,
        (double) units / PulseTally.UNITS / analog.arrays(),
        counters.get(Count.TRANSFERS));
  }
}
