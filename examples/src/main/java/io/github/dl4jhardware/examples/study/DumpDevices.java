package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.PulsedSynapse;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.ExponentialStepDevice;
import io.github.dl4jhardware.analog.device.LinearStepDevice;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmDrift;
import io.github.dl4jhardware.analog.device.PulsedArray;
import io.github.dl4jhardware.analog.device.PulsedDevice;
import io.github.dl4jhardware.analog.device.SoftBoundsDevice;
import io.github.dl4jhardware.analog.device.StepVariation;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.files.WholeFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What populations of the fitted devices do under pulses, and what PCM does after programming, as
 * CSV. {@code docs/check_aihwkit.py} compares them with the toolkit whose fits they are; it says
 * what every column means.
 */
@Command(
    name = "dump-devices",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes devices.csv and pcm.csv: populations of the fitted devices under trains of pulses, and PCM after programming, drift and reads. docs/check_aihwkit.py compares them with aihwkit.")
public final class DumpDevices implements Callable<Integer> {
  private static final double MICRO_SIEMENS_PER_WEIGHT = 20;
  private static final int PCM_DEVICES = 20_000;
  private static final double[] TARGETS = {0, 0.1, 0.25, 0.5, 1};
  private static final double[] SECONDS = {1, 3600, 86_400, 31_536_000};
  private static final double[] NO_NOISE_AT = {0, 0};

  /**
   * How a device is dumped.
   *
   * @param pulses numbers of up and of down pulses
   * @param slopePulses numbers of pulses of the slopes
   * @param there and back
   * @param noiseAt where single pulses are fired, up and down
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Trains(int[] pulses, int slopePulses, int there, double[] noiseAt) {}

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "Of each kind. Default: ${DEFAULT-VALUE}.")
  private int count = 2500;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the chip. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the files go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "devices");

  private final PrintStream console;
  private final StringBuilder rows = new StringBuilder();

  DumpDevices(PrintStream console) {
    this.console = console;
  }

  /**
   * Writes the files and ends the program: 0 after success, 1 if they cannot be written, 2 for
   * options that are not as they should be.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, Commands.console(), System.err));
  }

  /** The same for a program: see {@link Commands#run}. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new DumpDevices(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--devices", count, 1_000_000);
    Commands.makeDirectory(spec, out);
    rows.append("device,train,pulses,index,w\n");
    devices().forEach(this::dump);
    write("devices.csv");
    rows.append("quantity,g_relative,seconds,index,microsiemens\n");
    dumpPcm();
    write("pcm.csv");
    console.println("Wrote devices.csv and pcm.csv into " + out);
    return 0;
  }

  private void write(String name) throws IOException {
    WholeFile.write(out.resolve(name), rows.toString().getBytes(StandardCharsets.UTF_8));
    rows.setLength(0);
  }

  private static Map<String, PulsedDevice> devices() {
    Map<String, PulsedDevice> devices = new LinkedHashMap<>();
    LinearStepDevice capacitor = (LinearStepDevice) Synapses.pcmCapacitorLinear().capacitor();
    StepVariation own = capacitor.variation();
    // Without what the fit does not have: a mismatch, and a leak that tends elsewhere than to w =
    // 0.
    StepVariation noMismatch =
        new StepVariation(
            own.stepSpread(),
            own.asymmetry(),
            own.asymmetrySpread(),
            own.rangeUpSpread(),
            own.rangeDownSpread(),
            own.cycleNoise(),
            0);
    devices.put(
        "capacitor",
        new LinearStepDevice(
            capacitor.gSharedMicroSiemens(),
            capacitor.stepMicroSiemens(),
            capacitor.slopeUp(),
            capacitor.slopeDown(),
            capacitor.rangeUpMicroSiemens(),
            capacitor.rangeDownMicroSiemens(),
            noMismatch,
            0,
            capacitor.leakExamples(),
            capacitor.leakSpread(),
            capacitor.slopeSpread(),
            capacitor.additiveNoise()));
    Map<String, PulsedSynapse> others = new LinkedHashMap<>();
    others.put("ecram", Synapses.ecRam());
    others.put("ecram-mo", Synapses.ecRamMetalOxide());
    others.put("reram-sb", Synapses.reRamSoftBounds());
    others.put("reram-es", Synapses.reRamExponential());
    others.forEach((name, synapse) -> devices.put(name, synapse.device()));
    return devices;
  }

  private static Trains trains(String name) {
    return switch (name) {
      case "capacitor" ->
          new Trains(new int[] {1, 10, 100, 400}, 60, 100, new double[] {0.7, -0.7});
      case "ecram" -> new Trains(new int[] {1, 10, 100, 1000}, 150, 100, new double[] {0.7, -0.5});
      case "ecram-mo" ->
          new Trains(new int[] {1, 100, 1000, 10_000}, 1000, 1000, new double[] {0.7, -0.5});
      default -> new Trains(new int[] {1, 10, 100, 2000}, 100, 100, NO_NOISE_AT);
    };
  }

  /** The devices of one kind, with their own variation, at w. */
  private final class Population {
    private final PulsedArray array;
    private final long noise;
    private long pulse;

    Population(String name, PulsedDevice device) {
      // By name, so that two kinds do not share the draws of their devices and pulses.
      long chip = seed + 31L * name.hashCode();
      array = device.array(1, count, Draws.key(chip, 0, Draws.VARIATION, 0));
      noise = Draws.key(chip, 0, Draws.CYCLE_NOISE, 0);
    }

    void startAt(double w) {
      for (int index = 0; index < count; index++) {
        array.conductance()[index] =
            (float) (array.gShared()[index] + w * MICRO_SIEMENS_PER_WEIGHT);
      }
      array.refresh();
    }

    /** Single pulses, as each meets its own bounds and noise. */
    void fire(int sign, int pulses) {
      for (int n = 0; n < pulses; n++) {
        long key = Draws.subKey(noise, pulse++);
        for (int index = 0; index < count; index++) {
          array.pulse(index, sign, key);
        }
      }
    }

    double[] weights() {
      double[] weights = new double[count];
      Arrays.setAll(
          weights,
          index ->
              ((double) array.conductance()[index] - array.gShared()[index])
                  / MICRO_SIEMENS_PER_WEIGHT);
      return weights;
    }

    double[] after(int sign, int pulses) {
      startAt(0);
      fire(sign, pulses);
      return weights();
    }
  }

  private void dump(String name, PulsedDevice device) {
    Trains trains = trains(name);
    Population all = new Population(name, device);
    Population quiet = new Population(name, withoutNoise(device));
    for (int sign : new int[] {1, -1}) {
      String direction = sign > 0 ? "up" : "down";
      all.startAt(0);
      int fired = 0;
      for (int pulses : trains.pulses()) {
        all.fire(sign, pulses - fired);
        fired = pulses;
        add(name, direction, pulses, all.weights());
      }
      double[] once = quiet.after(sign, trains.slopePulses());
      double[] twice = quiet.after(sign, 2 * trains.slopePulses());
      double[] slopes = new double[count];
      Arrays.setAll(
          slopes, i -> (2 * Math.abs(once[i]) - Math.abs(twice[i])) / (once[i] * once[i]));
      add(name, "slope-" + direction, trains.slopePulses(), slopes);
      add(name, "noise-" + direction, 200, noise(all, sign, trains.noiseAt()[sign > 0 ? 0 : 1]));
    }
    all.startAt(0);
    all.fire(1, trains.there());
    all.fire(-1, trains.there());
    add(name, "up-then-down", trains.there(), all.weights());
    all.startAt(0);
    for (int pair = 0; pair < 200; pair++) {
      all.fire(1, 1);
      all.fire(-1, 1);
    }
    add(name, "pairs", 200, all.weights());
    double[] up = quiet.after(1, 10);
    double[] down = quiet.after(-1, 10);
    double[] ratio = new double[count];
    Arrays.setAll(ratio, i -> Math.atan2(up[i], -down[i]));
    add(name, "step-ratio", 10, ratio);
    int block = all.array.leakBlockExamples();
    if (block > 0) {
      all.startAt(0.5);
      all.array.leak(0, count, 1_000_000 / block);
      add(name, "leak", 1_000_000, all.weights());
    }
  }

  private double[] noise(Population all, int sign, double from) {
    int pulses = 200;
    double[] sums = new double[count];
    double[] squares = new double[count];
    for (int n = 0; n < pulses; n++) {
      all.startAt(from);
      all.fire(sign, 1);
      double[] weights = all.weights();
      for (int index = 0; index < count; index++) {
        double change = weights[index] - from;
        sums[index] += change;
        squares[index] += change * change;
      }
    }
    double[] deviations = new double[count];
    Arrays.setAll(
        deviations, i -> Math.sqrt(squares[i] / pulses - sums[i] / pulses * (sums[i] / pulses)));
    return deviations;
  }

  private static PulsedDevice withoutNoise(PulsedDevice device) {
    if (device instanceof LinearStepDevice linear) {
      return new LinearStepDevice(
          linear.gSharedMicroSiemens(),
          linear.stepMicroSiemens(),
          linear.slopeUp(),
          linear.slopeDown(),
          linear.rangeUpMicroSiemens(),
          linear.rangeDownMicroSiemens(),
          withoutNoise(linear.variation()),
          linear.restMicroSiemens(),
          linear.leakExamples(),
          linear.leakSpread(),
          linear.slopeSpread(),
          linear.additiveNoise());
    }
    if (device instanceof SoftBoundsDevice soft) {
      return new SoftBoundsDevice(
          soft.gSharedMicroSiemens(),
          soft.stepMicroSiemens(),
          soft.rangeUpMicroSiemens(),
          soft.rangeDownMicroSiemens(),
          withoutNoise(soft.variation()));
    }
    ExponentialStepDevice steps = (ExponentialStepDevice) device;
    return new ExponentialStepDevice(
        steps.gSharedMicroSiemens(),
        steps.unitStepMicroSiemens(),
        steps.amplitudeUp(),
        steps.amplitudeDown(),
        steps.decayUp(),
        steps.growthDown(),
        steps.rangeUpMicroSiemens(),
        steps.rangeDownMicroSiemens(),
        withoutNoise(steps.variation()));
  }

  private static StepVariation withoutNoise(StepVariation variation) {
    return new StepVariation(
        variation.stepSpread(),
        variation.asymmetry(),
        variation.asymmetrySpread(),
        variation.rangeUpSpread(),
        variation.rangeDownSpread(),
        0,
        variation.mismatchMicroSiemens());
  }

  private void dumpPcm() {
    Pcm pcm = Synapses.inferencePcm();
    for (double relative : TARGETS) {
      add("programmed", relative, 0, pcm(pcm, relative, 0, 0, false));
      for (int time = 0; time < SECONDS.length; time++) {
        add("drifted", relative, SECONDS[time], pcm(pcm, relative, SECONDS[time], time + 1, false));
        add("read", relative, SECONDS[time], pcm(pcm, relative, SECONDS[time], time + 11, true));
      }
    }
  }

  /** Devices of their own for each sample, so that no two rows of the comparison hang together. */
  private double[] pcm(Pcm pcm, double relative, double seconds, int sample, boolean read) {
    float target = (float) (relative * pcm.gMaxMicroSiemens());
    long key =
        Draws.subKey(Draws.key(seed, 0, Draws.PROGRAM, Double.doubleToLongBits(relative)), sample);
    double[] found = new double[PCM_DEVICES];
    for (int i = 0; i < found.length; i++) {
      double exponent = PcmDrift.exponent(target, Draws.normal(key, 3L * i + 1));
      found[i] =
          pcm.program(target, Draws.normal(key, 3L * i)) * PcmDrift.factor(exponent, seconds);
      if (read) {
        found[i] = pcm.readLater(found[i], target, seconds, Draws.normal(key, 3L * i + 2));
      }
    }
    return found;
  }

  private void add(String first, Object second, Object third, double[] values) {
    for (int index = 0; index < values.length; index++) {
      rows.append(
          String.join(
              ",",
              List.of(
                  first,
                  second.toString(),
                  third.toString(),
                  String.valueOf(index),
                  String.format(Locale.ROOT, "%.9g", values[index]))));
      rows.append('\n');
    }
  }
}
