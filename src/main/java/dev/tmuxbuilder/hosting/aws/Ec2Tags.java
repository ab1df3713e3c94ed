package dev.tmuxbuilder.hosting.aws;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** The nine tags, and a name, in EC2's form. */
record Ec2Tags(String name, Map<String, String> tags) {
  private static final String NAME = "Name";

  /** For the call that makes things of these kinds. */
  List<TagSpecification> onCreate(ResourceType... types) {
    return Arrays.stream(types)
        .map(type -> TagSpecification.builder().resourceType(type).tags(all()).build())
        .toList();
  }

  List<Tag> all() {
    Map<String, String> wanted = new TreeMap<>(tags);
    wanted.put(NAME, name);
    return wanted.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  /** Finds what belongs to the session. */
  Filter ofOwner() {
    String owner = tags.get(AwsTags.OWNER);
    return Filter.builder().name("tag:" + AwsTags.OWNER).values(owner == null ? "" : owner).build();
  }

  static Filter is(String name, String... values) {
    return Filter.builder().name(name).values(values).build();
  }

  /** The name tag; empty where there is none. */
  static String nameIn(List<Tag> there) {
    return there.stream()
        .filter(tag -> tag.key().equals(NAME))
        .findFirst()
        .map(Tag::value)
        .orElse("");
  }

  static Map<String, String> read(List<Tag> there) {
    Map<String, String> tags = new TreeMap<>();
    there.forEach(tag -> tags.put(tag.key(), tag.value()));
    tags.remove(NAME);
    return tags;
  }
}
