package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.files.Sha256;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloaderTest {
  private static final long MOST = 1 << 20;

  @TempDir private Path directory;
  private final List<Long> progress = new ArrayList<>();
  private final Downloader downloader =
      new Downloader((file, bytes, total) -> progress.add(bytes), 10, 2000, 500, 1);
  private final byte[] content = new byte[300_000];
  private FileServer server;
  private FileServer other;
  private Path target = Path.of("unset");

  DownloaderTest() throws IOException {
    server = new FileServer();
    other = new FileServer();
  }

  @BeforeEach
  void serve() {
    new Random(1).nextBytes(content);
    server.file("data.bin", content);
    target = directory.resolve("data.bin");
  }

  @AfterEach
  void stop() {
    server.close();
    other.close();
  }

  private static String md5(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
  }

  private void fetch(URI... mirrors) throws Exception {
    downloader.fetch(
        List.of(mirrors), new FileDigests(md5(content), Sha256.of(content)), MOST, target);
  }

  private void assertFetched() throws IOException {
    assertThat(target).hasBinaryContent(content);
    assertThat(directory.toFile().list()).containsExactly("data.bin");
  }

  @Test
  void fetchesWithProgress() throws Exception {
    fetch(server.uri("data.bin"));
    assertFetched();
    assertThat(progress).isSorted().endsWith(300_000L);
    assertThat(server.requests()).containsExactly("/data.bin");
  }

  @Test
  void goesOnWhereTheConnectionBrokeOff() throws Exception {
    server.cutAfter(100_000);
    fetch(server.uri("data.bin"));
    assertFetched();
    assertThat(server.requests())
        .containsExactly("/data.bin", "/data.bin bytes=100000-", "/data.bin bytes=200000-");
  }

  @Test
  void goesOnWhereAnotherRunStopped() throws Exception {
    server.cutAfter(0);
    Files.write(directory.resolve("data.bin.part"), Arrays.copyOf(content, 250_000));
    assertThatThrownBy(() -> fetch(server.uri("data.bin")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("the connection broke off after 250000 bytes");
    assertThat(target).doesNotExist();
    // What had arrived is kept for the next attempt.
    assertThat(directory.resolve("data.bin.part")).hasSize(250_000);
    server.cutAfter(Integer.MAX_VALUE);
    fetch(server.uri("data.bin"));
    assertFetched();
    assertThat(progress.get(0)).isGreaterThan(250_000);
  }

  @Test
  void beginsAnewWhereTheServerKnowsNoRanges() throws Exception {
    server.ranges(false);
    Files.write(directory.resolve("data.bin.part"), Arrays.copyOf(content, 250_000));
    fetch(server.uri("data.bin"));
    assertFetched();
  }

  @Test
  void aWrongBeginningIsThrownAway() throws Exception {
    Files.write(directory.resolve("data.bin.part"), new byte[250_000]);
    fetch(server.uri("data.bin"));
    assertFetched();
    assertThat(server.requests()).containsExactly("/data.bin bytes=250000-", "/data.bin");
    // Too long a beginning is one, too.
    Files.delete(target);
    Files.write(directory.resolve("data.bin.part"), new byte[400_000]);
    fetch(server.uri("data.bin"));
    assertFetched();
  }

  @Test
  void aWrongDigestIsNoFile() throws Exception {
    byte[] wrong = content.clone();
    wrong[299_999]++;
    server.file("data.bin", wrong);
    assertThatThrownBy(() -> fetch(server.uri("data.bin")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("data.bin could not be fetched from " + server.uri("data.bin"))
        .hasMessageContaining("its MD5 digest is " + md5(wrong) + "; published is " + md5(content));
    assertThat(directory).isEmptyDirectory();
  }

  /** MD5 alone does not tell files apart that were made to share it. */
  @Test
  void bothDigestsMustFit() throws Exception {
    assertThatThrownBy(
            () ->
                downloader.fetch(
                    List.of(server.uri("data.bin")),
                    new FileDigests(md5(content), Sha256.of("another")),
                    MOST,
                    target))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(
            "its SHA-256 digest is "
                + Sha256.of(content)
                + "; published is "
                + Sha256.of("another"));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aDownloadEndsWithItsTime() throws Exception {
    Downloader late = new Downloader((file, bytes, total) -> {}, 1e-9, 2000, 500, 1);
    Files.write(directory.resolve("data.bin.part"), Arrays.copyOf(content, 240_000));
    assertThatThrownBy(
            () ->
                late.fetch(
                    List.of(server.uri("data.bin")),
                    new FileDigests(md5(content), Sha256.of(content)),
                    MOST,
                    target))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("has not ended within 0.0 minutes");
    assertThat(directory.resolve("data.bin.part")).hasSize(240_000);
  }

  @Test
  void theNextMirrorIsTried() throws Exception {
    byte[] wrong = content.clone();
    wrong[0]++;
    server.file("data.bin", wrong);
    other.file("data.bin", content);
    fetch(other.uri("missing.bin"), server.uri("data.bin"), other.uri("data.bin"));
    assertFetched();
    assertThat(other.requests()).containsExactly("/missing.bin", "/data.bin");
  }

  @Test
  void theRestMayComeFromAnotherMirror() throws Exception {
    server.cutAfter(100_000).ranges(false);
    other.file("data.bin", content);
    fetch(server.uri("data.bin"), other.uri("data.bin"));
    assertFetched();
    assertThat(other.requests()).containsExactly("/data.bin bytes=100000-");
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    server.file("data.bin", new byte[(int) MOST + 1]);
    assertThatThrownBy(() -> fetch(server.uri("data.bin")))
        .hasMessageContaining("the file has 1048577 bytes; at most 1048576 are expected");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void everyFailureIsNamed() throws Exception {
    URI gone = other.uri("data.bin");
    other.close();
    assertThatThrownBy(() -> fetch(server.uri("none.bin"), gone))
        .hasMessageContaining(server.uri("none.bin") + ": the server answers 404; from " + gone)
        .hasMessageContaining("the connection failed");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aServerThatFallsSilentIsLeft() throws Exception {
    server.cutAfter(0).stalling();
    Files.write(directory.resolve("data.bin.part"), Arrays.copyOf(content, 240_000));
    other.file("data.bin", content);
    fetch(server.uri("data.bin"), other.uri("data.bin"));
    assertFetched();
    assertThat(server.requests()).hasSize(4);
    assertThat(other.requests()).containsExactly("/data.bin bytes=240000-");
  }

  @Test
  void aBusyServerIsAskedAgain() throws Exception {
    server.busyFor(2);
    fetch(server.uri("data.bin"));
    assertFetched();
    assertThat(server.requests()).hasSize(3);
    Files.delete(target);
    server.busyFor(100);
    assertThatThrownBy(() -> fetch(server.uri("data.bin")))
        .hasMessageContaining("the server answers 503");
    assertThat(server.requests()).hasSize(3 + 4);
  }

  @Test
  void whatTurnsOutTooLargeLeavesNothing() throws Exception {
    server.file("data.bin", new byte[(int) MOST + 1]).unannounced();
    assertThatThrownBy(() -> fetch(server.uri("data.bin")))
        .hasMessageContaining("the file has more than the 1048576 bytes expected");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aFileOfUnknownLengthIsFetched() throws Exception {
    server.unannounced();
    fetch(server.uri("data.bin"));
    assertFetched();
  }

  @Test
  void aFullOrForbiddenDiskIsNoFaultOfTheMirror() throws Exception {
    Files.createDirectory(directory.resolve("data.bin.part"));
    Files.createFile(directory.resolve("data.bin.part").resolve("x"));
    assertThatThrownBy(() -> fetch(server.uri("data.bin"), other.uri("data.bin")))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(BadDataException.class);
    assertThat(other.requests()).isEmpty();
  }
}
