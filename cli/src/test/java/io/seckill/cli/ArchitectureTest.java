package io.seckill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
    private static final int MODULES = 11;
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.seckill");
    private static final JavaClasses VIOLATIONS =
            new ClassFileImporter().importPackages("io.seckill.server.violation", "io.seckill.stock.violation");

    @ParameterizedTest
    @MethodSource("rules")
    void ruleIsKept(ArchRule rule) {
        rule.check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void ruleCanFail(ArchRule rule) {
        assertThat(rule.evaluate(VIOLATIONS).hasViolation()).isTrue();
    }

    @Test
    void everyModuleIsLookedAt() {
        assertThat(CLASSES.stream()
                        .map(each -> each.getPackageName().split("\\.", -1)[2])
                        .distinct())
                .hasSize(MODULES);
    }

    private static Stream<Named<ArchRule>> rules() {
        return Stream.of(
                Named.of("arrows run one way", ArchitectureRules.ARROWS_RUN_ONE_WAY),
                Named.of(
                        "jOOQ stays with who knows the tables", ArchitectureRules.JOOQ_STAYS_WITH_WHO_KNOWS_THE_TABLES),
                Named.of("Redisson stays in stock", ArchitectureRules.REDISSON_STAYS_IN_STOCK),
                Named.of("packages have no cycles", ArchitectureRules.PACKAGES_HAVE_NO_CYCLES),
                Named.of("time comes from a clock", ArchitectureRules.TIME_COMES_FROM_A_CLOCK),
                Named.of("nobody sleeps", ArchitectureRules.NOBODY_SLEEPS),
                Named.of("only commands print", ArchitectureRules.ONLY_COMMANDS_PRINT),
                Named.of("names say what a class is", ArchitectureRules.NAMES_SAY_WHAT_A_CLASS_IS));
    }
}
