package io.github.dl4jhardware.examples.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Breaks long lines at spaces, for a terminal of 80 columns; what follows is indented. A line that
 * is flushed before it ends, such as one of progress, goes through as it is.
 */
final class WrappedOutput extends OutputStream {
  private static final int COLUMNS = 79;

  private final OutputStream out;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean begun;

  private WrappedOutput(OutputStream out) {
    this.out = out;
  }

  /** The same stream where it is no terminal. */
  static PrintStream on(PrintStream console) {
    return Progress.onTerminal() && System.getenv("CI") == null
        ? new PrintStream(new WrappedOutput(console), false, StandardCharsets.UTF_8)
        : console;
  }

  /** For tests, whatever the stream is. */
  static PrintStream around(OutputStream console) {
    return new PrintStream(new WrappedOutput(console), false, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int octet) throws IOException {
    line.write(octet);
    if (octet == '\n') {
      String text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      out.write((begun ? text : wrapped(text)).getBytes(StandardCharsets.UTF_8));
      out.flush();
      begun = false;
    }
  }

  @Override
  public void flush() throws IOException {
    if (line.size() > 0) {
      begun = true;
      out.write(line.toByteArray());
      line.reset();
    }
    out.flush();
  }

  private static String wrapped(String text) {
    StringBuilder all = new StringBuilder();
    String rest = text.stripTrailing();
    String indent = "";
    while (indent.length() + rest.length() > COLUMNS) {
      int room = COLUMNS - indent.length();
      int at = rest.lastIndexOf(' ', room);
      if (at <= rest.length() - rest.stripLeading().length()) {
        break;
      }
      all.append(indent).append(rest, 0, at).append(System.lineSeparator());
      rest = rest.substring(at).stripLeading();
      indent = "    ";
    }
    return all.append(indent).append(rest).append(System.lineSeparator()).toString();
  }
}
