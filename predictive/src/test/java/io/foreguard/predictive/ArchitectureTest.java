package io.foreguard.predictive;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.foreguard.predictive");

  @Test
  void seesOfForeguardOnlyCore() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.foreguard.otel..",
            "io.foreguard.spring..",
            "io.foreguard.samples..",
            "io.foreguard.benchmarks..")
        .check(MODULE);
  }

  @Test
  void onlyTrainingTouchesSmile() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.foreguard.predictive.training")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("smile..")
        .check(MODULE);
  }

  @Test
  void onlyTheCommandTrains() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.foreguard.predictive.training", "io.foreguard.predictive.command")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.foreguard.predictive.training", "io.foreguard.predictive.command")
        .check(MODULE);
  }

  @Test
  void packagesDependOnEachOtherWithoutCycles() {
    slices()
        .matching("io.foreguard.predictive.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(MODULE);
  }
}
