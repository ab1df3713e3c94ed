package dev.tmuxbuilder.verification;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.SiteType;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is to be proved.
 *
 * @param url where the site is live
 * @param artifact what should be live there
 * @param brief what was asked for, where the site should still show it word for word: on a build,
 *     not after the owner has edited the source
 * @param deployment the session's {@code deployment/} directory
 */
public record Target(
    ExecutionId execution,
    int run,
    URI url,
    SiteType siteType,
    Artifact artifact,
    Optional<String> brief,
    Path deployment) {}
