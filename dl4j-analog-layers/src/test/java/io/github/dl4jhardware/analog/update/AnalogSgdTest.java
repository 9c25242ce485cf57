package io.github.dl4jhardware.analog.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class AnalogSgdTest {
  private static final ISchedule FALLING =
      new ExponentialSchedule(ScheduleType.ITERATION, 0.4, 0.5);

  private static List<AnalogSgd> allDifferent() {
    return List.of(
        new AnalogSgd(0.1),
        new AnalogSgd(0.2),
        new AnalogSgd(FALLING),
        new AnalogSgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.4, 0.6)),
        new AnalogSgd(0.1, PulseScheme.EXPECTED),
        new AnalogSgd(0.1, null, PulseScheme.STOCHASTIC, 16, 0),
        new AnalogSgd(0.1, null, PulseScheme.STOCHASTIC, 32, 2));
  }

  @Test
  void equalIsWhatTrainsAlike() {
    List<AnalogSgd> all = allDifferent();
    for (int i = 0; i < all.size(); i++) {
      for (int k = 0; k < all.size(); k++) {
        assertThat(all.get(i).equals(allDifferent().get(k))).isEqualTo(i == k);
      }
      assertThat(all.get(i)).hasSameHashCodeAs(allDifferent().get(i)).isNotEqualTo("another");
      AnalogSgd copy = all.get(i).clone();
      assertThat(copy).isEqualTo(all.get(i)).isNotSameAs(all.get(i));
    }
    assertThat(all.stream().map(AnalogSgd::hashCode).distinct()).hasSize(all.size());
  }

  @Test
  void theRateIsConstantOrOfASchedule() {
    AnalogSgd constant = new AnalogSgd(0.1, PulseScheme.LOW_DISCREPANCY);
    assertThat(constant.getLearningRate()).isEqualTo(0.1);
    assertThat(constant.getLearningRate(7, 3)).isEqualTo(0.1);
    assertThat(constant.getLearningRateSchedule()).isNull();
    assertThat(constant.getPulseScheme()).isEqualTo(PulseScheme.LOW_DISCREPANCY);
    assertThat(constant.getPulseTrainLength()).isEqualTo(32);
    assertThat(constant.hasLearningRate()).isTrue();
    assertThat(constant.stateSize(100)).isZero();
    AnalogSgd falling = new AnalogSgd(FALLING);
    assertThat(falling.getLearningRate()).isNaN();
    assertThat(falling.getLearningRateSchedule()).isEqualTo(FALLING);
    assertThat(falling.getLearningRate(3, 0)).isCloseTo(0.05, within(1e-12));
    assertThat(falling.clone().getLearningRateSchedule()).isNotSameAs(FALLING);
    assertThat(constant).hasToString("AnalogSgd(0.1, LOW_DISCREPANCY)");
    assertThat(falling.toString()).startsWith("AnalogSgd(ExponentialSchedule");
    constant.setLrAndSchedule(0.3, null);
    assertThat(constant.getLearningRate(0, 0)).isEqualTo(0.3);
    constant.setLrAndSchedule(Double.NaN, FALLING);
    assertThat(constant.getLearningRate(1, 0)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void anotherSchemeKeepsTheRest() {
    AnalogSgd managed = new AnalogSgd(0.1, null, PulseScheme.STOCHASTIC, 16, 2.5);
    AnalogSgd other = managed.withPulseScheme(PulseScheme.EXPECTED);
    assertThat(other).isEqualTo(new AnalogSgd(0.1, null, PulseScheme.EXPECTED, 16, 2.5));
    assertThat(other.getSlotsPerPulse()).isEqualTo(2.5);
  }

  /** By hand: 0.1 · 2, and 0.4 · 0.5³ · 2. */
  @Test
  void elsewhereItIsPlainSgd() {
    for (boolean byState : new boolean[] {false, true}) {
      INDArray gradient = Nd4j.createFromArray(2.0f);
      step(new AnalogSgd(0.1), byState).applyUpdater(gradient, 0, 0);
      assertThat(gradient.getFloat(0)).isCloseTo(0.2f, within(1e-6f));
      gradient = Nd4j.createFromArray(2.0f);
      step(new AnalogSgd(FALLING), byState).applyUpdater(gradient, 3, 0);
      assertThat(gradient.getFloat(0)).isCloseTo(0.1f, within(1e-6f));
    }
  }

  private static GradientUpdater<?> step(AnalogSgd updater, boolean byState) {
    return byState
        ? updater.instantiate(new HashMap<>(), true)
        : updater.instantiate((INDArray) null, true);
  }

  @Test
  void whatNoDriverCanFireIsRefused() {
    for (double rate : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new AnalogSgd(rate)).hasMessageContaining("AnalogSgd.learningRate");
      assertThatThrownBy(() -> new AnalogSgd(0.1).setLrAndSchedule(rate, null))
          .hasMessageContaining("AnalogSgd.learningRate");
    }
    assertThatThrownBy(() -> new AnalogSgd(0.1, null, PulseScheme.STOCHASTIC, 33, 0))
        .hasMessageContaining("pulseTrainLength");
    assertThatThrownBy(() -> new AnalogSgd(0.1, null, PulseScheme.STOCHASTIC, 0, 0))
        .hasMessageContaining("pulseTrainLength");
    for (int length : new int[] {1, 12}) {
      assertThatThrownBy(() -> new AnalogSgd(0.1, null, PulseScheme.LOW_DISCREPANCY, length, 0))
          .hasMessageContaining("a power of two from 2 to 32");
    }
    assertThat(new AnalogSgd(0.1, null, PulseScheme.LOW_DISCREPANCY, 2, 0).getPulseTrainLength())
        .isEqualTo(2);
    assertThatThrownBy(() -> new AnalogSgd(0.1, null, PulseScheme.STOCHASTIC, 32, 0.5))
        .hasMessageContaining("slotsPerPulse");
    assertThat(PulseScheme.STOCHASTIC.realisable()).isTrue();
    assertThat(PulseScheme.LOW_DISCREPANCY.realisable()).isTrue();
    assertThat(PulseScheme.CELL_COUNTS.realisable()).isFalse();
    assertThat(PulseScheme.EXPECTED.realisable()).isFalse();
  }
}
