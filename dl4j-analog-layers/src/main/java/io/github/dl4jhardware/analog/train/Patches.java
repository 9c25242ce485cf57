package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.layer.Window;
import java.util.Arrays;

/**
 * What an array's rows see of one example's images at all positions of the kernel, and where what
 * goes back belongs. Rows go by kernel height, then kernel width, then channel, in each group.
 */
final class Patches {
  private final Window down;
  private final Window across;
  private final int channelsOfGroup;
  private final int rows;
  private final int arrayRows;
  private final int groups;
  private final int positions;

  /** {@code [groups, arrayRows, positions]}; what lies outside of the images stays 0. */
  private final float[] values;

  /**
   * Patches of one layer.
   *
   * @param arrayRows of the crossbar; one more than inputs where the bias is a row
   */
  Patches(Window down, Window across, int channels, int groups, int arrayRows) {
    this.down = down;
    this.across = across;
    this.groups = groups;
    this.arrayRows = arrayRows;
    channelsOfGroup = channels / groups;
    rows = down.size() * across.size() * channelsOfGroup;
    positions = down.out() * across.out();
    values = new float[groups * arrayRows * positions];
    for (int group = 0; arrayRows > rows && group < groups; group++) {
      int bias = (group * arrayRows + rows) * positions;
      Arrays.fill(values, bias, bias + positions, 1);
    }
  }

  float[] values() {
    return values;
  }

  int positions() {
    return positions;
  }

  /** Rows that inputs come in at, of one group. */
  int rows() {
    return rows;
  }

  /** Where a row's line begins. */
  int line(int group, int row) {
    return (group * arrayRows + row) * positions;
  }

  /** Lays out a share of the rows. */
  void gather(float[] images, int part, int parts) {
    int all = groups * rows;
    for (int at = Stage.share(all, part, parts); at < Stage.share(all, part + 1, parts); at++) {
      int group = at / rows;
      int row = at % rows;
      int tap = row / channelsOfGroup;
      int channel = group * channelsOfGroup + row % channelsOfGroup;
      gather(images, channel * down.in() * across.in(), tap, line(group, row));
    }
  }

  private void gather(float[] images, int image, int tap, int line) {
    int i = tap / across.size();
    int j = tap % across.size();
    int from = across.first(j);
    int to = across.end(j);
    int stride = across.stride();
    for (int y = down.first(i); y < down.end(i); y++) {
      int source = image + down.in(y, i) * across.in() + across.in(0, j);
      int target = line + y * across.out();
      for (int x = from; x < to; x++) {
        values[target + x] = images[source + x * stride];
      }
    }
  }

  /** Adds what goes back at one row to one channel's image. */
  void scatter(float[] line, int tap, float[] image) {
    int i = tap / across.size();
    int j = tap % across.size();
    int from = across.first(j);
    int to = across.end(j);
    int stride = across.stride();
    for (int y = down.first(i); y < down.end(i); y++) {
      int target = down.in(y, i) * across.in() + across.in(0, j);
      int source = y * across.out();
      for (int x = from; x < to; x++) {
        image[target + x * stride] += line[source + x];
      }
    }
  }

  /** What the array's rows see at one position. */
  void at(int group, int position, float[] target) {
    int place = line(group, 0) + position;
    for (int row = 0; row < arrayRows; row++) {
      target[row] = values[place];
      place += positions;
    }
  }
}
