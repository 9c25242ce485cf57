package io.github.dl4jhardware.analog.fit;

import java.io.IOException;

/** A file of a pulse curve is not as it should be; the message names the file, line and column. */
public final class BadCurveException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * An exception.
   *
   * @param message file, line, column, what is wrong, and the limit
   */
  public BadCurveException(String message) {
    super(message);
  }
}
