package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.SiteObjects;
import dev.tmuxbuilder.hosting.UrlPaths;
import dev.tmuxbuilder.platform.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.cloudfront.model.AllowedMethods;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.Method;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

/**
 * How a distribution is set so that it shows a release: the base's part of the bucket for all
 * paths, and for each path that is an exception a behaviour of its own that leads elsewhere. One
 * update of the distribution switches all of it.
 */
final class EdgeConfig {
  /** AWS' own policies; their ids are the same in every account. */
  static final String CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

  static final String SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03";

  /** The part of the bucket in which there is never anything. */
  static final String NOWHERE = "nothing";

  private static final Set<Integer> MISSING = Set.of(403, 404);

  private final Settings.Aws settings;
  private final AwsNames names;
  private final String bucketDomain;

  EdgeConfig(Settings.Aws settings, AwsNames names, String bucketDomain) {
    this.settings = settings;
    this.names = names;
    this.bucketDomain = bucketDomain;
  }

  /** What of a configuration decides what visitors see. */
  record Essence(
      boolean enabled,
      String root,
      String base,
      Map<String, String> exceptions,
      Map<Integer, String> errors,
      String viewers,
      String priceClass) {}

  /** A distribution that shows nothing yet. */
  DistributionConfig empty(String reference, String accessControl) {
    return with(
        DistributionConfig.builder()
            .callerReference(reference)
            .defaultCacheBehavior(standard(DefaultCacheBehavior.builder(), NOWHERE))
            .httpVersion(HttpVersion.HTTP2_AND3)
            .isIPV6Enabled(true)
            .viewerCertificate(certificate -> certificate.cloudFrontDefaultCertificate(true)),
        accessControl,
        Live.NOTHING,
        NOWHERE,
        Map.of());
  }

  /**
   * @param there the configuration as it is: what is not ours to decide stays, such as a domain
   *     name, a firewall or a log that somebody gave the distribution
   */
  DistributionConfig showing(
      DistributionConfig there, Manifest manifest, Live live, String accessControl) {
    Map<String, String> exceptions = new TreeMap<>(manifest.elsewhere());
    manifest.gone().forEach(key -> exceptions.put(key, NOWHERE));
    Optional.ofNullable(exceptions.get(SiteObjects.INDEX)).ifPresent(in -> exceptions.put("", in));
    return with(
        there.toBuilder()
            .defaultCacheBehavior(
                standard(there.defaultCacheBehavior().toBuilder(), manifest.base())),
        accessControl,
        live,
        manifest.base(),
        exceptions);
  }

  private DistributionConfig with(
      DistributionConfig.Builder config,
      String accessControl,
      Live live,
      String base,
      Map<String, String> exceptions) {
    Set<String> parts = new TreeSet<>(exceptions.values());
    parts.add(base);
    List<Origin> origins = parts.stream().map(part -> origin(part, accessControl)).toList();
    List<CacheBehavior> behaviors = new ArrayList<>();
    exceptions.forEach((key, part) -> behaviors.add(behavior(UrlPaths.of(key), part)));
    List<CustomErrorResponse> errors = MISSING.stream().sorted().map(this::whenMissing).toList();
    return config
        .comment(live.comment(names.full()))
        .enabled(true)
        .defaultRootObject(SiteObjects.INDEX)
        .origins(all -> all.items(origins).quantity(origins.size()))
        .cacheBehaviors(all -> all.items(behaviors).quantity(behaviors.size()))
        .customErrorResponses(all -> all.items(errors).quantity(errors.size()))
        .priceClass(settings.priceClass())
        .build();
  }

  /** With all that an update wants to be told, though it has a default when made. */
  private Origin origin(String part, String accessControl) {
    return Origin.builder()
        .id(originId(part))
        .domainName(bucketDomain)
        .originPath(Keys.originPath(part))
        .originAccessControlId(accessControl)
        .s3OriginConfig(s3 -> s3.originAccessIdentity(""))
        .customHeaders(none -> none.quantity(0))
        .connectionAttempts(3)
        .connectionTimeout(10)
        .originShield(shield -> shield.enabled(false))
        .build();
  }

