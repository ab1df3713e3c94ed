package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Place;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import java.net.URI;
import java.util.List;

/** Azure, by its double and Azurite. */
public final class AzurePlace implements Place {
  private final SiteType type;
  private final Cloud cloud;
  private final FrontDoorStandIn edge;
  private final VirtualMachines machines;
  private final AzureHost host;

  /**
   * @param earlier releases that are kept besides the live one
   */
  public AzurePlace(BlobServer blobs, SiteType type, int earlier) {
    this.type = type;
    this.cloud = new Cloud(blobs);
    this.edge = new FrontDoorStandIn(cloud);
    this.machines = new VirtualMachines(cloud, true);
    this.host =
        AzureSites.host(cloud.endpoint(), edge, "sites.releases", Integer.toString(earlier));
  }

  @Override
  public Host host() {
    return host;
  }

  @Override
  public Site site() {
    return TestSites.site(type);
  }

  @Override
  public String ask(URI url, String method, String path) {
    return type == SiteType.STATIC
        ? edge.get(url.getHost(), path).text()
        : machines.ask(url, method, path);
  }

  @Override
  public List<String> everything() {
    return cloud.everything();
  }

  @Override
  public List<String> creations() {
    return cloud.writes().stream()
        .filter(call -> !call.blob() && call.method().equals("PUT"))
        .filter(call -> call.body().contains("\"location\""))
        .filter(call -> !call.path().contains("/runCommands/"))
        .map(Cloud.Call::body)
        .toList();
  }

  /** A machine's disk is made with it, in no call of its own. */
  @Override
  public int taggedThings() {
    return type == SiteType.STATIC ? 4 : 7;
  }

  @Override
  public void close() {
    host.close();
    machines.close();
    edge.close();
    cloud.close();
  }
}
