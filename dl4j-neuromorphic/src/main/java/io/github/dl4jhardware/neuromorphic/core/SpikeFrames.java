package io.github.dl4jhardware.neuromorphic.core;

/** Spikes of one layer's features for some frames, a bit each. */
public final class SpikeFrames {
  private final int frames;
  private final int features;
  private final int positions;
  private final long[] bits;

  /**
   * Silent frames.
   *
   * @param frames number of frames
   * @param features features of a frame
   * @param positions positions of a feature
   */
  public SpikeFrames(int frames, int features, int positions) {
    if (frames < 0 || features < 1 || positions < 1) {
      throw new IllegalArgumentException(
          "SpikeFrames of " + frames + " frames, " + features + "×" + positions + " neurons");
    }
    this.frames = frames;
    this.features = features;
    this.positions = positions;
    bits = new long[Math.toIntExact(((long) frames * features * positions + 63) / 64)];
  }

  /**
   * Number of frames.
   *
   * @return 0 or more
   */
  public int frames() {
    return frames;
  }

  /**
   * Features of a frame.
   *
   * @return 1 or more
   */
  public int features() {
    return features;
  }

  /**
   * Positions of a feature.
   *
   * @return 1 or more
   */
  public int positions() {
    return positions;
  }

  private long index(int frame, int feature, int position) {
    if (frame < 0
        || frame >= frames
        || feature < 0
        || feature >= features
        || position < 0
        || position >= positions) {
      throw new IndexOutOfBoundsException(
          "frame " + frame + ", feature " + feature + ", position " + position + " of " + this);
    }
    return ((long) frame * features + feature) * positions + position;
  }

  /**
   * One neuron.
   *
   * @param frame frame
   * @param feature feature
   * @param position row by row
   * @return whether it fired
   */
  public boolean get(int frame, int feature, int position) {
    long index = index(frame, feature, position);
    return (bits[(int) (index >>> 6)] >>> index & 1) != 0;
  }

  /**
   * Lets one neuron fire, or not.
   *
   * @param frame frame
   * @param feature feature
   * @param position row by row
   * @param fires whether it fires
   */
  public void set(int frame, int feature, int position, boolean fires) {
    long index = index(frame, feature, position);
    long bit = 1L << index;
    if (fires) {
      bits[(int) (index >>> 6)] |= bit;
    } else {
      bits[(int) (index >>> 6)] &= ~bit;
    }
  }

  /**
   * Neurons that fired, over all frames.
   *
   * @return their number
   */
  public long count() {
    long sum = 0;
    for (long word : bits) {
      sum += Long.bitCount(word);
    }
    return sum;
  }

  /**
   * The first neuron that differs.
   *
   * @param other frames of the same sizes
   * @return frame, feature and position by name, or the sizes if these differ; empty if all agree
   */
  public String difference(SpikeFrames other) {
    if (!toString().equals(other.toString())) {
      return this + " against " + other;
    }
    for (int frame = 0; frame < frames; frame++) {
      for (int feature = 0; feature < features; feature++) {
        for (int position = 0; position < positions; position++) {
          if (get(frame, feature, position) != other.get(frame, feature, position)) {
            return "frame " + frame + ", feature " + feature + ", position " + position;
          }
        }
      }
    }
    return "";
  }

  @Override
  public String toString() {
    return frames + " frames of " + features + " features at " + positions + " positions";
  }
}
