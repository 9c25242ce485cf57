package io.github.dl4jhardware.analog.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.device.Draws;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EdgeReadTest {
  private static final float[] WEIGHTS = {0.5f, -0.25f, 0.125f, 1, 0.75f, -1};
  private static final double NONE = Double.POSITIVE_INFINITY;
  private static final float[] NONE_FLUCTUATE = {};

  private static float[] forward(ReadPath path, float... input) {
    float[] output = new float[3];
    new EdgeRead(path, 2, 3, true, 1, 0, 0).read(WEIGHTS, NONE_FLUCTUATE, input, 0, output, 0, 7);
    return output;
  }

  /**
   * Devices' own noise: each output's variance is Σ x²·σ² of its cells, times the square of the
   * factor, both ways; 20,000 reads, 4.5 standard errors: false-alarm rate 7e−6 each.
   */
  @Test
  void devicesFluctuateByThemselves() {
    float[] variances = {0.01f, 0.04f, 0, 0.09f, 0.01f, 0.02f};
    ReadPath noisy = ReadPath.IDEAL.withDeviceNoise(2);
    assertThat(noisy.ideal()).isFalse();
    for (boolean forward : new boolean[] {true, false}) {
      float[] input = forward ? new float[] {2, -1} : new float[] {1, 0.5f, -2};
      int outputs = forward ? 3 : 2;
      float[] exact = new float[outputs];
      new EdgeRead(ReadPath.IDEAL, 2, 3, forward, 1, 0, 0)
          .read(WEIGHTS, variances, input, 0, exact, 0, 7);
      EdgeRead read = new EdgeRead(noisy, 2, 3, forward, 1, 0, 0);
      int reads = 20_000;
      double[] squares = new double[outputs];
      float[] found = new float[outputs];
      for (int n = 0; n < reads; n++) {
        read.read(WEIGHTS, variances, input, 0, found, 0, Draws.subKey(5, n));
        for (int i = 0; i < outputs; i++) {
          squares[i] += Math.pow(found[i] - exact[i], 2);
        }
      }
      double[] wanted =
          forward
              ? new double[] {4 * 0.01 + 0.09, 4 * 0.04 + 0.01, 0.02}
              : new double[] {0.01 + 0.25 * 0.04, 0.09 + 0.25 * 0.01 + 4 * 0.02};
      for (int i = 0; i < outputs; i++) {
        assertThat(squares[i] / reads / (4 * wanted[i]))
            .isCloseTo(1, within(4.5 * Math.sqrt(2.0 / reads)));
      }
    }
  }

  @Test
  void idealReadIsTheProduct() {
    assertThat(forward(ReadPath.IDEAL, 2, -1)).containsExactly(0, -1.25f, 1.25f);
    float[] back = new float[2];
    new EdgeRead(ReadPath.IDEAL, 2, 3, false, 1, 0, 0)
        .read(WEIGHTS, NONE_FLUCTUATE, new float[] {1, 2, -4}, 0, back, 0, 7);
    assertThat(back).containsExactly(-0.5f, 6.5f);
    assertThat(ReadPath.IDEAL.ideal()).isTrue();
    assertThat(ReadPath.converters(8, 8).ideal()).isFalse();
    assertThat(ReadPath.IDEAL.withOutputNoise(0.1).ideal()).isFalse();
    assertThat(ReadPath.IDEAL.withReadAsymmetry(0.1).ideal()).isFalse();
  }

  /** 2^bits − 1 levels over ± the bound: three bits and bound 3 are the whole numbers −3…3. */
  @ParameterizedTest
  @CsvSource({"0.4,0", "0.6,1", "-1.4,-1", "2.9,3", "7,3", "-7,-3"})
  void converterRoundsToItsLevelsAndClips(float value, float level) {
    assertThat(new Converter(3, 3).convert(value)).isEqualTo(level);
    assertThat(new Converter(0, 3).convert(value)).isEqualTo(Math.max(-3, Math.min(3, value)));
    assertThat(new Converter(0, NONE).convert(value)).isEqualTo(value);
  }

  /** Inputs of a tenth would all be 0 to a two-bit DAC; scaled, the largest is exact. */
  @Test
  void scalingUsesTheWholeRangeOfTheConverter() {
    ReadPath plain = new ReadPath(2, 1, false, 0, NONE, false, 0, 0, 0);
    ReadPath scaled = new ReadPath(2, 1, true, 0, NONE, false, 0, 0, 0);
    assertThat(forward(plain, 0.1f, 0)).containsExactly(0, 0, 0);
    assertThat(forward(scaled, 0.1f, 0)).containsExactly(0.05f, -0.025f, 0.0125f);
    assertThat(forward(scaled, 0, 0)).containsExactly(0, 0, 0);
  }

  /** Outputs of 10 against a bound of 1: clipped without management, exact with it. */
  @Test
  void boundManagementRepeatsWithHalvedInputs() {
    ReadPath clipping = new ReadPath(0, NONE, false, 0, 1, false, 0, 0, 0);
    ReadPath managed = new ReadPath(0, NONE, false, 0, 1, true, 0, 0, 0);
    assertThat(forward(clipping, 16, 0)).containsExactly(1, -1, 1);
    assertThat(forward(managed, 16, 0)).containsExactly(8, -4, 2);
    // Each of ten halvings fails: then it is clipped, and scaled by 2^10.
    assertThat(forward(managed, 1e6f, 0)).containsExactly(1024, -1024, 1024);
  }

  /**
   * Noise of every output: normal at 1e−3, its σ within 4.5 standard errors (7e−6), and another
   * draw at another key.
   */
  @Test
  void outputNoiseHasItsMoments() {
    int n = 20_000;
    EdgeRead read = new EdgeRead(ReadPath.IDEAL.withOutputNoise(0.2), 2, 3, true, 1, 0, 0);
    double[] noise = new double[n];
    double squares = 0;
    float[] output = new float[3];
    for (int i = 0; i < n; i++) {
      read.read(WEIGHTS, NONE_FLUCTUATE, new float[] {2, -1}, 0, output, 0, Draws.subKey(3, i));
      noise[i] = output[i % 3] - new float[] {0, -1.25f, 1.25f}[i % 3];
      squares += noise[i] * noise[i];
    }
    assertThat(Math.sqrt(squares / n)).isCloseTo(0.2, within(4.5 * 0.2 / Math.sqrt(2.0 * n)));
    assertThat(
            KolmogorovSmirnovTest.withDefaults()
                .test(noise, NormalDistribution.of(0, 0.2)::cumulativeProbability)
                .getPValue())
        .isGreaterThan(1e-3);
  }

  /** w·(1 − κ) for negative inputs alone; σ of κ within 4.5 standard errors (7e−6). */
  @Test
  void negativeInputsSeeAnotherWeight() {
    int n = 20_000;
    float[] ones = new float[n];
    java.util.Arrays.fill(ones, 1);
    for (boolean forward : new boolean[] {true, false}) {
      EdgeRead read =
          new EdgeRead(
              ReadPath.IDEAL.withReadAsymmetry(0.1),
              forward ? 1 : n,
              forward ? n : 1,
              forward,
              1,
              0,
              0);
      float[] output = new float[n];
      read.read(ones, NONE_FLUCTUATE, new float[] {1}, 0, output, 0, 7);
      assertThat(output).containsOnly(1);
      read.read(ones, NONE_FLUCTUATE, new float[] {-1}, 0, output, 0, 7);
      double sum = 0;
      double squares = 0;
      for (float y : output) {
        double kappa = 1 + y;
        sum += kappa;
        squares += kappa * kappa;
      }
      assertThat(sum / n).isCloseTo(0, within(4.5 * 0.1 / Math.sqrt(n)));
      assertThat(Math.sqrt(squares / n)).isCloseTo(0.1, within(4.5 * 0.1 / Math.sqrt(2.0 * n)));
    }
  }

  /** Many vectors at once are read as one after the other, bit by bit. */
  @Test
  void manyReadsAreSingleReads() {
    List<ReadPath> paths =
        List.of(
            ReadPath.IDEAL,
            ReadPath.converters(6, 7),
            new ReadPath(5, 1, true, 6, 0.7, true, 0.05, 0, 1.5),
            new ReadPath(5, 0.5, false, 0, 1.2, true, 0.05, 0, 0),
            new ReadPath(0, 1, true, 24, 2, false, 0, 0.1, 1));
    SplittableRandom random = new SplittableRandom(3);
    int rows = 11;
    int columns = 6;
    float[] weights = new float[rows * columns];
    float[] variances = new float[rows * columns];
    for (int cell = 0; cell < weights.length; cell++) {
      weights[cell] = (float) random.nextDouble(-1, 1);
      variances[cell] = (float) random.nextDouble(0, 0.01);
    }
    for (ReadPath path : paths) {
      for (boolean forward : new boolean[] {true, false}) {
        int inputs = forward ? rows : columns;
        int outputs = forward ? columns : rows;
        for (int count : new int[] {1, 5, 70}) {
          float[] lines = new float[inputs * count];
          for (int i = 0; i < lines.length; i++) {
            lines[i] = i % 7 == 0 ? 0 : (float) random.nextDouble(-2, 2);
          }
          long[] keys = random.longs(count).toArray();
          float[] together = new float[outputs * count];
          new EdgeRead(path, rows, columns, forward, 1, 0, 0)
              .readAll(weights, variances, lines, 0, together, keys);
          EdgeRead single = new EdgeRead(path, rows, columns, forward, 1, 0, 0);
          for (int vector = 0; vector < count; vector++) {
            float[] input = new float[inputs];
            for (int i = 0; i < inputs; i++) {
              input[i] = lines[i * count + vector];
            }
            float[] wanted = new float[outputs];
            single.read(weights, variances, input, 0, wanted, 0, keys[vector]);
            for (int i = 0; i < outputs; i++) {
              assertThat(together[i * count + vector])
                  .as(path + " " + forward + " " + count)
                  .isEqualTo(wanted[i]);
            }
          }
        }
      }
    }
  }

  @Test
  void badParametersAreNamed() {
    assertThatThrownBy(() -> new ReadPath(1, 1, false, 0, NONE, false, 0, 0, 0))
        .hasMessage("ReadPath.inputBits must be a whole number from 2 to 24, but is 1");
    assertThatThrownBy(() -> new ReadPath(8, NONE, false, 0, NONE, false, 0, 0, 0))
        .hasMessage("ReadPath.inputBits of 8 need a finite inputBound");
    assertThatThrownBy(() -> new ReadPath(0, NONE, false, 0, NONE, true, 0, 0, 0))
        .hasMessage("ReadPath.boundManagement needs a finite outputBound");
    assertThatThrownBy(() -> new ReadPath(0, NONE, false, 0, Double.NaN, false, 0, 0, 0))
        .hasMessage("ReadPath.outputBound must be a finite number above 0, but is NaN");
  }
}
