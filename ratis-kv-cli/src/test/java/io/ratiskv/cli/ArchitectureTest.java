package io.ratiskv.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What raft-cli may know: libraries of its own, and of the store its table of commands and Redis' files. */
final class ArchitectureTest {
    private static final JavaClasses PROGRAM = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    void of_the_store_it_knows_commands_backups_and_the_files_of_redis() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.ratiskv.cli..",
                        "io.ratiskv.command",
                        "io.ratiskv.api",
                        "io.ratiskv.snapshot",
                        "io.ratiskv.rdb",
                        "java..",
                        "javax.net..",
                        "com.sun.net.httpserver",
                        "io.netty..",
                        "org.HdrHistogram",
                        "org.jline..",
                        "org.jspecify..",
                        "picocli",
                        "tools.jackson.core..")
                .check(PROGRAM);
    }
}
