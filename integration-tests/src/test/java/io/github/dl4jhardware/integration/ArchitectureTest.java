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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The directions between packages. */
class ArchitectureTest {
  private static final String BASE = "io.github.dl4jhardware.";

  private static final ArchRule DEVICES_AND_CELLS_KNOW_NO_DL4J =
      noClasses()
          .that()
          .resideInAnyPackage(
              BASE + "analog.device",
              BASE + "analog.cell",
              BASE + "analog.io",
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
              "java..",
              "org.jspecify..",
              "org.nd4j.shade.jackson..",
              "org.apache.commons.math3..");

  private static final ArchRule CELL_SEES_DEVICE_ALONE = below("analog.cell", "analog.device");

  private static final ArchRule UPDATE_SEES_CELL_AND_DEVICE =
      below("analog.update", "analog.cell", "analog.device");

  private static final ArchRule PRESET_SEES_CELL_AND_DEVICE =
      below("analog.preset", "analog.cell", "analog.device");

  private static final ArchRule IO_SEES_DEVICE_ALONE = below("analog.io", "analog.device");

  private static final ArchRule FIT_SEES_DEVICE_AND_FILES =
      below("analog.fit", "analog.device", "files");

  private static final ArchRule LAYER_SEES_NO_TRAINER =
      noClasses()
          .that()
          .resideInAPackage(BASE + "analog.layer")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              BASE + "analog.train..", BASE + "analog.inspect..", BASE + "examples..");

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
          .resideInAnyPackage(BASE + "neuromorphic.core", "java..", "org.jspecify..");

  private static final ArchRule QUANTIZE_IS_AT_THE_BOTTOM = below("neuromorphic.quantize");

  private static final ArchRule HOST_SEES_NOTHING_OF_OURS = below("host");

  private static final ArchRule FILES_SEE_NOTHING_OF_OURS = below("files");

  private static final ArchRule SPIKING_LAYER_SEES_QUANTIZE_CORE_AND_HOST =
      below("neuromorphic.layer", "neuromorphic.quantize", "neuromorphic.core", "host");

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
        CELL_SEES_DEVICE_ALONE,
        UPDATE_SEES_CELL_AND_DEVICE,
        PRESET_SEES_CELL_AND_DEVICE,
        IO_SEES_DEVICE_ALONE,
        FIT_SEES_DEVICE_AND_FILES,
        LAYER_SEES_NO_TRAINER,
        NOTHING_NEEDS_THE_EXAMPLES,
        THE_SYSTEMS_DO_NOT_KNOW_EACH_OTHER,
        THE_SPIKING_SYSTEM_NEEDS_NO_DEVICES,
        CORES_ARE_PLAIN_JAVA,
        QUANTIZE_IS_AT_THE_BOTTOM,
        HOST_SEES_NOTHING_OF_OURS,
        FILES_SEE_NOTHING_OF_OURS,
        SPIKING_LAYER_SEES_QUANTIZE_CORE_AND_HOST,
        NO_CYCLES,
        NO_DUMPING_GROUNDS);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  @Test
  void classesAreSeen() {
    assertThat(CLASSES.contain("io.github.dl4jhardware.analog.cell.SynapseArray")).isTrue();
    assertThat(CLASSES.contain("io.github.dl4jhardware.neuromorphic.layer.SpikingLayer")).isTrue();
    assertThat(CLASSES.contain("io.github.dl4jhardware.examples.CompareHardware")).isTrue();
  }

  private static ArchRule below(String from, String... allowed) {
    String[] ours = new String[allowed.length + 1];
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
