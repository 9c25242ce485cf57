package io.github.dl4jhardware.analog.preset;

import io.github.dl4jhardware.analog.cell.ClosedLoopWrite;
import io.github.dl4jhardware.analog.cell.IdealSynapse;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.PcmPairSynapse;
import io.github.dl4jhardware.analog.cell.WeightTransfer;
import io.github.dl4jhardware.analog.device.LinearStepCapacitor;
import io.github.dl4jhardware.analog.device.Pcm;

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
  private static final long TRANSFER_EXAMPLES = 8000;

  private Synapses() {}

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
   * The 2PCM+3T1C cell of 2018.
   *
   * <table>
   * <caption>Values and where they come from</caption>
   * <tr><th>value</th><th>tag</th></tr>
   * <tr><td>1 weight unit = 40 µS</td><td>assumed</td></tr>
   * <tr><td>gain F = 3</td><td>assumed (peers use 2, 3 and 4)</td></tr>
   * <tr><td>PCM range 20 µS</td><td>paper</td></tr>
   * <tr><td>programming error and read noise, scale 1</td><td>fit</td></tr>
   * <tr><td>100 averaged reads for verify and transfer</td><td>assumed</td></tr>
   * <tr><td>partial-SET noise 30 % (not used by this cell)</td><td>assumed</td></tr>
   * <tr><td>write tolerance 4 µS on F·(G+ − G−), at most 5 attempts</td><td>patent (closed loop); figures assumed</td></tr>
   * <tr><td>transfer each 8,000 examples</td><td>paper</td></tr>
   * <tr><td>polarity inversion at each transfer</td><td>patent</td></tr>
   * <tr><td>offset 2 µS</td><td>paper</td></tr>
   * <tr><td>g_shared 20 µS (g at 0.5 V)</td><td>assumed</td></tr>
   * <tr><td>step 0.1 µS = 0.005 of the range, spread 10 %</td><td>fit</td></tr>
   * <tr><td>up/down asymmetry σ 6 %</td><td>fit</td></tr>
   * <tr><td>slope 0.05</td><td>fit</td></tr>
   * <tr><td>range ±20 µS, spread 7 %</td><td>fit; scale assumed</td></tr>
   * <tr><td>cycle-to-cycle noise 30 % of a step</td><td>fit</td></tr>
   * <tr><td>mismatch of g(0.5 V) about g_shared, σ 1 µS</td><td>assumed</td></tr>
   * <tr><td>leak toward 12 µS above g_shared (0.8 V at 40 µS/V)</td><td>paper (voltages); slope assumed</td></tr>
   * <tr><td>leak time constant 1,000,000 examples, spread 30 %</td><td>fit; unit assumed</td></tr>
   * </table>
   *
   * @return the preset
   */
  public static PcmCapacitorSynapse pcmCapacitor2018() {
    return new PcmCapacitorSynapse(
        pcm(),
        new LinearStepCapacitor(20, 0.1, 0.10, 0.06, 0.05, 20, 0.07, 0.3, 1, 12, 1e6, 0.3),
        new ClosedLoopWrite(4, 5),
        new WeightTransfer(TRANSFER_EXAMPLES, true, 2),
        GAIN,
        MICRO_SIEMENS_PER_WEIGHT);
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
        pcm(), new ClosedLoopWrite(4, 5), 1000, GAIN, MICRO_SIEMENS_PER_WEIGHT);
  }

  private static Pcm pcm() {
    return new Pcm(20, 1, 1, 100, 0.3);
  }
}
