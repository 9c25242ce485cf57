package io.github.dl4jhardware.analog.preset;

import io.github.dl4jhardware.analog.cell.ClosedLoopWrite;
import io.github.dl4jhardware.analog.cell.IdealSynapse;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.PcmPairSynapse;
import io.github.dl4jhardware.analog.cell.PulsedSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.WeightTransfer;
import io.github.dl4jhardware.analog.device.ChargeTransistor;
import io.github.dl4jhardware.analog.device.ExponentialStepDevice;
import io.github.dl4jhardware.analog.device.LinearStepDevice;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmProgramming;
import io.github.dl4jhardware.analog.device.PcmReading;
import io.github.dl4jhardware.analog.device.PulsedDevice;
import io.github.dl4jhardware.analog.device.ReadTransistor;
import io.github.dl4jhardware.analog.device.SoftBoundsDevice;
import io.github.dl4jhardware.analog.device.StepVariation;
import io.github.dl4jhardware.analog.device.VoltageCapacitor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Synapses by name.
 *
 * <p>Tags: <b>paper</b>: S. Ambrogio et al., Nature 558, 60 (2018); <b>patent</b>: claims of US
 * 11,074,499, 11,915,132, 11,270,194 or 11,436,479; <b>fit</b>: a published numeric fit of real
 * devices, cited at the law; <b>assumed</b>: our choice, because the figure is not public.
 */
public final class Synapses {
  private static final double MICRO_SIEMENS_PER_WEIGHT = 40;
  private static final double GAIN = 3;
  private static final double RANGE_MICRO_SIEMENS = 20;

  /** Every 8,000 examples with inversion, an offset of 2 µS, pairs rewritten from 8 µS on. */
  private static final WeightTransfer TRANSFER = new WeightTransfer(8000, true, 2, 8);

  private static final double ECRAM_REFERENCE_MICRO_SIEMENS = 25;
  private static final double RERAM_REFERENCE_MICRO_SIEMENS = 60;
  private static final double CAPACITOR_READ_NOISE_MICRO_SIEMENS = 0.05;

  /** 25 µs a read, a wait longer than the transfer of an array takes to read. */
  private static final PcmReading READING = new PcmReading(100, 0.05, 1);

  private Synapses() {}

  /**
   * All presets of this class, as options and tests list them.
   *
   * @return synapses by name, in a fixed order
   */
  public static Map<String, Synapse> byName() {
    Map<String, Synapse> presets = new LinkedHashMap<>();
    presets.put("ideal", ideal());
    presets.put("pcm-capacitor-2018", pcmCapacitor2018());
    presets.put("pcm-capacitor-2018-no-inversion", pcmCapacitor2018().withoutPolarityInversion());
    presets.put("pcm-capacitor-linear", pcmCapacitorLinear());
    presets.put("pcm-pair", pcmPair());
    presets.put("capacitor-only", capacitorOnly());
    presets.put("ecram", ecRam());
    presets.put("ecram-metal-oxide", ecRamMetalOxide());
    presets.put("reram-soft-bounds", reRamSoftBounds());
    presets.put("reram-exponential", reRamExponential());
    presets.put("pcm-inference", pcmInference());
    return Collections.unmodifiableMap(presets);
  }

  /**
   * The null device: an analogue layer of ideal synapses is DL4J's layer. Step 0.0025 of a weight,
   * as the capacitor's.
   *
   * @return ideal synapses
   */
  public static IdealSynapse ideal() {
    return new IdealSynapse(0.0025);
  }

