package io.github.dl4jhardware.analog.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Matrices on several physical arrays. */
class ArrayTilesTest {
  private static final int ROWS = 11;
  private static final int COLUMNS = 7;
  private static final float[] STILL = {};
  private static final ArrayTiles SMALL = new ArrayTiles(4, 3);

  private final SplittableRandom random = new SplittableRandom(5);

  private float[] values(int count, double most) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-most, most);
    }
    return values;
  }

  private static ArrayReads reads(ReadPath path, ArrayTiles tiles) {
    return new ArrayReads(new ArrayEdges(path, path, tiles), ROWS, ROWS, COLUMNS, 1, 0);
  }

  /** Of an odd number of levels, 2^bits − 1, within a bound. */
  private static double converted(double value, int bits, double bound) {
    double step = 2 * bound / ((1 << bits) - 2);
    return Math.rint(Math.max(-bound, Math.min(bound, value)) / step) * step;
  }

  /**
   * As the page says it: each part's inputs scaled by its own largest, each part's sum converted.
   */
  private static double tile(float[] input, double[] weights, int from, int to, int in, int out) {
    double scale = 0;
    for (int i = from; i < to; i++) {
      scale = Math.max(scale, Math.abs(input[i]));
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += weights[i] * converted(input[i] / scale, in, 1);
    }
    return scale * converted(sum, out, 12);
  }

  /** Rows are cut for what goes forward, columns for what goes back. */
  @Test
  void partsAreConvertedAndThenAdded() {
    ArrayReads reads = reads(ReadPath.converters(5, 6), SMALL);
    float[] weights = values(ROWS * COLUMNS, 1);
    float[] line = values(ROWS, 2);
    float[] sums = new float[COLUMNS];
    reads.forward(weights, STILL, line, sums, 0, true, 0, 0);
    int[][] rowParts = {{0, 4}, {4, 8}, {8, 11}};
    for (int column = 0; column < COLUMNS; column++) {
      double[] own = new double[ROWS];
      for (int row = 0; row < ROWS; row++) {
        own[row] = weights[row * COLUMNS + column];
      }
      double wanted = 0;
      for (int[] part : rowParts) {
        wanted += tile(line, own, part[0], part[1], 5, 6);
      }
      assertThat(sums[column]).isCloseTo((float) wanted, within(1e-5f));
    }
    float[] delta = values(COLUMNS, 2);
    float[] errors = new float[ROWS];
    reads.backward(weights, STILL, delta, 0, errors, 0, 0, 0);
    int[][] columnParts = {{0, 3}, {3, 5}, {5, 7}};
    for (int row = 0; row < ROWS; row++) {
      double[] own = new double[COLUMNS];
      for (int column = 0; column < COLUMNS; column++) {
        own[column] = weights[row * COLUMNS + column];
      }
      double wanted = 0;
      for (int[] part : columnParts) {
        wanted += tile(delta, own, part[0], part[1], 5, 6);
      }
      assertThat(errors[row]).isCloseTo((float) wanted, within(1e-5f));
    }
  }

  /** Without converters a cut matrix is a matrix; one array of its size is one that is not cut. */
  @Test
  void tilesAloneChangeNothing() {
    float[] weights = values(ROWS * COLUMNS, 1);
    float[] line = values(ROWS, 2);
    ReadPath bounded = ReadPath.IDEAL.withBounds(1e6, 1e6);
    float[] sums = new float[COLUMNS];
    reads(bounded, SMALL).forward(weights, STILL, line, sums, 0, true, 0, 0);
    for (int column = 0; column < COLUMNS; column++) {
      double wanted = 0;
      for (int row = 0; row < ROWS; row++) {
        wanted += line[row] * (double) weights[row * COLUMNS + column];
      }
      assertThat(sums[column]).isCloseTo((float) wanted, within(1e-5f));
    }
    ReadPath noisy = ReadPath.converters(6, 6).withOutputNoise(0.1).withReadAsymmetry(0.1);
    float[] one = new float[COLUMNS];
    float[] uncut = new float[COLUMNS];
    reads(noisy, new ArrayTiles(ROWS, COLUMNS)).forward(weights, STILL, line, one, 0, true, 3, 1);
    reads(noisy, ArrayTiles.UNLIMITED).forward(weights, STILL, line, uncut, 0, true, 3, 1);
    assertThat(one).isEqualTo(uncut);
  }

  /** Each tile has noise of its own: the variance is that of three; 20,000 reads, 4.5 sigma. */
  @Test
  void noiseIsOfEachTile() {
    ReadPath noisy = ReadPath.IDEAL.withOutputNoise(0.2);
    ArrayReads reads = reads(noisy, SMALL);
    float[] weights = new float[ROWS * COLUMNS];
    int n = 20_000;
    double squares = 0;
    float[] sums = new float[COLUMNS];
    for (int example = 0; example < n; example++) {
      reads.forward(weights, STILL, new float[ROWS], sums, 0, true, example, 0);
      squares += sums[0] * (double) sums[0];
    }
    double variance = 3 * 0.04;
    assertThat(squares / n).isCloseTo(variance, within(4.5 * variance * Math.sqrt(2.0 / n)));
  }

  /** Many reads at once are single reads, bit by bit, in both directions. */
  @Test
  void manyReadsAreSingleReads() {
    for (ReadPath path :
        List.of(
            ReadPath.converters(6, 7),
            new ReadPath(5, 1, true, 6, 0.7, true, 0.05, 0, 1.5),
            new ReadPath(0, 1, true, 24, 2, false, 0.01, 0.1, 1))) {
      ArrayReads reads = reads(path, SMALL);
      float[] weights = values(ROWS * COLUMNS, 1);
      float[] variances = new float[ROWS * COLUMNS];
      Arrays.fill(variances, 0.01f);
      int count = 9;
      long[] examples = random.longs(count, 0, 100).toArray();
      int[] indices = random.ints(count, 0, 4).toArray();
      float[] lines = values(ROWS * count, 2);
      float[] sums = new float[COLUMNS * count];
      reads.forwardAll(weights, variances, lines, sums, true, examples, indices);
      float[] deltas = values(COLUMNS * count, 2);
      float[] errors = new float[ROWS * count];
      reads.backwardAll(weights, variances, deltas, errors, examples, indices);
      for (int read = 0; read < count; read++) {
        float[] line = column(lines, ROWS, count, read);
        float[] own = new float[COLUMNS];
        reads.forward(weights, variances, line, own, 0, true, examples[read], indices[read]);
        assertThat(column(sums, COLUMNS, count, read)).isEqualTo(own);
        float[] back = new float[ROWS];
        float[] delta = column(deltas, COLUMNS, count, read);
        reads.backward(weights, variances, delta, 0, back, 0, examples[read], indices[read]);
        assertThat(column(errors, ROWS, count, read)).isEqualTo(back);
      }
    }
  }

  private static float[] column(float[] matrix, int rows, int count, int read) {
    float[] column = new float[rows];
    for (int row = 0; row < rows; row++) {
      column[row] = matrix[row * count + read];
    }
    return column;
  }

  @Test
  void countsAndCuts() {
    assertThat(ArrayTiles.USUAL.down(512)).isEqualTo(1);
    assertThat(ArrayTiles.USUAL.down(513)).isEqualTo(2);
    assertThat(SMALL.down(ROWS)).isEqualTo(3);
    assertThat(SMALL.across(COLUMNS)).isEqualTo(3);
    assertThat(ArrayTiles.UNLIMITED.down(Integer.MAX_VALUE)).isEqualTo(1);
    assertThat(ArrayTiles.cuts(577, 2)).containsExactly(0, 289, 577);
    assertThatThrownBy(() -> new ArrayTiles(0, 4))
        .hasMessage("ArrayTiles of 0×4; both must be at least 1");
  }

  /** What was saved before there were sizes has none, and is written as it was. */
  @Test
  void savedEdgesKeepTheirSize() throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ArrayEdges usual = ArrayEdges.forward(ReadPath.converters(8, 8));
    assertThat(usual.tiles()).isEqualTo(ArrayTiles.USUAL);
    String text = mapper.writeValueAsString(usual);
    assertThat(text).contains("\"tiles\":{\"rows\":512,\"columns\":512}");
    assertThat(mapper.readValue(text, ArrayEdges.class)).isEqualTo(usual);
    String old = mapper.writeValueAsString(usual.withTiles(ArrayTiles.UNLIMITED));
    assertThat(old).doesNotContain("tiles");
    assertThat(mapper.readValue(old, ArrayEdges.class).tiles()).isEqualTo(ArrayTiles.UNLIMITED);
  }
}
