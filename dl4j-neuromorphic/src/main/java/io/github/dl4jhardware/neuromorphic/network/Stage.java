package io.github.dl4jhardware.neuromorphic.network;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One layer in the notation of S. K. Esser et al. (2016): {@code S-512(32)} is a 3×3 convolution to
 * 512 features in 32 groups.
 *
 * @param kind kernel, stride and padding
 * @param features output features, at least 1
 * @param groups groups, at least 1; a transduction has one
 */
public record Stage(Kind kind, int features, int groups) {
  private static final Pattern NOTATION =
      Pattern.compile("([A-Z]\\d?)-(\\d{1,7})(?:\\((\\d{1,7})\\))?");

  /** Kernel, stride and padding of a layer. */
  public enum Kind {
    /** Transduction, off the chip: 3×3, float weights. */
    T(3, 1, 1),
    /** Spatial: 3×3. */
    S(3, 1, 1),
    /** Network in network: 1×1. */
    N(1, 1, 0),
    /** In the place of pooling: 2×2, stride 2. */
    P2(2, 2, 0),
    /** In the place of pooling: 4×4, stride 2, padding 1. */
    P4(4, 2, 1);

    private final int kernel;
    private final int stride;
    private final int padding;

    Kind(int kernel, int stride, int padding) {
      this.kernel = kernel;
      this.stride = stride;
      this.padding = padding;
    }

    /**
     * Side of the kernel.
     *
     * @return pixels
     */
    public int kernel() {
      return kernel;
    }

    /**
     * Stride in both directions.
     *
     * @return pixels
     */
    public int stride() {
      return stride;
    }

    /**
     * Padding on each side.
     *
     * @return pixels
     */
    public int padding() {
      return padding;
    }

    /**
     * Output side of an input side.
     *
     * @param side pixels
     * @return pixels; below 1 where the kernel does not fit
     */
    public long out(long side) {
      return Math.floorDiv(side + 2L * padding - kernel, (long) stride) + 1;
    }
  }

  /** Checks the numbers. */
  public Stage {
    if (features < 1 || groups < 1) {
      throw new IllegalArgumentException(
          kind + "-" + features + "(" + groups + "): features and groups must be at least 1");
    }
    if (kind == Kind.T && groups != 1) {
      throw new IllegalArgumentException(
          "T-" + features + "(" + groups + "): a transduction layer has one group");
    }
  }

  /**
   * Reads one layer.
   *
   * @param text for instance {@code N-256(2)}; without brackets there is one group
   * @return the stage
   * @throws IllegalArgumentException if it is none; the message says what is wrong with it
   */
  public static Stage parse(String text) {
    Matcher matcher = NOTATION.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text.strip() + "\" is no layer; write kind-features(groups), as in S-512(32)");
    }
    Kind kind =
        Arrays.stream(Kind.values())
            .filter(each -> each.name().equals(matcher.group(1)))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "\""
                            + text.strip()
                            + "\": there is no kind "
                            + matcher.group(1)
                            + ", but "
                            + Arrays.toString(Kind.values())));
    String groups = matcher.group(3);
    return new Stage(
        kind, Integer.parseInt(matcher.group(2)), groups == null ? 1 : Integer.parseInt(groups));
  }

  @Override
  public String toString() {
    return kind == Kind.T
        ? String.format(Locale.ROOT, "T-%d", features)
        : String.format(Locale.ROOT, "%s-%d(%d)", kind, features, groups);
  }
}
