package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.SiteObject;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.hosting.aws.Manifest.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How a release comes into the bucket. As a rule it only brings what is new and takes the rest from
 * where the live release has it. Where CloudFront would have to be told of too many exceptions, the
 * release becomes a whole one: unchanged objects are copied inside S3, so that they do not travel.
 *
 * @param copies inside the bucket
 */
record Plan(Manifest manifest, List<SiteObject> uploads, List<Copy> copies) {
  /** CloudFront takes 75 cache behaviours; each exception is one, the home page's is two. */
  static final int MOST_EXCEPTIONS = 70;

  /** Both are keys of the bucket. */
  record Copy(String from, String to) {}

  static Plan of(String release, List<SiteObject> wanted, Optional<Manifest> live) {
    return live.map(before -> on(before, release, wanted))
        .filter(plan -> fits(plan.manifest()))
        .orElseGet(() -> whole(release, wanted, live));
  }

  private static Plan on(Manifest before, String release, List<SiteObject> wanted) {
    Map<Form, String> present = present(Optional.of(before));
    Map<String, Entry> objects = new TreeMap<>();
    List<SiteObject> uploads = new ArrayList<>();
    List<Copy> copies = new ArrayList<>();
    for (SiteObject object : wanted) {
      Entry there = before.objects().get(object.key());
      if (there != null && there.form().equals(object.form())) {
        objects.put(object.key(), there);
      } else {
        objects.put(object.key(), Entry.of(object.form(), release));
        bring(object, release, present, uploads, copies);
      }
    }
    Set<String> gone = new TreeSet<>(before.gone());
    gone.addAll(before.objects().keySet()); // the base may have one that a later release changed
    gone.removeAll(objects.keySet());
    return new Plan(
        new Manifest(release, before.base(), objects, List.copyOf(gone)), uploads, copies);
  }

  private static Plan whole(String release, List<SiteObject> wanted, Optional<Manifest> live) {
    Map<Form, String> present = present(live);
    List<SiteObject> uploads = new ArrayList<>();
    List<Copy> copies = new ArrayList<>();
    wanted.forEach(object -> bring(object, release, present, uploads, copies));
    Map<String, Entry> objects =
        wanted.stream()
            .collect(Collectors.toMap(SiteObject::key, object -> Entry.of(object.form(), release)));
    return new Plan(new Manifest(release, release, objects, List.of()), uploads, copies);
  }

  private static void bring(
      SiteObject object,
      String release,
      Map<Form, String> present,
      List<SiteObject> uploads,
      List<Copy> copies) {
    String from = present.get(object.form());
    String to = Keys.object(release, object.key());
    if (from == null) {
      uploads.add(object);
    } else if (!from.equals(to)) {
      copies.add(new Copy(from, to));
    }
  }

  private static Map<Form, String> present(Optional<Manifest> live) {
    Map<Form, String> present = new HashMap<>();
    live.ifPresent(
        manifest ->
            manifest
                .objects()
                .forEach((key, entry) -> present.put(entry.form(), Keys.object(entry.in(), key))));
    return present;
  }

  private static boolean fits(Manifest manifest) {
    Set<String> exceptions = new TreeSet<>(manifest.elsewhere().keySet());
    exceptions.addAll(manifest.gone());
    return exceptions.size() <= MOST_EXCEPTIONS && exceptions.stream().allMatch(Keys::plain);
  }
}
