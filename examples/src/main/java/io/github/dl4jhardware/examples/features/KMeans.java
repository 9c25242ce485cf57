package io.github.dl4jhardware.examples.features;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/** k-means from centres that are drawn among the points. */
final class KMeans {
  private KMeans() {}

  /**
   * Centres of points.
   *
   * @param points column-major {@code [inputs, count]}
   * @return column-major {@code [k, inputs]}
   */
  static float[] centres(
      float[] points,
      int inputs,
      int count,
      PatchFeatures.Settings settings,
      SplittableRandom random) {
    int k = settings.centroids();
    float[] centres = new float[k * inputs];
    for (int c = 0; c < k; c++) {
      set(centres, k, c, points, random.nextInt(count), inputs);
    }
    for (int round = 0; round < settings.rounds(); round++) {
      int[] nearest = nearest(points, centres, inputs, k, count);
      double[] sums = new double[k * inputs];
      int[] members = new int[k];
      for (int p = 0; p < count; p++) {
        members[nearest[p]]++;
        for (int input = 0; input < inputs; input++) {
          sums[nearest[p] * inputs + input] += points[p * inputs + input];
        }
      }
      for (int c = 0; c < k; c++) {
        if (members[c] == 0) {
          // Reinitialises centroids that no patch was assigned to.
          set(centres, k, c, points, random.nextInt(count), inputs);
          continue;
        }
        for (int input = 0; input < inputs; input++) {
          centres[input * k + c] = (float) (sums[c * inputs + input] / members[c]);
        }
      }
    }
    return centres;
  }

  private static void set(
      float[] centres, int k, int centre, float[] points, int point, int inputs) {
    for (int input = 0; input < inputs; input++) {
      centres[input * k + centre] = points[point * inputs + input];
    }
  }

  private static int[] nearest(float[] points, float[] centres, int inputs, int k, int count) {
    float[] half = new float[k];
    for (int input = 0; input < inputs; input++) {
      for (int c = 0; c < k; c++) {
        half[c] += centres[input * k + c] * centres[input * k + c] / 2;
      }
    }
    INDArray all = PatchFeatures.columns(centres, k, inputs);
    int[] nearest = new int[count];
    int at = 5000;
    for (int from = 0; from < count; from += at) {
      int to = Math.min(count, from + at);
      float[] some = Arrays.copyOfRange(points, from * inputs, to * inputs);
      float[] products =
          PatchFeatures.flat(all.mmul(PatchFeatures.columns(some, inputs, to - from)));
      for (int p = from; p < to; p++) {
        int row = (p - from) * k;
        int best = 0;
        for (int c = 1; c < k; c++) {
          if (products[row + c] - half[c] > products[row + best] - half[best]) {
            best = c;
          }
        }
        nearest[p] = best;
      }
    }
    return nearest;
  }
}
