package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.SiteObject;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import dev.tmuxbuilder.hosting.SiteObjects;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Brings a release into its bucket: what is new travels, many files at a time, and the manifest
 * follows when all is there. Nothing that is live is written over.
 */
final class StaticUpload {
  /**
   * From here on a file travels in parts, and few such files at a time: parts are held in memory.
   */
  static final long LARGE = 16L << 20;

  private static final int LARGE_AT_A_TIME = 2;
  private static final long REPORT_NANOS = 1_000_000_000L;
  private static final String STAGE = "upload";

  private final ObjectStore store;
  private final int concurrency;
  private final Progress progress;
  private final AtomicInteger files = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final long began = System.nanoTime();
  private final AtomicLong reported = new AtomicLong(began);

  StaticUpload(ObjectStore store, int concurrency, Progress progress) {
    this.store = store;
    this.concurrency = concurrency;
    this.progress = progress;
  }

  @CheckReturnValue
  Uni<Void> bring(Artifact artifact, Optional<Manifest> live) {
    Plan plan =
        Plan.of(artifact.sha256(), SiteObjects.of(artifact, SiteObjects.Indexes.STORED), live);
    List<SiteObject> small =
        plan.uploads().stream().filter(object -> object.form().bytes() < LARGE).toList();
    List<SiteObject> large =
        plan.uploads().stream().filter(object -> object.form().bytes() >= LARGE).toList();
    return each(plan.copies(), concurrency, copy -> store.copy(STAGE, copy.from(), copy.to()))
        .chain(() -> each(small, concurrency, object -> write(plan, object)))
        .chain(() -> each(large, LARGE_AT_A_TIME, object -> write(plan, object)))
        .chain(() -> seal(plan.manifest()))
        .invoke(() -> tell(artifact, plan));
  }

  private static <T> Uni<Void> each(List<T> all, int atATime, Function<T, Uni<Void>> work) {
    return Multi.createFrom()
        .iterable(all)
        .onItem()
        .transformToUni(item -> work.apply(item))
        .merge(atATime)
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Void> write(Plan plan, SiteObject object) {
    return store
        .write(
            STAGE,
            Keys.object(plan.manifest().artifactSha256(), object.key()),
            object.content(),
            object.form())
        .invoke(() -> count(plan, object));
  }

  private void count(Plan plan, SiteObject object) {
    int done = files.incrementAndGet();
    long sum = bytes.addAndGet(object.form().bytes());
    long now = System.nanoTime();
    long last = reported.get();
    if (now - last > REPORT_NANOS && reported.compareAndSet(last, now)) {
      long rate = sum * 1_000_000_000L / Math.max(1, now - began);
      progress.info(
          STAGE,
          "Uploaded %,d of %,d files, %,d bytes, %,d bytes a second"
              .formatted(done, plan.uploads().size(), sum, rate),
          Map.of(
              "files", done,
              "of_files", plan.uploads().size(),
              "bytes", sum,
              "bytes_per_second", rate));
    }
  }

  private Uni<Void> seal(Manifest manifest) {
    byte[] json = Manifests.bytes(manifest);
    return store.write(
        STAGE,
        Keys.manifest(manifest.artifactSha256()),
        new Content.Made(json),
        new Form(Json.sha256(json), json.length, "application/json", "no-store", ""));
  }

  private void tell(Artifact artifact, Plan plan) {
    long millis = Math.max(1, (System.nanoTime() - began) / 1_000_000);
    progress.info(
        STAGE,
        "The release has %,d files, %,d bytes; %,d files, %,d bytes of it travelled in %,d ms"
            .formatted(artifact.files().size(), artifact.bytes(), files.get(), bytes.get(), millis),
        Map.of(
            "files", artifact.files().size(),
            "bytes", artifact.bytes(),
            "uploaded_files", files.get(),
            "uploaded_bytes", bytes.get(),
            "copied_files", plan.copies().size(),
            "duration_ms", millis,
            "bytes_per_second", bytes.get() * 1000 / millis,
            "artifact_sha256", artifact.sha256()));
  }
}
