package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacv.Frame;
import org.datavec.image.data.ImageWritable;
import org.datavec.image.transform.ImageTransform;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class ImageBatchesTest {
  /** Two channels of 4×5, every pixel another value. */
  private static Images images(int count) {
    byte[][] pixels = new byte[count][2 * 4 * 5];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      for (int at = 0; at < pixels[i].length; at++) {
        pixels[i][at] = (byte) (1 + 40 * (i % 6) + at);
      }
      labels[i] = i % 3;
    }
    return new Images(pixels, labels, 2, 4, 5, 3);
  }

  @Test
  void withoutTransformsABatchIsThePixels() {
    ImageBatches batches = new ImageBatches(images(4), List.of(), 1);
    DataSet batch = batches.batch(new int[] {2, 0, 3}, 0, 2, 0);
    assertThat(batch.getFeatures().shape()).containsExactly(2, 2, 4, 5);
    assertThat(batch.getFeatures().getFloat(0, 1, 2, 3)).isEqualTo((1 + 80 + 33) / 255f);
    assertThat(batch.getFeatures().getFloat(1, 0, 0, 0)).isEqualTo(1 / 255f);
    assertThat(batch.getLabels().toIntMatrix()).isDeepEqualTo(new int[][] {{0, 0, 1}, {1, 0, 0}});
  }

  /** Every image comes back as one of the shifts, mirrored or not, and all of them occur. */
  @Test
  void shiftsAndMirrorsOccur() {
    List<ImageTransform> both = List.of(new ShiftImageTransform(1), new MirrorImageTransform());
    ImageBatches batches = new ImageBatches(images(1), both, 5);
    Set<String> wanted = new HashSet<>();
    for (int right = -1; right <= 1; right++) {
      for (int down = -1; down <= 1; down++) {
        for (boolean mirrored : new boolean[] {false, true}) {
          wanted.add(Arrays.toString(shifted(right, down, mirrored)));
        }
      }
    }
    assertThat(wanted).hasSize(18);
    Set<String> found = new HashSet<>();
    // 18 results in 400 draws: one is missing by chance with less than 18·e^(−22) < 1e−8.
    for (int epoch = 0; epoch < 400; epoch++) {
      INDArray seen = batches.batch(new int[] {0}, 0, 1, epoch).getFeatures();
      int[] values = IntStream.range(0, 40).map(i -> Math.round(255 * seen.getFloat(i))).toArray();
      found.add(Arrays.toString(values));
    }
    assertThat(found).isEqualTo(wanted);
  }

  private static int[] shifted(int right, int down, boolean mirrored) {
    int[] pixels = new int[40];
    for (int c = 0; c < 2; c++) {
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 5; x++) {
          int fromX = (mirrored ? 4 - x : x) - right;
          int fromY = y - down;
          boolean inside = fromX >= 0 && fromX < 5 && fromY >= 0 && fromY < 4;
          pixels[c * 20 + y * 5 + x] = inside ? 1 + c * 20 + fromY * 5 + fromX : 0;
        }
      }
    }
    return pixels;
  }

  @Test
  void seedEpochAndImageTellTheDraw() {
    List<ImageTransform> shift = List.of(new ShiftImageTransform(3));
    ImageBatches batches = new ImageBatches(images(50), shift, 5);
    int[] order = batches.order(3);
    assertThat(order).isEqualTo(new ImageBatches(images(50), shift, 5).order(3));
    assertThat(order).isNotEqualTo(batches.order(4));
    assertThat(Arrays.stream(order).sorted().toArray()).isEqualTo(IntStream.range(0, 50).toArray());
    INDArray together = batches.batch(order, 0, 50, 3).getFeatures();
    for (int i = 0; i < 50; i++) {
      INDArray alone = batches.batch(order, i, i + 1, 3).getFeatures();
      assertThat(alone.slice(0)).isEqualTo(together.slice(i));
    }
    assertThat(batches.batch(order, 0, 50, 4).getFeatures()).isNotEqualTo(together);
  }

  @Test
  void padAndCentreUndoEachOther() {
    Images images = images(3);
    Images padded = images.pad(8, 9);
    assertThat(padded.height()).isEqualTo(8);
    assertThat(padded.pixels()[1][(2 * 9) + 2]).isEqualTo(images.pixels()[1][0]);
    assertThat(padded.centre(4, 5).pixels()).isDeepEqualTo(images.pixels());
    assertThatThrownBy(() -> images.pad(3, 9)).hasMessageContaining("Cannot pad");
  }

  @Test
  void transformsRefuseWhatIsNoPicture() {
    assertThatThrownBy(() -> new ShiftImageTransform(-1)).hasMessageContaining("at least 0");
    ImageWritable floats = new ImageWritable(new Frame(2, 2, Frame.DEPTH_FLOAT, 1));
    assertThatThrownBy(() -> new MirrorImageTransform().transform(floats, new Random(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8-bit");
  }

  /** DataVec's readers give no generator: the transform's own goes on from image to image. */
  @Test
  void withoutAGeneratorTheSeedDecides() {
    for (LongFunction<ImageTransform> maker :
        List.<LongFunction<ImageTransform>>of(
            BackgroundImageTransform::new, seed -> new ShiftImageTransform(5, seed))) {
      List<String> first = tenTimes(maker.apply(7));
      assertThat(tenTimes(maker.apply(7))).isEqualTo(first);
      assertThat(tenTimes(maker.apply(8))).isNotEqualTo(first);
      assertThat(new HashSet<>(first)).hasSizeGreaterThan(5);
    }
    assertThat(new HashSet<>(tenTimes(new MirrorImageTransform(7)))).hasSize(2);
  }

  private static List<String> tenTimes(ImageTransform transform) {
    Frame frame = new Frame(12, 12, Frame.DEPTH_UBYTE, 1);
    ByteBuffer pixels = (ByteBuffer) frame.image[0];
    for (int at = 0; at < 144; at++) {
      pixels.put(at / 12 * frame.imageStride + at % 12, (byte) at);
    }
    List<String> made = new ArrayList<>();
    for (int time = 0; time < 10; time++) {
      Frame result = transform.transform(new ImageWritable(frame)).getFrame();
      byte[] bytes = new byte[144];
      for (int row = 0; row < 12; row++) {
        ((ByteBuffer) result.image[0]).get(row * result.imageStride, bytes, 12 * row, 12);
      }
      made.add(Arrays.toString(bytes));
    }
    return made;
  }

  @Test
  void backgroundsAreNoiseBehindTheFigure() {
    byte[][] pixels = new byte[400][100];
    for (byte[] image : pixels) {
      image[7] = (byte) 255;
      image[8] = (byte) 128;
    }
    Images plain = new Images(pixels, new int[400], 10, 10, 2);
    Images noisy = ImageBatches.transformed(plain, new BackgroundImageTransform(0), 3);
    double sum = 0;
    for (byte[] image : noisy.pixels()) {
      assertThat(image[7]).isEqualTo((byte) 255);
      assertThat(image[8] & 0xFF).isGreaterThanOrEqualTo(128);
      for (int pixel = 10; pixel < 100; pixel++) {
        sum += image[pixel] & 0xFF;
      }
    }
    // Uniform on 0…255: mean 127.5, deviation 73.9; of 36,000 draws beyond 5 standard errors with
    // probability 6e−7.
    assertThat(sum / 36_000).isBetween(127.5 - 5 * 73.9 / 189.7, 127.5 + 5 * 73.9 / 189.7);
    assertThat(ImageBatches.transformed(plain, new BackgroundImageTransform(0), 3).pixels())
        .isDeepEqualTo(noisy.pixels());
    assertThat(ImageBatches.transformed(plain, new BackgroundImageTransform(0), 4).pixels()[0])
        .isNotEqualTo(noisy.pixels()[0]);
    assertThat(plain.pixels()[0][20]).isZero();
  }
}
