package io.github.dl4jhardware.examples.console;

import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.Locale;

/**
 * One line that tells what is going on, how far it is, how fast, and how long it will take; silent
 * without a terminal.
 */
public final class Progress {
  /** One less than a terminal has: some begin a new line after the last. */
  private static final int COLUMNS = 79;

  private static final long BETWEEN_NANOS = 200_000_000;

  private final boolean visible;
  private final PrintStream out;
  private long lastNanos;
  private int lastLength;

  public Progress(PrintStream out) {
    this.out = out;
    visible = System.getenv("CI") == null && onTerminal();
  }

  /** From JDK 22 on there is a console without a terminal too, and a method that tells. */
  @SuppressWarnings("SystemConsoleNull")
  static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      Method isTerminal = Console.class.getMethod("isTerminal");
      return (boolean) isTerminal.invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  public void show(String what, long done, long total, double seconds, double secondsAfterThis) {
    show(what, "examples", done, total, seconds, secondsAfterThis);
  }

  public void show(
      String what, String unit, long done, long total, double seconds, double secondsAfterThis) {
    long now = System.nanoTime();
    if (!visible || now - lastNanos < BETWEEN_NANOS) {
      return;
    }
    lastNanos = now;
    double rate = done / Math.max(1e-9, seconds);
    double left = (total - done) / Math.max(1e-9, rate) + secondsAfterThis;
    String far =
        String.format(
            Locale.ROOT, ": %,d of %,d %s, %,.0f/s, %s left", done, total, unit, rate, clock(left));
    int room = Math.max(0, COLUMNS - far.length());
    print((what.length() > room ? what.substring(0, room) : what) + far);
  }

  public void clear() {
    if (visible && lastLength > 0) {
      print("");
      out.print('\r');
      lastLength = 0;
    }
  }

  private void print(String line) {
    out.print('\r' + line + " ".repeat(Math.max(0, lastLength - line.length())));
    out.flush();
    lastLength = line.length();
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return whole / 60 + ":" + String.format(Locale.ROOT, "%02d", whole % 60);
  }
}
