package io.ratiskv.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.stream.BaseStream;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The core is a function: these rules name everything by which time, luck, order, threads or the machine could leak
 * into it. {@link Offenders} breaks each rule once, so that a rule which can not fail is noticed.
 */
class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter().importPath(Path.of("target/classes"));

    private static final ArchRule STANDS_ALONE = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("io.ratiskv..", "java..", "org.jspecify.annotations"))
            .because("the core is usable as a plain library");

    private static final ArchRule NO_CYCLES =
            slices().matching("io.ratiskv.(*)..").should().beFreeOfCycles();

    private static final ArchRule WORDS_KNOW_NOTHING = noClasses()
            .that()
            .resideInAPackage("io.ratiskv.api..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.ratiskv..").and(not(resideInAPackage("io.ratiskv.api.."))))
            .because("the vocabulary is known by all and knows nobody");

    private static final ArchRule STRUCTURES_KNOW_NO_REDIS = noClasses()
            .that()
            .resideInAPackage("io.ratiskv.collect..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.ratiskv..")
                    .and(not(resideInAnyPackage("io.ratiskv.collect..", "io.ratiskv.api.."))))
            .because("a data structure speaks no word of Redis");

    private static final ArchRule NO_CLOCK = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("java.time.."))
            .orShould()
            .dependOnClassesThat(nameMatching("java\\.util\\.(Date|Calendar|GregorianCalendar|TimeZone|Timer)"))
            .because("time enters through the log");

    private static final ArchRule NO_MACHINE = noClasses()
            .should()
            .accessTargetWhere(target(
                    System.class, "(?!arraycopy).*", "clocks, properties, identity hashes and streams of System"))
            .orShould()
            .dependOnClassesThat(
                    nameMatching("java\\.lang\\.(Runtime|Process|ProcessBuilder|ProcessHandle|StackWalker)(\\$.*)?"))
            .because("the same entries give the same replies on every machine");

    private static final ArchRule NO_LUCK = noClasses()
            .should()
            .dependOnClassesThat(belongToAnyOf(Random.class)
                    .or(nameMatching("java\\.util\\.concurrent\\.ThreadLocalRandom"))
                    .or(resideInAnyPackage("java.util.random", "java.security..")))
            .orShould()
            .callConstructor(SplittableRandom.class)
            .orShould()
            .accessTargetWhere(target(UUID.class, "randomUUID", "random UUIDs"))
            .orShould()
            .callMethod(Collections.class, "shuffle", java.util.List.class)
            .because("luck enters through the log: seed it from the entry's index");

    private static final ArchRule NO_THREADS = noClasses()
            .should()
            .dependOnClassesThat(assignableTo(Thread.class)
                    .or(assignableTo(ThreadLocal.class))
                    .or(resideInAnyPackage("java.util.concurrent", "java.util.concurrent.locks")))
            .orShould()
            .accessTargetWhere(target(Object.class, "wait|notify|notifyAll", "monitors"))
            .orShould()
            .accessTargetWhere(target(Collection.class, "parallelStream", "parallel streams"))
            .orShould()
            .accessTargetWhere(target(BaseStream.class, "parallel", "parallel streams"))
            .because("the state has one owner, the shell's apply loop");

    private static final ArchRule NO_COLLECTOR = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("java.lang.ref"))
            .because("what the garbage collector does differs between replicas");

    private static final ArchRule NO_FILES = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..")
                    .or(belongToAnyOf(File.class, PrintStream.class))
                    .or(nameMatching("java\\.io\\.(File.*|RandomAccessFile|Console|Object(In|Out)putStream)")))
            .because("the core opens nothing");

    private static final ArchRule STREAMS_IN_SNAPSHOTS_ONLY = noClasses()
            .that()
            .resideOutsideOfPackages("io.ratiskv.snapshot..", "io.ratiskv.rdb..", "io.ratiskv.machine..")
            .should()
            .dependOnClassesThat(assignableTo(InputStream.class).or(assignableTo(OutputStream.class)))
            .because("bytes leave and enter the core as snapshots, its own or those of Redis, through the door");

    private static final ArchRule EXACT_ARITHMETIC = noClasses()
            .should()
            .accessTargetWhere(target(
                    Math.class,
                    "a?(sin|cos|tan)|atan2|sinh|cosh|tanh|exp|expm1|log|log10|log1p|pow|cbrt|hypot|random",
                    "inexact functions of Math"))
            .because("their last bit depends on the machine; StrictMath's does not");

    private static final ArchRule ORDER_IS_STATE = noClasses()
            .should()
            .accessTargetWhere(construction(HashMap.class, HashSet.class, IdentityHashMap.class, WeakHashMap.class))
            .orShould()
            .accessTargetWhere(target(Map.class, "of|ofEntries|copyOf", "maps in salted order"))
            .orShould()
            .accessTargetWhere(target(Set.class, "of|copyOf", "sets in salted order"))
            .orShould()
            .accessTargetWhere(target(
                    Collectors.class, "to(Unmodifiable)?(Map|Set)|groupingBy|partitioningBy", "hashed collectors"))
            .because("an iteration could reach a reply or a snapshot: use a linked or sorted collection");

    @Test
    void the_core_knows_no_other_module_and_no_library() {
        check(STANDS_ALONE);
    }

    @Test
    void packages_form_no_cycle() {
        check(NO_CYCLES);
    }

    @Test
    void the_vocabulary_knows_no_other_package() {
        check(WORDS_KNOW_NOTHING);
    }

    @Test
    void data_structures_know_no_redis() {
        check(STRUCTURES_KNOW_NO_REDIS);
    }

    @Test
    void the_core_reads_no_clock() {
        check(NO_CLOCK);
    }

    @Test
    void the_core_asks_nothing_of_the_machine() {
        check(NO_MACHINE);
    }

    @Test
    void the_core_rolls_no_die() {
        check(NO_LUCK);
    }

    @Test
    void the_core_starts_no_thread() {
        check(NO_THREADS);
    }

    @Test
    void the_core_does_not_watch_the_garbage_collector() {
        check(NO_COLLECTOR);
    }

    @Test
    void the_core_opens_no_file() {
        check(NO_FILES);
    }

    @Test
    void only_snapshots_are_streamed() {
        check(STREAMS_IN_SNAPSHOTS_ONLY);
    }

    @Test
    void arithmetic_is_exact_or_strict() {
        check(EXACT_ARITHMETIC);
    }

    @Test
    void no_collection_iterates_in_hash_order() {
        check(ORDER_IS_STATE);
    }

    @Test
    void each_rule_notices_its_offender() {
        JavaClasses everything =
                new ClassFileImporter().importPath(Path.of("target/test-classes/io/ratiskv/architecture"));
        assertNotices(STANDS_ALONE, everything.that(nameMatching(".*Offenders\\$Library")));
        assertNotices(NO_CLOCK, everything.that(nameMatching(".*Offenders\\$WallClock")));
        assertNotices(NO_CLOCK, everything.that(nameMatching(".*Offenders\\$Calendars")));
        assertNotices(NO_MACHINE, everything.that(nameMatching(".*Offenders\\$SystemClock")));
        assertNotices(NO_MACHINE, everything.that(nameMatching(".*Offenders\\$IdentityHash")));
        assertNotices(NO_MACHINE, everything.that(nameMatching(".*Offenders\\$Print")));
        assertNotices(NO_MACHINE, everything.that(nameMatching(".*Offenders\\$Cores")));
        assertNotices(NO_LUCK, everything.that(nameMatching(".*Offenders\\$Die")));
        assertNotices(NO_LUCK, everything.that(nameMatching(".*Offenders\\$UnseededDie")));
        assertNotices(NO_LUCK, everything.that(nameMatching(".*Offenders\\$Shuffle")));
        assertNotices(NO_LUCK, everything.that(nameMatching(".*Offenders\\$RandomName")));
        assertNotices(NO_THREADS, everything.that(nameMatching(".*Offenders\\$OwnThread")));
        assertNotices(NO_THREADS, everything.that(nameMatching(".*Offenders\\$Pool")));
        assertNotices(NO_THREADS, everything.that(nameMatching(".*Offenders\\$Parallel")));
        assertNotices(NO_COLLECTOR, everything.that(nameMatching(".*Offenders\\$Weak")));
        assertNotices(NO_FILES, everything.that(nameMatching(".*Offenders\\$OpenFile")));
        assertNotices(NO_FILES, everything.that(nameMatching(".*Offenders\\$OpenPath")));
        assertNotices(STREAMS_IN_SNAPSHOTS_ONLY, everything.that(nameMatching(".*Offenders\\$Streams")));
        assertNotices(EXACT_ARITHMETIC, everything.that(nameMatching(".*Offenders\\$Power")));
        assertNotices(ORDER_IS_STATE, everything.that(nameMatching(".*Offenders\\$Hashed")));
        assertNotices(ORDER_IS_STATE, everything.that(nameMatching(".*Offenders\\$Salted")));
        assertNotices(ORDER_IS_STATE, everything.that(nameMatching(".*Offenders\\$Collected")));
    }

    @Test
    void the_rules_let_pass_what_is_pure() {
        JavaClasses pure = new ClassFileImporter()
                .importPath(Path.of("target/test-classes/io/ratiskv/architecture"))
                .that(nameMatching(".*Offenders\\$Innocent"));
        assertFalse(pure.isEmpty());
        for (ArchRule rule : new ArchRule[] {
            STANDS_ALONE,
            NO_CLOCK,
            NO_MACHINE,
            NO_LUCK,
            NO_THREADS,
            NO_COLLECTOR,
            NO_FILES,
            STREAMS_IN_SNAPSHOTS_ONLY,
            EXACT_ARITHMETIC,
            ORDER_IS_STATE
        }) {
            rule.check(pure);
        }
    }

    /** A package may still be empty, the core as a whole may not: then the importer looked in the wrong place. */
    private static void check(ArchRule rule) {
        assertFalse(CORE.isEmpty(), "no classes found to check");
        rule.allowEmptyShould(true).check(CORE);
    }

    private static void assertNotices(ArchRule rule, JavaClasses offender) {
        assertFalse(offender.isEmpty(), () -> "no offender for: " + rule.getDescription());
        assertTrue(rule.evaluate(offender).hasViolation(), () -> offender + " passes: " + rule.getDescription());
    }

    private static DescribedPredicate<JavaAccess<?>> target(Class<?> type, String names, String description) {
        return DescribedPredicate.describe(
                description,
                access -> access.getTargetOwner().isAssignableTo(type)
                        && access.getTarget().getName().matches(names));
    }

    private static DescribedPredicate<JavaAccess<?>> construction(Class<?>... types) {
        return DescribedPredicate.describe(
                "construction of hashed collections",
                access -> access.getTarget().getName().equals("<init>") && isOneOf(access.getTargetOwner(), types));
    }

    private static boolean isOneOf(JavaClass found, Class<?>... types) {
        for (Class<?> type : types) {
            if (found.isEquivalentTo(type)) return true;
        }
        return false;
    }
}
