package io.github.dl4jhardware.examples.features;

import io.github.dl4jhardware.examples.data.Images;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A fixed feature extractor that is trained on the images themselves, without labels: patches are
 * normalised and whitened, k-means finds centroids, and an image's features are the triangle
 * activations max(0, mean distance − distance) of each centroid, summed over the patches of each
 * quadrant. Source: A. Coates, H. Lee, A. Y. Ng, "An analysis of single-layer networks in
 * unsupervised feature learning", AISTATS 2011.
 *
 * <p>Patches of 6×6 at every position; contrast normalised with 10 added to the variance of pixels
 * 0…255; ZCA whitening with 0.1 added to the eigenvalues. The same images, seed and settings give
 * the same features, on any number of threads.
 */
public final class PatchFeatures {
  private static final int SIDE = 6;
  private static final int QUADRANTS = 4;
  private static final double CONTRAST = 10;
  private static final double WHITENING = 0.1;
  private static final long MOST_VALUES = 1 << 28;

  /**
   * What is learnt.
   *
   * @param centroids k, of which each gives four features
   * @param patches that are looked at
   * @param rounds of k-means
   * @param seed of the patches and the first centroids
   */
  public record Settings(int centroids, int patches, int rounds, long seed) {
    /** 512 centroids, which are 2,048 features; 100,000 patches, 20 rounds (assumed). */
    public static final Settings DEFAULT = new Settings(512, 100_000, 20, 1);

    /** Checks every value. */
    public Settings {
      if (centroids < 1 || rounds < 1 || patches < centroids) {
        throw new IllegalArgumentException(
            "PatchFeatures: "
                + centroids
                + " centroids of "
                + patches
                + " patches in "
                + rounds
                + " rounds; there must be at least one of each, and no fewer patches than centroids");
      }
    }
  }

  private final int channels;
  private final int inputs;
  private final int centroids;
  // Rows of the whitening, then each centroid's product with it: [inputs + centroids][inputs],
  // column-major. One product gives a whitened patch and its products with all centroids.
  private final float[] projection;
  // What the mean patch gives.
  private final float[] offsets;
  private final float[] squares;

  private PatchFeatures(int channels, float[] mean, INDArray whitening, float[] centres) {
    this.channels = channels;
    inputs = mean.length;
    centroids = centres.length / inputs;
    INDArray both = Nd4j.vstack(whitening, columns(centres, centroids, inputs).mmul(whitening));
    projection = flat(both);
    offsets = flat(both.mmul(columns(mean, inputs, 1)));
    squares = new float[centroids];
    for (int input = 0; input < inputs; input++) {
      for (int k = 0; k < centroids; k++) {
        float c = centres[input * centroids + k];
        squares[k] += c * c;
      }
    }
    for (int k = 0; k < centroids; k++) {
      squares[k] += 2 * offsets[inputs + k];
    }
  }

  /**
   * What features depend on beside images and settings.
   *
   * @return a text that changes with the method
   */
  public static String method() {
    return "patches 1: side "
        + SIDE
        + ", quadrants "
        + QUADRANTS
        + ", contrast "
        + CONTRAST
        + ", whitening "
        + WHITENING;
  }

  /**
   * Learns from images.
   *
   * @param images to train on; their labels are not looked at
   * @param settings how much
   * @return the extractor
   * @throws IllegalArgumentException if the images are smaller than two patches
   */
  public static PatchFeatures learn(Images images, Settings settings) {
    if (images.height() < SIDE + 1 || images.width() < SIDE + 1) {
      throw new IllegalArgumentException(
          "Images of "
              + images.height()
              + "×"
              + images.width()
              + " are too small for patches of "
              + SIDE
              + "×"
              + SIDE);
    }
    int inputs = images.channels() * SIDE * SIDE;
    int count = settings.patches();
    SplittableRandom random = new SplittableRandom(settings.seed());
    float[] patches = new float[count * inputs];
    for (int p = 0; p < count; p++) {
      byte[] image = images.pixels()[random.nextInt(images.count())];
      int top = random.nextInt(images.height() - SIDE + 1);
      int left = random.nextInt(images.width() - SIDE + 1);
      patch(images, image, top, left, patches, p * inputs);
    }
    float[] mean = new float[inputs];
    for (int input = 0; input < inputs; input++) {
      double sum = 0;
      for (int p = 0; p < count; p++) {
        sum += patches[p * inputs + input];
      }
      mean[input] = (float) (sum / count);
    }
    INDArray centred = columns(centred(patches, mean), inputs, count);
    INDArray whitening = Zca.of(centred.mmul(centred.transpose()).divi(count), WHITENING);
    float[] centres =
        KMeans.centres(flat(whitening.mmul(centred)), inputs, count, settings, random);
    return new PatchFeatures(images.channels(), mean, whitening, centres);
  }

  private static float[] centred(float[] patches, float[] mean) {
    float[] centred = new float[patches.length];
    for (int i = 0; i < patches.length; i++) {
      centred[i] = patches[i] - mean[i % mean.length];
    }
    return centred;
  }

  static INDArray columns(float[] values, int rows, int columns) {
    return Nd4j.create(values, new long[] {rows, columns}, 'f');
  }

