package io.seckill.cli;

import io.seckill.migrations.PostgresOptions;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.settings.Faults;
import io.seckill.settings.SettingsFileOption;
import io.seckill.settings.Validated;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code seckill migrate}: brings a database to the schema of this version. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Brings a database to the schema of this version. Safe to repeat.")
final class MigrateCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final PostgresOptions postgres = new PostgresOptions();

    @Mixin
    @SuppressWarnings("unused") // stands in --help; CommandRunner reads the file
    private final SettingsFileOption settingsFile = new SettingsFileOption();

    @Override
    public void validate(Faults faults) {
        postgres.validate(faults);
    }

    @Override
    public Integer call() {
        int applied = SchemaMigrator.migrate(postgres.toSettings());
        Objects.requireNonNull(spec)
                .commandLine()
                .getOut()
                .println(applied + (applied == 1 ? " migration" : " migrations") + " applied, schema is at version "
                        + SchemaMigrator.CURRENT_VERSION);
        return 0;
    }
}
