package io.github.dl4jhardware.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.examples.quickstart.ConvertInTenLines;
import io.github.dl4jhardware.examples.quickstart.FirstAnalogLayer;
import io.github.dl4jhardware.examples.quickstart.FirstSpikingNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every block of Java in README and docs is a region of a file that is compiled and run, and every
 * printed output is what the program prints. {@code -Dsnippets.update=true} writes the blocks anew.
 */
class SnippetsTest {
  private static final Path ROOT = Path.of("..");
  private static final Path QUICKSTART =
      Path.of("src/main/java/io/github/dl4jhardware/examples/quickstart");
  private static final Path REGIONS =
      Path.of("src/test/java/io/github/dl4jhardware/examples/docs/DocumentedCodeTest.java");
  private static final Pattern REGION =
      Pattern.compile("(?s)\\n *// snippet: ([\\w-]+)\\n(.*?)\\n *// end(?=\\n)");
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?s)(<!-- (?:snippet|output): ([\\w.-]+) -->\\n)?```(java|text)\\n(.*?)\\n```");
  private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d,]*(?:\\.\\d+)?(?:e[+-]?\\d+)?");
  private static final boolean UPDATE = Boolean.getBoolean("snippets.update");

  static List<Path> documents() throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path each :
        List.of(
            ROOT.resolve("README.md"), ROOT.resolve("examples/README.md"), ROOT.resolve("docs"))) {
      try (Stream<Path> files = Files.walk(each)) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(all::add);
      }
    }
    return all;
  }

  private static Map<String, String> regions() throws IOException {
    Map<String, String> regions = new LinkedHashMap<>();
    Matcher region = REGION.matcher(Files.readString(REGIONS));
    while (region.find()) {
      regions.put(region.group(1), region.group(2).stripIndent().strip());
    }
    try (Stream<Path> files = Files.list(QUICKSTART)) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file);
        regions.put(file.getFileName().toString(), text.substring(text.indexOf("import ")).strip());
      }
    }
    return regions;
  }

  @ParameterizedTest
  @MethodSource("documents")
  void javaIsThatOfAFileThatRuns(Path document) throws IOException {
    Map<String, String> regions = regions();
    String text = Files.readString(document);
    Matcher block = BLOCK.matcher(text);
    StringBuilder updated = new StringBuilder();
    while (block.find()) {
      String name = block.group(2);
      if (block.group(3).equals("java")) {
        assertThat(name).as("%s: a block of Java without a name", document).isNotNull();
        String wanted = regions.get(name);
        assertThat(wanted).as("%s: snippet %s", document, name).isNotNull();
        if (UPDATE && wanted != null) {
          String whole = "<!-- snippet: " + name + " -->\n```java\n" + wanted + "\n```";
          block.appendReplacement(updated, Matcher.quoteReplacement(whole));
        } else {
          assertThat(block.group(4)).as("%s: snippet %s", document, name).isEqualTo(wanted);
        }
      }
    }
    if (UPDATE) {
      Files.writeString(document, block.appendTail(updated).toString());
    }
  }

  @Test
  void everyRegionStandsSomewhere() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path document : documents()) {
      all.append(Files.readString(document));
    }
    assertThat(regions().keySet())
        .filteredOn(name -> !name.equals("package-info.java"))
        .allSatisfy(name -> assertThat(all.toString()).contains("<!-- snippet: " + name + " -->"));
  }

  static Stream<Arguments> programs() {
    return Stream.of(
        Arguments.of("FirstAnalogLayer", (Consumer<String[]>) FirstAnalogLayer::main),
        Arguments.of("FirstSpikingNetwork", (Consumer<String[]>) FirstSpikingNetwork::main),
        Arguments.of("ConvertInTenLines", (Consumer<String[]>) ConvertInTenLines::main));
  }

  /** Words are the same; numbers may differ by what another processor rounds otherwise. */
  @ParameterizedTest
  @MethodSource("programs")
  void outputIsWhatIsPrinted(String name, Consumer<String[]> main) throws IOException {
    String printed = printed(main);
    int found = 0;
    for (Path document : documents()) {
      String text = Files.readString(document);
      Matcher block = BLOCK.matcher(text);
      StringBuilder updated = new StringBuilder();
      while (block.find()) {
        if (block.group(3).equals("text") && name.equals(block.group(2))) {
          found++;
          if (UPDATE) {
            String whole = "<!-- output: " + name + " -->\n```text\n" + printed + "\n```";
            block.appendReplacement(updated, Matcher.quoteReplacement(whole));
          } else {
            compare(block.group(4), printed);
          }
        }
      }
      if (UPDATE) {
        Files.writeString(document, block.appendTail(updated).toString());
      }
    }
    assertThat(found).isPositive();
  }

  private static String printed(Consumer<String[]> main) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      main.accept(new String[0]);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n").strip();
  }

  private static void compare(String wanted, String printed) {
    assertThat(words(printed)).isEqualTo(words(wanted));
    Matcher there = NUMBER.matcher(wanted);
    Matcher here = NUMBER.matcher(printed);
    while (there.find() && here.find()) {
      double value = Double.parseDouble(there.group().replace(",", ""));
      assertThat(Double.parseDouble(here.group().replace(",", "")))
          .isCloseTo(value, within(0.1 + 0.1 * Math.abs(value)));
    }
  }

  private static String words(String text) {
    return NUMBER.matcher(text).replaceAll("#").replaceAll("[ +-]+", " ");
  }
}
