package io.github.dl4jhardware.files;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Digests by which a changed byte is seen. They are no signature: whoever edits can digest anew.
 */
public final class Sha256 {
  private static final int DIGITS_OF_A_ROW = 16;

  private Sha256() {}

  /**
   * A digest to be fed.
   *
   * @return SHA-256
   */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The digest of bytes.
   *
   * @param bytes all of them
   * @return 64 hexadecimal digits
   */
  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(start().digest(bytes));
  }

  /**
   * The digest of a text.
   *
   * @param text in UTF-8
   * @return 64 hexadecimal digits
   */
  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A digest that goes into a row of a table as its last cell.
   *
   * @param cells of the row, as the file holds them
   * @return 16 hexadecimal digits
   */
  public static String ofRow(List<String> cells) {
    return of(String.join("\u001F", cells)).substring(0, DIGITS_OF_A_ROW);
  }
}
