package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.isolation.Layers;
import dev.tmuxbuilder.isolation.Sandbox;
import dev.tmuxbuilder.platform.Finding;
import dev.tmuxbuilder.platform.Machine;
import dev.tmuxbuilder.platform.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;

/** Says what this machine has and lacks, and how to get it. */
@Command(
    name = "doctor",
    description = "Says what this machine has and lacks for the service, and how to get it.",
    footer = {"", "Exit code 0 where everything that is needed is there."})
final class DoctorCommand extends RemoteCommand {
  DoctorCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Finding> findings = new ArrayList<>(new Machine(wanted()).inspect());
    findings.add(isolation());
    emergency().ifPresent(findings::add);
    cloud("AWS", "sign in to the profile of TMUXBUILDER_AWS_PROFILE").ifPresent(findings::add);
    cloud("Azure", "az login, with a subscription that TMUXBUILDER_AZURE_SUBSCRIPTION names")
        .ifPresent(findings::add);
    boolean healthy = findings.stream().noneMatch(Finding::isFatal);
    if (json()) {
      out().line(Json.line(document(findings, healthy)));
    } else {
      findings.forEach(this::say);
      out().line("");
      out().line(healthy ? "Everything that is needed is there." : "Something needed is missing.");
    }
    return healthy ? 0 : CliFailure.FAILED;
  }

  /** What keeps programs in that strangers wrote. */
  private Finding isolation() {
    List<Layers.Missing> missing =
        new Sandbox(surroundings().variable("TMUXBUILDER_SITES_NODE").orElse("node"), true)
            .layers()
            .missing();
    return missing.isEmpty()
        ? Finding.ok(
            "isolation",
            Finding.Need.OPTIONAL,
            "walls, closed network, user ids, system calls, limits")
        : Finding.missing(
            "isolation",
            Finding.Need.OPTIONAL,
            "without " + String.join("; ", missing.stream().map(Layers.Missing::layer).toList()),
            String.join(" ", missing.stream().map(Layers.Missing::remedy).toList()));
  }

  /** A second way in that should not stay open; nothing where it is shut. */
  private Optional<Finding> emergency() {
    return surroundings()
        .variable("TMUXBUILDER_IDENTITY_EMERGENCY_USER")
        .map(
            user ->
                Finding.missing(
                    "emergency sign-in",
                    Finding.Need.OPTIONAL,
                    "on: who knows its password is the operator, also past Cloudflare Access",
                    "take TMUXBUILDER_IDENTITY_EMERGENCY_USER and …_PASSWORD_HASH out when the"
                        + " emergency is over"));
  }

  private Machine.Wanted wanted() throws InterruptedException {
    Surroundings s = surroundings();
    return new Machine.Wanted(
        s.dataDir(),
        s.variable("TMUXBUILDER_BROWSER_NODE_MODULES")
            .map(Path::of)
            .orElse(Path.of("src/main/node/node_modules"))
            .toAbsolutePath(),
        s.variable("TMUXBUILDER_BROWSER_NODE").orElse("node"),
        s.variable("TMUXBUILDER_BROWSER_EXECUTABLE").map(Path::of),
        List.of(s.port(), s.sitesPort()),
        service(s));
  }

  /** The process of the service, where it runs on this machine already. */
  private static OptionalLong service(Surroundings s) throws InterruptedException {
    Api api = new Api("http://127.0.0.1:" + s.port(), Optional.empty());
    boolean ours = api.readiness().filter(answer -> answer == 200 || answer == 503).isPresent();
    return ours
        ? Ports.listener(s.port())
            .flatMap(Ports.Listener::pid)
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty())
        : OptionalLong.empty();
  }

  /** Who the service is for a cloud, where it runs and something is set for that. */
  private Optional<Finding> cloud(String cloud, String remedy) throws InterruptedException {
    String name = cloud.toLowerCase(Locale.ROOT);
    return new Api("http://127.0.0.1:" + surroundings().port(), Optional.empty())
        .readinessOf(cloud)
        .filter(data -> data.path("configured").asText().equals("yes"))
        .map(
            data ->
                data.has("problem")
                    ? Finding.missing(
                        name,
                        Finding.Need.OPTIONAL,
                        data.path("problem").asText(),
                        remedy + ", then restart the service")
                    : Finding.ok(name, Finding.Need.OPTIONAL, data.path("identity").asText()));
  }

  private void say(Finding finding) {
    Style style = surroundings().terminal().style();
    String mark =
        switch (finding.state()) {
          case OK -> style.tick();
          case MISSING -> finding.isFatal() ? style.cross() : style.warn(style.mark("•", "!"));
        };
    out().line(mark + " " + Text.pad(finding.name(), 27) + Text.clean(finding.detail()));
    finding.remedy().ifPresent(remedy -> out().line(" ".repeat(29) + style.dim("→ ") + remedy));
  }

  private static ObjectNode document(List<Finding> findings, boolean healthy) {
    ObjectNode document = Json.object().put("healthy", healthy);
    var list = document.putArray("findings");
    for (Finding finding : findings) {
      ObjectNode entry =
          list.addObject()
              .put("name", finding.name())
              .put("state", finding.state().name().toLowerCase(Locale.ROOT))
              .put("need", finding.need().name().toLowerCase(Locale.ROOT))
              .put("detail", finding.detail());
      finding.remedy().ifPresent(remedy -> entry.put("remedy", remedy));
    }
    return document;
  }
}
