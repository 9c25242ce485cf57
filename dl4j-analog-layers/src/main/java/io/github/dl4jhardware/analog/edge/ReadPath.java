package io.github.dl4jhardware.analog.edge;

import io.github.dl4jhardware.analog.device.Check;
import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * One direction of reading an array: converters, bounds and noise between a vector and the currents
 * that it makes.
 *
 * <p>x̂ = DAC(x / α), y = α · ADC(Σ w·x̂ + σz), with α = max |x| where inputs are scaled, else 1.
 * The DAC clips at ± its bound and rounds to 2<sup>bits</sup> − 1 equal levels, the ADC likewise.
 * Bound management: while an output reaches its bound the read is repeated with inputs halved, at
 * most {@value #MOST_HALVINGS} times. Asymmetric read: a negative input sees the weight w·(1 − κ),
 * with a κ of each cell's own. Draws: one an output and read; one a cell once a chip for κ. Source:
 * T. Gokmen, M. Onen, W. Haensch, Frontiers in Neuroscience 11, 538 (2017), for converters, bounds,
 * noise and their management; asymmetric read assumed. The devices' own noise is drawn once an
 * output: a sum of independent normal deviates, one a cell, is a normal deviate with the sum of
 * their variances. Reads that follow each other share slow noise in a real device; here each is
 * drawn by itself. Where columns have factors behind their converters, w is the weight over its
 * column's factor: scales of their own ({@link
 * io.github.dl4jhardware.analog.cell.InferenceSynapse#withColumnScales}), and the compensation of
 * drift ({@link io.github.dl4jhardware.analog.inference.Drift}).
 *
 * @param inputBits resolution of the DAC, 2…24; 0 is exact
 * @param inputBound greatest input that is sent, after scaling; infinity is no bound
 * @param scaleInputs whether the largest input of each example is scaled to 1
 * @param outputBits resolution of the ADC, 2…24; 0 is exact
 * @param outputBound greatest output that is converted, in units of weight · sent input; infinity
 *     is no bound
 * @param boundManagement whether a read that reaches the bound is repeated with halved inputs
 * @param outputNoise σ of each output, in units of weight · sent input
 * @param readAsymmetrySpread device-to-device spread of κ
 * @param deviceNoise factor on the read noise of the devices themselves, as {@link
 *     io.github.dl4jhardware.analog.device.PcmReading} has it for a single read; 0 is none. PCM
 *     pairs have it and the capacitors beside them; other devices do not fluctuate here, and
 *     inference-only targets have their noise injected
 */
public record ReadPath(
    @JsonProperty(required = true) int inputBits,
    @JsonProperty(required = true) double inputBound,
    @JsonProperty(required = true) boolean scaleInputs,
    @JsonProperty(required = true) int outputBits,
    @JsonProperty(required = true) double outputBound,
    @JsonProperty(required = true) boolean boundManagement,
    @JsonProperty(required = true) double outputNoise,
    @JsonProperty(required = true) double readAsymmetrySpread,
    @JsonProperty double deviceNoise)
    implements Serializable {

  /** Repeated reads at the most. */
  static final int MOST_HALVINGS = 10;

  /** No converter, no bound, no noise. */
  public static final ReadPath IDEAL =
      new ReadPath(0, Double.POSITIVE_INFINITY, false, 0, Double.POSITIVE_INFINITY, false, 0, 0, 0);

  /** Checks every parameter. */
  public ReadPath {
    checkConverter("input", inputBits, inputBound);
    checkConverter("output", outputBits, outputBound);
    if (boundManagement && outputBound == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("ReadPath.boundManagement needs a finite outputBound");
    }
    Check.notNegative("ReadPath.outputNoise", outputNoise);
    Check.inRange("ReadPath.readAsymmetrySpread", readAsymmetrySpread, 0, 1);
    Check.notNegative("ReadPath.deviceNoise", deviceNoise);
  }

  private static void checkConverter(String which, int bits, double bound) {
    if (bits != 0) {
      Check.inRange("ReadPath." + which + "Bits", bits, 2, 24);
    }
    if (bound != Double.POSITIVE_INFINITY) {
      Check.positive("ReadPath." + which + "Bound", bound);
    } else if (bits != 0) {
      throw new IllegalArgumentException(
          "ReadPath." + which + "Bits of " + bits + " need a finite " + which + "Bound");
    }
  }

  /**
   * Converters with scaled inputs and bound management: inputs within ±1, outputs within ±12 (T.
   * Gokmen et al. 2017), no noise.
   *
   * @param inputBits resolution of the DAC
   * @param outputBits resolution of the ADC
   * @return the path
   */
  public static ReadPath converters(int inputBits, int outputBits) {
    return new ReadPath(inputBits, 1, true, outputBits, 12, true, 0, 0, 0);
  }

  /**
   * The same path with noise.
   *
   * @param sigma the new {@link #outputNoise()}
   * @return a copy
   */
  public ReadPath withOutputNoise(double sigma) {
    return new ReadPath(
        inputBits,
        inputBound,
        scaleInputs,
        outputBits,
        outputBound,
        boundManagement,
        sigma,
        readAsymmetrySpread,
        deviceNoise);
  }

  /**
   * The same path with other bounds.
   *
   * @param input the new {@link #inputBound()}
   * @param output the new {@link #outputBound()}
   * @return a copy
   */
  public ReadPath withBounds(double input, double output) {
    return new ReadPath(
        inputBits,
        input,
        scaleInputs,
        outputBits,
        output,
        boundManagement,
        outputNoise,
        readAsymmetrySpread,
        deviceNoise);
  }

  /**
   * The same path with asymmetric reads.
   *
   * @param spread the new {@link #readAsymmetrySpread()}
   * @return a copy
   */
  public ReadPath withReadAsymmetry(double spread) {
    return new ReadPath(
        inputBits,
        inputBound,
        scaleInputs,
        outputBits,
        outputBound,
        boundManagement,
        outputNoise,
        spread,
        deviceNoise);
  }

  /**
   * The same path with the devices' own read noise.
   *
   * @param factor the new {@link #deviceNoise()}
   * @return a copy
   */
  public ReadPath withDeviceNoise(double factor) {
    return new ReadPath(
        inputBits,
        inputBound,
        scaleInputs,
        outputBits,
        outputBound,
        boundManagement,
        outputNoise,
        readAsymmetrySpread,
        factor);
  }

  /**
   * Whether a read is a plain matrix product.
   *
   * @return true if nothing is done to inputs and outputs
   */
  public boolean ideal() {
    // Scaling alone changes nothing.
    return inputBits == 0
        && inputBound == Double.POSITIVE_INFINITY
        && outputBits == 0
        && outputBound == Double.POSITIVE_INFINITY
        && outputNoise == 0
        && readAsymmetrySpread == 0
        && deviceNoise == 0;
  }
}
