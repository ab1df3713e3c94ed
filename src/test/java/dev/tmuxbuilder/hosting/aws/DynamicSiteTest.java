package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Host.Provisioned;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.Visitor;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.HttpTokensState;
import software.amazon.awssdk.services.ec2.model.Instance;

/** A dynamic site from nothing to nothing, with every change in between; its scripts really run. */
class DynamicSiteTest {
  private static Emulator emulator;

  private final Site site = TestSites.site(SiteType.DYNAMIC);
  private final TestSites.Words words = new TestSites.Words();
  private @TempDir Path files;
  private Wire wire;
  private Account account;
  private Ec2StandIn ec2;
  private AwsHost host;
  private List<String> before;

  @BeforeAll
  static void begin() {
    emulator = Emulator.start(Map.of());
  }

  @AfterAll
  static void end() {
    emulator.close();
  }

  @BeforeEach
  void open() {
    emulator.reset();
    ec2 = new Ec2StandIn(emulator.endpoint(), true);
    wire = new Wire(emulator.endpoint(), ec2);
    account = new Account(emulator.endpoint());
    host = AwsSites.host(wire.endpoint());
    before = account.everything();
  }

  @AfterEach
  void close() {
    host.close();
    account.close();
    wire.close();
    ec2.close();
  }

  @Test
  void theMachineIsMadeAsItShouldBe() {
    Provisioned place = await(host.provision(site, words));
    List<Resource> tagged = await(host.tag(site, words));
    Instance machine = account.instances().getFirst();
    assertThat(machine.metadataOptions().httpTokens()).isEqualTo(HttpTokensState.REQUIRED);
    assertThat(machine.instanceTypeAsString()).isEqualTo("t4g.micro");
    assertThat(machine.keyName()).isNull();
    assertThat(account.ec2.describeVolumes().volumes())
        .hasSize(1)
        .allMatch(disk -> disk.encrypted() && disk.volumeTypeAsString().equals("gp3"));
    assertThat(account.groups().getFirst().ipPermissions())
        .extracting(rule -> rule.fromPort() + "-" + rule.toPort())
        .containsExactlyInAnyOrder("80-80", "443-443");
    String policy =
        account
            .iam
            .getRolePolicy(
                get ->
                    get.roleName(account.iam.listRoles().roles().getFirst().roleName())
                        .policyName("site"))
            .policyDocument();
    assertThat(policy).contains(account.buckets().getFirst() + "/archive-%2A");

    assertThat(tagged)
        .extracting(Resource::type)
        .containsExactlyInAnyOrder(
            "AWS::S3::Bucket",
            "AWS::IAM::Role",
            "AWS::IAM::InstanceProfile",
            "AWS::EC2::SecurityGroup",
            "AWS::EC2::EIP",
            "AWS::EC2::Instance",
            "AWS::EC2::Volume",
            "AWS::EC2::NetworkInterface");
    assertThat(tagged).allSatisfy(one -> assertThat(one.tags()).isEqualTo(site.tags()));
    assertThat(place.url()).isEqualTo(await(host.provision(site, words)).url());
    assertThat(await(host.changes(site)).values()).allMatch(List::isEmpty);
  }

  @Test
  void allNineTagsAreInTheCallThatMakes() {
    await(host.provision(site, words));
    Map<String, List<String>> kinds =
        new TreeMap<>(
            Map.of(
                "RunInstances", List.of("instance", "volume", "network-interface"),
                "AllocateAddress", List.of("elastic-ip"),
                "CreateSecurityGroup", List.of("security-group"),
                "AuthorizeSecurityGroupIngress", List.of("security-group-rule")));
    kinds.forEach(
        (action, types) -> {
          String body = body(action);
          types.forEach(type -> assertThat(body).as(action).contains("ResourceType=" + type));
          site.tags().values().forEach(value -> assertThat(body).contains(encoded(value)));
        });
    for (String action : List.of("CreateRole", "CreateInstanceProfile")) {
      site.tags()
          .forEach(
              (key, value) ->
                  assertThat(body(action)).contains("Key=" + key).contains(encoded(value)));
    }
  }

  private String body(String action) {
    List<Wire.Call> calls =
        wire.calls().stream().filter(call -> call.action().equals(action)).toList();
    assertThat(calls).as(action).hasSize(1);
    return calls.getFirst().body();
  }