  /**
   * The 2PCM+3T1C cell of 2018 in full: the capacitor's voltage with its transistors, and the PCM
   * pair with the pulses that program it.
   *
   * <table>
   * <caption>Values and where they come from</caption>
   * <tr><th>value</th><th>tag</th></tr>
   * <tr><td>1 weight unit = 40 µS</td><td>assumed</td></tr>
   * <tr><td>gain F = 3</td><td>assumed (peers use 2, 3 and 4)</td></tr>
   * <tr><td>PCM range 20 µS</td><td>paper</td></tr>
   * <tr><td>programming by partial-SET pulses from RESET, eight widths</td><td>paper (ramps of eight steps); response fit; equal spacing of the widths assumed</td></tr>
   * <tr><td>partial-SET noise 30 % of a step</td><td>assumed</td></tr>
   * <tr><td>read noise of PCM, scale 1</td><td>fit</td></tr>
   * <tr><td>write tolerance 2 µS on F·(G+ − G−), at most 100 pulses</td><td>patent (closed loop); figures assumed</td></tr>
   * <tr><td>no stuck and no dead devices</td><td>assumed; see {@link Pcm#withFaults}</td></tr>
   * <tr><td>transfer each 8,000 examples</td><td>paper</td></tr>
   * <tr><td>polarity inversion at each transfer</td><td>patent</td></tr>
   * <tr><td>offset 2 µS</td><td>paper</td></tr>
   * <tr><td>pairs are written anew where the capacitor holds more than 8 µS, and stay else</td><td>assumed; the paper writes all</td></tr>
   * <tr><td>reads of the pair: 25 µs, a wait of 50 ms, one sweep; noise of a read of g 0.05 µS</td><td>assumed</td></tr>
   * <tr><td>capacitor re-initialised at 0.5 V, leaks toward 0.8 V</td><td>paper</td></tr>
   * <tr><td>supply 1 V</td><td>assumed</td></tr>
   * <tr><td>read transistor 55 µS/V, threshold 0.1 V, θ 0.25 /V: 20 µS at 0.5 V</td><td>assumed, for the ±20 µS of the fitted range</td></tr>
   * <tr><td>read threshold σ 20 mV, in cells and references</td><td>assumed</td></tr>
   * <tr><td>step 2.2 mV, which is 0.1 µS = 0.005 of the range at 0.5 V</td><td>fit; scale assumed</td></tr>
   * <tr><td>overdrive of PMOS and NMOS 0.2 V, λ 0.1 /V</td><td>assumed</td></tr>
   * <tr><td>their threshold σ 8.485 mV: up/down asymmetry σ 6 %, and 6 % of the step</td><td>fit</td></tr>
   * <tr><td>capacitance σ 8 %: with the thresholds a step spread of 10 %</td><td>fit; division assumed</td></tr>
   * <tr><td>cycle-to-cycle noise 30 % of a step</td><td>fit</td></tr>
   * <tr><td>leak time constant 1 s at 1 µs an example, spread 30 %</td><td>fit (1,000,000 updates); times assumed</td></tr>
   * <tr><td>a reference for every 8 columns</td><td>paper (shared); number assumed</td></tr>
   * </table>
   *
   * @return the preset
   */
  public static PcmCapacitorSynapse pcmCapacitor2018() {
    return new PcmCapacitorSynapse(
        pcm(PcmProgramming.SET_LADDER),
        capacitor(),
        new ClosedLoopWrite(2, 100),
        TRANSFER,
        GAIN,
        MICRO_SIEMENS_PER_WEIGHT,
        CAPACITOR_READ_NOISE_MICRO_SIEMENS);
  }

