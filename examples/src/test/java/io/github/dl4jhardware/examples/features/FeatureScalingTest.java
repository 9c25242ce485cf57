package io.github.dl4jhardware.examples.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.examples.features.FeatureScaling.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FeatureScalingTest {
  private static final int ROWS = 4000;
  private static final int WIDTH = 7;

  /** Correlated rows: each feature is the sum of all normal deviates before it, about 3. */
  private static float[][] rows() {
    Random random = new Random(1);
    float[][] rows = new float[ROWS][WIDTH];
    for (float[] row : rows) {
      float sum = 3;
      for (int i = 0; i < WIDTH; i++) {
        sum += (float) random.nextGaussian();
        row[i] = sum;
      }
    }
    return rows;
  }

  private static double[][] covariance(float[][] rows) {
    INDArray x = Nd4j.createFromArray(rows);
    x = x.subRowVector(x.mean(0));
    return x.transpose().mmul(x).div(rows.length).toDoubleMatrix();
  }

  @Test
  void whitenedFeaturesAreUncorrelatedAndAsLargeAsAsked() {
    // So small that nothing is clipped, and next to nothing added to the eigenvalues.
    FeatureScaling scaling = FeatureScaling.of(rows(), new Settings(1e-5, 0.1, 4));
    double[][] after = covariance(scaling.of(rows()));
    for (int i = 0; i < WIDTH; i++) {
      for (int j = 0; j < WIDTH; j++) {
        assertThat(after[i][j]).isCloseTo(i == j ? 0.01 : 0, within(2e-4));
      }
    }
  }

  /** With a large ε the covariance keeps its shape: only turned and scaled. */
  @Test
  void withoutWhiteningTheSpectrumStays() {
    float[][] scaled = FeatureScaling.of(rows(), new Settings(1e5, 0.1, 4)).of(rows());
    double[][] before = covariance(rows());
    double[][] after = covariance(scaled);
    double trace = 0;
    double squares = 0;
    double traceBefore = 0;
    double squaresBefore = 0;
    for (int i = 0; i < WIDTH; i++) {
      trace += after[i][i];
      traceBefore += before[i][i];
      for (int j = 0; j < WIDTH; j++) {
        squares += after[i][j] * after[i][j];
        squaresBefore += before[i][j] * before[i][j];
      }
    }
    assertThat(trace).isCloseTo(WIDTH * 0.01, within(1e-4));
    // The sum of squared eigenvalues, relative to the squared sum.
    assertThat(squares / (trace * trace))
        .isCloseTo(squaresBefore / (traceBefore * traceBefore), within(1e-3));
  }

  @Test
  void theRotationKeepsAnglesAndFollowsFromItsSeed() {
    float[][] one = FeatureScaling.of(rows(), new Settings(0.1, 0.05, 4)).of(rows());
    float[][] other = FeatureScaling.of(rows(), new Settings(0.1, 0.05, 5)).of(rows());
    assertThat(FeatureScaling.of(rows(), new Settings(0.1, 0.05, 4)).of(rows())).isDeepEqualTo(one);
    assertThat(other[0]).isNotEqualTo(one[0]);
    for (int row = 1; row < 50; row++) {
      assertThat(dot(other[0], other[row])).isCloseTo(dot(one[0], one[row]), within(1e-5));
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void whatIsBeyondTheRangeIsClipped() {
    float[][] scaled = FeatureScaling.of(rows(), new Settings(1e-5, 1, 4)).of(rows());
    int clipped = 0;
    for (float[] row : scaled) {
      for (float value : row) {
        assertThat(value).isBetween(-1f, 1f);
        clipped += Math.abs(value) == 1 ? 1 : 0;
      }
    }
    // A normal deviate is beyond ±1 in 31.7 % of cases; 28,000 of them deviate by 0.28 %.
    assertThat(clipped / (double) (ROWS * WIDTH)).isCloseTo(0.317, within(0.015));
  }

  @Test
  void whatCannotBeScaledIsNamed() {
    assertThatThrownBy(() -> FeatureScaling.of(new float[3][2], new Settings(0.1, 0.1, 1)))
        .hasMessageContaining("All rows of features are the same");
    assertThatThrownBy(() -> FeatureScaling.of(new float[2][8193], new Settings(0.1, 0.1, 1)))
        .hasMessageContaining("8193 features; at most 8192 can be scaled");
    assertThatThrownBy(() -> new Settings(0, 0.1, 1)).hasMessageContaining("whitening must be");
    assertThatThrownBy(() -> new Settings(1, Double.NaN, 1))
        .hasMessageContaining("rootMeanSquare must be");
  }

  /** ND4J takes the number of its threads from the environment when it starts. */
  @Test
  void theSameBitsOnAnyNumberOfThreads() throws Exception {
    assertThat(inAnotherJvm("2")).isEqualTo(inAnotherJvm("1"));
  }

  private static String inAnotherJvm(String threads) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ScaledBits.class.getName());
    builder.environment().put("OMP_NUM_THREADS", threads);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    String[] lines = printed.split("\\R", -1);
    assertThat(lines[lines.length - 1]).startsWith("bits ");
    return lines[lines.length - 1];
  }

  /** Scales rows that are large enough for ND4J to share them between threads. */
  static final class ScaledBits {
    private ScaledBits() {}

    public static void main(String[] args) {
      Nd4j.factory().blas().setMaxThreads(1);
      Random random = new Random(1);
      float[][] rows = new float[1000][256];
      for (float[] row : rows) {
        for (int i = 0; i < row.length; i++) {
          row[i] = (float) random.nextGaussian() + i % 3 * row[0];
        }
      }
      FeatureScaling scaling = FeatureScaling.of(rows, new Settings(0.1, 0.1, 1));
      System.out.println("bits " + Arrays.deepHashCode(scaling.of(rows)));
    }
  }
}
