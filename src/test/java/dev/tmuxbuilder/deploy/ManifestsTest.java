package dev.tmuxbuilder.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The files in deploy/kubernetes, read as strictly as a cluster would. */
class ManifestsTest {
  private static final Path FILES = Path.of("deploy/kubernetes");

  private static final String TRUSTED = "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES";

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "namespace.yaml", Namespace.class,
          "storage.yaml", PersistentVolumeClaim.class,
          "deployment.yaml", Deployment.class,
          "service.yaml", Service.class,
          "disruption-budget.yaml", PodDisruptionBudget.class,
          "autoscaler.yaml", HorizontalPodAutoscaler.class,
          "network-policy.yaml", NetworkPolicy.class);

  /** The models keep what they do not know; here it is refused. */
  private static final ObjectMapper STRICT =
      new ObjectMapper(new YAMLFactory())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              });

  @Test
  void everyManifestHasKnownFieldsOnlyAndIsListed() throws IOException {
    JsonNode listed =
        STRICT.readTree(FILES.resolve("kustomization.yaml").toFile()).get("resources");
    assertThat(listed)
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(KINDS.keySet());
    for (Map.Entry<String, Class<?>> file : KINDS.entrySet()) {
      Object read = STRICT.readValue(FILES.resolve(file.getKey()).toFile(), file.getValue());
      assertThat(read).as(file.getKey()).isNotNull();
    }
  }

  @Test
  void thereIsTimeForTheDrainBeforeANodeIsKilled() throws IOException {
    var pod =
        STRICT
            .readValue(FILES.resolve("deployment.yaml").toFile(), Deployment.class)
            .getSpec()
            .getTemplate()
            .getSpec();
    var container = pod.getContainers().getFirst();
    int before =
        Integer.parseInt(container.getLifecycle().getPreStop().getExec().getCommand().getLast());

    assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(before + 15);
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
  }

  @Test
  void nobodySaysWhoVisitorsAreUnlessHeIsNamed() throws IOException {
    var container =
        STRICT
            .readValue(FILES.resolve("deployment.yaml").toFile(), Deployment.class)
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst();
    JsonNode settings =
        STRICT.readTree(FILES.resolve("kustomization.yaml").toFile()).at("/configMapGenerator/0");

    assertThat(container.getEnvFrom())
        .extracting(from -> from.getConfigMapRef().getName())
        .containsExactly(settings.get("name").asText());
    assertThat(container.getEnv())
        .extracting(EnvVar::getName)
        .as("it would come before that of the settings")
        .doesNotContain(TRUSTED);
    assertThat(settings.get("literals"))
        .extracting(JsonNode::asText)
        .contains(TRUSTED + "=127.0.0.1");
  }

  @Test
  void nodesGoNowhereButToWhatIsNamedByPortOrByLabel() throws IOException {
    List<NetworkPolicyEgressRule> out =
        STRICT
            .readValue(FILES.resolve("network-policy.yaml").toFile(), NetworkPolicy.class)
            .getSpec()
            .getEgress();

    assertThat(out)
        .filteredOn(rule -> rule.getPorts().isEmpty())
        .as("any port only where the label of model servers is")
        .singleElement()
        .satisfies(
            rule ->
                assertThat(rule.getTo())
                    .singleElement()
                    .extracting(to -> to.getNamespaceSelector().getMatchLabels())
                    .isEqualTo(Map.of("tmux-builder/models", "true")));
    assertThat(out)
        .filteredOn(rule -> rule.getTo().isEmpty())
        .singleElement()
        .satisfies(
            rule ->
                assertThat(rule.getPorts())
                    .extracting(port -> port.getPort().getIntVal())
                    .containsExactlyInAnyOrder(5432, 443, 80, 4318));
  }
}
