package io.ratiskv.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .github/}: what runs on a push and on a tag, and the forms of issues. */
class WorkflowsTest {
    private static final Path GITHUB = Deploy.ROOT.resolve(".github");
    private static final Pattern FILE = Pattern.compile("(?<![\\w/.])(?:\\.ci|deploy)/[\\w./-]+");
    private static final Set<String> FIELDS = Set.of("markdown", "textarea", "input", "dropdown", "checkboxes");

    @TempDir
    private Path directory;

    @Test
    void every_step_of_a_workflow_is_a_fixed_action_or_a_script_that_can_be_read() throws Exception {
        for (Path file : Deploy.files(GITHUB.resolve("workflows"), ".yml")) {
            Map<?, ?> workflow = (Map<?, ?>) Deploy.documents(Deploy.read(file)).get(0);
            // YAML 1.1 takes the key "on" for a truth.
            assertNotNull(workflow.get(true), file::toString);
            for (Object job : ((Map<?, ?>) Objects.requireNonNull(workflow.get("jobs"))).values()) {
                assertNotNull(Deploy.at(job, "timeout-minutes"), file::toString);
                for (Object step : (List<?>) Objects.requireNonNull(Deploy.at(job, "steps"))) {
                    Object script = Deploy.at(step, "run");
                    if (script == null) {
                        assertTrue(
                                String.valueOf(Deploy.at(step, "uses")).matches("[\\w-]+/[\\w-]+@v\\d+"),
                                step::toString);
                        continue;
                    }
                    assertEquals(new Deploy.Ended(0, ""), Deploy.run(directory, "bash", "-n", "-c", script.toString()));
                }
            }
        }
    }

    @Test
    void the_scripts_that_workflows_name_exist_and_can_be_run() {
        List<String> named = new ArrayList<>();
        for (Path file : Deploy.files(GITHUB.resolve("workflows"), ".yml")) {
            FILE.matcher(Deploy.read(file)).results().map(MatchResult::group).forEach(named::add);
        }
        assertTrue(named.containsAll(List.of(".ci/run", "deploy/make-tarball.sh")), named::toString);
        for (String script : named) assertTrue(Files.isExecutable(Deploy.ROOT.resolve(script)), script);
    }

    @Test
    void a_release_lists_what_is_in_it_with_a_plugin_that_the_build_fixes() {
        String release = Deploy.read(GITHUB.resolve("workflows/release.yml"));
        assertTrue(release.contains("cyclonedx:makeAggregateBom"));
        assertTrue(Deploy.read(Deploy.ROOT.resolve("pom.xml"))
                .contains("<artifactId>cyclonedx-maven-plugin</artifactId>"));
    }

    @Test
    void every_form_of_an_issue_has_a_name_and_fields() {
        List<Path> forms = Deploy.files(GITHUB.resolve("ISSUE_TEMPLATE"), ".yml");
        assertEquals(2, forms.size());
        for (Path file : forms) {
            Object form = Deploy.documents(Deploy.read(file)).get(0);
            assertNotNull(Deploy.at(form, "name"), file::toString);
            assertNotNull(Deploy.at(form, "description"), file::toString);
            Set<Object> ids = new HashSet<>();
            for (Object field : (List<?>) Objects.requireNonNull(Deploy.at(form, "body"))) {
                Object type = Deploy.at(field, "type");
                assertTrue(FIELDS.contains(type), field::toString);
                if ("markdown".equals(type)) continue;
                assertTrue(ids.add(Objects.requireNonNull(Deploy.at(field, "id"))), field::toString);
                assertNotNull(Deploy.at(field, "attributes", "label"), field::toString);
            }
        }
    }
}
