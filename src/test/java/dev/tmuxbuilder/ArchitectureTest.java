package dev.tmuxbuilder;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;

/** The arrows between the rooms, as docs/architecture.md draws them. */
@AnalyzeClasses(packages = "dev.tmuxbuilder", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.tmuxbuilder.";

  @ArchTest
  static final ArchRule theHeartKnowsThePortsOnly =
      room("execution")
          .should()
          .onlyDependOnClassesThat(
              anyOf("execution", "agent", "hosting", "verification", "workspace", "tenancy")
                  .or(outsideThisProgram()));

  @ArchTest
  static final ArchRule theHeartKnowsNoFramework =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "execution..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.quarkus..",
              "jakarta..",
              "io.vertx..",
              "java.sql..",
              "com.microsoft..",
              "io.micrometer..",
              "io.opentelemetry..");

  @ArchTest
  static final ArchRule aPortKnowsTheHeartsRecords =
      classes()
          .that()
          .resideInAnyPackage(
              ROOT + "agent", ROOT + "hosting", ROOT + "verification", ROOT + "workspace")
          .should()
          .onlyDependOnClassesThat(
              anyOf("execution", "agent", "hosting", "verification", "workspace", "brief")
                  .or(outsideThisProgram()));

  @ArchTest
  static final ArchRule theStarterAgentKnowsItsPort = adapter("agent.starter", "agent", "brief");

  @ArchTest static final ArchRule claudeKnowsItsPort = adapter("agent.claude", "agent");

  @ArchTest static final ArchRule openCodeKnowsItsPort = adapter("agent.opencode", "agent");

  @ArchTest static final ArchRule theLocalHostKnowsItsPort = adapter("hosting.local", "hosting");

  @ArchTest static final ArchRule theAwsHostKnowsItsPort = adapter("hosting.aws", "hosting");

  @ArchTest static final ArchRule theAzureHostKnowsItsPort = adapter("hosting.azure", "hosting");

  @ArchTest
  static final ArchRule theSdkOfAzureStaysInItsHost =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "hosting.azure..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.azure..", "reactor..");

  @ArchTest
  static final ArchRule theSdkOfACloudStaysInItsHost =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "hosting.aws..", ROOT + "gateway.bedrock..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon..");

  @ArchTest
  static final ArchRule whatIsAmazonsKnowsNobody = only("gateway.bedrock", "gateway.bedrock");

  @ArchTest
  static final ArchRule theBrowserKnowsItsPort =
      adapter("verification.browser", "verification", "brief");

  @ArchTest static final ArchRule theDiskKnowsItsPort = adapter("workspace.disk", "workspace");

  @ArchTest static final ArchRule theBriefKnowsNobody = only("brief", "brief");

  @ArchTest
  static final ArchRule tenancyKnowsTheHeart = only("tenancy", "tenancy", "execution", "platform");

  @ArchTest
  static final ArchRule theStoreKnowsTheHeartAndTenancy =
      only(
          "store",
          "store",
          "agent",
          "execution",
          "tenancy",
          "gateway",
          "library",
          "costs",
          "sweeper",
          "hosting",
          "secrets",
          "platform");

  @ArchTest
  static final ArchRule theGatewayKnowsWhatAgentsAsk =
      only("gateway", "gateway", "gateway.bedrock", "agent", "execution", "tenancy", "platform");

  @ArchTest
  static final ArchRule theLibraryKnowsTheHeartsRecords =
      classes()
          .that()
          .resideInAPackage(ROOT + "library")
          .should()
          .onlyDependOnClassesThat(anyOf("library", "execution").or(outsideThisProgram()));

  @ArchTest
  static final ArchRule theSessionsEquipmentKnowsItsPorts =
      adapter("library.session", "library", "workspace");

  @ArchTest
  static final ArchRule theVerbsKnowTheHeart =
      only("mcp", "mcp", "gateway", "execution", "tenancy", "workspace", "platform");

  @ArchTest
  static final ArchRule theStreamKnowsTheHeart = only("stream", "stream", "execution", "platform");

  @ArchTest
  static final ArchRule telemetryListensToTheHeart =
      only("telemetry", "telemetry", "execution", "platform");

  @ArchTest
  static final ArchRule retentionAsksTheOwners =
      only("retention", "retention", "execution", "workspace", "tenancy", "platform");

  @ArchTest
  static final ArchRule costsAskTheHosts =
      only("costs", "costs", "execution", "hosting", "platform");

  @ArchTest
  static final ArchRule secretsKnowWhoseTheyAre =
      only("secrets", "secrets", "execution", "hosting", "tenancy", "platform");

  @ArchTest
  static final ArchRule whoVouchesKnowsWhoIsWho =
      only("identity", "identity", "execution", "tenancy", "platform");

  @ArchTest
  static final ArchRule theSweeperAsksTheHosts =
      only("sweeper", "sweeper", "execution", "hosting", "platform");

  @ArchTest
  static final ArchRule theQueueRunsThePipeline =
      only(
          "queue",
          "queue",
          "execution",
          "agent",
          "hosting",
          "verification",
          "workspace",
          "platform");

  @ArchTest
  static final ArchRule theApiKnowsPortsAndDecidesNothing =
      only(
          "api",
          "api",
          "execution",
          "agent",
          "tenancy",
          "workspace",
          "hosting",
          "verification",
          "stream",
          "brief",
          "costs",
          "sweeper",
          "secrets",
          "identity",
          "platform");

  @ArchTest
  static final ArchRule pagesKnowPortsAndTheApi =
      only(
          "web",
          "web",
          "api",
          "identity",
          "execution",
          "tenancy",
          "workspace",
          "agent",
          "hosting",
          "brief",
          "costs",
          "sweeper",
          "secrets",
          "platform");

  @ArchTest
  static final ArchRule theCommandLineKnowsTheContract =
      only("cli", "cli", "execution", "isolation", "library", "platform");

  @ArchTest
  static final ArchRule theWallsKnowNothingOfWhatTheyKeepIn =
      only("isolation", "isolation", "platform");

  @ArchTest static final ArchRule thePlatformKnowsNobody = only("platform", "platform");

  private static com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction room(
      String name) {
    return classes().that().resideInAPackage(ROOT + name + "..");
  }

  private static ArchRule only(String room, String... may) {
    return room(room).should().onlyDependOnClassesThat(anyOf(may).or(outsideThisProgram()));
  }

  /** An adapter knows its port and the heart's records, and no other adapter. */
  private static ArchRule adapter(String room, String... ports) {
    return room(room)
        .should()
        .onlyDependOnClassesThat(
            exactly(ports)
                .or(resideInAPackage(ROOT + room + ".."))
                .or(anyOf("execution", "platform", "isolation"))
                .or(outsideThisProgram()));
  }

  private static DescribedPredicate<JavaClass> anyOf(String... rooms) {
    return resideInAnyPackage(
        Arrays.stream(rooms)
            .map(name -> name.equals("execution") || name.equals("platform") ? name + ".." : name)
            .map(name -> ROOT + name)
            .toArray(String[]::new));
  }

  private static DescribedPredicate<JavaClass> exactly(String... rooms) {
    return resideInAnyPackage(Arrays.stream(rooms).map(name -> ROOT + name).toArray(String[]::new));
  }

  private static DescribedPredicate<JavaClass> outsideThisProgram() {
    return DescribedPredicate.not(resideInAPackage(ROOT + "."));
  }
}
