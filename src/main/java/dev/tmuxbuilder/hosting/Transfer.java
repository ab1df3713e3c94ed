package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Progress;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** One release on its way into a cloud's store: many files at a time, and watchers hear of it. */
public final class Transfer {
  private static final int LARGE_AT_A_TIME = 2;
  private static final long REPORT_NANOS = 1_000_000_000L;
  private static final String STAGE = "upload";

  private final long large;
  private final int concurrency;
  private final Progress progress;
  private final AtomicInteger files = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final long began = System.nanoTime();
  private final AtomicLong reported = new AtomicLong(began);

  /**
   * @param large from so many bytes on a file is held in memory in parts: few such at a time
   */
  public Transfer(long large, int concurrency, Progress progress) {
    this.large = large;
    this.concurrency = concurrency;
    this.progress = progress;
  }

  /**
   * @param uploads what travels
   * @param copies what is there already and is copied inside the store
   * @param seal says in the store that the release is whole, when it is
   */
  @CheckReturnValue
  public <C> Uni<Void> run(
      Artifact artifact,
      List<SiteObject> uploads,
      Function<SiteObject, Uni<Void>> write,
      List<C> copies,
      Function<C, Uni<Void>> copy,
      Supplier<Uni<Void>> seal) {
    Function<SiteObject, Uni<Void>> counted =
        object -> write.apply(object).invoke(() -> count(object, uploads.size()));
    return each(copies, concurrency, copy)
        .chain(() -> each(ofSize(uploads, false), concurrency, counted))
        .chain(() -> each(ofSize(uploads, true), LARGE_AT_A_TIME, counted))
        .chain(() -> seal.get())
        .invoke(() -> tell(artifact, copies.size()));
  }

  private List<SiteObject> ofSize(List<SiteObject> all, boolean isLarge) {
    return all.stream().filter(one -> one.form().bytes() >= large == isLarge).toList();
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

  private void count(SiteObject object, int of) {
    int done = files.incrementAndGet();
    long sum = bytes.addAndGet(object.form().bytes());
    long now = System.nanoTime();
    long last = reported.get();
    if (now - last > REPORT_NANOS && reported.compareAndSet(last, now)) {
      long rate = sum * 1_000_000_000L / Math.max(1, now - began);
      progress.info(
          STAGE,
          "Uploaded %,d of %,d files, %,d bytes, %,d bytes a second".formatted(done, of, sum, rate),
          Map.of("files", done, "of_files", of, "bytes", sum, "bytes_per_second", rate));
    }
  }

  private void tell(Artifact artifact, int copied) {
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
            "copied_files", copied,
            "duration_ms", millis,
            "bytes_per_second", bytes.get() * 1000 / millis,
            "artifact_sha256", artifact.sha256()));
  }
}
