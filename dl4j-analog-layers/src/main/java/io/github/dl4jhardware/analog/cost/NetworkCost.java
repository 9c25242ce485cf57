package io.github.dl4jhardware.analog.cost;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.cost.ArrayCost.Work;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;

/**
 * The costs of the analogue layers of a network: of training so far, from the reads of its examples
 * and the pulses and transfers that were fired, and of an inference. Layers that are not analogue
 * are left out.
 *
 * @param arrays analogue layers
 * @param examples that the network was trained on, several passes counted each
 * @param trainingMillijoules since the devices were new
 * @param trainingMicrosecondsPerExample one example on the arrays
 * @param inferenceNanojoules one example
 * @param squareMillimetres area of all arrays
 */
public record NetworkCost(
    int arrays,
    long examples,
    double trainingMillijoules,
    double trainingMicrosecondsPerExample,
    double inferenceNanojoules,
    double squareMillimetres) {

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

  static Optional<NetworkCost> find(ArrayCost cost, NeuralNetwork network) {
    int arrays = 0;
    long examples = 0;
    double training = 0;
    double inference = 0;
    double area = 0;
    for (Layer each : HostNetwork.layers(network)) {
      if (Wrappers.inside(each) instanceof AnalogLayer analog) {
        SynapseArray array = analog.lookAtArray();
        Work work = work(array);
        arrays++;
        examples = Math.max(examples, work.forwardReads());
        training += cost.nanojoules(work);
        inference += cost.nanojoules(Work.inference(work.rows(), work.columns()));
        area += cost.squareMillimetres(work.rows(), work.columns());
      }
    }
    return arrays == 0
        ? Optional.empty()
        : Optional.of(
            new NetworkCost(
                arrays,
                examples,
                training * 1e-6,
                cost.trainingMicroseconds(arrays),
                inference,
                area));
  }

  private static Work work(SynapseArray array) {
    ArrayCounters counters = array.counters();
    long units = counters.get(Count.PULSE_UNITS_UP) + counters.get(Count.PULSE_UNITS_DOWN);
    long examples = counters.get(Count.EXAMPLES);
    return new Work(
        array.rows(),
        array.columns(),
        examples,
        examples,
        (double) units / PulseTally.UNITS,
        counters.get(Count.TRANSFERS));
  }
}
