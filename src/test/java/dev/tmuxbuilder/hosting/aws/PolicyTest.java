package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
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
  private static final Path STATIC = Path.of("deploy/aws/static-sites.json");
  private static final Path DYNAMIC = Path.of("deploy/aws/dynamic-sites.json");
  private static final Path OPERATIONS = Path.of("deploy/aws/operations.json");
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

  private static final List<String> ENFORCED_FOR_MACHINES =
      List.of(
          "ssm:GetParameter",
          "ssm:SendCommand",
          "ec2:RunInstances",
          "ec2:AllocateAddress",
          "ec2:AssociateAddress",
          "ec2:AuthorizeSecurityGroupIngress",
          "ec2:TerminateInstances",
          "ec2:ReleaseAddress",
          "iam:CreateRole",
          "iam:PutRolePolicy",
          "iam:AddRoleToInstanceProfile");

  private static final List<String> ENFORCED_FOR_OPERATIONS =
      List.of("ce:GetCostAndUsage", "ec2:DescribeInstances", "iam:ListRoles");

  /** A user, the policy, both together, a key: what it takes before rights are enforced. */
  private static final int CALLS_A_USER = 4;

  @Test
  void theRightsForStaticSitesAreEnoughAndEachMissingOneIsNamed(@TempDir Path directory)
      throws IOException {
    prove(STATIC, SiteType.STATIC, ENFORCED, directory);
  }

  @Test
  void theRightsForDynamicSitesAreEnoughAndEachMissingOneIsNamed(@TempDir Path directory)
      throws IOException {
    prove(DYNAMIC, SiteType.DYNAMIC, ENFORCED_FOR_MACHINES, directory);
  }

  @Test
  void theRightsForOperationsAreEnoughAndEachMissingOneIsNamed(@TempDir Path directory)
      throws IOException {
    prove(
        OPERATIONS,
        ENFORCED_FOR_OPERATIONS,
        directory,
        (endpoint, profile) -> {
          AwsHost host = AwsSites.host(endpoint, "profile", profile, "cost-explorer", "true");
          try {
            await(host.holdings());
            await(host.spending(YearMonth.of(2026, 1), YearMonth.of(2026, 3)));
            return Optional.empty();
          } catch (StepFailure failure) {
            return Optional.of(failure.info());
          } finally {
            host.close();
          }
        });
  }

  /** What somebody with a profile does, and how it ended where it did not go well. */
  private interface Work {
    Optional<ErrorInfo> by(URI endpoint, String profile);
  }

  private static void prove(Path policy, SiteType type, List<String> enforced, Path directory)
      throws IOException {
    prove(
        policy,
        enforced,
        directory,
        (endpoint, profile) -> life(endpoint, type, profile, directory));
  }

  private static void prove(Path policy, List<String> enforced, Path directory, Work work)
      throws IOException {
    int users = enforced.size() + 1;
    try (Emulator emulator =
        Emulator.start(
            Map.of("INITIAL_NO_AUTH_ACTION_COUNT", Integer.toString(users * CALLS_A_USER)))) {
      StringBuilder profiles = new StringBuilder();
      profiles.append(user(emulator.endpoint(), "whole", policyWithout(policy, Optional.empty())));
      for (String action : enforced) {
        profiles.append(
            user(emulator.endpoint(), name(action), policyWithout(policy, Optional.of(action))));
      }
      Path file = directory.resolve("credentials");
      Files.writeString(file, profiles);
      Optional<String> before = Optional.ofNullable(System.getProperty(CREDENTIALS_FILE));
      System.setProperty(CREDENTIALS_FILE, file.toString());
      try {
        assertThat(work.by(emulator.endpoint(), "whole")).isEmpty();
        for (String action : enforced) {
          ErrorInfo error = work.by(emulator.endpoint(), name(action)).orElseThrow();
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
  private static Optional<ErrorInfo> life(
      URI endpoint, SiteType type, String profile, Path directory) {
    AwsHost host = AwsSites.host(endpoint, "profile", profile);
    TestSites.Words words = new TestSites.Words();
    Site site = TestSites.site(type);
    Artifact one = artifact(type, directory, "One");
    Artifact two = artifact(type, directory, "Two");
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

  private static Artifact artifact(SiteType type, Path directory, String word) {
    return TestSites.artifact(
        directory.resolve(word),
        type == SiteType.STATIC ? TestSites.pages(word) : TestSites.program(word));
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(120));
  }

  private static String name(String action) {
    return "without-" + action.replace(':', '-');
  }

  /**
   * Of conditions the emulator knows nothing, nor what a call outside S3 is about: they are left
   * out for it. And it asks for the right to delete objects on the bucket, where AWS asks on the
   * object. A machine's commands succeed there without being run.
   */
  private static String policyWithout(Path file, Optional<String> action) throws IOException {
    JsonNode policy = Json.mapper().readTree(Files.readString(file));
    for (JsonNode statement : policy.get("Statement")) {
      ((ObjectNode) statement).remove("Condition");
      if (statement.get("Sid").asText().equals("FilesOfSites")) {
        ((ObjectNode) statement).put("Resource", "arn:aws:s3:::tmux-*");
      }
      if (!statement.get("Resource").toString().contains("arn:aws:s3:")) {
        ((ObjectNode) statement).put("Resource", "*");
      }
      ArrayNode actions = actions((ObjectNode) statement);
      for (int i = actions.size() - 1; i >= 0; i--) {
        if (action.filter(actions.get(i).asText()::equals).isPresent()) {
          actions.remove(i);
        }
      }
    }
    ArrayNode statements = (ArrayNode) policy.get("Statement");
    for (int i = statements.size() - 1; i >= 0; i--) {
      if (statements.get(i).get("Action").isEmpty()) {
        statements.remove(i);
      }
    }
    return policy.toString();
  }

  /** A statement may have one action in place of a list. */
  private static ArrayNode actions(ObjectNode statement) {
    JsonNode action = statement.get("Action");
    return action.isArray() ? (ArrayNode) action : statement.putArray("Action").add(action);
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
