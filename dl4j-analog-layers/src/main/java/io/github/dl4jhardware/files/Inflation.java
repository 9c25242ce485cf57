package io.github.dl4jhardware.files;

/** How much a file can hold, so that a forged size is told before memory is taken for it. */
public final class Inflation {
  /** What deflate makes of one byte at the most. Source: zlib, technical details. */
  private static final long MOST = 1032;

  private static final long ALWAYS_ALLOWED_BYTES = 1 << 20;

  private Inflation() {}

  /**
   * What stored bytes can stand for.
   *
   * @param storedBytes in the file
   * @param compressed whether they may be deflated
   * @return bytes, one megabyte at least, which no reader minds
   */
  public static long mostBytes(long storedBytes, boolean compressed) {
    return Math.max(ALWAYS_ALLOWED_BYTES, (compressed ? MOST : 1) * storedBytes);
  }
}
