package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.hosting.SiteObject;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.hosting.azure.Manifest.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a release comes into the account: what is new travels; what the live release has as well is
 * copied inside the account, so that each release is whole and a switch is one change of one path.
 *
 * @param copies inside the website's container
 */
record Plan(Manifest manifest, List<SiteObject> uploads, List<Copy> copies) {

  /** Both are keys of the website's container. */
  record Copy(String from, String to, long bytes) {}

  static Plan of(String release, List<SiteObject> wanted, Optional<Manifest> live) {
    Map<Form, String> present = new HashMap<>();
    live.ifPresent(
        before ->
            before
                .objects()
                .forEach(
                    (key, entry) ->
                        present.put(entry.form(), Keys.blob(before.artifactSha256(), key))));
    Map<String, Entry> objects = new TreeMap<>();
    List<SiteObject> uploads = new ArrayList<>();
    List<Copy> copies = new ArrayList<>();
    for (SiteObject object : wanted) {
      objects.put(object.key(), Entry.of(object.form()));
      String from = present.get(object.form());
      if (from == null) {
        uploads.add(object);
      } else {
        copies.add(new Copy(from, Keys.blob(release, object.key()), object.form().bytes()));
      }
    }
    return new Plan(new Manifest(release, objects), uploads, copies);
  }
}
