package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.cdn.fluent.CdnManagementClient;
import com.azure.resourcemanager.cdn.fluent.models.AfdEndpointInner;
import com.azure.resourcemanager.cdn.fluent.models.ProfileInner;
import com.azure.resourcemanager.cdn.fluent.models.RouteInner;
import com.azure.resourcemanager.cdn.models.AfdProvisioningState;
import com.azure.resourcemanager.cdn.models.AfdPurgeParameters;
import com.azure.resourcemanager.cdn.models.EnabledState;
import com.azure.resourcemanager.cdn.models.RouteUpdateParameters;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.UrlPaths;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Front Door, as far as a site needs it: a profile, an endpoint that gives the URL, and a route
 * from there to the release that is live.
 */
final class Edge {
  private static final String WRITE_ENDPOINT = "Microsoft.Cdn/profiles/afdEndpoints/write";
  private static final String WRITE_ROUTE = "Microsoft.Cdn/profiles/afdEndpoints/routes/write";

  /** What a purge takes in one call. */
  private static final int MOST_PATHS = 100;

  private final AzureClients azure;
  private final CdnManagementClient cdn;
  private final AzureNames names;
  private final AzureIds ids;
  private final Wait wait;
  private final Managed<ProfileInner> profile;
  private final Managed<AfdEndpointInner> endpoint;
  private final Managed<RouteInner> route;
  private final ReleaseRules rules;

  Edge(AzureClients azure, AzureIds ids, Wait wait) {
    this.azure = azure;
    this.cdn = azure.cdn();
    this.names = ids.names();
    this.ids = ids;
    this.wait = wait;
    this.profile =
        new Managed<>(
            "the Front Door profile",
            () -> profile("look"),
            one -> word(one.provisioningState()),
            wait);
    this.endpoint =
        new Managed<>(
            "the Front Door endpoint",
            () -> endpoint("look"),
            one -> word(one.provisioningState()),
            wait);
    this.route =
        new Managed<>(
            "the route to the site",
            () -> route("look"),
            one -> word(one.provisioningState()),
            wait);
    this.rules = new ReleaseRules(cdn, names, new EdgeParts(cdn, names, wait));
  }

  private static String word(@Nullable Object state) {
    return state == null ? "" : state.toString();
  }

  @CheckReturnValue
  Uni<Optional<ProfileInner>> profile(String stage) {
    return Calls.find(
        stage,
        "Microsoft.Cdn/profiles/read",
        () ->
            cdn.getProfiles()
                .getByResourceGroupWithResponseAsync(names.group(), names.profile())
                .map(answer -> answer.getValue()));
  }

  @CheckReturnValue
  Uni<Optional<AfdEndpointInner>> endpoint(String stage) {
    return Calls.find(
        stage,
        "Microsoft.Cdn/profiles/afdEndpoints/read",
        () ->
            cdn.getAfdEndpoints()
                .getWithResponseAsync(names.group(), names.profile(), names.endpoint())
                .map(answer -> answer.getValue()));
  }

  @CheckReturnValue
  Uni<Optional<RouteInner>> route(String stage) {
    return Calls.find(
        stage,
        "Microsoft.Cdn/profiles/afdEndpoints/routes/read",
        () ->
            cdn.getRoutes()
                .getWithResponseAsync(
                    names.group(), names.profile(), names.endpoint(), EdgeConfig.ROUTE)
                .map(answer -> answer.getValue()));
  }

  static URI url(AfdEndpointInner endpoint) {
    return URI.create("https://" + endpoint.hostname() + "/");
  }

  /** Profile and endpoint with their tags; they are all that takes tags here. */
  @CheckReturnValue
  Uni<AfdEndpointInner> ensureTagged(String stage, Map<String, String> tags, Progress progress) {
    return profile
        .ensure(
            stage,
            there -> AzureTags.carries(there.tags(), tags),
            there ->
                Calls.begin(
                    stage,
                    "Microsoft.Cdn/profiles/write",
                    () ->
                        cdn.getProfiles()
                            .createWithResponseAsync(
                                names.group(),
                                names.profile(),
                                EdgeConfig.profile(
                                    AzureTags.merged(
                                        there.map(ProfileInner::tags).orElse(null), tags)))),
            progress)
        .chain(
            () ->
                endpoint.ensure(
                    stage,
                    there ->
                        AzureTags.carries(there.tags(), tags)
                            && EnabledState.ENABLED.equals(there.enabledState()),
                    there ->
                        Calls.begin(
                            stage,
                            WRITE_ENDPOINT,
                            () ->
                                cdn.getAfdEndpoints()
                                    .createWithResponseAsync(
                                        names.group(),
                                        names.profile(),
                                        names.endpoint(),
                                        EdgeConfig.endpoint(
                                            AzureTags.merged(
                                                there.map(AfdEndpointInner::tags).orElse(null),
                                                tags)))),
                    progress));
  }

