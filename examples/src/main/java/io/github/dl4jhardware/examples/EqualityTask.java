package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.analog.cell.ClosedLoopWrite;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonListener;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.compare.Trainer;
import io.github.dl4jhardware.cost.ArrayCost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * One data set of the equality table: a network that is trained one example at a time, in software
 * and on 2PCM+3T1C cells with and without polarity inversion, with the same first weights, order
 * and learning rate for a seed.
 *
 * @param data name for the files
 * @param widths of the network, inputs first
 * @param learningRate the same for all
 * @param cell with inversion; its scale is the largest at which this network's weights fit the
 *     range
 * @param epochs passes
 * @param train examples of a seed, in batches
 * @param test test examples
 * @param settings that results depend on, for the report
 */
record EqualityTask(
    String data,
    List<Integer> widths,
    double learningRate,
    PcmCapacitorSynapse cell,
    int epochs,
    LongFunction<DataSetIterator> train,
    DataSetIterator test,
    Map<String, String> settings) {
  static final List<Variant> VARIANTS =
      List.of(Variant.SOFTWARE, Variant.ANALOG_INVERSION, Variant.ANALOG_NO_INVERSION);

  /** The preset's cell at another scale. */
  static PcmCapacitorSynapse cell(double microSiemensPerWeight) {
    return Synapses.pcmCapacitor2018().withMicroSiemensPerWeight(microSiemensPerWeight);
  }

  /**
   * For a layer of features, whose weights fill more of the range: a gain at the upper end of what
   * peers assume, and pairs written to a quarter of the preset's tolerance.
   */
  static PcmCapacitorSynapse featureCell() {
    return cell(80).withGain(4).withWrite(new ClosedLoopWrite(0.5, 100));
  }

  /** For example 528-250-125-10. */
  String network() {
    return widths.stream().map(String::valueOf).collect(Collectors.joining("-"));
  }

  /** Weights and biases. */
  long synapses() {
    long sum = 0;
    for (int layer = 0; layer + 1 < widths.size(); layer++) {
      sum += (widths.get(layer) + 1L) * widths.get(layer + 1);
    }
    return sum;
  }

  /**
   * Runs what is not there yet.
   *
   * @param seeds how many chips
   * @param dl4jSeeds how many of them train their software in DL4J's own loop
   */
  ComparisonResult run(
      int seeds, int dl4jSeeds, Path folder, String command, ComparisonListener listener)
      throws IOException {
    HardwareComparison comparison =
        new HardwareComparison(folder, data, train, test)
            .epochs(epochs)
            .chipSeeds(LongStream.rangeClosed(1, seeds).toArray())
            .driftSeconds()
            .setting("network", network())
            .setting("learning rate", String.valueOf(learningRate))
            .command(command)
            .listener(listener);
    settings.forEach(comparison::setting);
    for (Variant variant : VARIANTS) {
      comparison.variant(variant(variant, dl4jSeeds));
    }
    return comparison.run();
  }

  private ComparisonVariant variant(Variant variant, int dl4jSeeds) {
    ISchedule rate = new FixedSchedule(learningRate);
    int[] sizes = widths.stream().mapToInt(Integer::intValue).toArray();
    if (variant == Variant.SOFTWARE) {
      return ComparisonVariant.of(
              variant.id(),
              variant.description(),
              seed ->
                  seed <= dl4jSeeds
                      ? Perceptrons.software(sizes, seed, new Sgd(rate))
                      : Perceptrons.analog(
                          sizes, seed, new AnalogSgd(rate, PulseScheme.EXPECTED), Synapses.ideal()))
          .trainer(
              network ->
                  Perceptrons.isAnalog((MultiLayerNetwork) network)
                      ? Trainer.inSitu(network)
                      : Trainer.oneByOne(network));
    }
    return ComparisonVariant.of(
            variant.id(),
            variant.description(),
            seed ->
                Perceptrons.analog(
                    sizes, seed, new AnalogSgd(rate, PulseScheme.CELL_COUNTS), synapse(variant)))
        .trainer(Trainer::inSitu)
        .costs(ArrayCost.calibrated2018());
  }

  private Synapse synapse(Variant variant) {
    return variant == Variant.ANALOG_INVERSION ? cell : cell.withoutPolarityInversion();
  }

  static List<Integer> widths(int... sizes) {
    return Arrays.stream(sizes).boxed().toList();
  }
}
