package io.github.dl4jhardware.integration;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.dl4jhardware.Internal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/api.md} lists is public, and what is public is listed or marked. */
class ApiListTest {
  private static final String BASE = "io.github.dl4jhardware.";
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([\\w.]+)` \\| (.+) \\|$");

  /** Workflows write files, draw and unwrap networks as the libraries do. */
  private static final String[] SHARED_WITH_EXAMPLES = {
    BASE + "files", BASE + "report", BASE + "host"
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.github.dl4jhardware");

  private static Set<String> listed() throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("..", "docs", "api.md")));
    while (row.find()) {
      names.add(BASE + row.group(1));
    }
    return names;
  }

  private static Set<String> publicTypes(boolean unmarkedAlone) {
    Set<String> names = new TreeSet<>();
    for (JavaClass each : CLASSES) {
      boolean marked =
          each.isAnnotatedWith(Internal.class) || each.getPackage().isAnnotatedWith(Internal.class);
      if (each.getModifiers().contains(JavaModifier.PUBLIC)
          && each.getEnclosingClass().isEmpty()
          && !each.getPackageName().startsWith(BASE + "examples")
          && !each.getName().equals(Internal.class.getName())
          && !(unmarkedAlone && marked)) {
        names.add(each.getName());
      }
    }
    return names;
  }

  @Test
  void whatIsListedIsPublic() throws IOException {
    assertThat(listed()).hasSizeGreaterThan(50);
    assertThat(publicTypes(false)).containsAll(listed());
  }

  @Test
  void whatIsPublicIsListedOrMarked() throws IOException {
    assertThat(listed()).containsAll(publicTypes(true));
  }

  @Test
  void beginnersMeetNothingElse() throws IOException {
    Set<String> api = listed();
    DescribedPredicate<JavaClass> internal =
        DescribedPredicate.describe(
            "are ours and not in docs/api.md",
            each ->
                each.getPackageName().startsWith("io.github.dl4jhardware")
                    && !each.getPackageName().startsWith(BASE + "examples")
                    && !api.contains(outermost(each).getName()));
    noClasses()
        .that()
        .resideInAPackage(BASE + "examples.quickstart")
        .should()
        .dependOnClassesThat(internal)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(BASE + "examples.workflow")
        .should()
        .dependOnClassesThat(
            internal.and(
                DescribedPredicate.not(
                    JavaClass.Predicates.resideInAnyPackage(SHARED_WITH_EXAMPLES))))
        .check(CLASSES);
  }

  private static JavaClass outermost(JavaClass type) {
    JavaClass at = type;
    for (List<JavaClass> around = List.of(type); !around.isEmpty(); ) {
      at = around.get(0);
      around = at.getEnclosingClass().stream().toList();
    }
    return at;
  }
}