  /** Column after column. */
  static float[] flat(INDArray matrix) {
    INDArray ordered = matrix.ordering() == 'f' && !matrix.isView() ? matrix : matrix.dup('f');
    float[] values = new float[Math.toIntExact(ordered.length())];
    ordered.data().asNioFloat().get(values);
    return values;
  }

  /** A patch of every channel, its brightness and contrast taken out. */
  private static void patch(Images images, byte[] image, int top, int left, float[] to, int at) {
    int inputs = images.channels() * SIDE * SIDE;
    int place = at;
    float sum = 0;
    for (int c = 0; c < images.channels(); c++) {
      for (int row = 0; row < SIDE; row++) {
        int from = (c * images.height() + top + row) * images.width() + left;
        for (int column = 0; column < SIDE; column++) {
          float value = image[from + column] & 0xFF;
          to[place++] = value;
          sum += value;
        }
      }
    }
    float mean = sum / inputs;
    double squares = 0;
    for (int i = at; i < place; i++) {
      to[i] -= mean;
      squares += to[i] * to[i];
    }
    float scale = (float) (1 / Math.sqrt(squares / (inputs - 1) + CONTRAST));
    for (int i = at; i < place; i++) {
      to[i] *= scale;
    }
  }

  /**
   * How many features an image has.
   *
   * @return four a centroid
   */
  public int count() {
    return QUADRANTS * centroids;
  }

  /**
   * The features of images.
   *
   * @param images of the channels that were learnt from
   * @param threads at least 1
   * @param progress hears how many images are done
   * @return {@code [images][features]}
   */
  public float[][] of(Images images, int threads, LongConsumer progress) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, but is " + threads);
    }
    if (images.channels() != channels) {
      throw new IllegalArgumentException(
          "Images of "
              + images.channels()
              + " channels; the features were learnt from "
              + channels);
    }
    float[][] features = new float[images.count()][];
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      Queue<Extraction> idle = new ConcurrentLinkedQueue<>();
      List<Future<?>> parts = new ArrayList<>();
      for (int i = 0; i < images.count(); i++) {
        int image = i;
        parts.add(
            pool.submit(
                () -> {
                  Extraction own = idle.poll();
                  if (own == null) {
                    own = new Extraction(images);
                  }
                  features[image] = own.of(images.pixels()[image]);
                  idle.add(own);
                }));
      }
      for (int i = 0; i < parts.size(); i++) {
        parts.get(i).get();
        progress.accept(i + 1);
      }
      return features;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while features were computed", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalArgumentException wrong) {
        throw wrong;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  /** One thread's arrays: all patches of an image as columns, and their products. */
  private final class Extraction {
    private final Images images;
    private final int down;
    private final int across;
    private final float[] patches;
    private final INDArray patchColumns;
    private final INDArray weights = columns(projection, inputs + centroids, inputs);
    private final INDArray products;
    private final float[] product = new float[inputs + centroids];
    private final float[] distances = new float[centroids];

    Extraction(Images images) {
      this.images = images;
      down = images.height() - SIDE + 1;
      across = images.width() - SIDE + 1;
      checkSize();
      patches = new float[down * across * inputs];
      patchColumns =
          Nd4j.createUninitialized(DataType.FLOAT, new long[] {inputs, (long) down * across}, 'f');
      products =
          Nd4j.createUninitialized(
              DataType.FLOAT, new long[] {inputs + centroids, (long) down * across}, 'f');
    }

    private void checkSize() {
      long values = (long) down * across * product.length;
      if (values > MOST_VALUES) {
        throw new IllegalArgumentException(
            "Images of "
                + images.height()
                + "×"
                + images.width()
                + " give "
                + values
                + " distances; at most "
                + MOST_VALUES
                + " are held at once. Make them smaller, or take fewer centroids");
      }
    }

    float[] of(byte[] image) {
      for (int p = 0; p < down * across; p++) {
        patch(images, image, p / across, p % across, patches, p * inputs);
      }
      patchColumns.data().asNioFloat().put(patches);
      weights.mmuli(patchColumns, products);
      FloatBuffer results = products.data().asNioFloat();
      float[] features = new float[count()];
      for (int p = 0; p < down * across; p++) {
        results.get(p * product.length, product);
        float average = distances();
        int quadrant =
            (p / across < (down + 1) / 2 ? 0 : 2) + (p % across < (across + 1) / 2 ? 0 : 1);
        int start = quadrant * centroids;
        for (int k = 0; k < centroids; k++) {
          features[start + k] += Math.max(0, average - distances[k]);
        }
      }
      return features;
    }

    /** Of the patch whose product is at hand from all centroids; returns their mean. */
    private float distances() {
      float length = 0;
      for (int input = 0; input < inputs; input++) {
        float white = product[input] - offsets[input];
        length += white * white;
      }
      for (int k = 0; k < centroids; k++) {
        float square = length + squares[k] - 2 * product[inputs + k];
        distances[k] = (float) Math.sqrt(Math.max(0, square));
      }
      // Several sums side by side: a single one waits for each addition.
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      int k = 0;
      for (; k + 3 < centroids; k += 4) {
        a += distances[k];
        b += distances[k + 1];
        c += distances[k + 2];
        d += distances[k + 3];
      }
      for (; k < centroids; k++) {
        a += distances[k];
      }
      return (a + b + c + d) / centroids;
    }
  }
}
