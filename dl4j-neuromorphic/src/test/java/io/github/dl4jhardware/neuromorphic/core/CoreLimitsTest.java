package io.github.dl4jhardware.neuromorphic.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoreLimitsTest {
  @ParameterizedTest
  @CsvSource({
    "12, 252, 16, 2",
    "256, 512, 9, 32",
    "512, 512, 1, 4",
    "128, 10, 1, 1",
    "129, 129, 1, 3",
    "131, 131, 1, 131",
    "131, 262, 1, 131",
    "131, 130, 1, 0",
    "1, 1, 128, 1",
    "1, 1, 129, 0"
  })
  void fewestGroups(long in, long out, long taps, int groups) {
    assertThat(CoreLimits.fewestGroups(in, out, taps)).isEqualTo(groups);
  }
}
