package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.Causes;
import io.github.dl4jhardware.files.Heap;
import io.github.dl4jhardware.files.Inflation;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the IDX files in which MNIST is published, packed or not. Format: Y. LeCun, C. Cortes, C.
 * Burges; big-endian magic 0x00000803 (images) or 0x00000801 (labels), the dimensions, then
 * unsigned bytes.
 */
public final class Idx {
  private static final int IMAGES = 0x803;
  private static final int LABELS = 0x801;
  private static final int MAX_IMAGES = 10_000_000;
  private static final int MAX_SIDE = 4096;
  private static final int GZIP_MAGIC = 0x1f8b;

  private static final int ARRAY_HEADER_BYTES = 24;

  private Idx() {}

  /**
   * Reads a file of images and one of labels.
   *
   * @param images the images
   * @param labels their labels
   * @param classes labels are below this
   * @return the images
   * @throws IOException if a file cannot be read or is damaged; the message names the file and the
   *     place
   */
  public static Images read(Path images, Path labels, int classes) throws IOException {
    try (Reader in = new Reader(images);
        Reader labelsIn = new Reader(labels)) {
      in.magic(IMAGES, "images");
      int count = in.size("number of images", MAX_IMAGES);
      int height = in.size("height", MAX_SIDE);
      int width = in.size("width", MAX_SIDE);
      labelsIn.magic(LABELS, "labels");
      int labelCount = labelsIn.size("number of labels", MAX_IMAGES);
      if (labelCount != count) {
        throw new BadDataException(
            images
                + " holds "
                + count
                + " images, but "
                + labels
                + " holds "
                + labelCount
                + " labels");
      }
      byte[] labelBytes = labelsIn.block(count, "labels");
      int[] classOf = new int[count];
      for (int i = 0; i < count; i++) {
        classOf[i] = labelBytes[i] & 0xFF;
        if (classOf[i] >= classes) {
          throw new BadDataException(
              labels
                  + ", offset "
                  + (8 + i)
                  + ": label "
                  + classOf[i]
                  + "; labels are 0…"
                  + (classes - 1));
        }
      }
      labelsIn.end();
      long bytes = (long) count * height * width;
      if (bytes > Inflation.mostBytes(Files.size(images), true)) {
        throw new BadDataException(
            images
                + ", offset 4: "
                + count
                + " images of "
                + height
                + "×"
                + width
                + " are more than the file can hold");
      }
      Heap.need(images.toString(), bytes + (long) count * ARRAY_HEADER_BYTES);
      byte[][] pixels = new byte[count][];
      for (int i = 0; i < count; i++) {
        pixels[i] = in.block(height * width, "image " + i);
      }
      in.end();
      return new Images(pixels, classOf, height, width, classes);
    }
  }

  /** A stream that knows its file and its place in the unpacked data. */
  private static final class Reader implements AutoCloseable {
    private final Path file;
    private final DataInputStream in;
    private long offset;

    Reader(Path file) throws IOException {
      this.file = file;
      if (!Files.isRegularFile(file)) {
        throw new BadDataException(file + " is missing");
      }
      BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
      try {
        in = new DataInputStream(unpacked(raw));
      } catch (IOException e) {
        raw.close();
        throw damaged(e);
      }
    }

    private static InputStream unpacked(BufferedInputStream raw) throws IOException {
      raw.mark(2);
      int first = raw.read();
      int second = raw.read();
      raw.reset();
      return ((first << 8) | second) == GZIP_MAGIC ? new GZIPInputStream(raw, 1 << 16) : raw;
    }

    void magic(int expected, String what) throws IOException {
      int found = number("magic number");
      if (found != expected) {
        throw new BadDataException(
            String.format(
                "%s, offset 0: magic number 0x%08x; a file of %s has 0x%08x",
                file, found, what, expected));
      }
    }

    int size(String what, int most) throws IOException {
      long at = offset;
      int size = number(what);
      if (size < 1 || size > most) {
        throw new BadDataException(
            file + ", offset " + at + ": " + what + " " + size + "; it must be 1…" + most);
      }
      return size;
    }

    private int number(String what) throws IOException {
      byte[] bytes = block(Integer.BYTES, what);
      return ((bytes[0] & 0xFF) << 24)
          | ((bytes[1] & 0xFF) << 16)
          | ((bytes[2] & 0xFF) << 8)
          | (bytes[3] & 0xFF);
    }

    byte[] block(int length, String what) throws IOException {
      byte[] bytes = new byte[length];
      int got = 0;
      try {
        while (got < length) {
          int n = in.read(bytes, got, length - got);
          if (n < 0) {
            throw new EOFException();
          }
          got += n;
        }
      } catch (EOFException e) {
        throw new BadDataException(
            file
                + ", offset "
                + (offset + got)
                + ": ends in the middle of "
                + what
                + "; the file is cut short");
      } catch (IOException e) {
        throw damaged(e);
      }
      offset += length;
      return bytes;
    }

    void end() throws IOException {
      try {
        if (in.read() >= 0) {
          throw new BadDataException(
              file + ", offset " + offset + ": more data than the header announces");
        }
      } catch (EOFException e) {
        throw new BadDataException(file + ", offset " + offset + ": the file is cut short");
      } catch (ZipException e) {
        throw damaged(e);
      }
    }

    private BadDataException damaged(IOException e) {
      BadDataException named =
          new BadDataException(
              file + ", offset " + offset + ": not a sound gzip file" + Causes.after(e));
      named.initCause(e);
      return named;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
