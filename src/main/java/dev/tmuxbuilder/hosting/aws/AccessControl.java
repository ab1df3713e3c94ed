package dev.tmuxbuilder.hosting.aws;

import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.CloudFrontAsyncClient;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlOriginTypes;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningBehaviors;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningProtocols;

/**
 * The origin access control with which CloudFront signs what it asks of a site's bucket. AWS takes
 * no tags for it; its name says whose it is.
 */
final class AccessControl {
  static final String TYPE = "AWS::CloudFront::OriginAccessControl";

  private final CloudFrontAsyncClient cloudFront;
  private final String name;

  AccessControl(AwsClients aws, String name) {
    this.cloudFront = aws.cloudFront();
    this.name = name;
  }

  /** Its id, if it is there. */
  @CheckReturnValue
  Uni<Optional<String>> find(String stage) {
    return find(stage, null);
  }

  private Uni<Optional<String>> find(String stage, @Nullable String marker) {
    return Calls.make(
            stage,
            "cloudfront:ListOriginAccessControls",
            () -> cloudFront.listOriginAccessControls(list -> list.marker(marker)))
        .chain(
            answer -> {
              var page = answer.originAccessControlList();
              Optional<String> found =
                  page.items().stream()
                      .filter(item -> name.equals(item.name()))
                      .findFirst()
                      .map(item -> item.id());
              return found.isEmpty() && Boolean.TRUE.equals(page.isTruncated())
                  ? find(stage, page.nextMarker())
                  : Uni.createFrom().item(found);
            });
  }

  @CheckReturnValue
  Uni<String> ensure(String stage) {
    return find(stage)
        .chain(found -> found.map(id -> Uni.createFrom().item(id)).orElseGet(() -> create(stage)));
  }

  private Uni<String> create(String stage) {
    return Calls.raw(
            () ->
                cloudFront.createOriginAccessControl(
                    create ->
                        create.originAccessControlConfig(
                            config ->
                                config
                                    .name(name)
                                    .description("tmux-builder")
                                    .originAccessControlOriginType(
                                        OriginAccessControlOriginTypes.S3)
                                    .signingBehavior(OriginAccessControlSigningBehaviors.ALWAYS)
                                    .signingProtocol(OriginAccessControlSigningProtocols.SIGV4))))
        .map(answer -> answer.originAccessControl().id())
        .onFailure(failure -> AwsFailures.hasCode(failure, "OriginAccessControlAlreadyExists"))
        .recoverWithUni(taken -> find(stage).map(found -> found.orElseThrow(() -> wrapped(taken))))
        .onFailure()
        .transform(
            failure -> AwsFailures.of(stage, "cloudfront:CreateOriginAccessControl", failure));
  }

  private static RuntimeException wrapped(Throwable failure) {
    return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
  }

  @CheckReturnValue
  Uni<Void> remove(String stage) {
    return find(stage)
        .chain(found -> found.isEmpty() ? Uni.createFrom().voidItem() : delete(stage, found.get()));
  }

  private Uni<Void> delete(String stage, String id) {
    return Calls.make(
            stage,
            "cloudfront:GetOriginAccessControl",
            () -> cloudFront.getOriginAccessControl(get -> get.id(id)))
        .chain(
            current ->
                Calls.raw(
                        () ->
                            cloudFront.deleteOriginAccessControl(
                                delete -> delete.id(id).ifMatch(current.eTag())))
                    .onFailure(AwsFailures::isGone)
                    .recoverWithNull()
                    .onFailure()
                    .transform(
                        failure ->
                            AwsFailures.of(stage, "cloudfront:DeleteOriginAccessControl", failure)))
        .replaceWithVoid();
  }
}