  /**
   * The same cell, simpler and faster: the conductance itself as the capacitor's state, with a step
   * that falls linearly, and the published error of a whole programming attempt.
   *
   * <table>
   * <caption>Values that differ from {@link #pcmCapacitor2018()} and where they come from</caption>
   * <tr><th>value</th><th>tag</th></tr>
   * <tr><td>programming error, scale 1; tolerance 4 µS, at most 5 attempts</td><td>fit; figures assumed</td></tr>
   * <tr><td>g_shared 30 µS, so that no device reaches 0</td><td>assumed</td></tr>
   * <tr><td>step 0.1 µS = 0.005 of the range, spread 10 %, asymmetry σ 6 %, slope 0.05 with σ 0.01, additive noise of pulses</td><td>fit</td></tr>
   * <tr><td>range ±20 µS, spread 7 %</td><td>fit; scale assumed</td></tr>
   * <tr><td>mismatch of g(0.5 V) about g_shared, σ 1 µS</td><td>assumed</td></tr>
   * <tr><td>leak toward 12 µS above g_shared, time constant 1,000,000 examples, spread 30 %</td><td>fit; target assumed</td></tr>
   * </table>
   *
   * @return the preset
   */
  public static PcmCapacitorSynapse pcmCapacitorLinear() {
    return new PcmCapacitorSynapse(
        pcm(PcmProgramming.FITTED_ERROR),
        new LinearStepDevice(
            30,
            0.1,
            0.05,
            0.05,
            20,
            20,
            new StepVariation(0.10, 0, 0.06, 0.07, 0.07, 0.3, 1),
            12,
            1e6,
            0.3,
            0.01,
            true),
        new ClosedLoopWrite(4, 5),
        TRANSFER,
        GAIN,
        MICRO_SIEMENS_PER_WEIGHT,
        CAPACITOR_READ_NOISE_MICRO_SIEMENS);
  }

  /**
   * The PCM pair of the 2018 cell without its capacitor, trained by partial-SET pulses (fit, see
   * {@link io.github.dl4jhardware.analog.device.PcmSetStep}) and refreshed each 1,000 examples
   * (assumed). The other values are those of {@link #pcmCapacitor2018()}.
   *
   * @return the preset
   */
  public static PcmPairSynapse pcmPair() {
    return new PcmPairSynapse(
        pcm(PcmProgramming.SET_LADDER),
        new ClosedLoopWrite(2, 100),
        1000,
        GAIN,
        MICRO_SIEMENS_PER_WEIGHT);
  }

  /**
   * The 3T1C capacitor of {@link #pcmCapacitor2018()} alone: no transfer, so that its leak is never
   * repaired. One weight unit is 20 µS (assumed), the range ±1 of the fit.
   *
   * @return the preset
   */
  public static PulsedSynapse capacitorOnly() {
    return new PulsedSynapse(capacitor(), RANGE_MICRO_SIEMENS);
  }

  /**
   * Lithium ECRAM with linear steps: step 0.002, range −0.8276…1.1724 with 5 % spread, slopes γ_up
   * 0.1153 and γ_down 0.5085 with σ 0.05, step spread 10 %, asymmetry σ 1 %, cycle-to-cycle noise
   * 30 %. Fit: J. Tang et al., IEDM 2018, as parametrised by IBM's analog hardware acceleration
   * kit. One weight unit is 20 µS and g_shared 25 µS, so that no device reaches 0 (assumed).
   *
   * @return the preset
   */
  public static PulsedSynapse ecRam() {
    return pulsed(
        LinearStepDevice.lasting(
                ECRAM_REFERENCE_MICRO_SIEMENS,
                0.002 * RANGE_MICRO_SIEMENS,
                0.1153,
                0.5085,
                1.1724 * RANGE_MICRO_SIEMENS,
                0.8276 * RANGE_MICRO_SIEMENS,
                new StepVariation(0.1, 0, 0.01, 0.05, 0.05, 0.3, 0))
            .withSlopeSpread(0.05));
  }

  /**
   * Metal-oxide ECRAM with linear steps: step 0.00028214, range −0.8286…1.1714 with 5 % spread,
   * slopes γ_up 0.4152 and γ_down 0.7342 with σ 0.05, step spread 10 %, asymmetry σ 1 %,
   * cycle-to-cycle noise 200 %. Fit: S. Kim et al., IEDM 2019, as parametrised by IBM's analog
   * hardware acceleration kit. One weight unit is 20 µS and g_shared 25 µS (assumed).
   *
   * @return the preset
   */
  public static PulsedSynapse ecRamMetalOxide() {
    return pulsed(
        LinearStepDevice.lasting(
                ECRAM_REFERENCE_MICRO_SIEMENS,
                2.8214e-4 * RANGE_MICRO_SIEMENS,
                0.4152,
                0.7342,
                1.1714 * RANGE_MICRO_SIEMENS,
                0.8286 * RANGE_MICRO_SIEMENS,
                new StepVariation(0.1, 0, 0.01, 0.05, 0.05, 2, 0))
            .withSlopeSpread(0.05));
  }

