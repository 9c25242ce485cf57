package io.github.dl4jhardware.analog.device;

/**
 * The phase-change devices of one array, some of them at fault.
 *
 * <p>Faults are drawn once a chip, one word a device. Any two devices are independent.
 */
public final class PcmArray {
  private final Pcm law;
  private final float[] conductance;

  /** Where each device stands for ever, NaN for a sound one; empty if all are sound. */
  private final float[] faults;

  /**
   * Devices in RESET.
   *
   * @param law the device
   * @param count how many
   * @param variationKey stream of the chip's fixed variation, which no other array shares
   */
  public PcmArray(Pcm law, int count, long variationKey) {
    this.law = law;
    conductance = new float[count];
    boolean faulty = law.stuckOnRate() + law.deadRate() > 0;
    faults = new float[faulty ? count : 0];
    for (int device = 0; device < faults.length; device++) {
      double uniform = (Draws.word(variationKey, device) >>> 11) * 0x1p-53;
      faults[device] = law.faultMicroSiemens(uniform);
    }
    for (int device = 0; device < count; device++) {
      reset(device);
    }
  }

  /**
   * What the devices are.
   *
   * @return the law
   */
  public Pcm law() {
    return law;
  }

  /**
   * The devices' conductances.
   *
   * @return the live array, in µS
   */
  public float[] conductance() {
    return conductance;
  }

  /**
   * Whether a device does not answer to pulses.
   *
   * @param device its index
   * @return true if it is stuck on or dead
   */
  public boolean faulty(int device) {
    return faults.length > 0 && !Float.isNaN(faults[device]);
  }

  /** Moves a device, unless it is at fault. */
  private void move(int device, float microSiemens) {
    conductance[device] = faulty(device) ? faults[device] : microSiemens;
  }

  /**
   * RESET: to no conductance.
   *
   * @param device its index
   */
  public void reset(int device) {
    move(device, 0);
  }

  /**
   * Partial-SET pulses, see {@link Pcm#set}.
   *
   * @param device its index
   * @param pulses number of pulses, at least 0; may be fractional
   * @param normal a draw of N(0, 1)
   */
  public void set(int device, float pulses, float normal) {
    move(device, law.set(conductance[device], pulses, normal));
  }

  /**
   * A whole programming attempt, see {@link Pcm#program}.
   *
   * @param device its index
   * @param targetMicroSiemens the conductance aimed at
   * @param normal a draw of N(0, 1)
   */
  public void program(int device, float targetMicroSiemens, float normal) {
    move(device, law.program(targetMicroSiemens, normal));
  }

  /**
   * One read while a write goes on, see {@link Pcm#verify}.
   *
   * @param device its index
   * @param shared a draw of N(0, 1) for all reads of the write
   * @param own a draw of N(0, 1) for this read
   * @return what the read finds, in µS
   */
  public float verify(int device, float shared, float own) {
    return law.verify(conductance[device], shared, own);
  }

  /**
   * The reads by which a weight is read back, see {@link Pcm#readBack}.
   *
   * @param device its index
   * @param normal a draw of N(0, 1)
   * @return what the reads find, in µS
   */
  public float readBack(int device, float normal) {
    return law.readBack(conductance[device], normal);
  }
}
