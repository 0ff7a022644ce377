package io.ratiskv.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code deploy/kubernetes}: the schema holds each file, and the files hold together. */
class KubernetesManifestsTest {
    private static final Path FOLDER = Deploy.FOLDER.resolve("kubernetes");

    private final List<HasMetadata> objects = objects();
    private final StatefulSet nodes = KubernetesObjects.only(objects, StatefulSet.class);

    private static List<HasMetadata> objects() {
        List<HasMetadata> objects = new ArrayList<>();
        for (Object name : resources()) objects.addAll(KubernetesObjects.parse(Deploy.read(FOLDER.resolve("" + name))));
        return objects;
    }

    private static List<?> resources() {
        Object kustomization = Deploy.documents(Deploy.read(FOLDER.resolve("kustomization.yaml")))
                .get(0);
        return (List<?>) Objects.requireNonNull(Deploy.at(kustomization, "resources"));
    }

    @Test
    void a_field_that_the_schema_does_not_have_is_noticed() {
        String misspelt = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {publishNotReadyAdresses: true}\n";
        assertThrows(IllegalArgumentException.class, () -> KubernetesObjects.parse(misspelt));
        assertThrows(RuntimeException.class, () -> KubernetesObjects.parse("kind: Service\nkind: Service\n"));
    }

    @Test
    void the_kustomization_lists_every_file() {
        List<String> files = Deploy.files(FOLDER, ".yaml").stream()
                .map(file -> FOLDER.relativize(file).toString())
                .filter(name -> !name.equals("kustomization.yaml"))
                .toList();
        assertEquals(files, resources().stream().map(Object::toString).sorted().toList());
    }

    @Test
    void every_node_stands_in_the_list_of_peers_under_the_stable_name_of_its_pod() {
        String set = nodes.getMetadata().getName();
        String domain =
                nodes.getSpec().getServiceName() + "." + nodes.getMetadata().getNamespace() + ".svc.cluster.local";
        String peers = IntStream.range(0, nodes.getSpec().getReplicas())
                .mapToObj(i -> set + "-" + i + "=" + set + "-" + i + "." + domain + ":9870")
                .collect(Collectors.joining(","));
        assertEquals(peers, options().get("RATIS_KV_PEERS"));
    }

    @Test
    void nodes_find_each_other_before_they_are_ready_and_start_together() {
        Service peers = KubernetesObjects.all(objects, Service.class).stream()
                .filter(service ->
                        service.getMetadata().getName().equals(nodes.getSpec().getServiceName()))
                .findFirst()
                .orElseThrow();
        assertEquals("None", peers.getSpec().getClusterIP());
        assertEquals(true, peers.getSpec().getPublishNotReadyAddresses());
        assertEquals("Parallel", nodes.getSpec().getPodManagementPolicy());
    }

    @Test
    void services_name_ports_of_the_pod() {
        List<String> ports = nodes.getSpec().getTemplate().getSpec().getContainers().get(0).getPorts().stream()
                .map(ContainerPort::getName)
                .toList();
        for (Service service : KubernetesObjects.all(objects, Service.class)) {
            assertEquals(
                    nodes.getSpec().getSelector().getMatchLabels(),
                    service.getSpec().getSelector());
            service.getSpec()
                    .getPorts()
                    .forEach(port -> assertTrue(
                            ports.contains(port.getTargetPort().getStrVal()), () -> port + " of " + service));
        }
    }

    @Test
    void every_option_is_one_of_the_server() {
        assertTrue(Deploy.optionNames().containsAll(options().keySet()), () -> "unknown among " + options());
    }

    @Test
    void files_that_options_name_are_mounted() {
        List<String> mounted = nodes.getSpec().getTemplate().getSpec().getContainers().get(0).getVolumeMounts().stream()
                .map(mount -> mount.getMountPath() + "/")
                .toList();
        options().forEach((option, value) -> {
            if (value.startsWith("/")) assertTrue(mounted.stream().anyMatch(value::startsWith), option);
        });
    }

    @Test
    void no_object_is_in_another_namespace() {
        for (HasMetadata object : objects) {
            String namespace = object.getKind().equals("Namespace")
                    ? object.getMetadata().getName()
                    : object.getMetadata().getNamespace();
            assertEquals("ratis-kv", namespace, object.getKind());
        }
    }

    @Test
    void kubectl_builds_the_kustomization() throws Exception {
        assumeTrue(Deploy.onPath("kubectl"), "kubectl is not on the path");
        Deploy.Ended built = Deploy.run(FOLDER, "kubectl", "kustomize", ".");
        assertEquals(0, built.code(), built.text());
        assertEquals(objects.size(), KubernetesObjects.parse(built.text()).size());
    }

    private Map<String, String> options() {
        return KubernetesObjects.only(objects, ConfigMap.class).getData();
    }
}
