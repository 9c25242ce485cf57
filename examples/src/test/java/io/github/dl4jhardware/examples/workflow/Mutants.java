package io.github.dl4jhardware.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/**
 * Damaged copies of a file, each read under a watchdog: a reader gives what it would have given, or
 * an exception that names the file and says what is wrong, and takes no more memory than is stated.
 */
final class Mutants {
  /** Every so many mutants of a format are read in the gate; {@code -Dfuzz.every=1} reads all. */
  private static final int EVERY = Integer.getInteger("fuzz.every", 8);

  /** Whether the profile full-fuzz is on. */
  static final boolean ALL = EVERY == 1;

  private static final int MOST = ALL ? 20_000 : 400;
  private static final Duration WATCHDOG = Duration.ofSeconds(10);
  private static final long MOST_BYTES = 64L << 20;
  private static final Pattern OF_JAVA =
      Pattern.compile(
          "\\bnull\\b|\\b(java|javax|org|com|io)\\.[a-z]\\w*\\.|\\w+(Exception|Error)\\b");

  private final Path file;
  private final byte[] whole;
  private final Reader reader;
  private final Read expected;
  private final boolean checksum;
  private int refused;
  private int same;
  private int other;

  /**
   * What a reader got.
   *
   * @param shape sizes, which no damage may change
   * @param content all of it, which no damage may change where there is a checksum
   */
  record Read(String shape, String content) {}

  /** Reads the file as its format. */
  interface Reader {
    Read read() throws IOException;
  }

  private Mutants(Path file, boolean checksum, Reader reader) throws IOException {
    this.file = file;
    this.reader = reader;
    this.checksum = checksum;
    whole = Files.readAllBytes(file);
    expected = reader.read();
    assertThat(reader.read()).isEqualTo(expected);
  }

  /**
   * Reads mutants: one flipped bit, one byte, a changed length or number of four bytes, a cut.
   *
   * @param file whole; it is so again afterwards
   * @param checksum whether the format has one, so that no other content may be read
   * @param mend makes a checksum right again, so that damage reaches what is behind it
   * @return how many were refused, read as the whole file, and read with other values
   */
  static int[] read(Path file, boolean checksum, UnaryOperator<byte[]> mend, Reader reader)
      throws IOException {
    Mutants mutants = new Mutants(file, checksum, reader);
    SplittableRandom random = new SplittableRandom(file.getFileName().hashCode());
    int every = Math.max(EVERY, mutants.whole.length / MOST);
    for (int at = random.nextInt(every); at < mutants.whole.length; at += every) {
      byte[] flipped = mutants.whole.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      mutants.check(mend.apply(flipped), "a bit of byte " + at);
      byte[] changed = mutants.whole.clone();
      changed[at] = (byte) random.nextInt(256);
      mutants.check(mend.apply(changed), "byte " + at);
      byte[] number = mutants.whole.clone();
      byte[] bad = new byte[4];
      Arrays.fill(bad, random.nextBoolean() ? (byte) 0xFF : (byte) 0x7F);
      System.arraycopy(bad, 0, number, at, Math.min(4, number.length - at));
      mutants.check(mend.apply(number), "four bytes at " + at);
      mutants.check(Arrays.copyOf(mutants.whole, at), "cut at " + at);
    }
    Files.write(file, mutants.whole);
    return new int[] {mutants.refused, mutants.same, mutants.other};
  }

  private void check(byte[] mutant, String what) throws IOException {
    Files.write(file, mutant);
    boolean cut = mutant.length < whole.length;
    String name = file.getFileName() + ", " + what;
    Assertions.assertTimeoutPreemptively(
        WATCHDOG,
        () -> {
          ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
          long before = threads.getCurrentThreadAllocatedBytes();
          try {
            Read read = reader.read();
            boolean equal = read.equals(expected);
            same += equal ? 1 : 0;
            other += equal ? 0 : 1;
            if (checksum) {
              assertThat(read).as(name).isEqualTo(expected);
            }
            // A text that ends after a row is a shorter text; nothing can tell.
            if (!cut) {
              assertThat(read.shape()).as(name).isEqualTo(expected.shape());
            }
          } catch (IOException e) {
            refused++;
            String message = String.valueOf(e.getMessage());
            assertThat(message).as(name).contains(file.getFileName().toString());
            assertThat(OF_JAVA.matcher(message.replace(file.toString(), "")).find())
                .as(name + ": " + message)
                .isFalse();
          }
          assertThat(threads.getCurrentThreadAllocatedBytes() - before)
              .as("bytes taken for " + name)
              .isLessThan(MOST_BYTES);
        },
        name);
  }
}
