package io.foreguard;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveRawParameterTypes;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveRawReturnType;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.foreguard");

  @Test
  void packagesDependOnEachOtherWithoutCycles() {
    slices().matching("io.foreguard.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void dependsOnNothingButItsDeclaredLibraries() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "io.foreguard..",
            "io.github.resilience4j..",
            "org.slf4j..",
            "com.github.benmanes.caffeine..",
            "io.micrometer..",
            "org.jspecify.annotations..",
            "com.google.errorprone.annotations..")
        .check(CORE);
  }

  @Test
  void knowsNothingOfTheModulesAroundIt() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.foreguard.predictive..",
            "io.foreguard.otel..",
            "io.foreguard.spring..",
            "io.foreguard.samples..",
            "io.foreguard.benchmarks..")
        .check(CORE);
  }

  @Test
  void readsTheTimeAndSleepsInTheTimePackageOnly() {
    Map<String, Set<String>> sources =
        Map.of(
            System.class.getName(), Set.of("nanoTime", "currentTimeMillis"),
            Instant.class.getName(), Set.of("now"),
            Clock.class.getName(), Set.of("systemUTC", "systemDefaultZone", "system"),
            Thread.class.getName(), Set.of("sleep"),
            TimeUnit.class.getName(), Set.of("sleep"));
    noClasses()
        .that()
        .resideOutsideOfPackage("io.foreguard.time..")
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "the target is a source of time of the platform",
                (JavaAccess<?> access) -> {
                  AccessTarget target = access.getTarget();
                  return sources
                      .getOrDefault(target.getOwner().getName(), Set.of())
                      .contains(target.getName());
                }))
        .check(CORE);
  }

  @Test
  void touchesEachOptionalLibraryInOnePackageOnly() {
    usedOnlyIn("io.foreguard.fallback..", "com.github.benmanes.caffeine..").check(CORE);
    usedOnlyIn("io.foreguard.micrometer..", "io.micrometer..").check(CORE);
    usedOnlyIn("io.foreguard.resilience4j..", "io.github.resilience4j.circuitbreaker..")
        .check(CORE);
  }

  @Test
  void showsNoInternalTypeInItsPublicApi() {
    DescribedPredicate<JavaClass> internal = resideInAPackage("..internal..");
    noCodeUnits()
        .that(
            DescribedPredicate.describe(
                "are part of the public API",
                (JavaCodeUnit unit) ->
                    isVisible(unit.getModifiers())
                        && isVisible(unit.getOwner().getModifiers())
                        && !internal.test(unit.getOwner())))
        .should(haveRawReturnType(internal))
        .orShould(
            haveRawParameterTypes(
                DescribedPredicate.describe(
                    "of an internal package", types -> types.stream().anyMatch(internal))))
        .check(CORE);
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static ArchRule usedOnlyIn(String home, String library) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }
}
