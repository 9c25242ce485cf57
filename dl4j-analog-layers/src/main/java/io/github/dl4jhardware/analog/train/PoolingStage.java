package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.layer.Window;
import java.util.Arrays;

/** The greatest, the mean or the sum of what a window sees of each channel. */
final class PoolingStage extends Stage {
  /** What is made of a window. */
  enum Kind {
    /** The greatest, the first of them where there are several. */
    GREATEST,
    /** The mean of what lies inside of the image. */
    MEAN,
    /** The mean, what lies outside counting as 0. */
    MEAN_WITH_PADDING,
    /** The sum. */
    SUM
  }

  private final Stage source;
  private final Kind kind;
  private final Window down;
  private final Window across;

  /** Which number of its channel each output is, where it is the greatest. */
  private final int[] chosen;

  /** What goes back to one channel; one a thread. */
  private final float[][] images;

  PoolingStage(Stage source, Extent extent, Kind kind, Window[] windows, int parts) {
    super(extent, Nonlinearity.IDENTITY, source.learns());
    this.source = source;
    this.kind = kind;
    down = windows[0];
    across = windows[1];
    chosen = new int[extent.size()];
    images = new float[parts][source.extent().pixels()];
  }

  @Override
  void forward(int part, int parts) {
    int channels = extent().channels();
    int positions = down.out() * across.out();
    int end = share(channels, part + 1, parts);
    for (int channel = share(channels, part, parts); channel < end; channel++) {
      for (int position = 0; position < positions; position++) {
        int at = channel * positions + position;
        int y = position / across.out();
        int x = position % across.out();
        output()[at] = kind == Kind.GREATEST ? greatest(channel, y, x, at) : sum(channel, y, x);
      }
    }
  }

  private float greatest(int channel, int y, int x, int at) {
    int image = channel * down.in() * across.in();
    float greatest = Float.NEGATIVE_INFINITY;
    int place = -1;
    for (int i = 0; i < down.size(); i++) {
      int inY = down.in(y, i);
      for (int j = 0; j < across.size(); j++) {
        int inX = across.in(x, j);
        if (inY >= 0 && inY < down.in() && inX >= 0 && inX < across.in()) {
          int pixel = inY * across.in() + inX;
          float value = source.output()[image + pixel];
          if (place < 0 || value > greatest) {
            greatest = value;
            place = pixel;
          }
        }
      }
    }
    chosen[at] = place;
    return greatest;
  }

  private float sum(int channel, int y, int x) {
    int image = channel * down.in() * across.in();
    float sum = 0;
    for (int i = 0; i < down.size(); i++) {
      int inY = down.in(y, i);
      for (int j = 0; j < across.size(); j++) {
        int inX = across.in(x, j);
        if (inY >= 0 && inY < down.in() && inX >= 0 && inX < across.in()) {
          sum += source.output()[image + inY * across.in() + inX];
        }
      }
    }
    return sum / divisor(y, x);
  }

  private int divisor(int y, int x) {
    return switch (kind) {
      case GREATEST, SUM -> 1;
      case MEAN -> inside(down, y) * inside(across, x);
      case MEAN_WITH_PADDING -> down.size() * across.size();
    };
  }

  /** Taps that look into the image. */
  private static int inside(Window window, int position) {
    int inside = 0;
    for (int tap = 0; tap < window.size(); tap++) {
      int in = window.in(position, tap);
      inside += in >= 0 && in < window.in() ? 1 : 0;
    }
    return inside;
  }

  @Override
  void backward(int part, int parts) {
    if (!source.learns()) {
      return;
    }
    float[] image = images[part];
    int channels = extent().channels();
    int positions = down.out() * across.out();
    int end = share(channels, part + 1, parts);
    for (int channel = share(channels, part, parts); channel < end; channel++) {
      Arrays.fill(image, 0);
      for (int position = 0; position < positions; position++) {
        int at = channel * positions + position;
        float error = delta()[at];
        if (kind == Kind.GREATEST) {
          image[chosen[at]] += error;
        } else if (error != 0) {
          spread(position / across.out(), position % across.out(), error, image);
        }
      }
      source.receive(channel * image.length, image, 0, image.length);
    }
  }

  private void spread(int y, int x, float error, float[] image) {
    float each = error / divisor(y, x);
    for (int i = 0; i < down.size(); i++) {
      int inY = down.in(y, i);
      for (int j = 0; j < across.size(); j++) {
        int inX = across.in(x, j);
        if (inY >= 0 && inY < down.in() && inX >= 0 && inX < across.in()) {
          image[inY * across.in() + inX] += each;
        }
      }
    }
  }
}
