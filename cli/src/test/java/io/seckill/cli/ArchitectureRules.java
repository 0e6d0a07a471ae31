package io.seckill.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** What may depend on what, and what nobody may do. */
final class ArchitectureRules {
    private static final DescribedPredicate<JavaClass> WRITTEN_BY_HAND = DescribedPredicate.not(
                    resideInAnyPackage("io.seckill.v1..", "io.seckill.migrations.jooq.."))
            .as("classes written by hand");

    static final ArchRule ARROWS_RUN_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("proto")
            .definedBy("io.seckill.v1..")
            .layer("settings")
            .definedBy("io.seckill.settings..")
            .layer("observing")
            .definedBy("io.seckill.observing..")
            .layer("embedded")
            .definedBy("io.seckill.embedded..")
            .layer("migrations")
            .definedBy("io.seckill.migrations..")
            .layer("stock")
            .definedBy("io.seckill.stock..")
            .layer("books")
            .definedBy("io.seckill.books..")
            .layer("server")
            .definedBy("io.seckill.server..")
            .layer("worker")
            .definedBy("io.seckill.worker..")
            .layer("bench")
            .definedBy("io.seckill.bench..")
            .layer("cli")
            .definedBy("io.seckill.cli..")
            .whereLayer("proto")
            .mayOnlyBeAccessedByLayers("server", "bench", "cli")
            .whereLayer("settings")
            .mayOnlyBeAccessedByLayers("observing", "migrations", "stock", "books", "server", "worker", "bench", "cli")
            .whereLayer("observing")
            .mayOnlyBeAccessedByLayers("server", "worker", "cli")
            .whereLayer("embedded")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("migrations")
            .mayOnlyBeAccessedByLayers("books", "server", "worker", "bench", "cli")
            .whereLayer("stock")
            .mayOnlyBeAccessedByLayers("books", "server", "worker", "bench", "cli")
            .whereLayer("books")
            .mayOnlyBeAccessedByLayers("server", "worker")
            .whereLayer("server")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("worker")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("bench")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer();

    static final ArchRule JOOQ_STAYS_WITH_WHO_KNOWS_THE_TABLES = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.seckill.migrations..",
                    "io.seckill.books..",
                    "io.seckill.server..",
                    "io.seckill.worker..",
                    "io.seckill.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jooq..");

    static final ArchRule REDISSON_STAYS_IN_STOCK = noClasses()
            .that()
            .resideOutsideOfPackage("io.seckill.stock..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.redisson..");

    static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("io.seckill.(**)")
            .should()
            .beFreeOfCycles()
            .ignoreDependency(
                    resideInAnyPackage("io.seckill.migrations.jooq.."),
                    resideInAnyPackage("io.seckill.migrations.jooq.."));

    static final ArchRule TIME_COMES_FROM_A_CLOCK = noClasses()
            .that(WRITTEN_BY_HAND)
            .should()
            .callMethodWhere(calls(
                    "the wall clock",
                    Set.of(
                            "java.time.Instant.now()",
                            "java.time.LocalDateTime.now()",
                            "java.time.LocalDate.now()",
                            "java.time.OffsetDateTime.now()",
                            "java.time.ZonedDateTime.now()",
                            "java.lang.System.currentTimeMillis()")));

    static final ArchRule NOBODY_SLEEPS = noClasses()
            .that(WRITTEN_BY_HAND)
            .should()
            .callMethodWhere(calls(
                    "Thread.sleep",
                    Set.of(
                            "java.lang.Thread.sleep(long)",
                            "java.lang.Thread.sleep(long, int)",
                            "java.lang.Thread.sleep(java.time.Duration)",
                            "java.util.concurrent.TimeUnit.sleep(long)")));

    static final ArchRule ONLY_COMMANDS_PRINT = noClasses()
            .that()
            .resideOutsideOfPackage("io.seckill.cli..")
            .and()
            .haveSimpleNameNotEndingWith("Main")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
            noClasses().that(WRITTEN_BY_HAND).should().haveNameMatching(".*(Manager|Helper|Util|Utils|Impl|Common)");

    private ArchitectureRules() {}

    private static DescribedPredicate<JavaCall<?>> calls(String what, Set<String> methods) {
        return DescribedPredicate.describe(
                what, call -> methods.contains(call.getTarget().getFullName()));
    }
}
