package io.github.dl4jhardware.examples.data;

import java.io.IOException;

/**
 * A data file is not what it should be; the message names the file, the place, what was found and
 * what was expected.
 */
public final class BadDataException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * A complaint.
   *
   * @param message file, place, finding, expectation
   */
  public BadDataException(String message) {
    super(message);
  }
}