  /**
   * ReRAM with soft bounds: step 0.002, bounds −0.75 with 40 % and 1.25 with 24 % spread (0.3
   * each), step spread 30 %, asymmetry σ 1 %, cycle-to-cycle noise 375 %. Loose fit: T. Gong et
   * al., Nature Communications 9, 2102 (2018), as parametrised by IBM's analog hardware
   * acceleration kit. Left out: its write noise, by which the weight that is read differs from the
   * one that pulses act on (σ 0.112). One weight unit is 20 µS and g_shared 60 µS, so that no
   * device reaches 0 (assumed).
   *
   * @return the preset
   */
  public static PulsedSynapse reRamSoftBounds() {
    return pulsed(
        new SoftBoundsDevice(
            RERAM_REFERENCE_MICRO_SIEMENS,
            0.002 * RANGE_MICRO_SIEMENS,
            1.25 * RANGE_MICRO_SIEMENS,
            0.75 * RANGE_MICRO_SIEMENS,
            new StepVariation(0.3, 0, 0.01, 0.24, 0.4, 3.75, 0)));
  }

  /**
   * ReRAM with exponential steps: unit step 0.00135, mean asymmetry 0.259359 (down steps are
   * weaker), A_up 1.18445, A_down 0.081404, κ 2.5 both, range ±1 with 30 % spread, step spread 20
   * %, asymmetry σ 5 %, cycle-to-cycle noise 500 %. Fit: T. Gong et al., Nature Communications 9,
   * 2102 (2018), as parametrised by IBM's analog hardware acceleration kit. Left out: its write
   * noise, by which the weight that is read differs from the one that pulses act on (σ 0.101). One
   * weight unit is 20 µS and g_shared 60 µS (assumed).
   *
   * @return the preset
   */
  public static PulsedSynapse reRamExponential() {
    return pulsed(
        new ExponentialStepDevice(
            RERAM_REFERENCE_MICRO_SIEMENS,
            0.00135 * RANGE_MICRO_SIEMENS,
            1.18445,
            0.081404,
            2.5,
            2.5,
            RANGE_MICRO_SIEMENS,
            RANGE_MICRO_SIEMENS,
            new StepVariation(0.2, 0.259359, 0.05, 0.3, 0.3, 5, 0)));
  }

  /**
   * For a chip that only infers: PCM with a range of 25 µS, the published programming error and
   * read noise of single reads in every forward pass, weights clipped at 2 standard deviations. Fit
   * and method: V. Joshi et al., Nature Communications 11, 2473 (2020).
   *
   * @return the preset
   */
  public static InferenceSynapse pcmInference() {
    return new InferenceSynapse(inferencePcm(), 2);
  }

  /**
   * The device of {@link #pcmInference()}.
   *
   * @return PCM with a range of 25 µS, as the fit's
   */
  public static Pcm inferencePcm() {
    return new Pcm(25, 1, 1, PcmReading.SINGLE, 0, PcmProgramming.FITTED_ERROR, 0, 0);
  }

  private static PulsedSynapse pulsed(PulsedDevice device) {
    return new PulsedSynapse(device, RANGE_MICRO_SIEMENS);
  }

  private static VoltageCapacitor capacitor() {
    return new VoltageCapacitor(
        new ReadTransistor(55, 0.1, 0.25, 0.020),
        new ChargeTransistor(0.2, 0.1, 0.06 * 0.2 / Math.sqrt(2)),
        0.0022,
        0.08,
        1,
        0.5,
        0.8,
        1,
        0.3,
        1e-6,
        0.3,
        8);
  }

  private static Pcm pcm(PcmProgramming programming) {
    return new Pcm(20, 1, 1, READING, 0.3, programming, 0, 0);
  }
}
