package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.layer.Window;
import java.util.Arrays;

/**
 * What goes back through a convolution's array for a range of the images' channels: W·δ at each
 * position, added up where the patch came from.
 *
 * <p>Loops go over the rows of the array, which are many, and only over columns with an error: a
 * greatest pooling leaves few. One for each thread; of one example after the other.
 */
final class ConvolutionErrors {
  /** Columns that a loop takes at once; it is written out for this number. */
  private static final int UNROLL = 4;

  private final Window down;
  private final Window across;
  private final int groups;
  private final int channelsOfGroup;
  private final int columnsOfGroup;
  private final int from;
  private final int to;

  /** W of the range by columns, {@code [columns, taps, channels of the range in the group]}. */
  private final float[] weights;

  /** What goes back at one position, in the order of a column's weights. */
  private final float[] line;

  /** {@code [height, width, channels of the range]}: what lies side by side in a line does here. */
  private final float[] image;

  private final float[] channel;
  private final int[] active;

  ConvolutionErrors(
      Window down, Window across, int groups, int channels, int columns, int from, int to) {
    this.down = down;
    this.across = across;
    this.groups = groups;
    this.from = from;
    this.to = to;
    channelsOfGroup = channels / groups;
    columnsOfGroup = columns / groups;
    int pixels = down.in() * across.in();
    int taps = down.size() * across.size();
    line = new float[taps * Math.min(channelsOfGroup, to - from)];
    weights = new float[columnsOfGroup * line.length];
    image = new float[pixels * (to - from)];
    channel = new float[pixels];
    active = new int[columnsOfGroup];
  }

  /**
   * Sends the errors of an example to the range of the source.
   *
   * @param cells the array's weights, row-major
   * @param deltas δ by positions, {@code [positions, columns]}
   */
  void send(float[] cells, float[] deltas, Stage source) {
    Arrays.fill(image, 0);
    for (int group = 0; group < groups; group++) {
      int first = Math.max(from, group * channelsOfGroup);
      int end = Math.min(to, (group + 1) * channelsOfGroup);
      if (first < end) {
        takeWeights(cells, group, first - group * channelsOfGroup, end - first);
        for (int position = 0; position < down.out() * across.out(); position++) {
          int at = (position * groups + group) * columnsOfGroup;
          int count = findActive(deltas, at);
          if (count > 0) {
            multiply(deltas, at, count, down.size() * across.size() * (end - first));
            scatter(position, first - from, end - first);
          }
        }
      }
    }
    int width = to - from;
    for (int own = 0; own < width; own++) {
      for (int pixel = 0; pixel < channel.length; pixel++) {
        channel[pixel] = image[pixel * width + own];
      }
      source.receive((from + own) * channel.length, channel, 0, channel.length);
    }
  }

  private void takeWeights(float[] cells, int group, int firstChannel, int count) {
    int columns = groups * columnsOfGroup;
    int taps = down.size() * across.size();
    for (int tap = 0; tap < taps; tap++) {
      for (int own = 0; own < count; own++) {
        int row = tap * channelsOfGroup + firstChannel + own;
        int cell = row * columns + group * columnsOfGroup;
        int target = tap * count + own;
        for (int column = 0; column < columnsOfGroup; column++) {
          weights[column * line.length + target] = cells[cell + column];
        }
      }
    }
  }

  private int findActive(float[] deltas, int at) {
    int count = 0;
    for (int column = 0; column < columnsOfGroup; column++) {
      active[count] = column;
      count += deltas[at + column] != 0 ? 1 : 0;
    }
    return count;
  }

  /** The line of a position; every sum goes by columns in their order, whatever the range is. */
  private void multiply(float[] deltas, int at, int count, int length) {
    Arrays.fill(line, 0, length, 0);
    int next = 0;
    for (; next + UNROLL <= count; next += UNROLL) {
      multiplyFour(deltas, at, next, length);
    }
    for (; next < count; next++) {
      float d = deltas[at + active[next]];
      int start = active[next] * line.length;
      for (int i = 0; i < length; i++) {
        line[i] += d * weights[start + i];
      }
    }
  }

  private void multiplyFour(float[] deltas, int at, int next, int length) {
    float d0 = deltas[at + active[next]];
    float d1 = deltas[at + active[next + 1]];
    float d2 = deltas[at + active[next + 2]];
    float d3 = deltas[at + active[next + 3]];
    int w0 = active[next] * line.length;
    int w1 = active[next + 1] * line.length;
    int w2 = active[next + 2] * line.length;
    int w3 = active[next + 3] * line.length;
    float[] w = weights;
    float[] sums = line;
    for (int i = 0; i < length; i++) {
      sums[i] += (d0 * w[w0 + i] + d1 * w[w1 + i]) + (d2 * w[w2 + i] + d3 * w[w3 + i]);
    }
  }

  /** Adds a line to the image, in stretches where taps lie side by side there. */
  private void scatter(int position, int offset, int count) {
    int y = position / across.out();
    int x = position % across.out();
    int width = to - from;
    boolean touching = across.dilation() == 1 && count == width;
    for (int i = 0; i < down.size(); i++) {
      int inY = down.in(y, i);
      if (inY < 0 || inY >= down.in()) {
        continue;
      }
      for (int j = 0; j < across.size(); j++) {
        int inX = across.in(x, j);
        if (inX < 0 || inX >= across.in()) {
          continue;
        }
        int taps = touching ? Math.min(across.size() - j, across.in() - inX) : 1;
        int source = (i * across.size() + j) * count;
        int target = (inY * across.in() + inX) * width + offset;
        for (int n = 0; n < taps * count; n++) {
          image[target + n] += line[source + n];
        }
        j += taps - 1;
      }
    }
  }
}
