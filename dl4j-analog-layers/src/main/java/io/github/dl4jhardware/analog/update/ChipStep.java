package io.github.dl4jhardware.analog.update;

import io.github.dl4jhardware.Internal;
import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;

/**
 * One step of the chip on one array, whoever takes it: the learning rate that its counters stand
 * at, the keys of its draws, and what follows the pulses: capacitors leak, counters move on, and
 * weights are transferred when enough examples have passed.
 */
@Internal
public final class ChipStep {
  private final SynapseArray array;
  private final long chipSeed;
  private final int layer;

  /**
   * Steps of one array.
   *
   * @param array whose counters say where it stands
   * @param chipSeed the chip
   * @param layer index of its layer
   */
  public ChipStep(SynapseArray array, long chipSeed, int layer) {
    this.array = array;
    this.chipSeed = chipSeed;
    this.layer = layer;
  }

  /**
   * The learning rate of the next step.
   *
   * @param updater evaluated at the array's own steps
   * @param epoch DL4J's
   * @return η
   */
  public double rate(AnalogSgd updater, int epoch) {
    return updater.getLearningRate((int) count(Count.STEPS), epoch);
  }

  /**
   * The key of the next draws for a purpose.
   *
   * @param purpose one of {@link Draws}' constants that go by steps
   * @return a stream for this step alone
   */
  public long key(int purpose) {
    return Draws.key(chipSeed, layer, purpose, count(Count.STEPS));
  }

  /**
   * After the pulses of some examples: everything, on the calling thread.
   *
   * @param examples at least 1
   */
  public void passed(long examples) {
    if (restDue(examples)) {
      rest(0, array.rows() * array.columns(), examples);
    }
    end(examples);
  }

  /**
   * Whether capacitors leak at the end of this step.
   *
   * @param examples of the step
   * @return true if {@link #rest} is to be called for all cells
   */
  public boolean restDue(long examples) {
    long before = count(Count.EXAMPLES);
    return array.restDue(before, before + examples);
  }

  /**
   * Lets a range of cells leak; ranges may be taken by several threads.
   *
   * @param from first cell
   * @param to one past the last
   * @param examples of the step
   */
  public void rest(int from, int to, long examples) {
    long before = count(Count.EXAMPLES);
    array.rest(from, to, before, before + examples);
  }

  /**
   * Moves the counters on, and transfers the weights if that is due; by one thread, after all cells
   * have leaked.
   *
   * @param examples of the step
   */
  public void end(long examples) {
    ArrayCounters counters = array.counters();
    long before = count(Count.EXAMPLES);
    counters.add(Count.STEPS, 1);
    counters.add(Count.EXAMPLES, examples);
    if (array.transferDue(before, before + examples)) {
      array.transfer(Draws.key(chipSeed, layer, Draws.TRANSFER, count(Count.TRANSFERS)));
    }
  }

  private long count(Count which) {
    return array.counters().get(which);
  }
}
