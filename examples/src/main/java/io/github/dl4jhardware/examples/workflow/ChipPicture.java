package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.neuromorphic.core.CoreLimits;
import io.github.dl4jhardware.neuromorphic.core.LayerCores;
import io.github.dl4jhardware.neuromorphic.core.Placement;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** The chips' grids of 64×64 cores, coloured by layer. */
final class ChipPicture {
  private static final int SIDE = 64;
  private static final int CELL = 9;
  private static final int MARGIN = 24;
  private static final int LEGEND = 420;
  private static final int LINE = 26;

  private ChipPicture() {}

  static void draw(Placement placement, Path file) throws IOException {
    List<LayerCores> layers = placement.mapping().layers();
    int chips = placement.mapping().chips();
    int grids = chips * (SIDE * CELL + MARGIN);
    int height = Math.max(SIDE * CELL + 2 * MARGIN, (layers.size() + 3) * LINE + 2 * MARGIN);
    BufferedImage image =
        new BufferedImage(MARGIN + grids + LEGEND, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), height);
    for (int core = 0; core < chips * CoreLimits.CORES_PER_CHIP; core++) {
      boolean used = core < placement.mapping().cores();
      g.setColor(used ? colour(placement.layerOf(core)) : new Color(0xEEEEEE));
      int column = Placement.column(core);
      g.fillRect(
          MARGIN + column / SIDE * (SIDE * CELL + MARGIN) + column % SIDE * CELL,
          MARGIN + Placement.row(core) * CELL,
          CELL - 1,
          CELL - 1);
    }
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    int x = MARGIN + grids;
    for (int layer = -1; layer < layers.size(); layer++) {
      int y = MARGIN + (layer + 1) * LINE;
      g.setColor(colour(layer));
      g.fillRect(x, y, 16, 16);
      g.setColor(Color.BLACK);
      String text =
          layer < 0
              ? "splitters: " + placement.mapping().splitters()
              : layers.get(layer).layer().name() + ": " + layers.get(layer).cores();
      g.drawString(text, x + 26, y + 13);
    }
    g.drawString(
        placement.mapping().cores() + " cores on " + chips + " chip(s)",
        x,
        MARGIN + (layers.size() + 1) * LINE + 13);
    g.dispose();
    WholeFile.make(file, part -> ImageIO.write(image, "png", part.toFile()));
  }

  /** Neighbouring layers far apart in hue; splitters dark. */
  private static Color colour(int layer) {
    return layer < 0
        ? new Color(0x444444)
        : Color.getHSBColor(layer * 0.381966f % 1, 0.65f, layer % 2 == 0 ? 0.9f : 0.7f);
  }
}
