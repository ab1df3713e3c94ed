package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Site;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;

/** The rights in {@code deploy/aws/} are enough, and one less is noticed. */
class PolicyTest {
  private static final Path POLICY = Path.of("deploy/aws/static-sites.json");
  private static final String CREDENTIALS_FILE = "aws.sharedCredentialsFile";

  /** Those of the rights that the emulator knows by AWS' own names. */
  private static final List<String> ENFORCED =
      List.of(
          "s3:CreateBucket",
          "s3:PutBucketPolicy",
          "s3:PutObject",
          "cloudfront:ListDistributions",
          "cloudfront:UpdateDistribution",
          "cloudfront:CreateInvalidation");

  /** A user, the policy, both together, a key: what it takes before rights are enforced. */
  private static final int CALLS_A_USER = 4;

  @Test
  void theRightsAreEnoughAndEachMissingOneIsNamed(@TempDir Path directory) throws IOException {
    int users = ENFORCED.size() + 1;
    try (Emulator emulator =
        Emulator.start(
            Map.of("INITIAL_NO_AUTH_ACTION_COUNT", Integer.toString(users * CALLS_A_USER)))) {
      StringBuilder profiles = new StringBuilder();
      profiles.append(user(emulator.endpoint(), "whole", policyWithout(Optional.empty())));
      for (String action : ENFORCED) {
        profiles.append(
            user(emulator.endpoint(), name(action), policyWithout(Optional.of(action))));
      }
      Path file = directory.resolve("credentials");
      Files.writeString(file, profiles);
      Optional<String> before = Optional.ofNullable(System.getProperty(CREDENTIALS_FILE));
      System.setProperty(CREDENTIALS_FILE, file.toString());
      try {
        assertThat(life(emulator.endpoint(), "whole", directory)).isEmpty();
        for (String action : ENFORCED) {
          ErrorInfo error = life(emulator.endpoint(), name(action), directory).orElseThrow();
          assertThat(error.code()).as(action).isEqualTo("permission_missing");
          assertThat(error.message())
              .as(action)
              .contains("the permission " + action + " is missing");
        }
      } finally {
        before.ifPresentOrElse(
            value -> System.setProperty(CREDENTIALS_FILE, value),
            () -> System.clearProperty(CREDENTIALS_FILE));
      }
    }
  }

  /**
   * Without reading a distribution's tags: the emulator cannot check the signature of that call.
   */
  private static Optional<ErrorInfo> life(URI endpoint, String profile, Path directory) {
    AwsHost host = TestSites.host(endpoint, "profile", profile);
    TestSites.Words words = new TestSites.Words();
    Site site = TestSites.site();
    Artifact one = TestSites.artifact(directory.resolve("one"), TestSites.pages("One"));
    Artifact two = TestSites.artifact(directory.resolve("two"), TestSites.pages("Two"));
    try {
      for (Artifact artifact : List.of(one, two)) {
        await(host.provision(site, words));
        await(host.upload(site, artifact, words));
        await(host.activate(site, artifact.sha256(), words));
      }
      await(host.changes(site));
      await(host.destroy(site, words));
      return Optional.empty();
    } catch (StepFailure failure) {
      return Optional.of(failure.info());
    } finally {
      host.close();
    }
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(120));
  }

  private static String name(String action) {
    return "without-" + action.replace(':', '-');
  }

  /**
   * Of conditions the emulator knows nothing: they are left out for it. And it asks for the right
   * to delete objects on the bucket, where AWS asks on the object.
   */
  private static String policyWithout(Optional<String> action) throws IOException {
    JsonNode policy = Json.mapper().readTree(Files.readString(POLICY));
    for (JsonNode statement : policy.get("Statement")) {
      ((ObjectNode) statement).remove("Condition");
      if (statement.get("Sid").asText().equals("FilesOfSites")) {
        ((ObjectNode) statement).put("Resource", "arn:aws:s3:::tmux-*");
      }
      ArrayNode actions = (ArrayNode) statement.get("Action");
      for (int i = actions.size() - 1; i >= 0; i--) {
        if (action.filter(actions.get(i).asText()::equals).isPresent()) {
          actions.remove(i);
        }
      }
    }
    return policy.toString();
  }

  /** Makes a user with that policy; gives its profile as the credentials file has it. */
  private static String user(URI endpoint, String name, String policy) {
    try (IamClient iam =
        IamClient.builder()
            .endpointOverride(endpoint)
            .region(Region.AWS_GLOBAL)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("anybody", "anybody")))
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      iam.createUser(create -> create.userName(name));
      String arn =
          iam.createPolicy(create -> create.policyName(name).policyDocument(policy)).policy().arn();
      iam.attachUserPolicy(attach -> attach.userName(name).policyArn(arn));
      var key = iam.createAccessKey(create -> create.userName(name)).accessKey();
      return """
          [%s]
          aws_access_key_id = %s
          aws_secret_access_key = %s
          """
          .formatted(name, key.accessKeyId(), key.secretAccessKey());
    }
  }
}
