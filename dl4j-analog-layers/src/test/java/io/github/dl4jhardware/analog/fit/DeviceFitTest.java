package io.github.dl4jhardware.analog.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.ExponentialStepDevice;
import io.github.dl4jhardware.analog.device.LinearStepDevice;
import io.github.dl4jhardware.analog.device.PulsedArray;
import io.github.dl4jhardware.analog.device.PulsedDevice;
import io.github.dl4jhardware.analog.device.SoftBoundsDevice;
import io.github.dl4jhardware.analog.device.StepVariation;
import io.github.dl4jhardware.analog.fit.PulseCurve.Point;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceFitTest {
  private static final int PULSES = 200;

  @TempDir private Path directory;

  private static StepVariation variation(double cycleNoise) {
    return new StepVariation(0, 0.1, 0, 0, 0, cycleNoise, 0);
  }

  static Stream<Arguments> devices() {
    return Stream.of(
        Arguments.of(
            DeviceModel.LINEAR_STEP,
            LinearStepDevice.lasting(20, 0.15, 0.3, 0.2, 20, 20, variation(0)),
            LinearStepDevice.lasting(20, 0.15, 0.3, 0.2, 20, 20, variation(0.3))),
        Arguments.of(
            DeviceModel.SOFT_BOUNDS,
            new SoftBoundsDevice(20, 0.3, 22, 18, variation(0)),
            new SoftBoundsDevice(20, 0.3, 22, 18, variation(0.3))),
        Arguments.of(
            DeviceModel.EXPONENTIAL_STEP,
            new ExponentialStepDevice(20, 0.1, 6, 0.05, 2, 2.5, 20, 20, variation(0)),
            new ExponentialStepDevice(20, 0.1, 6, 0.05, 2, 2.5, 20, 20, variation(0.3))));
  }

  /** From the lower end up, then down again, as a laboratory measures. */
  private static PulseCurve measure(PulsedDevice device) {
    PulsedArray array = device.array(1, 1, Draws.key(1, 0, Draws.VARIATION, 0));
    for (int pulse = 0; pulse < 100; pulse++) {
      array.pulse(0, -1, pulse);
    }
    List<Point> up = new ArrayList<>();
    List<Point> down = new ArrayList<>();
    up.add(new Point(0, array.conductance()[0]));
    for (int pulse = 1; pulse <= PULSES; pulse++) {
      array.pulse(0, 1, 1000 + pulse);
      up.add(new Point(pulse, array.conductance()[0]));
    }
    down.add(new Point(0, array.conductance()[0]));
    for (int pulse = 1; pulse <= PULSES; pulse++) {
      array.pulse(0, -1, 2000 + pulse);
      down.add(new Point(pulse, array.conductance()[0]));
    }
    return new PulseCurve(up, down);
  }

  /** A curve that the model made is met by the model: 0.05 % of the range, the rest is rounding. */
  @ParameterizedTest
  @MethodSource("devices")
  void ownCurveIsMet(DeviceModel model, PulsedDevice exact, PulsedDevice noisy) {
    DeviceFit fit = DeviceFit.of(measure(exact), model);
    assertThat(fit.rmsPercentOfRange()).isLessThan(0.05);
    assertThat(fit.model()).isEqualTo(model);
    DeviceFit best = DeviceFit.best(measure(exact));
    assertThat(best.rmsMicroSiemens()).isLessThanOrEqualTo(fit.rmsMicroSiemens());
  }

  /**
   * With noise of 30 % of a step in each pulse, the walk of 200 pulses has a spread of 4 steps; the
   * fit stays within twice that, and finds the noise within a fifth (four standard errors of 400
   * pulses).
   */
  @ParameterizedTest
  @MethodSource("devices")
  void noisyCurveIsMetWithinItsNoise(DeviceModel model, PulsedDevice exact, PulsedDevice noisy) {
    DeviceFit fit = DeviceFit.of(measure(noisy), model);
    double step = noisy.meanStepMicroSiemens();
    assertThat(fit.rmsMicroSiemens()).isLessThan(2 * 0.3 * Math.sqrt(PULSES) * step);
    assertThat(fit.device().meanStepMicroSiemens()).isCloseTo(step, within(0.15 * step));
    assertThat(cycleNoise(fit)).isBetween(0.15, 0.45);
    assertThat(fit.readNoiseMicroSiemens()).isLessThan(0.15 * step);
  }

  /**
   * What readings scatter is not taken for what pulses scatter. With readings off by one step, 400
   * steps tell σ_r² to 0.15 steps² (standard error) and the pulses' variance to twice that; by
   * sight alone the pulses would have a noise of 1.4 steps.
   */
  @ParameterizedTest
  @MethodSource("devices")
  void noiseOfReadingIsToldFromNoiseOfPulses(
      DeviceModel model, PulsedDevice exact, PulsedDevice noisy) {
    double step = exact.meanStepMicroSiemens();
    double cycle = 0;
    double read = 0;
    int curves = 10;
    for (int chip = 0; chip < curves; chip++) {
      long key = Draws.key(chip, 0, Draws.INFERENCE_READ, 0);
      PulseCurve clean = measure(exact);
      DeviceFit fit =
          DeviceFit.of(
              new PulseCurve(
                  read(clean.potentiation(), step, key, 0),
                  read(clean.depression(), step, key, PULSES + 1)),
              model);
      read += fit.readNoiseMicroSiemens() / step / curves;
      cycle += cycleNoise(fit) * cycleNoise(fit) / curves;
    }
    assertThat(read).isCloseTo(1, within(0.1));
    // Estimates below 0 count as 0, so that the mean of ten is a little above.
    assertThat(cycle).isLessThan(0.4);
  }

  private static List<Point> read(List<Point> exact, double sigma, long key, int first) {
    List<Point> read = new ArrayList<>();
    for (Point point : exact) {
      double noise = sigma * Draws.normal(key, first + point.pulse());
      read.add(new Point(point.pulse(), Math.max(0, point.microSiemens() + noise)));
    }
    return read;
  }

  private static double cycleNoise(DeviceFit fit) {
    StepVariation found =
        fit.device() instanceof LinearStepDevice linear
            ? linear.variation()
            : fit.device() instanceof SoftBoundsDevice soft
                ? soft.variation()
                : ((ExponentialStepDevice) fit.device()).variation();
    return found.cycleNoise();
  }

  /** The fitted device, simulated, gives the fitted curve. */
  @ParameterizedTest
  @MethodSource("devices")
  void fittedDeviceGivesTheFittedCurve(DeviceModel model, PulsedDevice exact, PulsedDevice noisy) {
    DeviceFit fit = DeviceFit.of(measure(exact), model);
    PulsedArray array = fit.device().array(1, 1, Draws.key(1, 0, Draws.VARIATION, 0));
    array.conductance()[0] = (float) fit.points().get(0).measuredMicroSiemens();
    for (int pulse = 1; pulse <= 100; pulse++) {
      array.pulse(0, 1, pulse);
    }
    double wanted = fit.points().get(100).fittedMicroSiemens();
    // The noise found in an exact curve is what the fit leaves: a small part of a step.
    assertThat((double) array.conductance()[0]).isCloseTo(wanted, within(0.3));
  }

  @Test
  void curveIsReadFromAFile() throws IOException {
    Path file = directory.resolve("curve.csv");
    StringBuilder text = new StringBuilder("device,direction, pulse ,conductance_microsiemens\n");
    for (Point point :
        measure(LinearStepDevice.lasting(20, 0.2, 0.1, 0.1, 15, 15, variation(0))).potentiation()) {
      text.append("a,potentiation,")
          .append(point.pulse())
          .append(',')
          .append(point.microSiemens())
          .append('\n');
      text.append("a,Depression,")
          .append(point.pulse())
          .append(',')
          .append(40 - point.microSiemens())
          .append('\n');
    }
    Files.writeString(file, text);
    PulseCurve curve = PulseCurve.read(file);
    assertThat(curve.potentiation()).hasSize(PULSES + 1);
    assertThat(curve.depression()).hasSize(PULSES + 1);
    DeviceFit fit = DeviceFit.best(curve);
    assertThat(fit.rmsPercentOfRange()).isLessThan(0.5);
    FitFiles.writeCsv(fit, directory.resolve("fit.csv"));
    assertThat(Files.readAllLines(directory.resolve("fit.csv"))).hasSize(2 * PULSES + 3);
    FitFiles.writePicture(fit, directory.resolve("fit.png"));
    BufferedImage picture =
        Objects.requireNonNull(ImageIO.read(directory.resolve("fit.png").toFile()));
    assertThat(picture.getWidth()).isGreaterThan(1000);
    FitFiles.writeDevice(fit.device(), directory.resolve("device.json"));
    assertThat(FitFiles.readDevice(directory.resolve("device.json"))).isEqualTo(fit.device());
  }

  /** A device that people write by hand need not name what has a default. */
  @Test
  void whatHasADefaultMayBeLeftOutOfADeviceFile() throws IOException {
    Path file = directory.resolve("device.json");
    FitFiles.writeDevice(Synapses.ecRam().device(), file);
    String all = Files.readString(file);
    String some = all.replaceAll(",\\s*\"(slopeSpread|additiveNoise)\"\\s*:\\s*[\\w.]+", "");
    assertThat(some).doesNotContain("slopeSpread").doesNotContain("additiveNoise").contains("}");
    Files.writeString(file, some);
    LinearStepDevice read = (LinearStepDevice) FitFiles.readDevice(file);
    assertThat(read.slopeSpread()).isZero();
    assertThat(read.additiveNoise()).isFalse();
    Files.writeString(
        file, all.replaceFirst("\"slopeSpread\"\\s*:\\s*[\\w.]+", "\"slopeSpread\": null"));
    assertThatThrownBy(() -> FitFiles.readDevice(file))
        .hasMessageContaining("device.json is no device: at ")
        .hasMessageContaining("slopeSpread, a value is missing");
  }

  static Stream<Arguments> badFiles() {
    String header = "direction,pulse,conductance_microsiemens\n";
    String rows = "potentiation,0,1\npotentiation,1,2\n";
    return Stream.of(
        Arguments.of("", "line 1: there is no column \"direction\""),
        Arguments.of(
            "direction,conductance_microsiemens\npotentiation,1\n",
            "line 1: there is no column \"pulse\""),
        Arguments.of(
            "direction,pulse,conductance\n", "line 1: there is no column \"conductance_microsi"),
        Arguments.of(
            header + rows + "potentiation,1,3\n",
            "line 4, column pulse: 1 does not come after 1; pulse numbers must grow"),
        Arguments.of(
            header + rows + "potentiation,0,3\n", "line 4, column pulse: 0 does not come after 1"),
        Arguments.of(header + "potentiation,-1,3\n", "line 2, column pulse: -1 is below 0"),
        Arguments.of(
            header + "potentiation,1.5,3\n", "line 2, column pulse: \"1.5\" is not a whole number"),
        Arguments.of(
            header + rows + "potentiation,2,NaN\n",
            "line 4, column conductance_microsiemens: NaN is not from 0 to 1000000.0 µS"),
        Arguments.of(
            header + rows + "potentiation,2,-4\n", "line 4, column conductance_microsiemens: -4"),
        Arguments.of(
            header + rows + "potentiation,2,2e7\n", "line 4, column conductance_microsiemens: 2e7"),
        Arguments.of(
            header + rows + "potentiation,2,Infinity\n", "line 4, column conductance_microsiem"),
        Arguments.of(
            header + rows + "potentiation,2,abc\n",
            "line 4, column conductance_microsiemens: \"abc\" is not a number"),
        Arguments.of(
            header + rows + "potentiation,2\n",
            "line 4, column conductance_microsiemens: the value is missing"),
        Arguments.of(
            header + "sideways,0,1\n",
            "line 2, column direction: \"sideways\" is neither potentiation nor depression"),
        Arguments.of(header + rows, "2 points of potentiation and 0 of depression; at least 4"),
        Arguments.of(header + tiny(), "column conductance_microsiemens: the greatest value is"),
        Arguments.of("\"direction,pulse\n", "is not a CSV text"));
  }

  /** In siemens instead of µS. */
  private static String tiny() {
    StringBuilder rows = new StringBuilder();
    for (int pulse = 0; pulse < 4; pulse++) {
      rows.append("potentiation,").append(pulse).append(',').append(pulse * 1e-6).append('\n');
      rows.append("depression,").append(pulse).append(',').append(4e-6 - pulse * 1e-6).append('\n');
    }
    return rows.toString();
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void badFilesAreRefusedWithLineAndColumn(String content, String message) throws IOException {
    Path file = directory.resolve("bad.csv");
    Files.writeString(file, content);
    assertThatThrownBy(() -> PulseCurve.read(file))
        .isInstanceOf(BadCurveException.class)
        .hasMessageContaining("bad.csv")
        .hasMessageContaining(message);
  }

  @Test
  void otherRefusals() throws IOException {
    assertThatThrownBy(() -> PulseCurve.read(directory.resolve("none.csv")))
        .isInstanceOf(BadCurveException.class)
        .hasMessageEndingWith("none.csv is not a file");
    List<Point> flat = List.of(new Point(0, 5), new Point(1, 5), new Point(2, 5), new Point(3, 5));
    assertThatThrownBy(() -> DeviceFit.of(new PulseCurve(flat, flat), DeviceModel.LINEAR_STEP))
        .hasMessage("The curve has no range: all of it is at 5.0 µS");
    Path file = directory.resolve("device.json");
    Files.writeString(file, "{\"device\" : \"linear-step\",\n \"stepMicroSiemens\" : \"x\"}");
    assertThatThrownBy(() -> FitFiles.readDevice(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " is no device: at stepMicroSiemens, \"x\" is of another kind");
    Files.writeString(file, "{\"device\" : \"step\"}");
    assertThatThrownBy(() -> FitFiles.readDevice(file))
        .hasMessage(file + " is no device: there is no \"step\"");
  }
}
