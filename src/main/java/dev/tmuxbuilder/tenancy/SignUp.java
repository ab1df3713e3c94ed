package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.Upload;
import dev.tmuxbuilder.execution.UserId;
import java.util.List;
import java.util.Optional;

/**
 * A wish for a site, checked in form.
 *
 * @param identity of the user, who may be new; without it the user is the caller, who is known
 * @param siteSlug what the site's name should begin with; may be empty
 * @param template the shared repository that the site begins as
 * @param files what came with the brief
 * @param idempotencyKey names the wish, so that a repetition starts nothing twice
 */
public record SignUp(
    UserId user,
    Optional<Identity> identity,
    HostProvider host,
    SiteType siteType,
    AgentKind agent,
    String requirements,
    String siteSlug,
    Optional<String> template,
    List<Upload> files,
    Optional<IdempotencyKey> idempotencyKey) {
  public SignUp {
    files = List.copyOf(files);
  }

  /**
   * @param keySha256 of the header's value
   * @param bodySha256 of the whole wish
   */
  public record IdempotencyKey(byte[] keySha256, byte[] bodySha256) {}
}
