package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.files.WholeFile;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
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
    WholeFile.make(
        file,
        part -> BitmapEncoder.saveBitmap(charts, rows, across, part.toString(), BitmapFormat.PNG));
  }

  static Color colour(Variant variant) {
    return COLOURS.getOrDefault(variant, Color.GRAY);
  }

  /** A model with its updater's state. */
  static void save(Model network, Path file) throws IOException {
    WholeFile.make(file, part -> ModelSerializer.writeModel(network, part.toFile(), true));
  }
}
