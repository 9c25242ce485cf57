package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.Causes;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads images of one size from a folder for each class, in the order of their names: PNG, JPEG,
 * BMP or GIF, by the JDK's own readers, so that no native library is needed.
 */
public final class ImageFolder {
  private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif");
  private static final int MAX_SIDE = 4096;
  private static final int MAX_IMAGES = 10_000_000;

  private ImageFolder() {}

  /**
   * Reads training and test images.
   *
   * @param directory holds {@code train} and {@code test}, both with the same classes
   * @param name for files
   * @return images of one size, grey if all are files of 8-bit grey, else red, green and blue
   * @throws IOException if a file cannot be read or does not fit; the message names it and the
   *     place
   */
  public static ImageData read(Path directory, String name) throws IOException {
    return read(directory, name, 0, 0);
  }

  /**
   * Reads training and test images, each brought to one size.
   *
   * @param directory holds {@code train} and {@code test}, both with the same classes
   * @param name for files
   * @param height wanted; 0 to take images as they are, all of one size
   * @param width wanted; 0 likewise
   * @return images of that size, grey if all are files of 8-bit grey, else red, green and blue
   * @throws IOException if a file cannot be read or does not fit; the message names it and the
   *     place
   */
  public static ImageData read(Path directory, String name, int height, int width)
      throws IOException {
    Path train = directory.resolve("train");
    Path test = directory.resolve("test");
    List<String> classes = ClassFolders.sameIn(train, test);
    List<Picture> all = new ArrayList<>();
    add(all, train, classes, height, width);
    int trainCount = all.size();
    add(all, test, classes, height, width);
    Images both = images(all, classes.size());
    return new ImageData(name, both.range(0, trainCount), both.range(trainCount, both.count()));
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Picture(Path file, int label, int height, int width, byte[] pixels) {
    int channels() {
      return pixels.length / (height * width);
    }

    Picture resized(int rows, int columns) {
      Images one =
          new Images(
              new byte[][] {pixels}, new int[] {label}, channels(), height, width, label + 1);
      return new Picture(file, label, rows, columns, one.resized(rows, columns).pixels()[0]);
    }
  }

  private static void add(
      List<Picture> pictures, Path directory, List<String> classes, int height, int width)
      throws IOException {
    for (int label = 0; label < classes.size(); label++) {
      for (Path file : ClassFolders.files(directory.resolve(classes.get(label)))) {
        if (pictures.size() == MAX_IMAGES) {
          throw new BadDataException(directory + " has more than " + MAX_IMAGES + " images");
        }
        Picture picture = picture(file, label);
        picture = height == 0 ? picture : picture.resized(height, width);
        fits(pictures.isEmpty() ? picture : pictures.get(0), picture);
        pictures.add(picture);
      }
    }
  }

  private static void fits(Picture first, Picture other) throws BadDataException {
    if (first.height() != other.height() || first.width() != other.width()) {
      throw new BadDataException(
          other.file()
              + ", offset 0: the image has "
              + other.height()
              + "×"
              + other.width()
              + " pixels, but "
              + first.file()
              + " has "
              + first.height()
              + "×"
              + first.width());
    }
  }

  private static Images images(List<Picture> pictures, int classes) throws BadDataException {
    Picture first = pictures.get(0);
    boolean grey = pictures.stream().allMatch(picture -> picture.channels() == 1);
    int positions = first.height() * first.width();
    byte[][] pixels = new byte[pictures.size()][];
    int[] labels = new int[pictures.size()];
    for (int i = 0; i < pixels.length; i++) {
      Picture picture = pictures.get(i);
      fits(first, picture);
      labels[i] = picture.label();
      pixels[i] = picture.pixels();
      if (!grey && picture.channels() == 1) {
        pixels[i] = new byte[3 * positions];
        for (int channel = 0; channel < 3; channel++) {
          System.arraycopy(picture.pixels(), 0, pixels[i], channel * positions, positions);
        }
      }
    }
    return new Images(pixels, labels, grey ? 1 : 3, first.height(), first.width(), classes);
  }

  private static Picture picture(Path file, int label) throws IOException {
    String name = file.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (!Files.isRegularFile(file) || !ENDINGS.contains(ending)) {
      throw new BadDataException(
          file
              + ", offset 0: not an image by its name; known are "
              + ENDINGS.stream().sorted().toList());
    }
    if (!Files.isReadable(file)) {
      throw new BadDataException(file + ", offset 0: the image cannot be read");
    }
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new BadDataException(
            file + ", offset 0: not an image of a known format, whatever its name says");
      }
      ImageReader reader = readers.next();
      try {
        return picture(file, label, reader, in);
      } finally {
        reader.dispose();
      }
    }
  }

  private static Picture picture(Path file, int label, ImageReader reader, ImageInputStream in)
      throws IOException {
    List<String> warnings = new ArrayList<>();
    // A JPEG that is cut short is a warning to its reader, and the rest grey.
    // What it says of colour profiles does not concern the pixels.
    IIOReadWarningListener listener =
        (source, warning) -> {
          if (!warning.contains("profile")) {
            warnings.add(warning);
          }
        };
    reader.addIIOReadWarningListener(listener);
    BufferedImage image;
    try {
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (width > MAX_SIDE || height > MAX_SIDE) {
        throw new BadDataException(
            file
                + ", offset 0: the image has "
                + height
                + "×"
                + width
                + " pixels; at most "
                + MAX_SIDE
                + "×"
                + MAX_SIDE
                + " are read");
      }
      image = reader.read(0);
    } catch (BadDataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new BadDataException(
          file + ", offset " + in.getStreamPosition() + ": the image is damaged" + Causes.after(e));
    }
    if (!warnings.isEmpty()) {
      throw new BadDataException(
          file
              + ", offset "
              + in.getStreamPosition()
              + ": the image is damaged: "
              + warnings.get(0));
    }
    return new Picture(file, label, image.getHeight(), image.getWidth(), planes(image));
  }

  private static byte[] planes(BufferedImage image) {
    int width = image.getWidth();
    int positions = width * image.getHeight();
    Raster raster = image.getRaster();
    boolean plainGrey =
        image.getType() == BufferedImage.TYPE_BYTE_GRAY
            && raster.getTransferType() == DataBuffer.TYPE_BYTE;
    byte[] planes = new byte[plainGrey ? positions : 3 * positions];
    for (int at = 0; at < positions; at++) {
      int x = at % width;
      int y = at / width;
      if (plainGrey) {
        // The sample itself: getRGB would change its brightness on the way to another colour space.
        planes[at] = (byte) raster.getSample(x, y, 0);
        continue;
      }
      int colour = image.getRGB(x, y);
      planes[at] = (byte) (colour >> 16);
      planes[positions + at] = (byte) (colour >> 8);
      planes[2 * positions + at] = (byte) colour;
    }
    return planes;
  }
}
