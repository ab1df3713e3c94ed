package dev.tmuxbuilder.execution;

import java.util.Map;

/**
 * Something that a host holds for a session.
 *
 * @param type the provider's own word, e.g. {@code site}, {@code AWS::S3::Bucket}
 * @param tags every tag that is on it
 */
public record Resource(
    String provider, String type, String id, String region, Map<String, String> tags) {
  public Resource {
    tags = Map.copyOf(tags);
  }
}
