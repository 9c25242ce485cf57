package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.device.VoltageCapacitor;
import io.github.dl4jhardware.examples.model.Variant;

/**
 * One training run of a study: variant, seed, length, and the four swept properties of the cell.
 *
 * @param variant software, or cells with or without inversion
 * @param seed of weights, order and chip
 * @param epochs passes over the examples
 * @param cell the swept properties; for the software the preset's, which it does not have
 */
public record StudyPoint(Variant variant, long seed, int epochs, Cell cell) {
  /**
   * The swept properties.
   *
   * @param asymmetryPercent σ of the asymmetry between up and down steps
   * @param leakSeconds time constant of the leak
   * @param transferExamples interval of the weight transfer
   * @param gain F
   */
  public record Cell(
      double asymmetryPercent, double leakSeconds, long transferExamples, double gain) {
    /** The preset's values. */
    public static final Cell PRESET = new Cell(6, 1, 8000, 3);

    public Cell withAsymmetryPercent(double value) {
      return new Cell(value, leakSeconds, transferExamples, gain);
    }

    public Cell withLeakSeconds(double value) {
      return new Cell(asymmetryPercent, value, transferExamples, gain);
    }

    public Cell withTransferExamples(long value) {
      return new Cell(asymmetryPercent, leakSeconds, value, gain);
    }

    public Cell withGain(double value) {
      return new Cell(asymmetryPercent, leakSeconds, transferExamples, value);
    }
  }

  public Synapse synapse() {
    if (variant == Variant.SOFTWARE) {
      return variant.synapse();
    }
    PcmCapacitorSynapse preset = (PcmCapacitorSynapse) variant.synapse();
    VoltageCapacitor capacitor = (VoltageCapacitor) preset.capacitor();
    return preset
        .withCapacitor(
            capacitor
                .withAsymmetrySpread(cell.asymmetryPercent() / 100)
                .withLeakExamples(cell.leakSeconds() / capacitor.secondsPerExample()))
        .withTransfer(
            preset
                .transfer()
                .withEveryExamples(cell.transferExamples())
                .withPolarityInversion(variant == Variant.ANALOG_INVERSION))
        .withGain(cell.gain());
  }

  public String describe() {
    return variant == Variant.SOFTWARE
        ? variant.id() + ", seed " + seed
        : String.format(
            java.util.Locale.ROOT,
            "%s, seed %d, asymmetry %.0f %%, leak %s s, transfer each %,d, F %s",
            variant.id(),
            seed,
            cell.asymmetryPercent(),
            cell.leakSeconds(),
            cell.transferExamples(),
            cell.gain());
  }
}
