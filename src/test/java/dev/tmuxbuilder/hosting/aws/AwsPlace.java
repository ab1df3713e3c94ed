package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Place;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.hosting.Visitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** AWS, by its emulator and stand-ins. */
public final class AwsPlace implements Place {
  private static final Set<String> MAKING =
      Set.of(
          "CreateRole",
          "CreateInstanceProfile",
          "CreateSecurityGroup",
          "AuthorizeSecurityGroupIngress",
          "AllocateAddress",
          "RunInstances");

  private final SiteType type;
  private final CloudFrontStandIn edge;
  private final Ec2StandIn machines;
  private final Wire wire;
  private final Account account;
  private final AwsHost host;

  /**
   * @param earlier releases that are kept besides the live one
   */
  public AwsPlace(Emulator emulator, SiteType type, int earlier) {
    emulator.reset();
    this.type = type;
    this.edge = new CloudFrontStandIn(emulator.endpoint());
    this.machines = new Ec2StandIn(emulator.endpoint(), true);
    this.wire = new Wire(emulator.endpoint(), machines);
    this.account = new Account(emulator.endpoint());
    this.host = AwsSites.host(wire.endpoint(), "sites.releases", Integer.toString(earlier));
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
    try {
      return Visitor.ask(
          type == SiteType.STATIC ? edge.port() : machines.port(), url.getHost(), method, path);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public List<String> everything() {
    return account.everything();
  }

  @Override
  public List<String> creations() {
    return wire.calls().stream()
        .filter(
            call ->
                MAKING.contains(call.action())
                    || (call.service().equals("s3")
                        && call.method().equals("PUT")
                        && call.query().isEmpty()
                        && call.path().lastIndexOf('/') == 0)
                    || (call.service().equals("cloudfront")
                        && call.method().equals("POST")
                        && call.path().endsWith("/distribution")))
        .map(
            call ->
                MAKING.contains(call.action())
                    ? URLDecoder.decode(call.body(), StandardCharsets.UTF_8)
                    : call.body())
        .toList();
  }

  @Override
  public int taggedThings() {
    return type == SiteType.STATIC ? 2 : 7;
  }

  @Override
  public void close() {
    host.close();
    account.close();
    wire.close();
    machines.close();
    edge.close();
  }
}
