package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.Site;
import java.nio.file.Path;
import java.util.Map;

/**
 * A node that deploys and switches without a pause, to be killed in the middle of it: DATA ONE TWO
 * PROGRAM SANDBOX.
 */
final class UntilKilled {
  private UntilKilled() {}

  public static void main(String[] arguments) throws Exception {
    LocalSites sites =
        new LocalSites(Path.of(arguments[0]), Map.of("tmuxbuilder.sites.sandbox", arguments[4]));
    Artifact one = Artifacts.read(Path.of(arguments[1]));
    Artifact two = Artifacts.read(Path.of(arguments[2]));
    sites.deploy("program", SiteType.DYNAMIC, Artifacts.read(Path.of(arguments[3])));
    Site site = sites.deploy("pages", SiteType.STATIC, one);
    System.out.println("ready");
    for (; ; ) {
      for (Artifact next : new Artifact[] {two, one}) {
        sites.host.provision(site, sites.lines).await().atMost(LocalSites.LIMIT);
        sites.upload(site, next);
        sites.activate(site, next);
        Site passing = sites.deploy("passing", SiteType.STATIC, next);
        sites.host.destroy(passing, sites.lines).await().atMost(LocalSites.LIMIT);
      }
    }
  }
}
