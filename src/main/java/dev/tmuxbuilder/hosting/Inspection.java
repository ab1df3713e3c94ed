package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a host holds for a site, against what it should hold. */
public record Inspection(List<Item> items) {
  public Inspection {
    items = List.copyOf(items);
  }

  /**
   * A resource that is there or should be.
   *
   * @param present whether it is there
   * @param drift what is not as it was made, in words; empty where all is well
   */
  public record Item(Resource resource, boolean present, List<String> drift) {
    public Item {
      drift = List.copyOf(drift);
    }
  }

  /**
   * @param held what is there now
   * @param made what the newest receipt names
   * @param tags what every resource that takes tags must carry
   * @param changes what somebody changed by hand, by the resource's id
   */
  public static Inspection of(
      List<Resource> held,
      List<Resource> made,
      Map<String, String> tags,
      Map<String, List<String>> changes) {
    List<Item> items = new ArrayList<>();
    for (Resource resource : held) {
      List<String> drift = new ArrayList<>();
      Optional<Resource> receipt = find(made, resource);
      if (!made.isEmpty() && receipt.isEmpty()) {
        drift.add("not in the receipt");
      }
      boolean tagged = receipt.map(known -> !known.tags().isEmpty()).orElse(!tagless(resource));
      if (tagged) {
        tags.forEach((key, value) -> tagDrift(resource, key, value).ifPresent(drift::add));
      }
      drift.addAll(changes.getOrDefault(resource.id(), List.of()));
      items.add(new Item(resource, true, drift));
    }
    made.stream()
        .filter(resource -> find(held, resource).isEmpty())
        .forEach(gone -> items.add(new Item(gone, false, List.of("missing"))));
    return new Inspection(items);
  }

  private static boolean tagless(Resource resource) {
    return resource.tags().isEmpty();
  }

  private static Optional<Resource> find(List<Resource> all, Resource wanted) {
    return all.stream()
        .filter(one -> one.type().equals(wanted.type()) && one.id().equals(wanted.id()))
        .findFirst();
  }

  private static Optional<String> tagDrift(Resource resource, String key, String wanted) {
    String there = resource.tags().get(key);
    if (Objects.equals(there, wanted)) {
      return Optional.empty();
    }
    return Optional.of(
        there == null ? "tag " + key + " is missing" : "tag " + key + " is " + there);
  }
}
