package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.Causes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a file over HTTP: from one mirror after the other, going on where a connection broke off,
 * and checked against published digests before it gets its name.
 *
 * <p>What has arrived stands beside the target as {@code .part}, so that a later attempt, in
 * another run too, goes on from there; it is removed once it turns out to be wrong.
 */
final class Downloader {
  private static final int CONNECT_MILLIS = 20_000;
  private static final int READ_MILLIS = 60_000;
  private static final int PAUSE_MILLIS = 1000;
  private static final int ATTEMPTS = 4;
  private static final int BLOCK = 1 << 16;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int TOO_MANY_REQUESTS = 429;

  private final int connectMillis;
  private final int readMillis;
  private final int pauseMillis;
  private final PublishedData.Listener listener;
  private final double minutes;
  private final long end;

  /**
   * A downloader.
   *
   * @param minutes that all of its files together may take, so that a server that sends a byte now
   *     and then is left at last
   */
  Downloader(PublishedData.Listener listener, double minutes) {
    this(listener, minutes, CONNECT_MILLIS, READ_MILLIS, PAUSE_MILLIS);
  }

  Downloader(
      PublishedData.Listener listener,
      double minutes,
      int connectMillis,
      int readMillis,
      int pauseMillis) {
    this.minutes = minutes;
    end = System.nanoTime() + (long) (minutes * 60e9);
    this.listener = listener;
    this.connectMillis = connectMillis;
    this.readMillis = readMillis;
    this.pauseMillis = pauseMillis;
  }

  /**
   * Fetches a file.
   *
   * @param mirrors where it is to be found, tried in this order
   * @param published digests of the file
   * @param mostBytes a larger one is refused
   * @param target written whole or not at all
   * @throws BadDataException if no mirror gave the file; the message says for each of them why
   * @throws IOException if the target cannot be written
   */
  void fetch(List<URI> mirrors, FileDigests published, long mostBytes, Path target)
      throws IOException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    List<String> failures = new ArrayList<>();
    for (URI mirror : mirrors) {
      String failure = fetch(mirror, published, mostBytes, part, target.getFileName().toString());
      if (failure == null) {
        move(part, target);
        return;
      }
      failures.add(mirror + ": " + failure);
    }
    throw new BadDataException(
        target.getFileName() + " could not be fetched from " + String.join("; from ", failures));
  }

  /**
   * Whether a file is there and right.
   *
   * @param file perhaps missing
   * @param published digests of the file
   * @return true if it need not be fetched
   * @throws IOException if it cannot be read
   */
  static boolean isWhole(Path file, FileDigests published) throws IOException {
    return Files.isRegularFile(file) && published.difference(FileDigests.of(file)) == null;
  }

  /** Null if the part is whole and right. */
  private @Nullable String fetch(
      URI mirror, FileDigests published, long mostBytes, Path part, String name)
      throws IOException {
    boolean inherited = size(part) > 0;
    String failure = "";
    long most = size(part);
    int inVain = 0;
    while (inVain < ATTEMPTS) {
      try {
        checkTime();
        if (attempt(mirror, mostBytes, part, name)) {
          String difference = published.difference(FileDigests.of(part));
          if (difference == null) {
            return null;
          }
          Files.delete(part);
          if (!inherited) {
            return difference;
          }
          // What came from elsewhere may be to blame.
          inherited = false;
          most = 0;
          continue;
        }
        failure = "the connection broke off after " + size(part) + " bytes";
      } catch (Refused e) {
        return e.getMessage();
      } catch (LocalFailure e) {
        throw e.cause;
      } catch (UnknownHostException e) {
        failure = "there is no host of that name, or no network";
      } catch (IOException e) {
        failure = "the connection failed" + Causes.after(e);
      }
      inVain = size(part) > most ? 0 : inVain + 1;
      pause(inVain < ATTEMPTS ? inVain : 0);
      most = Math.max(most, size(part));
    }
    return failure;
  }

  private void checkTime() throws IOException {
    if (System.nanoTime() - end > 0) {
      throw new LocalFailure(
          new BadDataException(
              String.format(
                  Locale.ROOT,
                  "The download has not ended within %.1f minutes; what has arrived is kept, so that another attempt"
                      + " goes on from there. --download-minutes gives it more time",
                  minutes)));
    }
  }

  /** A server that was busy is given time. */
  private void pause(int attempts) {
    try {
      Thread.sleep((long) attempts * pauseMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a file was fetched", e);
    }
  }

  private static long size(Path part) throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  /** An answer that another attempt would get again. */
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /** A fault of this machine's disk or of the time that is given, not of the mirror. */
  private static final class LocalFailure extends IOException {
    private static final long serialVersionUID = 1;
    private final IOException cause;

    LocalFailure(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  /** Whether all that the server announced has arrived. */
  private boolean attempt(URI mirror, long mostBytes, Path part, String name) throws IOException {
    long have = size(part);
    HttpURLConnection connection = (HttpURLConnection) mirror.toURL().openConnection();
    connection.setConnectTimeout(connectMillis);
    connection.setReadTimeout(readMillis);
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (have > 0) {
      connection.setRequestProperty("Range", "bytes=" + have + "-");
    }
    try {
      int status = connection.getResponseCode();
      if (status == RANGE_NOT_SATISFIABLE && have > 0) {
        // Nothing is left: the part is whole, or of something else; its digest will tell.
        return true;
      }
      boolean goesOn =
          status == HttpURLConnection.HTTP_PARTIAL
              && startsAt(connection.getHeaderField("Content-Range"), have);
      if (status == TOO_MANY_REQUESTS || status >= HttpURLConnection.HTTP_INTERNAL_ERROR) {
        throw new IOException("the server answers " + status);
      }
      if (status != HttpURLConnection.HTTP_OK && !goesOn) {
        throw new Refused("the server answers " + status);
      }
      long start = goesOn ? have : 0;
      long length = connection.getContentLengthLong();
      long total = length < 0 ? 0 : start + length;
      if (total > mostBytes) {
        throw new Refused(
            "the file has " + total + " bytes; at most " + mostBytes + " are expected");
      }
      long size;
      try {
        size = receive(connection, part, start, mostBytes, total, name);
      } catch (Refused e) {
        Files.deleteIfExists(part);
        throw e;
      }
      return total == 0 || size >= total;
    } finally {
      connection.disconnect();
    }
  }

  private static boolean startsAt(@Nullable String contentRange, long place) {
    return contentRange != null && contentRange.startsWith("bytes " + place + "-");
  }

  private long receive(
      HttpURLConnection connection, Path part, long start, long mostBytes, long total, String name)
      throws IOException {
    long size = start;
    try (InputStream in = connection.getInputStream();
        OutputStream out = open(part, start)) {
      byte[] block = new byte[BLOCK];
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        size += count;
        if (size > mostBytes) {
          throw new Refused("the file has more than the " + mostBytes + " bytes expected");
        }
        try {
          out.write(block, 0, count);
        } catch (IOException e) {
          throw new LocalFailure(e);
        }
        listener.arrived(name, size, total);
        checkTime();
      }
    }
    return size;
  }

  private static OutputStream open(Path part, long start) throws IOException {
    try {
      return start > 0
          ? Files.newOutputStream(part, StandardOpenOption.APPEND)
          : Files.newOutputStream(part);
    } catch (IOException e) {
      throw new LocalFailure(e);
    }
  }

  private static void move(Path part, Path target) throws IOException {
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
