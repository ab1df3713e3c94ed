package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;

/**
 * Brings the files of a folder into a bucket as a deployment does, digests included, and prints how
 * many milliseconds it took; {@code bench/upload.sh} calls it.
 *
 * <pre>
 * first FOLDER      a release into an empty bucket
 * changed FOLDER    after that one changed file of it; prints the calls that write, too
 * large FOLDER      a release, and the most memory that the process had
 * </pre>
 */
final class UploadBench {
  private static final String STAGE = "upload";
  private static final int WARM_UP = 1_500;

  private final Settings.Aws settings;
  private final AwsClients clients;

  private UploadBench(URI endpoint) {
    this.settings = AwsSites.settings(endpoint).aws();
    this.clients =
        new AwsClients(settings, new AwsCredentials(settings), new Connections(settings));
  }

  public static void main(String[] args) throws IOException {
    quiet();
    URI endpoint = URI.create(args[0]);
    Path folder = Path.of(args[2]);
    switch (args[1]) {
      case "first" -> new UploadBench(endpoint).first(folder);
      case "changed" -> changed(endpoint, folder);
      case "large" -> new UploadBench(endpoint).large(folder);
      default -> throw new IllegalArgumentException(args[1]);
    }
    System.exit(0); // the SDK's threads would keep it for a while
  }

  /** Where nobody says otherwise the SDK's connections tell of every byte, in hexadecimal. */
  private static void quiet() {
    LogContext.getLogContext().getLogger("").setLevel(Level.WARNING);
  }

  private Bucket bucket(String name) {
    await(
        Calls.make(
            STAGE,
            "s3:CreateBucket",
            () -> clients.s3().createBucket(CreateBucketRequest.builder().bucket(name).build())));
    return new Bucket(clients, name);
  }

  /** The service runs for months: what is measured is not its first upload. */
  private void warmUp() {
    Map<String, String> pages = new TreeMap<>();
    for (int i = 0; i < WARM_UP; i++) {
      pages.put("page-" + i + ".html", "<!doctype html><title>" + i + "</title>");
    }
    try {
      Artifact artifact = TestSites.artifact(Files.createTempDirectory("upload-warm-up"), pages);
      bring(bucket("warm-up-" + System.nanoTime()), artifact, Optional.empty());
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  private void bring(Bucket bucket, Artifact artifact, Optional<Manifest> live) {
    await(
        new StaticUpload(bucket.store(), settings.concurrency(), new TestSites.Words())
            .bring(artifact, live));
  }

  private void first(Path folder) throws IOException {
    warmUp();
    Bucket bucket = bucket("first-" + System.nanoTime());
    long start = System.nanoTime();
    bring(bucket, artifact(folder), Optional.empty());
    System.out.println(Duration.ofNanos(System.nanoTime() - start).toMillis());
  }

  private static void changed(URI endpoint, Path folder) throws IOException {
    try (Wire wire = new Wire(endpoint)) {
      UploadBench counted = new UploadBench(wire.endpoint());
      UploadBench timed = new UploadBench(endpoint);
      timed.warmUp();
      Artifact before = artifact(folder);
      Bucket bucket = timed.bucket("changed-" + System.nanoTime());
      timed.bring(bucket, before, Optional.empty());
      Path page = folder.resolve("page-1.html");
      Files.writeString(page, Files.readString(page) + "<!-- changed -->");
      long start = System.nanoTime();
      timed.bring(bucket, artifact(folder), manifest(bucket, before));
      long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
      Artifact live = artifact(folder);
      Files.writeString(page, Files.readString(page) + "<!-- again -->");
      Bucket watched = new Bucket(counted.clients, bucket.name());
      Optional<Manifest> there = manifest(watched, live);
      wire.follow();
      counted.bring(watched, artifact(folder), there);
      System.out.println(millis + " " + wire.writes("s3").size());
    }
  }

  private static Optional<Manifest> manifest(Bucket bucket, Artifact artifact) {
    return await(bucket.manifest(STAGE, artifact.sha256()));
  }

  private void large(Path folder) throws IOException {
    Artifact artifact = artifact(folder);
    Bucket bucket = bucket("large-" + System.nanoTime());
    long start = System.nanoTime();
    bring(bucket, artifact, Optional.empty());
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    long most =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow();
    System.out.println(millis + " " + most / 1024);
  }

  private static Artifact artifact(Path root) throws IOException {
    List<Artifact.File> files = new ArrayList<>();
    StringBuilder lines = new StringBuilder();
    try (var tree = Files.walk(root)) {
      for (Path path : tree.filter(Files::isRegularFile).sorted().toList()) {
        String name = root.relativize(path).toString();
        String sha256 = sha256(path);
        files.add(new Artifact.File(name, sha256, Files.size(path)));
        lines.append(name).append('\t').append(sha256).append('\n');
      }
    }
    return new Artifact(
        root, Json.sha256(lines.toString().getBytes(StandardCharsets.UTF_8)), files);
  }

  private static String sha256(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofMinutes(10));
  }
}
