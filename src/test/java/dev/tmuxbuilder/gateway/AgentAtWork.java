package dev.tmuxbuilder.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.ServerDatabase;
import dev.tmuxbuilder.service.ServerProcess;
import dev.tmuxbuilder.tenancy.Tokens;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A run that goes on, with the token of its agent. */
public record AgentAtWork(ServerProcess server, Client.Created site, String token) {
  /** A new site's run, which was stopped and then looks as if it went on. */
  public static AgentAtWork begin(ServerProcess server) throws Exception {
    Client.Created site = server.client().create("# A site of its own");
    site.client().post("/api/cancel/" + site.id(), "");
    site.end();
    return of(server, site);
  }

  /** The same for a site that has been built. */
  public static AgentAtWork afterBuild(ServerProcess server) throws Exception {
    Client.Created site = server.client().create("# A site of its own");
    site.completed();
    return of(server, site);
  }

  private static AgentAtWork of(ServerProcess server, Client.Created site) throws Exception {
    AgentAtWork agent = new AgentAtWork(server, site, "tba_" + UUID.randomUUID());
    agent.set("running");
    try (Connection superuser = agent.database();
        PreparedStatement insert =
            superuser.prepareStatement(
                "insert into agent_tokens (token_sha256, tenant_id, execution_id, created_at)"
                    + " select ?, tenant_id, execution_id, now() from executions"
                    + " where execution_id = ?")) {
      insert.setBytes(1, Tokens.hash(agent.token()));
      insert.setString(2, site.id());
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
    return agent;
  }

  private Connection database() throws Exception {
    return new ServerDatabase(server.dataDirectory()).asSuperuser();
  }

  public void set(String status) throws Exception {
    try (Connection superuser = database();
        PreparedStatement update =
            superuser.prepareStatement("update executions set status = ? where execution_id = ?")) {
      update.setString(1, status);
      update.setString(2, site.id());
      update.executeUpdate();
    }
  }

  /** A file that looks as if it had come with the brief. */
  public void sent(String name, String mediaType, byte[] content) throws Exception {
    try (Connection superuser = database();
        PreparedStatement insert =
            superuser.prepareStatement(
                "insert into attachments (attachment_id, execution_id, tenant_id, place, name,"
                    + " media_type, bytes, sha256, content) select gen_random_uuid(), execution_id,"
                    + " tenant_id, 1, ?, ?, ?, '', ? from executions where execution_id = ?")) {
      insert.setString(1, name);
      insert.setString(2, mediaType);
      insert.setLong(3, content.length);
      insert.setBytes(4, content);
      insert.setString(5, site.id());
      insert.executeUpdate();
    }
  }

  /** A request with the agent's token to a path of this service. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json");
  }

  /** What its calls were metered as. */
  public List<String> usage() throws Exception {
    try (Connection superuser = database()) {
      return ServerDatabase.texts(
          superuser,
          "select concat_ws(' ', provider, model, requests, input_tokens, output_tokens,"
              + " cache_read_tokens, cache_write_tokens, cost_microusd) from model_usage"
              + " where execution_id = '"
              + site.id()
              + "'");
    }
  }

  /** Lines of the journal that belong to a stage. */
  public List<JsonNode> journal(String stage) throws Exception {
    try (Connection superuser = database()) {
      return ServerDatabase.texts(
              superuser,
              "select jsonb_build_object('level', level, 'message', message, 'data', data)::text"
                  + " from events where stage = '"
                  + stage
                  + "' and execution_id = '"
                  + site.id()
                  + "' order by seq")
          .stream()
          .map(Client::tree)
          .toList();
    }
  }
}