  private static String originId(String part) {
    return "release-" + part;
  }

  private static DefaultCacheBehavior standard(DefaultCacheBehavior.Builder behavior, String part) {
    return behavior
        .targetOriginId(originId(part))
        .viewerProtocolPolicy(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)
        .allowedMethods(EdgeConfig::reading)
        .compress(true)
        .cachePolicyId(CACHING_OPTIMIZED)
        .responseHeadersPolicyId(SECURITY_HEADERS)
        .build();
  }

  private static CacheBehavior behavior(String pattern, String part) {
    return CacheBehavior.builder()
        .pathPattern(pattern)
        .targetOriginId(originId(part))
        .viewerProtocolPolicy(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)
        .allowedMethods(EdgeConfig::reading)
        .compress(true)
        .cachePolicyId(CACHING_OPTIMIZED)
        .responseHeadersPolicyId(SECURITY_HEADERS)
        .smoothStreaming(false)
        .fieldLevelEncryptionId("")
        .lambdaFunctionAssociations(none -> none.quantity(0))
        .functionAssociations(none -> none.quantity(0))
        .build();
  }

  private static void reading(AllowedMethods.Builder methods) {
    methods
        .items(Method.GET, Method.HEAD)
        .quantity(2)
        .cachedMethods(cached -> cached.items(Method.GET, Method.HEAD).quantity(2));
  }

  /** Ten seconds: a page that is published a moment later should not stay missing. */
  private CustomErrorResponse whenMissing(int code) {
    return CustomErrorResponse.builder()
        .errorCode(code)
        .responsePagePath("/" + (settings.spa() ? SiteObjects.INDEX : SiteObjects.NOT_FOUND))
        .responseCode(settings.spa() ? "200" : "404")
        .errorCachingMinTTL(10L)
        .build();
  }

  /** In words; empty where they are the same. */
  static List<String> differences(Essence there, Essence wanted) {
    List<String> differences = new ArrayList<>();
    if (there.enabled() != wanted.enabled()) {
      differences.add("it is switched off");
    }
    if (!there.base().equals(wanted.base()) || !there.exceptions().equals(wanted.exceptions())) {
      differences.add("it shows something else than its release");
    }
    if (!there.root().equals(wanted.root()) || !there.errors().equals(wanted.errors())) {
      differences.add("its home page or its page for what is missing is another");
    }
    if (!there.viewers().equals(wanted.viewers())) {
      differences.add("visitors without TLS are treated in another way");
    }
    if (!there.priceClass().equals(wanted.priceClass())) {
      differences.add("its price class is another");
    }
    return differences;
  }

  static Essence essence(DistributionConfig config) {
    Map<String, String> paths =
        config.origins().items().stream()
            .collect(Collectors.toMap(Origin::id, Origin::originPath, (one, same) -> one));
    Map<String, String> exceptions = new TreeMap<>();
    if (config.cacheBehaviors() != null) {
      config
          .cacheBehaviors()
          .items()
          .forEach(
              behavior ->
                  exceptions.put(
                      behavior.pathPattern(), paths.getOrDefault(behavior.targetOriginId(), "")));
    }
    Map<Integer, String> errors = new TreeMap<>();
    if (config.customErrorResponses() != null) {
      config
          .customErrorResponses()
          .items()
          .forEach(
              error ->
                  errors.put(
                      error.errorCode(), error.responseCode() + " " + error.responsePagePath()));
    }
    DefaultCacheBehavior standard = config.defaultCacheBehavior();
    return new Essence(
        config.enabled(),
        config.defaultRootObject(),
        paths.getOrDefault(standard.targetOriginId(), ""),
        exceptions,
        errors,
        standard.viewerProtocolPolicyAsString(),
        config.priceClassAsString());
  }
}
