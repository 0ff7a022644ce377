package io.ratiskv.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code deploy/helm/ratis-kv}: rendered where a helm is on the path, else by its shape. */
class HelmChartTest {
    private static final Path CHART = Deploy.FOLDER.resolve("helm/ratis-kv");

    private final Map<?, ?> values = (Map<?, ?>)
            Deploy.documents(Deploy.read(CHART.resolve("values.yaml"))).get(0);

    @Test
    void the_shape_of_every_template_is_in_the_schema() {
        ChartShape shape = new ChartShape(values);
        List<HasMetadata> objects = new ArrayList<>();
        for (Path template : Deploy.files(CHART.resolve("templates"), ".yaml")) {
            objects.addAll(KubernetesObjects.parse(shape.of(Deploy.read(template))));
        }
        assertEquals(7, objects.size());
    }

    @Test
    void a_value_that_is_not_declared_and_a_block_that_is_not_closed_are_noticed() {
        ChartShape shape = new ChartShape(values);
        assertThrows(IllegalArgumentException.class, () -> shape.of("a: {{ .Values.absent }}\n"));
        assertThrows(IllegalArgumentException.class, () -> shape.of("{{- if .Values.replicas }}\na: 1\n"));
    }

    @Test
    void the_chart_says_of_the_pods_what_the_manifests_say() {
        StatefulSet manifest = KubernetesObjects.only(
                KubernetesObjects.parse(Deploy.read(Deploy.FOLDER.resolve("kubernetes/statefulset.yaml"))),
                StatefulSet.class);
        String template = Deploy.read(CHART.resolve("templates/statefulset.yaml"));
        StatefulSet chart =
                KubernetesObjects.only(KubernetesObjects.parse(new ChartShape(values).of(template)), StatefulSet.class);
        var pod = manifest.getSpec().getTemplate().getSpec();
        var shaped = chart.getSpec().getTemplate().getSpec();
        assertEquals(
                manifest.getSpec().getPodManagementPolicy(), chart.getSpec().getPodManagementPolicy());
        assertEquals(pod.getSecurityContext(), shaped.getSecurityContext());
        assertEquals(pod.getTerminationGracePeriodSeconds(), shaped.getTerminationGracePeriodSeconds());
        var container = pod.getContainers().get(0);
        var shapedContainer = shaped.getContainers().get(0);
        assertEquals(container.getPorts(), shapedContainer.getPorts());
        assertEquals(container.getEnv(), shapedContainer.getEnv());
        assertEquals(container.getResources(), shapedContainer.getResources());
        assertEquals(container.getSecurityContext(), shapedContainer.getSecurityContext());
        assertEquals(container.getVolumeMounts(), shapedContainer.getVolumeMounts());
        assertEquals(
                container.getReadinessProbe().getHttpGet().getPath(),
                shapedContainer.getReadinessProbe().getHttpGet().getPath());
    }

    @Test
    void every_option_is_one_of_the_server() {
        Stream.concat(
                        Deploy.files(CHART.resolve("templates"), ".yaml", ".tpl").stream(),
                        Stream.of(CHART.resolve("values.yaml")))
                .forEach(file -> assertTrue(
                        Deploy.optionNames().containsAll(Deploy.names(Deploy.read(file))),
                        () -> file + " names others"));
    }

    @Test
    void every_named_template_is_defined_and_the_chart_has_a_name_and_versions() {
        String helpers = Deploy.read(CHART.resolve("templates/_helpers.tpl"));
        for (Path template : Deploy.files(CHART.resolve("templates"), ".yaml", ".tpl", ".txt")) {
            var used = Pattern.compile("include \"([^\"]+)\"").matcher(Deploy.read(template));
            while (used.find()) assertTrue(helpers.contains("define \"" + used.group(1) + "\""), used.group(1));
        }
        Object chart =
                Deploy.documents(Deploy.read(CHART.resolve("Chart.yaml"))).get(0);
        for (String field : List.of("apiVersion", "name", "version", "appVersion")) {
            assertNotNull(Deploy.at(chart, field), field);
        }
    }

    @Test
    void helm_renders_the_chart() throws Exception {
        assumeTrue(Deploy.onPath("helm"), "helm is not on the path: the chart was not rendered");
        for (String tls : List.of("true", "false")) {
            Deploy.Ended rendered = Deploy.run(
                    CHART, "helm", "template", "kv", ".", "--set", "auth.password=x", "--set", "tls.enabled=" + tls);
            assertEquals(0, rendered.code(), rendered.text());
            assertEquals(7, KubernetesObjects.parse(rendered.text()).size());
        }
        assertFalse(Deploy.run(CHART, "helm", "template", "kv", ".").code() == 0, "renders without a password");
    }
}
