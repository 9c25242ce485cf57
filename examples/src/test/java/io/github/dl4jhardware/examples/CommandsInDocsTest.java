package io.github.dl4jhardware.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every command line in README and docs names an example that there is, and options that it has.
 */
class CommandsInDocsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern COMMAND =
      Pattern.compile("mvn -q -Prun(?: -Dmain=(\\w+))?(?: -Dargs=\"([^\"]*)\")?");
  private static final Pattern OPTION = Pattern.compile("(?<= |^)--[a-z0-9-]+");

  /** A row of the table of examples: the command without its options, and the last column. */
  private static final Pattern ROW =
      Pattern.compile("\\| [^|]+\\| `((?:benchmark )?[a-z-]+)[^|]*\\|.*\\| ([^|]+) \\|");

  /** These have no command line. */
  private static final Set<String> PLAIN =
      Set.of("first-layer", "first-spikes", "ten-lines", "help");

  private static Map<String, Set<String>> optionsByExample() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (String name :
        List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples", "docs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(name))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
      }
    }
    Map<String, Set<String>> options = new TreeMap<>();
    for (Path document : documents) {
      Matcher command = COMMAND.matcher(Files.readString(document));
      while (command.find()) {
        String args = command.group(2) == null ? "" : command.group(2).strip();
        boolean named = command.group(1) == null && !args.isEmpty() && !args.startsWith("-");
        String example =
            command.group(1) != null
                ? command.group(1)
                : named ? args.replaceFirst(" .*", "") : "compare";
        if (example.matches("[A-Z]+")) {
          continue; // Stands for any command.
        }
        Set<String> seen = options.computeIfAbsent(example, key -> new TreeSet<>());
        Matcher option = OPTION.matcher(args);
        while (option.find()) {
          seen.add(option.group());
        }
      }
    }
    return options;
  }

  @Test
  void examplesAndOptionsExist() throws IOException, InterruptedException {
    Map<String, Set<String>> documented = optionsByExample();
    assertThat(documented)
        .containsKeys(
            "compare",
            "convert",
            "deploy",
            "drift",
            "equality",
            "inversion",
            "search",
            "transfers");
    for (Map.Entry<String, Set<String>> each : documented.entrySet()) {
      if (PLAIN.contains(each.getKey()) || each.getKey().matches(".*[bB]enchmark.*")) {
        assertThat(each.getValue()).as(each.getKey()).isEmpty();
        continue;
      }
      String help = help(each.getKey());
      for (String option : each.getValue()) {
        assertThat(help).as("options of %s", each.getKey()).containsPattern(option + "\\b");
      }
    }
  }

  /**
   * The table of examples has each command once, and tells which the tests run: those whose class a
   * test starts. The others have the date of the day on which somebody ran them.
   */
  @Test
  void tableTellsWhichCommandsTestsRun() throws IOException {
    String tests;
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      tests =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(CommandsInDocsTest::text)
              .collect(Collectors.joining());
    }
    Map<String, String> runs = new TreeMap<>();
    for (String line : Files.readAllLines(ROOT.resolve("examples/README.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        assertThat(runs.put(row.group(1), row.group(2))).as(line).isNull();
      }
    }
    Map<String, String> commands = Launcher.classesByCommand();
    assertThat(runs.keySet()).isEqualTo(new TreeSet<>(commands.keySet()));
    commands.forEach(
        (command, type) -> {
          if (Pattern.compile("\\b" + type + "(\\.|::)(run|main)\\b").matcher(tests).find()) {
            assertThat(runs.get(command)).as(command).isEqualTo("by a test");
          } else {
            assertThat(runs.get(command))
                .as(command)
                .matches("by hand, last 20\\d\\d-\\d\\d-\\d\\d");
          }
        });
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String help(String example) throws IOException, InterruptedException {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream captured = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      // The command line prints its help there, whatever stream the example has.
      System.setOut(captured);
      assertThat(Launcher.run(example, new String[] {"--help"}, captured, captured))
          .as(example)
          .isZero();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void withoutANameItCompares() throws IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      assertThat(Launcher.run("", new String[] {"--no-such-option"}, err, err)).isEqualTo(2);
      assertThat(Launcher.run("", new String[] {"nonsense"}, err, err)).isEqualTo(2);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("compare: Unknown option")
        .contains("There is no example \"nonsense\"")
        .contains("benchmark packed");
  }
}
