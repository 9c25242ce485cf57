package io.github.dl4jhardware.examples.console;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Breaks long lines at spaces, for a terminal of 80 columns; what follows is indented. A line that
 * is flushed before it ends, such as one of progress, goes through as it is.
 */
final class WrappedOutput extends OutputStream {
  private static final int COLUMNS = 79;

  private final PrintStream console;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** Part of the line stands there already. */
  private boolean begun;

  /** A carriage return came last: the end of a line if a line feed follows, else its beginning. */
  private boolean returned;

  private WrappedOutput(PrintStream console) {
    this.console = console;
  }

  /** The same stream where it is no terminal. */
  static PrintStream on(PrintStream console) {
    return Progress.onTerminal() && System.getenv("CI") == null ? around(console) : console;
  }

  /** For tests, whatever the stream is. */
  static PrintStream around(PrintStream console) {
    return new PrintStream(new WrappedOutput(console), false, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int octet) {
    if (octet == '\n') {
      String text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      console.print(begun ? text + System.lineSeparator() : wrapped(text));
      console.flush();
      begun = false;
      returned = false;
      return;
    }
    if (returned) {
      put();
      console.print('\r');
      begun = false;
      returned = false;
    }
    if (octet == '\r') {
      returned = true;
    } else {
      line.write(octet);
    }
  }

  @Override
  public void flush() {
    if (line.size() > 0) {
      begun = true;
    }
    put();
    if (returned) {
      console.print('\r');
      returned = false;
      begun = false;
    }
    console.flush();
  }

  /** In the console's own encoding. */
  private void put() {
    console.print(line.toString(StandardCharsets.UTF_8));
    line.reset();
  }

  private static String wrapped(String text) {
    StringBuilder all = new StringBuilder();
    String rest = text.stripTrailing();
    String indent = "";
    while (indent.length() + rest.length() > COLUMNS) {
      int first = rest.length() - rest.stripLeading().length();
      int at = rest.lastIndexOf(' ', COLUMNS - indent.length());
      // A word that is longer than a line has that line for itself.
      at = at > first ? at : rest.indexOf(' ', first);
      if (at < 0) {
        break;
      }
      all.append(indent).append(rest, 0, at).append(System.lineSeparator());
      rest = rest.substring(at).stripLeading();
      indent = "    ";
    }
    return all.append(indent).append(rest).append(System.lineSeparator()).toString();
  }
}
