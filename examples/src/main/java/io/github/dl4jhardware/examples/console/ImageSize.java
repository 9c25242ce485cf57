package io.github.dl4jhardware.examples.console;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Sizes of images as options say them. */
final class ImageSize {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,4})[x×](\\d{1,4})");
  private static final int MOST_PIXELS = 4096;

  private ImageSize() {}

  /**
   * Reads the option {@code --size}.
   *
   * @return height and width; null where it was not given
   */
  static int @Nullable [] of(CommandSpec spec, @Nullable String size) {
    if (size == null) {
      return null;
    }
    Matcher matcher = SIZE.matcher(size.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw Commands.wrong(spec, "--size must be height x width, such as 32x32, but is " + size);
    }
    int[] sizes = {Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))};
    Commands.check(spec, "--size's height", sizes[0], MOST_PIXELS);
    Commands.check(spec, "--size's width", sizes[1], MOST_PIXELS);
    return sizes;
  }
}
