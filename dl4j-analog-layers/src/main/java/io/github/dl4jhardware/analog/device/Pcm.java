package io.github.dl4jhardware.analog.device;

import java.io.Serializable;
import org.apache.commons.math3.special.Erf;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A phase-change memory device: how far it goes, and how much of each published spread applies.
 *
 * @param gMaxMicroSiemens greatest conductance it is programmed to, in µS, above 0
 * @param programmingErrorScale factor on {@link PcmProgrammingError}; 0 is exact programming
 * @param readNoiseScale factor on {@link PcmReadNoise} in all reads; 0 is noise-free
 * @param reading how it is read while it is written, and when a weight is read back
 * @param setNoise cycle-to-cycle spread of a partial-SET pulse, as a part of its step
 * @param programming how a write brings it to a conductance
 * @param stuckOnRate part of all devices that stand at the end of the range whatever is done
 * @param deadRate part of all devices that do not conduct whatever is done
 */
public record Pcm(
    @JsonProperty(required = true) double gMaxMicroSiemens,
    @JsonProperty(required = true) double programmingErrorScale,
    @JsonProperty(required = true) double readNoiseScale,
    @JsonProperty(required = true) PcmReading reading,
    @JsonProperty(required = true) double setNoise,
    @JsonProperty(required = true) PcmProgramming programming,
    @JsonProperty(required = true) double stuckOnRate,
    @JsonProperty(required = true) double deadRate)
    implements Serializable {

  /** Checks every parameter. */
  public Pcm {
    Check.positive("Pcm.gMaxMicroSiemens", gMaxMicroSiemens);
    Check.notNegative("Pcm.programmingErrorScale", programmingErrorScale);
    Check.notNegative("Pcm.readNoiseScale", readNoiseScale);
    Check.present("Pcm.reading", reading);
    Check.notNegative("Pcm.setNoise", setNoise);
    Check.present("Pcm.programming", programming);
    Check.inRange("Pcm.stuckOnRate", stuckOnRate, 0, 1);
    Check.inRange("Pcm.deadRate", deadRate, 0, 1 - stuckOnRate);
  }

  /**
   * The same device with faults.
   *
   * @param otherStuckOnRate the new {@link #stuckOnRate()}
   * @param otherDeadRate the new {@link #deadRate()}
   * @return a copy
   */
  public Pcm withFaults(double otherStuckOnRate, double otherDeadRate) {
    return new Pcm(
        gMaxMicroSiemens,
        programmingErrorScale,
        readNoiseScale,
        reading,
        setNoise,
        programming,
        otherStuckOnRate,
        otherDeadRate);
  }

  /**
   * Whether a device is at fault.
   *
   * @param uniform a draw of the uniform distribution on [0, 1)
   * @return the conductance at which the device stands for ever, in µS; NaN if it is sound
   */
  public float faultMicroSiemens(double uniform) {
    if (uniform < stuckOnRate) {
      return (float) gMaxMicroSiemens;
    }
    return uniform < stuckOnRate + deadRate ? 0 : Float.NaN;
  }

  /**
   * The same device that is read in another way.
   *
   * @param other the new {@link #reading()}
   * @return a copy
   */
  public Pcm withReading(PcmReading other) {
    return new Pcm(
        gMaxMicroSiemens,
        programmingErrorScale,
        readNoiseScale,
        other,
        setNoise,
        programming,
        stuckOnRate,
        deadRate);
  }

  /**
   * One programming attempt from RESET. The range bounds what is aimed at, not what is reached.
   *
   * @param targetMicroSiemens the conductance aimed at
   * @param normal a draw of N(0, 1)
   * @return the conductance reached, at least 0, in µS
   */
  public float program(float targetMicroSiemens, float normal) {
    double reached =
        programmingErrorScale == 0
            ? targetMicroSiemens
            : targetMicroSiemens
                + programmingErrorScale
                    * PcmProgrammingError.sigmaMicroSiemens(targetMicroSiemens)
                    * normal;
    return (float) Math.max(0, reached);
  }

  /**
   * One read while a write goes on, see {@link PcmReading}.
   *
   * @param conductanceMicroSiemens the device's conductance; no other is known to be aimed at
   * @param shared a draw of N(0, 1) for all reads of the write
   * @param own a draw of N(0, 1) for this read
   * @return what the read finds, in µS
   */
  public float verify(float conductanceMicroSiemens, float shared, float own) {
    return noisy(
        conductanceMicroSiemens, reading.sharedFactor() * shared + reading.ownFactor() * own);
  }

  /**
   * What no {@link #verify} exceeds, being seven deviations above the full device; {@link Gaussian}
   * has none beyond 6.4.
   *
   * @return conductance in µS
   */
  public double mostFoundMicroSiemens() {
    double sigma = readNoiseScale * PcmReadNoise.amplitude(gMaxMicroSiemens);
    return gMaxMicroSiemens * (1 + 7 * sigma * (reading.sharedFactor() + reading.ownFactor()));
  }

  /**
   * The mean of the reads by which a weight is read back, independent of those of a write, see
   * {@link PcmReading}.
   *
   * @param conductanceMicroSiemens the device's conductance
   * @param normal a draw of N(0, 1)
   * @return what the reads find, in µS
   */
  public float readBack(float conductanceMicroSiemens, float normal) {
    return noisy(conductanceMicroSiemens, reading.sweptFactor() * normal);
  }

  /**
   * Noise of a single forward or backward read of {@link PcmReadNoise#READ_SECONDS}.
   *
   * @param conductanceMicroSiemens the device's conductance
   * @return σ² in µS²
   */
  public double readVariance(double conductanceMicroSiemens) {
    if (conductanceMicroSiemens == 0) {
      return 0;
    }
    double sigma =
        readNoiseScale
            * PcmReadNoise.amplitude(conductanceMicroSiemens)
            * reading.singleFactor()
            * conductanceMicroSiemens;
    return sigma * sigma;
  }

  /**
   * One read some time after programming, see {@link PcmReadNoise}.
   *
   * @param conductanceMicroSiemens the device's conductance by then
   * @param targetMicroSiemens what it was programmed for
   * @param secondsSinceProgramming at least 0
   * @param normal a draw of N(0, 1)
   * @return what the read finds, at least 0, in µS
   */
  public double readLater(
      double conductanceMicroSiemens,
      double targetMicroSiemens,
      double secondsSinceProgramming,
      double normal) {
    if (conductanceMicroSiemens == 0 || readNoiseScale == 0) {
      return conductanceMicroSiemens;
    }
    double sigma =
        readNoiseScale * PcmReadNoise.relativeSigma(targetMicroSiemens, secondsSinceProgramming);
    return Math.max(0, conductanceMicroSiemens * (1 + sigma * normal));
  }

  private float noisy(float conductanceMicroSiemens, double factor) {
    if (readNoiseScale == 0 || conductanceMicroSiemens == 0) {
      return conductanceMicroSiemens;
    }
    double amplitude = readNoiseScale * PcmReadNoise.amplitude(conductanceMicroSiemens);
    return (float) (conductanceMicroSiemens * (1 + amplitude * factor));
  }

  /**
   * Partial-SET pulses. Whole pulses are taken one after the other; a fraction is a part of the
   * next step.
   *
   * @param conductanceMicroSiemens present conductance
   * @param pulses number of pulses, at least 0
   * @param normal a draw of N(0, 1) for the whole train
   * @return the conductance after them, within the range, in µS
   */
  public float set(float conductanceMicroSiemens, float pulses, float normal) {
    double g = conductanceMicroSiemens;
    double variance = 0;
    for (double left = pulses; left > 0 && g < gMaxMicroSiemens; left--) {
      double part = Math.min(1, left);
      double step = PcmSetStep.microSiemens(g, gMaxMicroSiemens);
      if (step < 1e-9 * gMaxMicroSiemens) {
        // Full, as far as any read could tell.
        break;
      }
      g += part * step;
      variance += part * step * step;
    }
    g += setNoise * Math.sqrt(variance) * normal;
    // A SET pulse does not lower the conductance, so noise can at most cancel the growth.
    return (float) Math.max(conductanceMicroSiemens, Math.min(gMaxMicroSiemens, g));
  }

  /**
   * The mean growth by a part of a partial-SET pulse: a little more than that part of the step, as
   * noise can cancel a growth and not turn it round. E[max(0, 1 + s·z)] = Φ(1/s) + s·φ(1/s), s the
   * noise of the part relative to it.
   *
   * @param part of a pulse, 0…1
   * @return growth as a part of the step
   */
  public double meanSetGrowth(double part) {
    if (part == 0 || setNoise == 0) {
      return part;
    }
    double relative = setNoise / Math.sqrt(part);
    double at = 1 / relative;
    double below = 0.5 * (1 + Erf.erf(at / Math.sqrt(2)));
    double density = Math.exp(-at * at / 2) / Math.sqrt(2 * Math.PI);
    return part * (below + relative * density);
  }
}
