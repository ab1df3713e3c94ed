package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.TenantId;
import java.nio.file.Path;
import java.util.Map;

/**
 * A site as a host sees it.
 *
 * @param tenant whose site it is: a host may act for each tenant in an account of its own
 * @param name unique and unchanging, a legal DNS label of at most 63 characters
 * @param logs the session's directory for what the site's process prints
 * @param state the session's directory that a dynamic site may write to, kept from release to
 *     release
 * @param tags what every resource of the site must carry
 * @param lease the fencing token of whoever acts: a host that can tell lets none with a lower one
 *     undo what was done with a higher one
 */
public record Site(
    ExecutionId execution,
    TenantId tenant,
    String name,
    SiteType type,
    Path logs,
    Path state,
    Map<String, String> tags,
    long lease) {
  public Site {
    tags = Map.copyOf(tags);
  }
}
