package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.Causes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Data sets that are published on the web, with where to find them and their digests. MD5: MNIST's
 * are those of its original files, CIFAR's stand on the page of A. Krizhevsky. SHA-256: MNIST's
 * were taken from files with these MD5 digests, CIFAR's are those that TensorFlow Datasets records.
 * Nothing is fetched unless {@link #download} is called.
 */
@SuppressWarnings("ImmutableEnumChecker") // The lists are List.of.
public enum PublishedData {
  /** Four files of packed IDX. */
  MNIST(
      "mnist",
      List.of(
          "https://ossci-datasets.s3.amazonaws.com/mnist/",
          "https://storage.googleapis.com/cvdf-datasets/mnist/"),
      List.of(
          new Published(
              "train-images-idx3-ubyte.gz",
              "f68b3c2dcbeaaa9fbdd348bbdeb94873",
              "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
              20_000_000),
          new Published(
              "train-labels-idx1-ubyte.gz",
              "d53e105ee54ea40749a09fcbcd1e9432",
              "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
              100_000),
          new Published(
              "t10k-images-idx3-ubyte.gz",
              "9fb629c4189551a2d022fa330f9573f3",
              "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
              5_000_000),
          new Published(
              "t10k-labels-idx1-ubyte.gz",
              "ec29112dd5afa0611ce80d1b7f02629c",
              "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
              20_000)),
      List.of()),
  /** The binary version, an archive. */
  CIFAR10(
      "cifar-10-batches-bin",
      List.of(
          "https://www.cs.toronto.edu/~kriz/",
          "https://cave.cs.toronto.edu/kriz/",
          "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/"),
      List.of(
          new Published(
              "cifar-10-binary.tar.gz",
              "c32a1d4ab5d03f1284b67883e8d87530",
              "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
              200_000_000)),
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin",
          "test_batch.bin")),
  /** The binary version, an archive. */
  CIFAR100(
      "cifar-100-binary",
      List.of("https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/"),
      List.of(
          new Published(
              "cifar-100-binary.tar.gz",
              "03b5dce01913d631647c71ecec9e9cb8",
              "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
              200_000_000)),
      List.of("train.bin", "test.bin"));

  private static final long MOST_MEMBER_BYTES = 400_000_000;
  private static final int BLOCK = 1 << 16;

  private final String folder;
  private final List<String> mirrors;
  private final List<Published> published;
  private final List<String> members;

  PublishedData(
      String folder, List<String> mirrors, List<Published> published, List<String> members) {
    this.folder = folder;
    this.mirrors = mirrors;
    this.published = published;
    this.members = members;
  }

  /** A file as it was published. */
  record Published(String name, FileDigests digests, long mostBytes) {
    Published(String name, String md5, String sha256, long mostBytes) {
      this(name, new FileDigests(md5, sha256), mostBytes);
    }
  }

  /** Hears how far a download is. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Bytes have arrived.
     *
     * @param file name of the file
     * @param bytes so far
     * @param total of the file; 0 if the server does not say
     */
    void arrived(String file, long bytes, long total);
  }

  /**
   * The folder within a directory of data sets.
   *
   * @return its name, as the archives have it
   */
  public String folder() {
    return folder;
  }

  /**
   * The files that make the data set, once it is unpacked.
   *
   * @return names within the folder; those that end in .gz may be there without it
   */
  public List<String> files() {
    return members.isEmpty() ? published.stream().map(Published::name).toList() : members;
  }

  /**
   * Fetches what is missing. A file gets its name only once its digest is right; an archive is
   * unpacked and removed. An interrupted download goes on where it was.
   *
   * @param root where the folder is, or is made
   * @param first a place to try before the known mirrors, that has the files under their names;
   *     null for none
   * @param minutes that the download may take
   * @param listener hears of progress
   * @return the folder
   * @throws IOException if the files cannot be fetched or written; the message names each mirror
   *     and what was wrong
   */
  public Path download(Path root, @Nullable URI first, double minutes, Listener listener)
      throws IOException {
    return download(root, places(first), new Downloader(listener, minutes));
  }

  private List<String> places(@Nullable URI first) {
    if (first == null) {
      return mirrors;
    }
    String own = first.toString();
    return Stream.concat(Stream.of(own.endsWith("/") ? own : own + "/"), mirrors.stream()).toList();
  }

  Path download(Path root, List<String> places, Downloader downloader) throws IOException {
    Path target = root.resolve(folder);
    Files.createDirectories(target);
    download(target, published, members, places, downloader);
    return target;
  }

  static void download(
      Path target,
      List<Published> published,
      List<String> members,
      List<String> places,
      Downloader downloader)
      throws IOException {
    for (Published file : published) {
      if (isThere(target, file, members)) {
        continue;
      }
      Path fetched = target.resolve(file.name());
      List<URI> uris = places.stream().map(place -> URI.create(place + file.name())).toList();
      if (!Downloader.isWhole(fetched, file.digests())) {
        downloader.fetch(uris, file.digests(), file.mostBytes(), fetched);
      }
      if (!members.isEmpty()) {
        unpack(fetched, target, members);
        Files.delete(fetched);
      }
    }
  }

  private static boolean isThere(Path target, Published file, List<String> members) {
    return members.isEmpty()
        ? DataFolders.exists(target, file.name())
        : members.stream().allMatch(member -> Files.isRegularFile(target.resolve(member)));
  }

  /** Takes the expected files out of an archive, by their last name, wherever they lie in it. */
  static void unpack(Path archive, Path target, List<String> members) throws IOException {
    Set<String> missing = new HashSet<>(members);
    List<Path> parts = new ArrayList<>();
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(unzipped(file, archive))) {
      for (TarArchiveEntry entry = next(tar, archive); entry != null; entry = next(tar, archive)) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (!entry.isFile() || !missing.remove(name)) {
          continue;
        }
        if (entry.getSize() > MOST_MEMBER_BYTES) {
          throw new BadDataException(
              archive + ": its " + name + " has " + entry.getSize() + " bytes, too many");
        }
        Path part = target.resolve(name + ".part");
        parts.add(part);
        copy(tar, part, archive);
      }
      if (!missing.isEmpty()) {
        throw new BadDataException(archive + " has no " + String.join(", ", missing));
      }
      for (Path part : parts) {
        String name = part.getFileName().toString();
        Files.move(
            part,
            target.resolve(name.substring(0, name.length() - ".part".length())),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      for (Path part : parts) {
        Files.deleteIfExists(part);
      }
    }
  }

  private static InputStream unzipped(InputStream file, Path archive) throws IOException {
    try {
      return new GZIPInputStream(file);
    } catch (IOException e) {
      throw unsound(archive, e);
    }
  }

  private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, Path archive)
      throws BadDataException {
    try {
      return tar.getNextEntry();
    } catch (IOException e) {
      throw unsound(archive, e);
    }
  }

  /** What cannot be read is the archive's fault, what cannot be written is not. */
  private static void copy(InputStream from, Path to, Path archive) throws IOException {
    try (OutputStream out = Files.newOutputStream(to)) {
      byte[] block = new byte[BLOCK];
      while (true) {
        int count;
        try {
          count = from.read(block);
        } catch (IOException e) {
          throw unsound(archive, e);
        }
        if (count < 0) {
          return;
        }
        out.write(block, 0, count);
      }
    }
  }

  private static BadDataException unsound(Path archive, IOException e) {
    return new BadDataException(archive + ": not a sound archive" + Causes.after(e));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
