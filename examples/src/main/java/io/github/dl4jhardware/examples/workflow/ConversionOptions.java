package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.analog.cell.IdealSynapse;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.convert.EdgeCalibration;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.data.Examples;
import io.github.dl4jhardware.neuromorphic.convert.Trinary;
import java.util.Locale;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of {@link ConvertYourModel} that say what layers become, and that conversion. */
final class ConversionOptions {
  private static final double FALL = 100;

  /** Training examples by which ranges of converters are set. */
  private static final int CALIBRATION = 256;

  private static final String ON_ARRAYS = "dense and recurrent layers";

  enum Convolutions {
    KEEP,
    ANALOG,
    TRINARY,
    BOTH
  }

  @Option(
      names = "--dense",
      paramLabel = "SYNAPSE",
      description =
          "What dense, output and recurrent layers become: a name of Synapses.byName(), or keep. Default: ${DEFAULT-VALUE}.")
  private String dense = "pcm-capacitor-2018";

  @Option(
      names = "--convolution",
      paramLabel = "keep|analog|trinary|both",
      description =
          "What convolutions become: analog puts them on the same cells as dense layers; both compares keep and trinary side by side. Default: keep.")
  private Convolutions convolutions = Convolutions.KEEP;

  @Option(
      names = "--bits",
      paramLabel = "N",
      description =
          "Resolution of the converters in front of and behind each array, whose ranges are those of training examples; 0 is exact. Default: ${DEFAULT-VALUE}.")
  private int bits = 0;

  @Option(
      names = "--fold",
      description =
          "Put batch normalisation into the layer right before it; each column then has a scale of its own. With --dense pcm-inference or ideal, and --convolution analog for convolutions.")
  private boolean fold;

  private @Nullable Synapse synapse;

  /** Refuses what makes no sense, before anything is read. */
  void check(CommandSpec spec) {
    if (bits != 0 && (bits < 2 || bits > 24)) {
      throw Commands.wrong(spec, "--bits must be 0 or 2…24, but is " + bits);
    }
    if (!dense.equals("keep")) {
      synapse = Synapses.byName().get(dense);
      if (synapse == null) {
        throw Commands.wrong(
            spec,
            "--dense "
                + dense
                + " is none of keep, "
                + String.join(", ", Synapses.byName().keySet()));
      }
    }
    if (fold && synapse instanceof InferenceSynapse target) {
      synapse = target.withColumnScales();
    } else if (fold && !(synapse instanceof IdealSynapse)) {
      throw Commands.wrong(
          spec,
          "--fold needs columns with scales of their own: --dense pcm-inference or ideal, not "
              + dense);
    }
    boolean spikes = convolutions == Convolutions.TRINARY || convolutions == Convolutions.BOTH;
    if (synapse == null && !spikes) {
      throw Commands.wrong(
          spec,
          "--dense keep with --convolution "
              + convolutions.name().toLowerCase(Locale.ROOT)
              + " converts nothing: name the cells with --dense");
    }
    if (synapse == null && bits != 0) {
      throw Commands.wrong(spec, "--bits are of arrays, and --dense keep makes none");
    }
  }

  boolean analog() {
    return synapse != null && convolutions != Convolutions.TRINARY;
  }

  boolean trinary() {
    return convolutions == Convolutions.TRINARY || convolutions == Convolutions.BOTH;
  }

  String analogInWords() {
    return (convolutions == Convolutions.ANALOG ? ON_ARRAYS + ", and convolutions" : ON_ARRAYS)
        + " on "
        + dense
        + (bits == 0 ? "" : " with converters of " + bits + " bits")
        + (fold ? ", batch normalisation folded" : "");
  }

  String trinaryInWords() {
    return "convolutions trinary"
        + (synapse == null
            ? ""
            : ", " + ON_ARRAYS + " on " + dense + (bits == 0 ? "" : ", " + bits + " bits"));
  }

  /**
   * Converts.
   *
   * @param train sets ranges of converters
   * @param steps of retraining; 0 if there is none, so that an end without a loss is welcome
   * @param model for messages
   */
  Conversion<? extends NeuralNetwork> of(
      NeuralNetwork source, boolean trinary, long chip, Examples train, long steps, String model) {
    try {
      if (source instanceof MultiLayerNetwork sequence) {
        Conversion<MultiLayerNetwork> made =
            converted(HardwareConversion.of(sequence), trinary, chip, steps, model);
        return bits == 0 ? made : new Conversion<>(ranges(train).of(made.network()), made.report());
      }
      Conversion<ComputationGraph> made =
          converted(HardwareConversion.of((ComputationGraph) source), trinary, chip, steps, model);
      return bits == 0 ? made : new Conversion<>(ranges(train).of(made.network()), made.report());
    } catch (IllegalArgumentException | DL4JException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static EdgeCalibration ranges(Examples train) {
    return EdgeCalibration.by(train.testing(CALIBRATION, CALIBRATION), 1);
  }

  private <N extends NeuralNetwork> Conversion<N> converted(
      HardwareConversion<N> conversion, boolean trinary, long chip, long steps, String model) {
    Synapse cells = synapse;
    if (cells != null) {
      Analog analog = Analog.on(cells).chipSeed(chip);
      if (bits > 0) {
        analog = analog.edges(ArrayEdges.forward(ReadPath.converters(bits, bits)));
      }
      if (convolutions == Convolutions.ANALOG) {
        conversion.all(analog);
      } else {
        conversion.dense(analog).recurrent(analog);
      }
    }
    if (fold) {
      conversion.foldNormalisation();
    }
    if (trinary) {
      conversion.convolution(
          Trinary.eedn(
              new Adam(
                  new InverseSchedule(ScheduleType.ITERATION, 0.1, FALL / Math.max(1, steps), 1))));
    }
    Conversion<N> converted = conversion.convert();
    String end = converted.endWithoutLoss();
    if (steps > 0 && !end.isEmpty()) {
      throw new IllegalStateException(
          model
              + " ends in "
              + end
              + " without a loss, and cannot be trained: compile it in Keras before it is saved, or let it end in"
              + " softmax or sigmoid; --epochs 0 converts and tests it as it is");
    }
    return converted;
  }
}