  /** All of it, so that the URL leads to the account's website. */
  @CheckReturnValue
  Uni<AfdEndpointInner> ensure(
      String stage, String webHost, Map<String, String> tags, Progress progress) {
    EdgeConfig config = new EdgeConfig(ids, webHost);
    return ensureTagged(stage, tags, progress)
        .call(() -> new EdgeParts(cdn, names, wait).ensure(stage, config, progress))
        .call(
            () ->
                route.ensure(
                    stage,
                    EdgeConfig::isSo,
                    there ->
                        Calls.begin(
                            stage,
                            WRITE_ROUTE,
                            () ->
                                cdn.getRoutes()
                                    .createWithResponseAsync(
                                        names.group(),
                                        names.profile(),
                                        names.endpoint(),
                                        EdgeConfig.ROUTE,
                                        config.route(
                                            there
                                                .map(one -> Way.of(ids, one))
                                                .orElseGet(() -> Way.nowhere(ids))))),
                    progress));
  }

  /** What the route must find there before it is told of a release. */
  @CheckReturnValue
  Uni<Void> prepare(String stage, Manifest release, Progress progress) {
    return rules.ensure(stage, release, progress);
  }

  /** The switch: one change of one resource. */
  @CheckReturnValue
  Uni<Void> show(String stage, Manifest release, Progress progress) {
    Way way = Way.to(ids, release);
    return route
        .ensure(
            stage,
            there -> Way.live(there).equals(release.artifactSha256()),
            there ->
                Calls.begin(
                    stage,
                    WRITE_ROUTE,
                    () ->
                        cdn.getRoutes()
                            .updateWithResponseAsync(
                                names.group(),
                                names.profile(),
                                names.endpoint(),
                                EdgeConfig.ROUTE,
                                new RouteUpdateParameters()
                                    .withOriginPath(way.originPath())
                                    .withRuleSets(way.ruleSets()))),
            progress)
        .replaceWithVoid();
  }

  /** Waits until a visitor from here is shown the release. */
  @CheckReturnValue
  Uni<Void> spread(
      String stage, AfdEndpointInner endpoint, String artifactSha256, Progress progress) {
    return wait.until(
            stage,
            "Front Door spreads the change",
            progress,
            () -> azure.shown(endpoint.hostname(), UrlPaths.of(Keys.MARK)),
            shown -> shown.strip().equals(artifactSha256))
        .replaceWithVoid();
  }

  /** Removes what only other releases need. */
  @CheckReturnValue
  Uni<Void> tidy(String stage, Set<String> releases, Progress progress) {
    return rules.keep(stage, releases, progress);
  }

  @CheckReturnValue
  Uni<Boolean> showsAsTold(String stage, Manifest release) {
    return rules.areSo(stage, release);
  }

  /** Has Front Door forget what it keeps of these paths, and waits until it has. */
  @CheckReturnValue
  Uni<Void> forget(String stage, List<String> paths, Progress progress) {
    if (paths.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<String> these = paths.size() > MOST_PATHS ? List.of("/*") : paths;
    progress.info(
        stage,
        "Front Door forgets " + these.size() + " changed paths",
        Map.of("paths", these.size()));
    return Calls.make(
            stage,
            "Microsoft.Cdn/profiles/afdEndpoints/purge/action",
            () ->
                Calls.ended(
                    cdn.getAfdEndpoints()
                        .beginPurgeContentAsync(
                            names.group(),
                            names.profile(),
                            names.endpoint(),
                            new AfdPurgeParameters().withContentPaths(these))))
        .replaceWithVoid();
  }

  /** What somebody changed by hand. */
  static List<String> differences(AfdEndpointInner endpoint, Optional<RouteInner> route) {
    List<String> words = new ArrayList<>();
    if (!EnabledState.ENABLED.equals(endpoint.enabledState())) {
      words.add("it is switched off");
    }
    if (route.isEmpty()) {
      words.add("its route is missing");
    } else if (!EdgeConfig.isSo(route.get())) {
      words.add("somebody changed its route");
    } else if (AfdProvisioningState.FAILED.equals(route.get().provisioningState())) {
      words.add("the last change of its route failed");
    }
    return words;
  }
}
