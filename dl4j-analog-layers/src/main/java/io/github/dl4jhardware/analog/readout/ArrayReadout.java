package io.github.dl4jhardware.analog.readout;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.PulsedSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.PulsedArray;
import io.github.dl4jhardware.analog.device.PulsedDevice;
import io.github.dl4jhardware.analog.device.VoltageCapacitor;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The state of the devices of one layer, read without changing anything. Arrays are copies,
 * row-major {@code [rows * columns]}; those of devices that the cell does not have are absent.
 */
public final class ArrayReadout {
  private final String layer;
  private final int index;
  private final int rows;
  private final int columns;
  private final boolean biasRow;
  private final long pendingWeights;
  private final Synapse synapse;
  private final ArrayCounters counters = new ArrayCounters();
  private final float[] weights;
  private final float @Nullable [] gPlus;
  private final float @Nullable [] gMinus;
  private final float @Nullable [] g;
  private final float @Nullable [] gShared;
  private final float @Nullable [] capacitorVolts;
  private final boolean[] saturated;

  private ArrayReadout(String name, int index, AnalogLayer layer) {
    SynapseArray array = layer.lookAtArray();
    pendingWeights = layer.pendingWeights();
    this.layer = name;
    this.index = index;
    rows = array.rows();
    columns = array.columns();
    biasRow = layer.biasRow();
    synapse = layer.synapse();
    counters.copyFrom(array.counters());
    weights = array.weights().clone();
    gPlus = state(array, "gp");
    gMinus = state(array, "gm");
    PulsedArray pulsed = array.pulsed();
    g = pulsed == null ? null : pulsed.conductance().clone();
    gShared = pulsed == null ? null : pulsed.gShared().clone();
    float[] aboveRest = state(array, "vc");
    if (aboveRest != null && device(synapse) instanceof VoltageCapacitor capacitor) {
      for (int cell = 0; cell < aboveRest.length; cell++) {
        aboveRest[cell] += (float) capacitor.restVolts();
      }
    }
    capacitorVolts = aboveRest;
    saturated = new boolean[weights.length];
    for (int cell = 0; cell < saturated.length; cell++) {
      saturated[cell] = array.saturated(cell);
    }
  }

  /**
   * Reads one layer.
   *
   * @param name what to call it
   * @param index its place in the network
   * @param layer the layer, see {@link AnalogLayer}
   * @return the read-out
   */
  public static ArrayReadout of(String name, int index, AnalogLayer layer) {
    return new ArrayReadout(name, index, layer);
  }

  private static float @Nullable [] state(SynapseArray array, String name) {
    int place = array.synapse().stateNames().names().indexOf(name);
    return place < 0 ? null : array.state()[place].clone();
  }

  static @Nullable PulsedDevice device(Synapse synapse) {
    if (synapse instanceof PulsedSynapse pulsed) {
      return pulsed.device();
    }
    return synapse instanceof PcmCapacitorSynapse cell ? cell.capacitor() : null;
  }

  /**
   * Weights that were set from outside and that the devices have not been programmed to yet; the
   * read-out shows what the devices hold.
   *
   * @return their number
   */
  public long pendingWeights() {
    return pendingWeights;
  }

  /**
   * The layer's name.
   *
   * @return as in the configuration, else {@code layer} and its index
   */
  public String layer() {
    return layer;
  }

  /**
   * The layer's place.
   *
   * @return its index in the network
   */
  public int index() {
    return index;
  }

  /**
   * Inputs, with the bias row if there is one.
   *
   * @return number of rows
   */
  public int rows() {
    return rows;
  }

  /**
   * Outputs.
   *
   * @return number of columns
   */
  public int columns() {
    return columns;
  }

  /**
   * Whether the last row is the bias.
   *
   * @return false if there is no bias, or a digital one
   */
  public boolean biasRow() {
    return biasRow;
  }

  /**
   * What a cell is made of.
   *
   * @return the parameters
   */
  public Synapse synapse() {
    return synapse;
  }

  /**
   * The sign with which the capacitor counts.
   *
   * @return s, +1 or −1
   */
  public int polarity() {
    return counters.polarity();
  }

  /**
   * The effective weights.
   *
   * @return in weight units
   */
  public float[] weights() {
    return weights.clone();
  }

  /**
   * G+.
   *
   * @return in µS, if the cells have a PCM pair
   */
  public Optional<float[]> gPlusMicroSiemens() {
    return copy(gPlus);
  }

  /**
   * G−.
   *
   * @return in µS, if the cells have a PCM pair
   */
  public Optional<float[]> gMinusMicroSiemens() {
    return copy(gMinus);
  }

  /**
   * Conductances of the pulsed devices.
   *
   * @return g in µS, if the cells have one
   */
  public Optional<float[]> gMicroSiemens() {
    return copy(g);
  }

  /**
   * Reference of each column.
   *
   * @return g_shared in µS, {@code [columns]}, if the cells have a pulsed device
   */
  public Optional<float[]> gSharedMicroSiemens() {
    return copy(gShared);
  }

  /**
   * Voltages on the capacitors.
   *
   * @return V_C in V, if the cells simulate it
   */
  public Optional<float[]> capacitorVolts() {
    return copy(capacitorVolts);
  }

  private static Optional<float[]> copy(float @Nullable [] values) {
    return values == null ? Optional.empty() : Optional.of(values.clone());
  }

  /**
   * Pulses that raised a weight.
   *
   * @return their number over all cells
   */
  public double pulsesUp() {
    return counters.get(Count.PULSE_UNITS_UP) / (double) PulseTally.UNITS;
  }

  /**
   * Pulses that lowered a weight.
   *
   * @return their number over all cells
   */
  public double pulsesDown() {
    return counters.get(Count.PULSE_UNITS_DOWN) / (double) PulseTally.UNITS;
  }

  /**
   * One of the array's counters.
   *
   * @param count which
   * @return its value
   */
  public long count(Count count) {
    return counters.get(count);
  }

  /**
   * Whether a cell has come to an end of its pulsed device's range.
   *
   * @param cell its index
   * @return true if pulses of one direction have no effect
   */
  public boolean saturated(int cell) {
    return saturated[cell];
  }

  /**
   * Cells at an end of their range.
   *
   * @return how many
   */
  public int saturatedCells() {
    return (int) IntStream.range(0, saturated.length).filter(cell -> saturated[cell]).count();
  }
}
