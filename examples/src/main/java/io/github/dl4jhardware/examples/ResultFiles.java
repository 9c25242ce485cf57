package io.github.dl4jhardware.examples;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.internal.chartpart.Chart;

/** Writes files for others to read, each whole or not at all. */
final class ResultFiles {
  // Distinct for the colour-blind: Okabe and Ito's palette.
  private static final Map<Variant, Color> COLOURS =
      new EnumMap<>(
          Map.of(
              Variant.SOFTWARE, new Color(0x000000),
              Variant.ANALOG_INVERSION, new Color(0x0072B2),
              Variant.ANALOG_NO_INVERSION, new Color(0xD55E00),
              Variant.PCM_ONLY, new Color(0x009E73)));

  private ResultFiles() {}

  /** Charts beside each other and in rows, as one picture. */
  static void draw(List<? extends Chart<?, ?>> charts, int across, Path file) throws IOException {
    int rows = (charts.size() + across - 1) / across;
    Path part = file.resolveSibling(file.getFileName() + ".part.png");
    try {
      BitmapEncoder.saveBitmap(charts, rows, across, part.toString(), BitmapFormat.PNG);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  static Color colour(Variant variant) {
    return COLOURS.getOrDefault(variant, Color.GRAY);
  }

  static void replace(Path file, byte[] content) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.write(part, content);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** A model with its updater's state. */
  static void save(Model network, Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      ModelSerializer.writeModel(network, part.toFile(), true);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
