package io.github.dl4jhardware.integration;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The directions between packages. */
class ArchitectureTest {
  private static final String BASE = "io.github.dl4jhardware.";

  /** Where the mark of what is internal stands; everybody sees it. */
  private static final String MARK = "io.github.dl4jhardware";

  /**
   * What each package may see of ours; a new one has to be added here. Nothing of the neutral floor
   * sees a system, and no system sees the other.
   */
  private static final Map<String, List<String>> MAY_SEE =
      Map.ofEntries(
          // The neutral floor.
          Map.entry("files", List.of()),
          Map.entry("host", List.of("files")),
          Map.entry("report", List.of("files")),
          Map.entry("cost", List.of("host")),
          Map.entry("convert", List.of("host", "files")),
          Map.entry("compare", List.of("host", "files", "report", "cost", "convert")),
          Map.entry("search", List.of("host", "files", "report", "cost")),
          // Analogue memory, from the law of a device up to what users call.
          Map.entry("analog.device", List.of()),
          Map.entry("analog.cell", List.of("analog.device")),
          Map.entry("analog.edge", List.of("analog.device")),
          Map.entry("analog.update", List.of("analog.cell", "analog.device")),
          Map.entry("analog.preset", List.of("analog.cell", "analog.device")),
          Map.entry("analog.fit", List.of("analog.device", "files", "report")),
          Map.entry("analog.layer", layer("host", "files")),
          Map.entry("analog.train", layer("host", "analog.layer")),
          Map.entry("analog.readout", layer("host", "files", "report", "compare", "analog.layer")),
          Map.entry("analog.inference", layer("host", "compare", "convert", "analog.layer")),
          Map.entry("analog.convert", layer("host", "convert", "analog.layer")),
          Map.entry("analog.cost", layer("host", "cost", "analog.layer")),
          Map.entry("analog.arbiter", layer("search", "analog.layer")),
          // The spiking system.
          Map.entry("neuromorphic", List.of()),
          Map.entry("neuromorphic.quantize", List.of()),
          Map.entry("neuromorphic.core", List.of()),
          Map.entry(
              "neuromorphic.layer", List.of("neuromorphic.quantize", "neuromorphic.core", "host")),
          Map.entry("neuromorphic.packed", List.of("neuromorphic.core")),
          Map.entry("neuromorphic.network", List.of("neuromorphic.layer")),
          Map.entry("neuromorphic.train", List.of("neuromorphic.layer", "host")),
          Map.entry(
              "neuromorphic.deploy",
              List.of(
                  "neuromorphic.layer",
                  "neuromorphic.core",
                  "neuromorphic.packed",
                  "cost",
                  "host")),
          Map.entry(
              "neuromorphic.exchange",
              List.of("neuromorphic.deploy", "neuromorphic.core", "files")),
          Map.entry(
              "neuromorphic.convert",
              List.of(
                  "neuromorphic.layer",
                  "neuromorphic.quantize",
                  "neuromorphic.core",
                  "convert",
                  "host")),
          Map.entry(
              "neuromorphic.arbiter",
              List.of("neuromorphic.layer", "neuromorphic.core", "search")));

