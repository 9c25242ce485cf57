package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.ArrayProbe;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonListener;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.compare.Trainer;
import io.github.dl4jhardware.examples.model.Perceptrons;
import io.github.dl4jhardware.examples.model.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * One row of the equality table: a network that is trained one example at a time, in software and
 * on 2PCM+3T1C cells with and without polarity inversion, with the same first weights and order of
 * the examples for a seed, each at the learning rate that was chosen for it.
 *
 * @param data examples and network
 * @param settings rates and scale
 * @param scheme how the cells' pulses are made
 * @param epochs passes
 */
record EqualityTask(EqualityData data, EqualitySettings settings, PulseScheme scheme, int epochs) {
  static final List<Variant> VARIANTS =
      List.of(Variant.SOFTWARE, Variant.ANALOG_INVERSION, Variant.ANALOG_NO_INVERSION);

  /**
   * How many chips a variant is trained on.
   *
   * @param all of the software and of the cells with inversion
   * @param withoutInversion of the cells without, at most all
   * @param dl4j how many of them train their software in DL4J's own loop, at most all
   */
  record Chips(int all, int withoutInversion, int dl4j) {}

  /** Runs what is not there yet. */
  ComparisonResult run(Chips chips, Path folder, String command, ComparisonListener listener)
      throws IOException {
    HardwareComparison comparison =
        new HardwareComparison(folder, data.name(), data.train(), data.test())
            .epochs(epochs)
            .chipSeeds(LongStream.rangeClosed(1, chips.all()).toArray())
            .setting("network", data.network())
            .setting("learning rate of the software", String.valueOf(settings.softwareRate()))
            .setting("learning rate of the cells", String.valueOf(settings.analogRate()))
            .setting("microsiemens per weight", String.valueOf(settings.microSiemensPerWeight()))
            .setting("pulses", scheme.toString())
            .setting("device noise in forward and backward reads", "none")
            .command(command)
            .listener(listener);
    data.settings().forEach(comparison::setting);
    comparison.baseline(
        software(Variant.SOFTWARE.id(), data.widths(), settings.softwareRate(), chips.dl4j()));
    PcmCapacitorSynapse cell = settings.cell();
    comparison.variant(
        analog(Variant.ANALOG_INVERSION.id(), data.widths(), settings.analogRate(), scheme, cell));
    comparison.variant(
        analog(
                Variant.ANALOG_NO_INVERSION.id(),
                data.widths(),
                settings.analogRate(),
                scheme,
                cell.withoutPolarityInversion())
            .chips(chips.withoutInversion()));
    return comparison.run();
  }

  /**
   * Software, in DL4J's own loop on the first chips and on ideal devices, which are equal, else.
   */
  static ComparisonVariant software(String name, List<Integer> widths, double rate, int dl4jChips) {
    int[] sizes = sizes(widths);
    return ComparisonVariant.of(
            name,
            Variant.SOFTWARE.description(),
            seed ->
                seed <= dl4jChips
                    ? Perceptrons.software(sizes, seed, new Sgd(rate))
                    : Perceptrons.analog(
                        sizes, seed, new AnalogSgd(rate, PulseScheme.EXPECTED), Synapses.ideal()))
        .trainer(
            network ->
                Perceptrons.isAnalog((MultiLayerNetwork) network)
                    ? InSituTrainer.of(network)::fit
                    : Trainer.oneByOne(network));
  }

  /** Cells, trained by pulses. */
  static ComparisonVariant analog(
      String name,
      List<Integer> widths,
      double rate,
      PulseScheme scheme,
      PcmCapacitorSynapse cell) {
    int[] sizes = sizes(widths);
    return ComparisonVariant.of(
            name,
            "2PCM+3T1C "
                + (cell.transfer().polarityInversion() ? "with polarity" : "without")
                + " inversion",
            seed -> Perceptrons.analog(sizes, seed, new AnalogSgd(rate, scheme), cell))
        .trainer(network -> InSituTrainer.of(network)::fit)
        .probes(ArrayProbe.COUNTS)
        .costs(ArrayCost.calibrated2018());
  }

  private static int[] sizes(List<Integer> widths) {
    return widths.stream().mapToInt(Integer::intValue).toArray();
  }
}
