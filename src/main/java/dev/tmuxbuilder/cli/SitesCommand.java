package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the sites of the users whom this machine knows. */
@Command(name = "sites", description = "Lists your sites, newest first.")
final class SitesCommand extends RemoteCommand {
  SitesCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    List<JsonNode> sessions = ExecutionRef.sessions(surroundings(), connection());
    if (json()) {
      var document = Json.object();
      document.putArray("sessions").addAll(sessions);
      out().line(Json.line(document));
      return 0;
    }
    Table table = new Table("SESSION", "STATUS", "TYPE", "HOST", "RELEASE", "URL");
    for (JsonNode session : sessions) {
      table.row(
          session.path("session_id").asText(),
          session.path("status").asText(),
          session.path("site_type").asText(),
          session.path("host_provider").asText(),
          Json.text(session, "release").orElse("-"),
          Json.text(session, "url").orElse("-"));
    }
    if (table.isEmpty()) {
      out()
          .line(
              "No sites yet. Make one: " + surroundings().command() + " create examples/bakery.md");
    } else {
      table.print(out(), surroundings().terminal().style());
    }
    return 0;
  }
}
