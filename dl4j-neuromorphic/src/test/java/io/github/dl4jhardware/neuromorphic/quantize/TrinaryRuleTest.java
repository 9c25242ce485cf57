package io.github.dl4jhardware.neuromorphic.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrinaryRuleTest {
  private static final TrinaryRule RULE = TrinaryRule.EEDN;

  @ParameterizedTest
  @CsvSource({
    // The ends of the bands belong to −1, 0 and +1.
    "-1, 0, -1",
    "-0.6, 0, -1",
    "-0.5999, 0, 0",
    "-0.4, -1, 0",
    "-0.4001, -1, -1",
    "0, 1, 0",
    "0.4, 1, 0",
    "0.4001, 1, 1",
    "0.5999, 0, 0",
    "0.6, 0, 1",
    "1, 0, 1",
    "7, 0, 1",
    // A dead band keeps whatever was there.
    "0.5, -1, -1",
    "0.5, 0, 0",
    "0.5, 1, 1",
    "-0.5, 1, 1",
    "-0.5, 0, 0",
    "-0.5, -1, -1",
  })
  void followsTheBands(float hidden, float former, float wanted) {
    assertThat(RULE.next(hidden, former)).isEqualTo(wanted);
  }

  /** Negative test of a public trap: there a weight that has left 0 never returns. */
  @Test
  void weightGoesUpBackToZeroAndDown() {
    float[] hidden = {0.1f, 0.55f, 0.65f, 0.45f, 0.3f, 0.5f, -0.5f, -0.7f, -0.41f, 0.2f};
    float[] wanted = {0, 0, 1, 1, 0, 0, 0, -1, -1, 0};
    float weight = 0;
    for (int i = 0; i < hidden.length; i++) {
      weight = RULE.next(hidden[i], weight);
      assertThat(weight).as("after %s", hidden[i]).isEqualTo(wanted[i]);
    }
  }

  @Test
  void theRuleSettlesAtOnce() {
    for (float hidden = -1; hidden <= 1; hidden += 1f / 512) {
      for (float former = -1; former <= 1; former++) {
        float once = RULE.next(hidden, former);
        assertThat(RULE.next(hidden, once)).isEqualTo(once);
      }
    }
  }

  @Test
  void withoutHysteresisNothingIsRemembered() {
    TrinaryRule rule = new TrinaryRule(0);
    for (float hidden = -1; hidden <= 1; hidden += 1f / 64) {
      if (Math.abs(hidden) != 0.5f) {
        assertThat(rule.next(hidden, 1))
            .isEqualTo(rule.next(hidden, -1))
            .isEqualTo(TrinaryRule.nearest(hidden));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 0.51, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesOtherHysteresis(double hysteresis) {
    assertThatThrownBy(() -> new TrinaryRule(hysteresis))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TrinaryRule.hysteresis")
        .hasMessageContaining(String.valueOf(hysteresis));
  }
}