  /** Those above the array see all below it. */
  private static List<String> layer(String... others) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "analog.update", "analog.edge", "analog.preset", "analog.cell", "analog.device"));
    all.addAll(List.of(others));
    return all;
  }

  private static final ArchRule DEVICES_AND_CELLS_KNOW_NO_DL4J =
      noClasses()
          .that()
          .resideInAnyPackage(
              BASE + "analog.device",
              BASE + "analog.cell",
              BASE + "analog.edge",
              BASE + "analog.fit",
              BASE + "neuromorphic.quantize",
              BASE + "neuromorphic.core")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.deeplearning4j..");

  private static final ArchRule DEVICE_IS_AT_THE_BOTTOM =
      classes()
          .that()
          .resideInAPackage(BASE + "analog.device")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              BASE + "analog.device",
              MARK,
              "java..",
              "org.jspecify..",
              "org.nd4j.shade.jackson..",
              "org.apache.commons.math3..");

  private static final ArchRule NOTHING_NEEDS_THE_EXAMPLES =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + "examples..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BASE + "examples..");

  private static final ArchRule THE_SYSTEMS_DO_NOT_KNOW_EACH_OTHER =
      noClasses()
          .that()
          .resideInAPackage(BASE + "analog..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BASE + "neuromorphic..");

  private static final ArchRule THE_SPIKING_SYSTEM_NEEDS_NO_DEVICES =
      noClasses()
          .that()
          .resideInAPackage(BASE + "neuromorphic..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BASE + "analog..");

  private static final ArchRule CORES_ARE_PLAIN_JAVA =
      classes()
          .that()
          .resideInAPackage(BASE + "neuromorphic.core")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(BASE + "neuromorphic.core", MARK, "java..", "org.jspecify..");

  private static final ArchRule NO_CYCLES =
      slices().matching(BASE + "(**)").should().beFreeOfCycles();

  private static final ArchRule NO_DUMPING_GROUNDS =
      noClasses().should().resideInAnyPackage("..util..", "..common..", "..misc..", "..helper..");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.github.dl4jhardware");

  static Stream<ArchRule> rules() {
    return Stream.of(
        DEVICES_AND_CELLS_KNOW_NO_DL4J,
        DEVICE_IS_AT_THE_BOTTOM,
        NOTHING_NEEDS_THE_EXAMPLES,
        THE_SYSTEMS_DO_NOT_KNOW_EACH_OTHER,
        THE_SPIKING_SYSTEM_NEEDS_NO_DEVICES,
        CORES_ARE_PLAIN_JAVA,
        NO_CYCLES,
        NO_DUMPING_GROUNDS);
  }

  static Stream<String> packages() {
    return CLASSES.stream()
        .map(each -> each.getPackageName().substring(BASE.length() - 1))
        .filter(name -> !name.startsWith(".examples") && !name.isEmpty())
        .map(name -> name.substring(1))
        .distinct()
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void seesOnly(String name) {
    List<String> allowed = MAY_SEE.get(name);
    if (allowed == null) {
      throw new AssertionError("Add " + name + " to the table of who may see whom");
    }
    below(name, allowed.toArray(String[]::new)).check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  /** A class that does several jobs is found by its length first. */
  @Test
  void noFileIsLongerThanCanBeReadAtOnce() throws IOException {
    Map<Path, Long> longest = new TreeMap<>();
    for (String module : List.of("dl4j-analog-layers", "dl4j-neuromorphic", "examples")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          try (Stream<String> lines = Files.lines(file)) {
            longest.put(file, lines.count());
          }
        }
      }
    }
    assertThat(longest).hasSizeGreaterThan(200);
    assertThat(longest)
        .allSatisfy((file, lines) -> assertThat(lines).as("%s", file).isLessThanOrEqualTo(400));
  }

  @Test
  void classesAreSeen() {
    assertThat(CLASSES.contain("io.github.dl4jhardware.analog.cell.SynapseArray")).isTrue();
    assertThat(CLASSES.contain("io.github.dl4jhardware.neuromorphic.layer.SpikingLayer")).isTrue();
    assertThat(CLASSES.contain("io.github.dl4jhardware.examples.workflow.CompareHardware"))
        .isTrue();
  }

  private static ArchRule below(String from, String... allowed) {
    String[] ours = new String[allowed.length + 2];
    ours[allowed.length + 1] = MARK;
    ours[0] = BASE + from;
    for (int i = 0; i < allowed.length; i++) {
      ours[i + 1] = BASE + allowed[i];
    }
    return noClasses()
        .that()
        .resideInAPackage(BASE + from)
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("io.github.dl4jhardware..")
                .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(ours))));
  }
}
