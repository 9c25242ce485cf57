package io.github.dl4jhardware.analog.readout;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.IdealSynapse;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.compare.Probe;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.NeuralNetwork;

/**
 * For comparisons: what the arrays of a network did in training. Ideal cells stand for software and
 * are not counted.
 */
public enum ArrayProbe implements Probe {
  /** Weight transfers of the first array, and pulses fired at the cells of all. */
  COUNTS;

  @Override
  public Findings look(
      NeuralNetwork network, long chipSeed, ToDoubleFunction<NeuralNetwork> accuracyPercent) {
    List<ArrayCounters> counters =
        Arrays.stream(HostNetwork.layers(network))
            .map(Wrappers::inside)
            .filter(AnalogLayer.class::isInstance)
            .map(AnalogLayer.class::cast)
            .filter(layer -> !(layer.synapse() instanceof IdealSynapse))
            .map(layer -> layer.lookAtArray().counters())
            .toList();
    if (counters.isEmpty()) {
      return Findings.NONE;
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("transfers", (double) counters.get(0).get(Count.TRANSFERS));
    numbers.put("pulses", counters.stream().mapToDouble(ArrayProbe::pulses).sum());
    return new Findings(numbers, List.of());
  }

  private static double pulses(ArrayCounters counters) {
    return (double) (counters.get(Count.PULSE_UNITS_UP) + counters.get(Count.PULSE_UNITS_DOWN))
        / PulseTally.UNITS;
  }
}
