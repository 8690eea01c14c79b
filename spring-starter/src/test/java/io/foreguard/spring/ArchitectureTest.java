package io.foreguard.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;

class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.foreguard.spring");

  @Test
  void touchesOptionalModulesOnlyWhereTheirPresenceIsAskedFor() {
    noClasses()
        .that(
            DescribedPredicate.describe(
                "are not guarded by @ConditionalOnClass", type -> !isGuarded(type)))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.foreguard.predictive..", "io.foreguard.otel..")
        .check(MODULE);
  }

  @Test
  void packagesDependOnEachOtherWithoutCycles() {
    slices()
        .matching("io.foreguard.spring.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(MODULE);
  }

  @Test
  void theRoomOfGuardsSeesNoOtherRoom() {
    noClasses()
        .that()
        .resideInAPackage("io.foreguard.spring")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.foreguard.spring.*..")
        .check(MODULE);
  }

  private static boolean isGuarded(JavaClass type) {
    return type.isAnnotatedWith(ConditionalOnClass.class)
        || type.getEnclosingClass().map(ArchitectureTest::isGuarded).orElse(false);
  }
}
