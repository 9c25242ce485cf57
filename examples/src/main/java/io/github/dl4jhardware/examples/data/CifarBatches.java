package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.Heap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the binary versions of CIFAR-10 and CIFAR-100: records of one label byte, or of a coarse
 * and a fine one, and 32×32 pixels of red, then green, then blue. Format: A. Krizhevsky, "Learning
 * multiple layers of features from tiny images", 2009.
 */
final class CifarBatches {
  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final int PIXELS = CHANNELS * SIDE * SIDE;
  private static final int MAX_RECORDS = 100_000;

  private CifarBatches() {}

  static Images read(List<Path> files, int classes) throws IOException {
    return read(files, classes, 1);
  }

  /** The last of the label bytes is the class. */
  static Images read(List<Path> files, int classes, int labelBytes) throws IOException {
    int record = labelBytes + PIXELS;
    List<byte[]> pixels = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new BadDataException(file + " is missing");
      }
      long size = Files.size(file);
      if (size == 0 || size % record != 0 || size > (long) MAX_RECORDS * record) {
        throw new BadDataException(
            file
                + ", offset "
                + size / record * record
                + ": the file has "
                + size
                + " bytes; it must be 1…"
                + MAX_RECORDS
                + " records of "
                + record
                + " bytes");
      }
      Heap.need(file.toString(), 2 * size);
      byte[] content = Files.readAllBytes(file);
      for (int at = 0; at < content.length; at += record) {
        int label = content[at + labelBytes - 1] & 0xFF;
        if (label >= classes) {
          throw new BadDataException(
              file
                  + ", offset "
                  + (at + labelBytes - 1)
                  + ": label "
                  + label
                  + "; labels are 0…"
                  + (classes - 1));
        }
        labels.add(label);
        byte[] image = new byte[PIXELS];
        System.arraycopy(content, at + labelBytes, image, 0, PIXELS);
        pixels.add(image);
      }
    }
    return new Images(
        pixels.toArray(new byte[0][]),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        CHANNELS,
        SIDE,
        SIDE,
        classes);
  }
}