  private static String encoded(String value) {
    return java.net.URLEncoder.encode(value, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void theUrlAndTheMachineStayOverTwentyRedeploysAndThreeRollbacks() {
    ec2.close();
    wire.close();
    host.close();
    ec2 = new Ec2StandIn(emulator.endpoint(), false);
    wire = new Wire(emulator.endpoint(), ec2);
    host = AwsSites.host(wire.endpoint());
    List<Artifact> releases = new ArrayList<>(List.of(artifact("Number 0")));
    URI url = deploy(releases.getFirst());
    String machine = account.instances().getFirst().instanceId();
    List<String> standing = account.everything();
    for (int i = 1; i <= 20; i++) {
      Artifact next = artifact("Number " + i);
      releases.add(next);
      assertThat(deploy(next)).isEqualTo(url);
      assertThat(ec2.live(machine)).contains(next.sha256());
    }
    for (int number : List.of(3, 20, 0)) {
      wire.follow();
      await(host.activate(site, releases.get(number).sha256(), words));
      assertThat(ec2.live(machine)).contains(releases.get(number).sha256());
      assertThat(wire.writes("s3")).as("a rollback is a switch").isEmpty();
    }
    assertThat(account.everything()).isEqualTo(standing);
    await(host.destroy(site, words));
    assertThat(account.everything()).isEqualTo(before);
  }

  @Test
  void aMachineThatSomebodyEndedComesBackAtTheSameUrl() {
    Artifact one = artifact("One");
    URI url = deploy(one);
    String old = account.instances().getFirst().instanceId();
    account.ec2.terminateInstances(end -> end.instanceIds(old));
    assertThat(await(host.changes(site)).values())
        .anyMatch(said -> said.contains("it leads to no machine of the site"));
    assertThat(deploy(one)).isEqualTo(url);
    assertThat(get(url, "GET", "/")).isEqualTo("One ");
    assertThat(account.instances()).hasSize(1).noneMatch(now -> now.instanceId().equals(old));
    assertThat(account.addresses()).hasSize(1);
    await(host.destroy(site, words));
    assertThat(account.everything()).isEqualTo(before);
  }

  @Test
  void whatSomebodyChangedByHandIsSeenAndSetRightByARedeploy() {
    Artifact one = artifact("One");
    URI url = deploy(one);
    String group = account.groups().getFirst().groupId();
    String machine = account.instances().getFirst().instanceId();
    account.ec2.authorizeSecurityGroupIngress(
        open ->
            open.groupId(group)
                .ipPermissions(
                    rule ->
                        rule.ipProtocol("tcp")
                            .fromPort(22)
                            .toPort(22)
                            .ipRanges(range -> range.cidrIp("0.0.0.0/0"))));
    account.ec2.modifyInstanceMetadataOptions(
        modify -> modify.instanceId(machine).httpTokens(HttpTokensState.OPTIONAL));
    account.ec2.stopInstances(stop -> stop.instanceIds(machine));
    Map<String, List<String>> changes = await(host.changes(site));
    assertThat(changes.get(group)).containsExactly("somebody opened 22 to 22");
    assertThat(changes.get(machine))
        .containsExactlyInAnyOrder("it is stopped", "its metadata service answers without a token");
    assertThat(deploy(one)).isEqualTo(url);
    assertThat(await(host.changes(site)).values()).allMatch(List::isEmpty);
    assertThat(get(url, "GET", "/")).isEqualTo("One ");
  }

  @Test
  void aMachineThatNeverReportsIsWaitedForAndNamed() {
    host.close();
    host = AwsSites.host(wire.endpoint(), "patience", "1s");
    ec2.silentFor(Integer.MAX_VALUE);
    Artifact one = artifact("One");
    await(host.provision(site, words));
    await(host.upload(site, one, words));
    ErrorInfo error = failureOf(host.activate(site, one.sha256(), words));
    assertThat(error.code()).isEqualTo("aws_too_slow");
    assertThat(error.message())
        .contains(account.instances().getFirst().instanceId())
        .contains("reports to Systems Manager");
    assertThat(words.data).anyMatch(data -> data.containsKey("waited_ms"));
    ec2.silentFor(2);
    host.close();
    host = AwsSites.host(wire.endpoint());
    URI url = deploy(one);
    assertThat(get(url, "GET", "/")).isEqualTo("One ");
  }

  @Test
  void cancellingStopsTheScriptOnTheMachine() {
    Artifact one = artifact("One");
    await(host.provision(site, words));
    await(host.upload(site, one, words));
    ec2.neverDone(true);
    var running = host.activate(site, one.sha256(), words).subscribe().asCompletionStage();
    Awaitility.await().until(() -> ec2.commandsUnderWay() == 1);
    Awaitility.await()
        .until(() -> words.said.stream().anyMatch(line -> line.contains("puts the release live")));
    running.cancel(true);
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> ec2.commandsUnderWay() == 0);
  }

  @Test
  void aRegionWithoutTheImageIsSaidPlainlyAndNothingIsLeftAfterDestroy() {
    ec2.knowsNoImages();
    ErrorInfo error = failureOf(host.provision(site, words));
    assertThat(error.code()).isEqualTo("image_missing");
    assertThat(error.message()).contains("us-east-1").contains("Amazon Linux 2023");
    await(host.destroy(site, words));
    assertThat(account.everything()).isEqualTo(before);
  }

  @Test
  void aReleaseWithProgramsForX86MovesToSuchAMachineAndKeepsItsUrl() {
    URI url = deploy(artifact("One"));
    Map<String, String> pages = new TreeMap<>(TestSites.program("Two"));
    pages.put("native.node", "\u007fELF\2\1\1" + "\0".repeat(9) + "\3\0\76\0" + "\0".repeat(40));
    Artifact two = TestSites.artifact(files.resolve("x86"), pages);
    assertThat(deploy(two)).isEqualTo(url);
    assertThat(account.instances())
        .hasSize(1)
        .allMatch(machine -> machine.instanceTypeAsString().equals("t3.micro"));
    assertThat(get(url, "GET", "/")).isEqualTo("Two ");
    assertThat(words.said).anyMatch(line -> line.contains("x86_64"));
  }

  private URI deploy(Artifact artifact) {
    URI url = await(host.provision(site, words)).url();
    await(host.tag(site, words));
    await(host.upload(site, artifact, words));
    await(host.activate(site, artifact.sha256(), words));
    return url;
  }

  private String get(URI url, String method, String path) {
    try {
      return Visitor.ask(ec2.port(), url.getHost(), method, path);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private Artifact artifact(String word) {
    Map<String, String> pages = TestSites.program(word);
    return TestSites.artifact(files.resolve(Json.digest(pages)), pages);
  }

  private static ErrorInfo failureOf(Uni<?> work) {
    try {
      await(work);
    } catch (StepFailure failure) {
      return failure.info();
    }
    throw new AssertionError("it did not fail");
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(60));
  }
}
