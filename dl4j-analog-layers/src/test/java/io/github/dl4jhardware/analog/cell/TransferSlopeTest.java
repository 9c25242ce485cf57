package io.github.dl4jhardware.analog.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmReading;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Transfers neither shrink nor enlarge weights: the slope of W after on W before is 1.
 *
 * <p>The mean of W alone would not see it, as errors of both signs cancel. Reads are noisy, so that
 * weights that are not trained wander; the slope's standard error is computed from how far. Weights
 * are read back sixteen times instead of once, so that they wander a quarter as far and fewer cells
 * do; the write and its verifying reads are the preset's.
 */
@Tag("slow")
class TransferSlopeTest {
  private static final int ROWS = 400;
  private static final int COLUMNS = 100;
  private static final double[] BANDS = {0, 0.25, 0.5, 1};

  /** No leak, and weights that stay away from the ends of the range while they wander. */
  static Stream<Arguments> cells() {
    PcmPairSynapse pair = Synapses.pcmPair();
    return Stream.of(
        Arguments.of("2018", capacitor(Synapses.pcmCapacitor2018()), 150, 0.8),
        Arguments.of(
            "without inversion",
            capacitor(Synapses.pcmCapacitor2018()).withoutPolarityInversion(),
            150,
            0.8),
        Arguments.of("linear", capacitor(Synapses.pcmCapacitorLinear()), 150, 0.8),
        Arguments.of(
            "2018, pairs stay",
            capacitor(Synapses.pcmCapacitor2018())
                .withTransfer(Synapses.pcmCapacitor2018().transfer()),
            150,
            0.8),
        // Without a capacitor a refresh leaves more: fewer of them.
        Arguments.of(
            "pair",
            new PcmPairSynapse(
                often(pair.pcm()),
                pair.write(),
                pair.refreshEveryExamples(),
                pair.gain(),
                pair.microSiemensPerWeight()),
            40,
            0.8));
  }

  private static PcmCapacitorSynapse capacitor(PcmCapacitorSynapse cell) {
    // Every pair is written anew: where pairs stay there is no read noise to bias anything.
    return cell.withCapacitor(cell.capacitor().withLeakExamples(Double.POSITIVE_INFINITY))
        .withTransfer(cell.transfer().withRewriteAbove(0))
        .withPcm(often(cell.pcm()));
  }

  private static Pcm often(Pcm pcm) {
    PcmReading own = pcm.reading();
    return pcm.withReading(new PcmReading(own.readsInARow(), own.waitSeconds(), 16));
  }

  /** Within 4 standard errors, over all cells and in three bands: false-alarm rate 6e−5 each. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void slopeIsOne(String name, Synapse cell, int transfers, double range) {
    SynapseArray array = cell.array(ROWS, COLUMNS, 7, 0);
    SplittableRandom random = new SplittableRandom(4);
    float[] wanted = new float[ROWS * COLUMNS];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = (float) random.nextDouble(-range, range);
    }
    array.program(wanted, Draws.key(9, 0, Draws.PROGRAM, 0));
    float[] before = array.weights().clone();
    for (int transfer = 0; transfer < transfers; transfer++) {
      array.transfer(Draws.key(9, 0, Draws.TRANSFER, transfer));
    }
    float[] after = array.weights();
    // Bands by the weights that were wanted: those that noise brought into a band would fall back.
    Slope all = slope(wanted, before, after, 0, 1);
    assertThat(all.standardError()).isLessThan(0.002);
    assertThat(all.value()).isCloseTo(1, within(4 * all.standardError()));
    for (int band = 0; band + 1 < BANDS.length; band++) {
      Slope in = slope(wanted, before, after, BANDS[band], BANDS[band + 1]);
      assertThat(in.value())
          .as("band %s", BANDS[band])
          .isCloseTo(1, within(4 * in.standardError()));
    }
  }

  private record Slope(double value, double standardError) {}

  /** Least squares through the origin. */
  private static Slope slope(
      float[] wanted, float[] before, float[] after, double from, double to) {
    double products = 0;
    double squares = 0;
    for (int i = 0; i < wanted.length; i++) {
      if (Math.abs(wanted[i]) >= from && Math.abs(wanted[i]) < to) {
        products += (double) before[i] * after[i];
        squares += (double) before[i] * before[i];
      }
    }
    double slope = products / squares;
    double errors = 0;
    int count = 0;
    for (int i = 0; i < wanted.length; i++) {
      if (Math.abs(wanted[i]) >= from && Math.abs(wanted[i]) < to) {
        errors += Math.pow(after[i] - slope * before[i], 2);
        count++;
      }
    }
    return new Slope(slope, Math.sqrt(errors / (count - 1.0) / squares));
  }
}
