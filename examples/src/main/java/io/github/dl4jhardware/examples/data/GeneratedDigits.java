package io.github.dl4jhardware.examples.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Digits drawn by strokes with random shape, place, width and noise, 28×28, ten classes: for those
 * who have no MNIST at hand. The image of an index follows from the seed alone.
 */
public final class GeneratedDigits {
  private static final int SIDE = 28;
  private static final int CLASSES = 10;

  /**
   * Strokes of each digit as polylines x, y in a box from −1 to 1, y downwards; arcs are given by
   * their corners.
   */
  private static final double[][][] STROKES = {
    {arc(0, 0, 0.55, 0.9, 0, 360)},
    {{-0.3, -0.55, 0.1, -0.9, 0.1, 0.9}},
    {arcThenLine(0, -0.4, 0.5, 0.5, 180, 395, -0.55, 0.9), {-0.55, 0.9, 0.6, 0.9}},
    {arc(0, -0.45, 0.48, 0.45, 200, 450), arc(0, 0.45, 0.52, 0.45, -90, 160)},
    {{0.2, -0.9, -0.6, 0.3, 0.6, 0.3}, {0.25, -0.3, 0.25, 0.9}},
    {{0.5, -0.9, -0.4, -0.9, -0.45, -0.1}, arc(0, 0.35, 0.55, 0.52, -145, 145)},
    {arc(0, 0.4, 0.5, 0.48, 0, 360), {-0.5, 0.4, -0.35, -0.4, 0.25, -0.9}},
    {{-0.55, -0.9, 0.55, -0.9, -0.1, 0.9}},
    {arc(0, -0.45, 0.42, 0.43, 0, 360), arc(0, 0.45, 0.52, 0.45, 0, 360)},
    {arc(0, -0.4, 0.5, 0.48, 0, 360), {0.5, -0.4, 0.4, 0.4, -0.2, 0.9}}
  };

  private GeneratedDigits() {}

  /**
   * Draws images, the classes in random order.
   *
   * @param count how many
   * @param seed of the whole set
   * @return 28×28 images of ten classes
   */
  public static Images draw(int count, long seed) {
    byte[][] pixels = new byte[count][];
    int[] labels = new int[count];
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      SplittableRandom random = seeds.split();
      labels[i] = random.nextInt(CLASSES);
      pixels[i] = image(STROKES[labels[i]], random);
    }
    return new Images(pixels, labels, SIDE, SIDE, CLASSES);
  }

  private static byte[] image(double[][] strokes, SplittableRandom random) {
    double angle = 0.2 * random.nextGaussian();
    double shear = 0.2 * random.nextGaussian();
    double scaleX = 8.5 * (1 + 0.15 * random.nextGaussian());
    double scaleY = 9.5 * (1 + 0.12 * random.nextGaussian());
    double centreX = 13.5 + 1.3 * random.nextGaussian();
    double centreY = 13.5 + 1.3 * random.nextGaussian();
    double halfWidth = Math.max(0.6, 1.2 + 0.35 * random.nextGaussian());
    double wobble = 0.08;
    double ink = 0.75 + 0.25 * random.nextDouble();
    double[] brightness = new double[SIDE * SIDE];
    for (double[] stroke : strokes) {
      double[] points = new double[stroke.length];
      for (int p = 0; p < stroke.length; p += 2) {
        double x = stroke[p] + wobble * random.nextGaussian() + shear * stroke[p + 1];
        double y = stroke[p + 1] + wobble * random.nextGaussian();
        points[p] = centreX + scaleX * (x * Math.cos(angle) - y * Math.sin(angle));
        points[p + 1] = centreY + scaleY * (x * Math.sin(angle) + y * Math.cos(angle));
      }
      for (int p = 0; p + 3 < points.length; p += 2) {
        segment(brightness, points[p], points[p + 1], points[p + 2], points[p + 3], halfWidth, ink);
      }
    }
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      double noisy = brightness[i] == 0 ? 0 : brightness[i] + 0.1 * random.nextGaussian();
      // A few specks on the ground.
      if (random.nextInt(100) == 0) {
        noisy = Math.max(noisy, random.nextDouble());
      }
      pixels[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, noisy)));
    }
    return pixels;
  }

  /** Inks the pixels near a segment, with an edge one pixel soft. */
  private static void segment(
      double[] brightness, double x0, double y0, double x1, double y1, double half, double ink) {
    int left = (int) Math.max(0, Math.min(x0, x1) - half - 1);
    int right = (int) Math.min(SIDE - 1, Math.max(x0, x1) + half + 2);
    int top = (int) Math.max(0, Math.min(y0, y1) - half - 1);
    int bottom = (int) Math.min(SIDE - 1, Math.max(y0, y1) + half + 2);
    double dx = x1 - x0;
    double dy = y1 - y0;
    double length2 = Math.max(1e-9, dx * dx + dy * dy);
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double t = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length2));
        double distance = Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
        double value = ink * Math.max(0, Math.min(1, half + 0.5 - distance));
        brightness[y * SIDE + x] = Math.max(brightness[y * SIDE + x], value);
      }
    }
  }

  private static double[] arc(
      double cx, double cy, double rx, double ry, double fromDegrees, double toDegrees) {
    int steps = (int) Math.ceil(Math.abs(toDegrees - fromDegrees) / 30);
    double[] points = new double[2 * (steps + 1)];
    for (int i = 0; i <= steps; i++) {
      double angle = Math.toRadians(fromDegrees + (toDegrees - fromDegrees) * i / steps);
      points[2 * i] = cx + rx * Math.cos(angle);
      points[2 * i + 1] = cy + ry * Math.sin(angle);
    }
    return points;
  }

  private static double[] arcThenLine(
      double cx,
      double cy,
      double rx,
      double ry,
      double fromDegrees,
      double toDegrees,
      double x,
      double y) {
    double[] arc = arc(cx, cy, rx, ry, fromDegrees, toDegrees);
    double[] points = Arrays.copyOf(arc, arc.length + 2);
    points[arc.length] = x;
    points[arc.length + 1] = y;
    return points;
  }
}
