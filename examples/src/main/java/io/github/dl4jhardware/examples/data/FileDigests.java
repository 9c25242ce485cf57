package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The digests by which a published file is known. MD5 is what data sets publish, and files that
 * share it can be made; both together cannot.
 *
 * @param md5 in hexadecimal
 * @param sha256 in hexadecimal
 */
record FileDigests(String md5, String sha256) {
  private static final int BLOCK = 1 << 16;

  /** Small letters, so that records compare. */
  FileDigests {
    md5 = md5.toLowerCase(Locale.ROOT);
    sha256 = sha256.toLowerCase(Locale.ROOT);
  }

  static FileDigests of(Path file) throws IOException {
    MessageDigest one = startMd5();
    MessageDigest other = Sha256.start();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] block = new byte[BLOCK];
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        one.update(block, 0, count);
        other.update(block, 0, count);
      }
    }
    HexFormat hex = HexFormat.of();
    return new FileDigests(hex.formatHex(one.digest()), hex.formatHex(other.digest()));
  }

  /** What another file's digests differ in; null if they are these. */
  @Nullable String difference(FileDigests found) {
    if (!found.md5.equals(md5)) {
      return "its MD5 digest is " + found.md5 + "; published is " + md5;
    }
    return found.sha256.equals(sha256)
        ? null
        : "its SHA-256 digest is " + found.sha256 + "; published is " + sha256;
  }

  private static MessageDigest startMd5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
