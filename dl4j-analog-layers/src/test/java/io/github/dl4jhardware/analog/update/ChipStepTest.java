package io.github.dl4jhardware.analog.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** A step does by itself what an array is told to do piece by piece, in the same order. */
class ChipStepTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 9;
  private static final long CHIP = 11;
  private static final int LAYER = 2;
  private static final long INTERVAL = 100;

  private static SynapseArray programmed() {
    PcmCapacitorSynapse preset = Synapses.pcmCapacitor2018();
    SynapseArray array =
        preset
            .withTransfer(preset.transfer().withEveryExamples(INTERVAL))
            .array(ROWS, COLUMNS, CHIP, LAYER);
    float[] weights = new float[ROWS * COLUMNS];
    SplittableRandom random = new SplittableRandom(3);
    for (int cell = 0; cell < weights.length; cell++) {
      weights[cell] = (float) random.nextDouble(-0.4, 0.4);
    }
    array.program(weights, 1);
    return array;
  }

  /** Counts leaks that it sees, in blocks of examples as the array has them. */
  private static int leaks(SynapseArray array, ChipStep step, long examples) {
    float[] before = array.weights().clone();
    boolean due = step.restDue(examples);
    step.rest(0, ROWS * COLUMNS, examples);
    boolean moved = !java.util.Arrays.equals(before, array.weights());
    assertThat(moved).isEqualTo(due);
    return due ? 1 : 0;
  }

  @Test
  void countersMoveOnAndWeightsAreTransferredWhenItIsTime() {
    SynapseArray array = programmed();
    ChipStep step = new ChipStep(array, CHIP, LAYER);
    long examples = 0;
    for (int each : new int[] {30, 30, 30, 9, 1, 30, 70, 250}) {
      long before = examples;
      examples += each;
      long transfers = array.counters().get(Count.TRANSFERS);
      step.passed(each);
      assertThat(array.counters().get(Count.EXAMPLES)).isEqualTo(examples);
      boolean crossed = examples / INTERVAL > before / INTERVAL;
      assertThat(array.counters().get(Count.TRANSFERS) - transfers).isEqualTo(crossed ? 1 : 0);
    }
    assertThat(array.counters().get(Count.STEPS)).isEqualTo(8);
  }

  @Test
  void itIsTheArraysOwnLeakAndTransfer() {
    SynapseArray whole = programmed();
    SynapseArray pieces = programmed();
    new ChipStep(whole, CHIP, LAYER).passed(INTERVAL);
    assertThat(pieces.restDue(0, INTERVAL)).isTrue();
    pieces.rest(0, ROWS * COLUMNS, 0, INTERVAL);
    pieces.counters().add(Count.STEPS, 1);
    pieces.counters().add(Count.EXAMPLES, INTERVAL);
    pieces.transfer(Draws.key(CHIP, LAYER, Draws.TRANSFER, 0));
    assertThat(whole.weights()).isEqualTo(pieces.weights());
    assertThat(whole.state()).isDeepEqualTo(pieces.state());

    // Another chip or layer draws otherwise.
    SynapseArray other = programmed();
    new ChipStep(other, CHIP + 1, LAYER).passed(INTERVAL);
    assertThat(other.weights()).isNotEqualTo(whole.weights());
  }

  @Test
  void leakFallsDueByTheExamplesSoFar() {
    SynapseArray array = programmed();
    ChipStep step = new ChipStep(array, CHIP, LAYER);
    int leaks = 0;
    for (int example = 0; example < 90; example++) {
      leaks += leaks(array, step, 1);
      step.end(1);
    }
    assertThat(leaks).isPositive().isLessThan(90);
    assertThat(array.counters().get(Count.EXAMPLES)).isEqualTo(90);
  }

  @Test
  void ratesAndKeysGoByTheArraysSteps() {
    SynapseArray array = programmed();
    ChipStep step = new ChipStep(array, CHIP, LAYER);
    AnalogSgd updater =
        new AnalogSgd(
            new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.5).add(2, 0.25).build());
    assertThat(step.rate(updater, 0)).isEqualTo(0.5);
    assertThat(step.key(Draws.FOLLOW)).isEqualTo(Draws.key(CHIP, LAYER, Draws.FOLLOW, 0));
    step.passed(10);
    step.passed(10);
    assertThat(step.rate(updater, 0)).isEqualTo(0.25);
    assertThat(step.key(Draws.FOLLOW)).isEqualTo(Draws.key(CHIP, LAYER, Draws.FOLLOW, 2));
  }
}
