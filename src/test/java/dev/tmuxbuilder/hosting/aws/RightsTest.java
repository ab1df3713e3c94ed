package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Readiness;
import dev.tmuxbuilder.hosting.TestSites;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Missing rights are named, all of them, before anything is made. */
class RightsTest {
  private static final String USER = "arn:aws:iam::123456789012:user/builder";
  private static final Pattern ACTION = Pattern.compile("ActionNames\\.member\\.\\d+=([^&]+)");

  private static Emulator emulator;

  private final List<String> simulated = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void begin() {
    emulator = Emulator.start(Map.of());
  }

  @AfterAll
  static void end() {
    emulator.close();
  }

  /** IAM as its reference describes it; the emulator does not forecast. */
  private Optional<Wire.Reply> iam(Wire.Call call, String arn, Set<String> denied) {
    if (call.action().equals("GetCallerIdentity")) {
      return Optional.of(
          new Wire.Reply(
              200,
              """
              <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <GetCallerIdentityResult><Arn>%s</Arn><UserId>AIDA</UserId>
              <Account>123456789012</Account></GetCallerIdentityResult>
              </GetCallerIdentityResponse>\
              """
                  .formatted(arn)));
    }
    if (!call.action().equals("SimulatePrincipalPolicy")) {
      return Optional.empty();
    }
    String asked = URLDecoder.decode(call.body(), StandardCharsets.UTF_8);
    simulated.add(asked);
    StringBuilder results = new StringBuilder();
    Matcher actions = ACTION.matcher(asked);
    while (actions.find()) {
      results.append(
          """
          <member><EvalActionName>%s</EvalActionName><EvalDecision>%s</EvalDecision></member>\
          """
              .formatted(
                  actions.group(1),
                  denied.contains(actions.group(1)) ? "implicitDeny" : "allowed"));
    }
    return Optional.of(
        new Wire.Reply(
            200,
            """
            <SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
            <SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated>
            <EvaluationResults>%s</EvaluationResults></SimulatePrincipalPolicyResult>
            </SimulatePrincipalPolicyResponse>\
            """
                .formatted(results)));
  }

  @Test
  void everyMissingRightIsNamedAndNothingIsMade() {
    Set<String> denied = Set.of("s3:PutBucketPolicy", "cloudfront:CreateInvalidation");
    try (Wire wire = new Wire(emulator.endpoint(), call -> iam(call, USER, denied));
        Account account = new Account(emulator.endpoint())) {
      AwsHost host = AwsSites.host(wire.endpoint());
      List<String> before = account.everything();
      assertThat(readiness(host, SiteType.STATIC))
          .isEqualTo(
              new Readiness.Forbidden(
                  List.of("cloudfront:CreateInvalidation", "s3:PutBucketPolicy")));
      assertThat(readiness(host, SiteType.DYNAMIC)).isEqualTo(new Readiness.Ready());
      assertThatThrownBy(
              () ->
                  host.provision(TestSites.site(), new TestSites.Words())
                      .await()
                      .atMost(Duration.ofSeconds(30)))
          .isInstanceOfSatisfying(
              StepFailure.class,
              failure -> {
                assertThat(failure.info().code()).isEqualTo("permission_missing");
                assertThat(failure.info().message())
                    .contains("cloudfront:CreateInvalidation, s3:PutBucketPolicy");
              });
      assertThat(account.everything()).isEqualTo(before);
      assertThat(wire.calls()).noneMatch(Wire.Call::mutating);
      host.close();
    }
  }

  @Test
  void iamIsAskedAboutThingsOfThisAccountWithOurTags() {
    String assumed = "arn:aws:sts::123456789012:assumed-role/deployer/session";
    try (Wire wire = new Wire(emulator.endpoint(), call -> iam(call, assumed, Set.of()))) {
      AwsHost host = AwsSites.host(wire.endpoint(), "tags.project", "another");
      assertThat(readiness(host, SiteType.DYNAMIC)).isEqualTo(new Readiness.Ready());
      assertThat(simulated)
          .hasSizeGreaterThan(10)
          .allMatch(
              asked -> asked.contains("PolicySourceArn=arn:aws:iam::123456789012:role/deployer"))
          .noneMatch(asked -> asked.contains("arn:") && asked.contains("*"))
          .anyMatch(
              asked ->
                  asked.contains("ec2:RunInstances")
                      && asked.contains("arn:aws:ec2:us-east-1:123456789012:instance/")
                      && asked.contains("aws:RequestTag/Project")
                      && asked.contains("=another"));
      host.close();
    }
  }

  @Test
  void whatCannotBeKnownIsNotMissing() {
    try (Wire wire =
        new Wire(
            emulator.endpoint(),
            call ->
                call.action().equals("SimulatePrincipalPolicy")
                    ? Optional.of(
                        new Wire.Reply(
                            403,
                            "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"))
                    : iam(call, USER, Set.of()))) {
      AwsHost host = AwsSites.host(wire.endpoint());
      assertThat(readiness(host, SiteType.STATIC)).isEqualTo(new Readiness.Ready());
      assertThat(readiness(host, SiteType.DYNAMIC)).isEqualTo(new Readiness.Ready());
      host.close();
    }
  }

  private static Readiness readiness(AwsHost host, SiteType type) {
    return host.readiness(Optional.empty(), type).await().atMost(Duration.ofSeconds(30));
  }
}
