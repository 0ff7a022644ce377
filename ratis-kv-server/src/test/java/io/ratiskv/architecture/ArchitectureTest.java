package io.ratiskv.architecture;

import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Each library of the shell has one package that knows it, and one package wires them all. */
class ArchitectureTest {
    private static final JavaClasses SHELL = new ClassFileImporter().importPath(Path.of("target/classes"));

    private static final ArchRule RATIS_IN_RAFT = noClasses()
            .that()
            .resideOutsideOfPackage("io.ratiskv.raft..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.ratis..");

    private static final ArchRule NETTY_IN_RESP_AND_SESSION = noClasses()
            .that()
            .resideOutsideOfPackages("io.ratiskv.resp..", "io.ratiskv.session..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    private static final ArchRule JAVALIN_IN_REST = noClasses()
            .that()
            .resideOutsideOfPackage("io.ratiskv.rest..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..");

    private static final ArchRule GRPC_IN_PEER = noClasses()
            .that()
            .resideOutsideOfPackage("io.ratiskv.peer..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "com.google.protobuf..", "io.ratiskv.proto..");

    private static final ArchRule OPENTELEMETRY_IN_ONE_CLASS = noClasses()
            .that()
            .haveNameNotMatching("io\\.ratiskv\\.tracing\\.OtlpTracing(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..")
            .because("nothing of it may be loaded where nobody collects traces");

    private static final ArchRule ONLY_NODE_STARTS_OPENTELEMETRY = noClasses()
            .that()
            .haveNameNotMatching("io\\.ratiskv\\.(server\\.Node|tracing\\.OtlpTracing)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("io\\.ratiskv\\.tracing\\.OtlpTracing(\\$.*)?");

    private static final ArchRule NO_OTHERS_GUAVA = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.common..", "kotlin..", "javax.annotation..")
            .because("they come along with gRPC and Javalin and may leave with them");

    @Test
    void only_raft_knows_ratis() {
        check(RATIS_IN_RAFT);
    }

    @Test
    void only_resp_and_session_know_netty() {
        check(NETTY_IN_RESP_AND_SESSION);
    }

    @Test
    void only_rest_knows_javalin() {
        check(JAVALIN_IN_REST);
    }

    @Test
    void only_peer_knows_grpc_and_its_messages() {
        check(GRPC_IN_PEER);
    }

    @Test
    void only_the_class_that_sends_traces_knows_opentelemetry_and_only_the_node_knows_it() {
        check(OPENTELEMETRY_IN_ONE_CLASS);
        check(ONLY_NODE_STARTS_OPENTELEMETRY);
    }

    @Test
    void libraries_of_libraries_stay_unseen() {
        check(NO_OTHERS_GUAVA);
    }

    @Test
    void each_rule_notices_its_offender() {
        assertNotices(RATIS_IN_RAFT, "Ratis");
        assertNotices(RATIS_IN_RAFT, "GrpcOfRatis");
        assertNotices(NETTY_IN_RESP_AND_SESSION, "Netty");
        assertNotices(JAVALIN_IN_REST, "Web");
        assertNotices(GRPC_IN_PEER, "Grpc");
        assertNotices(GRPC_IN_PEER, "Message");
        assertNotices(OPENTELEMETRY_IN_ONE_CLASS, "OpenTelemetry");
        assertNotices(ONLY_NODE_STARTS_OPENTELEMETRY, "Traces");
        assertNotices(NO_OTHERS_GUAVA, "Guava");
    }

    /** A package may still be empty, the shell as a whole may not: then the importer looked in the wrong place. */
    private static void check(ArchRule rule) {
        assertFalse(SHELL.isEmpty(), "no classes found to check");
        rule.allowEmptyShould(true).check(SHELL);
    }

    private static void assertNotices(ArchRule rule, String name) {
        JavaClasses offender = new ClassFileImporter()
                .importPath(Path.of("target/test-classes/io/ratiskv/architecture"))
                .that(nameMatching(".*Offenders\\$" + name));
        assertFalse(offender.isEmpty(), () -> "no offender " + name);
        assertTrue(rule.evaluate(offender).hasViolation(), () -> name + " passes: " + rule.getDescription());
    }
}
