package io.github.dl4jhardware.analog.train;

import java.util.Arrays;

/**
 * What one example is at some place of a network: images, or numbers in a row. Images stand with
 * their channels first here, whatever the host does.
 *
 * @param channels or numbers in a row, whose images are 1×1
 * @param images whether they are images to the host
 * @param channelsLast whether the host has their channels last
 */
record Extent(int channels, int height, int width, boolean images, boolean channelsLast) {
  static Extent row(int numbers) {
    return new Extent(numbers, 1, 1, false, false);
  }

  static Extent images(int channels, int height, int width, boolean channelsLast) {
    return new Extent(channels, height, width, true, channelsLast);
  }

  int pixels() {
    return height * width;
  }

  int size() {
    return channels * height * width;
  }

  /** Images of another size, of the same format. */
  Extent withImages(int newChannels, int newHeight, int newWidth) {
    return images(newChannels, newHeight, newWidth, channelsLast);
  }

  /** The same but for the channels, or for the length of a row. */
  Extent withChannels(int newChannels) {
    return new Extent(newChannels, height, width, images, channelsLast);
  }

  /** The host's shape of a batch, as text. */
  String text() {
    if (!images) {
      return "[examples, " + channels + "]";
    }
    return channelsLast
        ? "[examples, " + height + ", " + width + ", " + channels + "]"
        : "[examples, " + channels + ", " + height + ", " + width + "]";
  }

  /** Whether a batch of the host is of this. */
  boolean fits(long[] shape) {
    if (!images) {
      return shape.length == 2 && shape[1] == channels;
    }
    long[] own =
        channelsLast ? new long[] {height, width, channels} : new long[] {channels, height, width};
    return shape.length == 4 && Arrays.equals(Arrays.copyOfRange(shape, 1, 4), own);
  }

  /**
   * Where each number of the host's order stands in ours.
   *
   * @return {@code [size]}
   */
  int[] fromHost() {
    int[] places = new int[size()];
    for (int place = 0; place < places.length; place++) {
      places[place] =
          images && channelsLast ? place % channels * pixels() + place / channels : place;
    }
    return places;
  }
}
