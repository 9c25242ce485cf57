package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dl4jhardware.files.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PublishedDataTest {
  private static final List<String> MEMBERS = List.of("train.bin", "test.bin");

  @TempDir private Path root;

  private static byte[] archive(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (String name : names) {
        byte[] content = name.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void takesTheExpectedFilesOutOfAnArchive() throws IOException {
    Path archive =
        Files.write(
            root.resolve("a.tar.gz"),
            archive(
                "cifar-100-binary/train.bin",
                "cifar-100-binary/fine_label_names.txt",
                "../../test.bin"));
    Path target = Files.createDirectory(root.resolve("target"));
    PublishedData.unpack(archive, target, MEMBERS);
    assertThat(target.toFile().list()).containsExactlyInAnyOrder("train.bin", "test.bin");
    assertThat(target.resolve("test.bin")).hasContent("../../test.bin");
  }

  @Test
  void anArchiveThatLacksOneLeavesNothing() throws IOException {
    Path archive = Files.write(root.resolve("a.tar.gz"), archive("x/train.bin"));
    Path target = Files.createDirectory(root.resolve("target"));
    assertThatThrownBy(() -> PublishedData.unpack(archive, target, MEMBERS))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(archive + " has no test.bin");
    assertThat(target).isEmptyDirectory();
    Files.writeString(archive, "no archive");
    assertThatThrownBy(() -> PublishedData.unpack(archive, target, MEMBERS))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(archive + ": not a sound archive");
  }

  private void download(List<PublishedData.Published> published, URI place) throws IOException {
    PublishedData.download(
        root, published, MEMBERS, List.of(place.toString()), new Downloader((f, b, t) -> {}, 10));
  }

  @Test
  void fetchesAnArchiveAndUnpacksIt() throws Exception {
    byte[] content = archive("x/train.bin", "x/test.bin");
    String md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    List<PublishedData.Published> published =
        List.of(new PublishedData.Published("x.tar.gz", md5, Sha256.of(content), 1_000_000));
    try (FileServer server = new FileServer()) {
      server.file("x.tar.gz", content);
      download(published, server.uri(""));
      assertThat(root.toFile().list()).containsExactlyInAnyOrder("train.bin", "test.bin");
      // All is there: nothing is asked for.
      download(published, server.uri(""));
      assertThat(server.requests()).hasSize(1);
      // A run that ended while it unpacked has left the archive, which is right.
      Files.delete(root.resolve("test.bin"));
      Files.write(root.resolve("x.tar.gz"), content);
      download(published, server.uri(""));
      assertThat(server.requests()).hasSize(1);
      assertThat(root.toFile().list()).containsExactlyInAnyOrder("train.bin", "test.bin");
      // A wrong one is fetched anew.
      Files.delete(root.resolve("train.bin"));
      Files.writeString(root.resolve("x.tar.gz"), "cut");
      download(published, server.uri(""));
      assertThat(server.requests()).hasSize(2);
      assertThat(root.resolve("train.bin")).hasContent("x/train.bin");
    }
  }

  @Test
  void aWrongArchiveLeavesNothing() throws Exception {
    try (FileServer server = new FileServer()) {
      server.file("cifar-100-binary.tar.gz", archive("x/train.bin", "x/test.bin"));
      assertThatThrownBy(
              () ->
                  PublishedData.CIFAR100.download(
                      root,
                      List.of(server.uri("").toString()),
                      new Downloader((f, b, t) -> {}, 10)))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("cifar-100-binary.tar.gz could not be fetched from")
          .hasMessageContaining("published is 03b5dce01913d631647c71ecec9e9cb8");
      assertThat(root.resolve("cifar-100-binary")).isEmptyDirectory();
    }
  }

  /** The real MNIST files satisfy the digests, from a server of our own. */
  @Test
  void fetchesMnistByItsPublishedDigests() throws IOException {
    Path mnist = DataFolders.environment().find(PublishedData.MNIST);
    assumeThat(mnist).as("HARDWARE_DATA names no MNIST").isNotNull();
    assumeThat(Objects.requireNonNull(mnist).resolve("t10k-labels-idx1-ubyte.gz")).exists();
    try (FileServer server = new FileServer()) {
      for (String name : PublishedData.MNIST.files()) {
        server.file(name, Files.readAllBytes(mnist.resolve(name)));
      }
      Path folder =
          PublishedData.MNIST.download(
              root, List.of(server.uri("").toString()), new Downloader((f, b, t) -> {}, 10));
      assertThat(ImageData.read(PublishedData.MNIST, folder).train().count()).isEqualTo(60_000);
      assertThat(server.requests()).hasSize(4);
      // What is there is not fetched again.
      Files.delete(folder.resolve("t10k-labels-idx1-ubyte.gz"));
      PublishedData.MNIST.download(
          root, List.of(server.uri("").toString()), new Downloader((f, b, t) -> {}, 10));
      assertThat(server.requests()).hasSize(5);
      assertThat(new DataFolders(List.of(root)).find(PublishedData.MNIST)).isEqualTo(folder);
    }
  }

  @ParameterizedTest
  @EnumSource(PublishedData.class)
  void aPartDoesNotHideTheWhole(PublishedData data) throws IOException {
    Path part = Files.createDirectories(root.resolve("first").resolve(data.folder()));
    Path whole = Files.createDirectories(root.resolve("second").resolve(data.folder()));
    DataFolders folders = new DataFolders(List.of(root.resolve("first"), root.resolve("second")));
    Files.createFile(part.resolve(data.files().get(0)));
    assertThat(folders.find(data)).isEqualTo(part);
    for (String name : data.files()) {
      Files.createFile(whole.resolve(name));
    }
    assertThat(folders.find(data)).isEqualTo(whole);
  }

  @ParameterizedTest
  @EnumSource(PublishedData.class)
  void isFoundInItsFolderOrInTheRoot(PublishedData data) throws IOException {
    DataFolders folders = new DataFolders(List.of(root.resolve("none"), root));
    assertThat(folders.find(data)).isNull();
    for (String name : data.files()) {
      // The reader will name what is missing; a download fetches it.
      assertThat(DataFolders.isWhole(data, root)).isFalse();
      Files.createFile(root.resolve(name));
      assertThat(folders.find(data)).isEqualTo(root);
    }
    assertThat(DataFolders.isWhole(data, root)).isTrue();
    Path own = Files.createDirectory(root.resolve(data.folder()));
    for (String name : data.files()) {
      Files.createFile(own.resolve(name.replace(".gz", "")));
    }
    assertThat(folders.find(data)).isEqualTo(own);
    assertThat(DataFolders.of(root).roots()).containsExactly(root);
    assertThat(DataFolders.of(null).roots())
        .last()
        .isEqualTo(
            org.deeplearning4j.common.resources.DL4JResources.getBaseDirectory()
                .toPath()
                .resolve("data"));
  }
}
