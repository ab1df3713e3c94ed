package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.hosting.SiteObject;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.hosting.azure.Manifest.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a release comes into the account. Where little has changed, its own part holds what differs
 * from its base, and rules of Front Door tell the two apart. Else it becomes whole: unchanged
 * objects are copied inside the account, so that they do not travel.
 *
 * @param copies inside the website's container
 */
record Plan(Manifest manifest, List<SiteObject> uploads, List<Copy> copies) {

  /** Both are keys of the website's container. */
  record Copy(String from, String to, long bytes) {}

  /**
   * @param live what is shown now, if anything is
   */
  static Plan of(String release, List<SiteObject> wanted, Optional<Manifest> live) {
    return live.map(before -> based(before, release, wanted, present(live)))
        .filter(plan -> Rewrites.worthwhile(plan.manifest()))
        .orElseGet(() -> whole(release, wanted, present(live)));
  }

  /** Differs from the base's part by what lies in its own. */
  private static Plan based(
      Manifest before, String release, List<SiteObject> wanted, Map<Form, String> present) {
    Map<String, Entry> objects = new TreeMap<>();
    List<SiteObject> own = new ArrayList<>();
    for (SiteObject object : wanted) {
      Entry there = before.objects().get(object.key());
      if (there != null && there.in().equals(before.base()) && there.form().equals(object.form())) {
        objects.put(object.key(), there);
      } else {
        objects.put(object.key(), Entry.of(object.form(), release));
        own.add(object);
      }
    }
    Set<String> gone = new TreeSet<>(before.gone());
    gone.addAll(before.objects().keySet()); // the base may have what was changed later
    gone.removeAll(objects.keySet());
    return bring(
        new Manifest(release, before.base(), objects, List.copyOf(gone)), own, release, present);
  }

  private static Plan whole(String release, List<SiteObject> wanted, Map<Form, String> present) {
    Map<String, Entry> objects = new TreeMap<>();
    wanted.forEach(object -> objects.put(object.key(), Entry.of(object.form(), release)));
    return bring(new Manifest(release, release, objects, List.of()), wanted, release, present);
  }

  private static Plan bring(
      Manifest manifest, List<SiteObject> objects, String release, Map<Form, String> present) {
    List<SiteObject> uploads = new ArrayList<>();
    List<Copy> copies = new ArrayList<>();
    for (SiteObject object : objects) {
      String from = present.get(object.form());
      if (from == null) {
        uploads.add(object);
      } else {
        copies.add(new Copy(from, Keys.blob(release, object.key()), object.form().bytes()));
      }
    }
    return new Plan(manifest, uploads, copies);
  }

  private static Map<Form, String> present(Optional<Manifest> live) {
    Map<Form, String> present = new HashMap<>();
    live.ifPresent(
        manifest ->
            manifest
                .objects()
                .forEach((key, entry) -> present.put(entry.form(), Keys.blob(entry.in(), key))));
    return present;
  }
}
