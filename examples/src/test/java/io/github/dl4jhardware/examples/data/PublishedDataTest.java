package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    PublishedData.CIFAR100.unpack(archive, target);
    assertThat(target.toFile().list()).containsExactlyInAnyOrder("train.bin", "test.bin");
    assertThat(target.resolve("test.bin")).hasContent("../../test.bin");
  }

  @Test
  void anArchiveThatLacksOneLeavesNothing() throws IOException {
    Path archive = Files.write(root.resolve("a.tar.gz"), archive("x/train.bin"));
    Path target = Files.createDirectory(root.resolve("target"));
    assertThatThrownBy(() -> PublishedData.CIFAR100.unpack(archive, target))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(archive + " has no test.bin");
    assertThat(target).isEmptyDirectory();
    Files.writeString(archive, "no archive");
    assertThatThrownBy(() -> PublishedData.CIFAR100.unpack(archive, target))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(archive + ": not a sound archive");
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
              root, List.of(server.uri("").toString()), new Downloader((f, b, t) -> {}));
      assertThat(ImageData.read(PublishedData.MNIST, folder).train().count()).isEqualTo(60_000);
      assertThat(server.requests()).hasSize(4);
      // What is there is not fetched again.
      Files.delete(folder.resolve("t10k-labels-idx1-ubyte.gz"));
      PublishedData.MNIST.download(
          root, List.of(server.uri("").toString()), new Downloader((f, b, t) -> {}));
      assertThat(server.requests()).hasSize(5);
      assertThat(new DataFolders(List.of(root)).find(PublishedData.MNIST)).isEqualTo(folder);
    }
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
