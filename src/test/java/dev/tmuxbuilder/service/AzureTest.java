package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.hosting.azure.BlobServer;
import dev.tmuxbuilder.hosting.azure.Cloud;
import dev.tmuxbuilder.hosting.azure.FrontDoorStandIn;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with Azure behind it, from a wish to nothing left. */
class AzureTest {
  @Test
  void aSiteOnAzureLivesFromCreateUserToDestroy(@TempDir Path directory) throws IOException {
    try (BlobServer blobs = BlobServer.start();
        Cloud cloud = new Cloud(blobs);
        FrontDoorStandIn edge = new FrontDoorStandIn(cloud);
        ServerProcess server =
            new ServerProcess(directory.resolve("data"))
                .with("TMUXBUILDER_AZURE_ENDPOINT", cloud.endpoint().toString())
                .with("TMUXBUILDER_AZURE_EDGE", edge.address().toString())
                .with("TMUXBUILDER_AZURE_PAUSE", "100ms")
                .with("TMUXBUILDER_VERIFY_CONNECT_TO", "*.azurefd.net=" + edge.address())
                .start()) {
      Map<String, Object> wish = Client.wish(Files.readString(Path.of("examples/bakery.md")));
      wish.put("host_provider", "azure");
      wish.put("site_type", "dynamic");
      assertThat(
              server
                  .client()
                  .json(server.client().post("/api/create-user", Client.text(wish)), 422)
                  .toString())
          .contains("makes no dynamic sites on azure");

      wish.put("site_type", "static");
      Client.Created site = server.client().create(wish);
      JsonNode built = site.completed();
      URI url = URI.create(built.get("url").asText());
      assertThat(url.getScheme()).isEqualTo("https");
      assertThat(url.getHost()).endsWith(".azurefd.net");
      assertThat(receipt(site, 1).get("cost_estimate").get("monthly").doubleValue())
          .as("Front Door has a price each month")
          .isGreaterThan(35);
      byte[] first = edge.get(url.getHost(), "/").body();
      assertThat(resources(site)).allMatch(one -> one.get("drift").isEmpty()).hasSize(4);

      Path index = source(server, site).resolve("index.html");
      Files.writeString(
          index, Files.readString(index).replace("</body>", "<p>Fresh from the oven.</p></body>"));
      site.post("redeploy", "");
      assertThat(site.completed().get("url")).isEqualTo(built.get("url"));
      assertThat(edge.get(url.getHost(), "/").text()).contains("Fresh from the oven.");

      site.post("rollback", "{\"release\":1}");
      assertThat(site.completed().get("url")).isEqualTo(built.get("url"));
      assertThat(edge.get(url.getHost(), "/").body()).isEqualTo(first);

      site.client().json(site.client().delete("/api/executions/" + site.id()), 202);
      site.await(now -> now.get("status").asText().equals("destroyed"));
      assertThat(cloud.everything()).isEmpty();
      assertThat(resources(site)).isEmpty();
    }
  }

  private static JsonNode receipt(Client.Created site, int release) {
    return site.client()
        .json(site.client().get("/api/executions/" + site.id() + "/receipts/" + release), 200);
  }

  private static JsonNode resources(Client.Created site) {
    return site.client()
        .json(site.client().get("/api/executions/" + site.id() + "/resources"), 200)
        .get("resources");
  }

  private static Path source(ServerProcess server, Client.Created site) {
    return server
        .dataDirectory()
        .resolve("users/" + site.answer().get("user_id").asText())
        .resolve("sessions/" + site.answer().get("session_id").asText())
        .resolve("source");
  }
}
