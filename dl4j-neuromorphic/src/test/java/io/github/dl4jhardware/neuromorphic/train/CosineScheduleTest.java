package io.github.dl4jhardware.neuromorphic.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.Adam;

class CosineScheduleTest {
  /** By hand: (1 + cos(π·part)) / 2 of 0.4. */
  @ParameterizedTest
  @CsvSource({"0, 0.4", "20, 0.34142136", "40, 0.2", "60, 0.05857864", "80, 0", "500, 0"})
  void followsHalfACosine(int iteration, double rate) {
    assertThat(new CosineSchedule(0.4, 80).valueAt(iteration, 3)).isCloseTo(rate, within(1e-8));
  }

  @Test
  void isPartOfAConfiguration() {
    CosineSchedule schedule = new CosineSchedule(0.1, 7);
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(schedule))
            .list()
            .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
            .build();
    assertThat(MultiLayerConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
    assertThat(schedule.clone()).isEqualTo(schedule).isNotSameAs(schedule);
    assertThat(schedule).isNotEqualTo(new CosineSchedule(0.1, 8));
  }

  @Test
  void refusesWhatIsNoRate() {
    assertThatThrownBy(() -> new CosineSchedule(-1, 5)).hasMessageContaining("CosineSchedule.rate");
    assertThatThrownBy(() -> new CosineSchedule(Double.NaN, 5)).hasMessageContaining("but is NaN");
    assertThatThrownBy(() -> new CosineSchedule(1, 0)).hasMessageContaining("CosineSchedule.steps");
  }
}
