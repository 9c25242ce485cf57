package io.github.dl4jhardware.examples.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WrappedOutputTest {
  private static PrintStream around(ByteArrayOutputStream bytes) {
    return WrappedOutput.around(new PrintStream(bytes, true, StandardCharsets.UTF_8));
  }

  private static String printed(List<String> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = around(bytes)) {
      lines.forEach(out::println);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void noLineIsLongerAndNoWordIsLost() {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("  begins");
    for (int word = 0; word < 200; word++) {
      text.append(' ').append("µ".repeat(1 + random.nextInt(12)));
    }
    String printed = printed(List.of(text.toString(), "short"));
    assertThat(printed.lines()).allMatch(line -> line.length() <= 79);
    assertThat(printed.strip().split("\\s+"))
        .containsExactly((text + " short").strip().split("\\s+"));
    assertThat(printed).startsWith("  begins");
  }

  @Test
  void aWordThatDoesNotFitIsLeftWhole() {
    String address = "x".repeat(100);
    assertThat(printed(List.of(address, "")).lines()).containsExactly(address, "");
    String behind = "and more words ".repeat(10).strip();
    assertThat(printed(List.of(address + " " + behind)).lines().skip(1))
        .allMatch(line -> line.length() <= 79)
        .hasSizeGreaterThan(1);
  }

  /** Progress is cleared by blanks and a return; what is printed then begins a line. */
  @Test
  void whatFollowsProgressIsWrapped() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = around(bytes)) {
      out.print("\rhalf of it");
      out.flush();
      out.print("\r          ");
      out.flush();
      out.print('\r');
      out.print("word ".repeat(30).strip() + "\n");
    }
    String last = bytes.toString(StandardCharsets.UTF_8).replaceAll("(?s).*\r(?!\n)", "");
    assertThat(last.lines()).allMatch(line -> line.length() <= 79).hasSize(2);
  }

  @Test
  void progressGoesThrough() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = around(bytes)) {
      out.print("\rhalf");
      out.flush();
      assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("\rhalf");
      out.print("\rdone\n");
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines("\rhalf\rdone\n");
  }
}
