package io.github.dl4jhardware.files;

import java.util.Locale;

/** Whether there is room for what is about to be made, told before hours of work. */
public final class Heap {
  private static final double ROOM_TO_WORK = 1.25;
  private static final long MEGABYTE = 1 << 20;
  private static final long GIGABYTE = 1 << 30;

  private Heap() {}

  /**
   * Sees that something will have room.
   *
   * @param what needs it, for the message
   * @param bytes that it takes of the heap
   * @throws IllegalStateException if there is less; the message says which -Xmx would do
   */
  public static void need(String what, long bytes) {
    if (bytes <= available()) {
      return;
    }
    // What is no longer used counts until it is collected.
    System.gc();
    if (bytes > available()) {
      throw new IllegalStateException(message(what, bytes));
    }
  }

  /**
   * What to say when room has run out all the same.
   *
   * @return the heap's size, and what would help
   */
  public static String exhausted() {
    return String.format(
        Locale.ROOT,
        "The heap of %,d MB is too small for this; start Java with a larger -Xmx, such as -Xmx%dg (for mvn, in MAVEN_OPTS)",
        Runtime.getRuntime().maxMemory() / MEGABYTE,
        gigabytes(2 * Runtime.getRuntime().maxMemory()));
  }

  private static String message(String what, long bytes) {
    return String.format(
        Locale.ROOT,
        "%s needs %,d MB of heap, and %,d of %,d MB are free; start Java with -Xmx%dg or more (for mvn, in MAVEN_OPTS)",
        what,
        (bytes + MEGABYTE - 1) / MEGABYTE,
        available() / MEGABYTE,
        Runtime.getRuntime().maxMemory() / MEGABYTE,
        gigabytes((long) (ROOM_TO_WORK * (used() + bytes))));
  }

  private static long gigabytes(long bytes) {
    return (bytes + GIGABYTE - 1) / GIGABYTE;
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static long available() {
    return Runtime.getRuntime().maxMemory() - used();
  }
}
