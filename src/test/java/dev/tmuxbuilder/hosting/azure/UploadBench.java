package dev.tmuxbuilder.hosting.azure;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlobParallelUploadOptions;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.hosting.MediaTypes;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Brings 1,000 files into an account as a deployment does, digests included, and then one changed
 * file of them, beside a loop over the SDK's own client that does one after the other. Prints four
 * times in milliseconds; {@code bench/azure-upload.sh} calls it.
 */
final class UploadBench {
  private static final String STAGE = "upload";
  private static final int FILES = 1_000;
  private static final int PAGES = 200;
  private static final int BYTES = 20_000;
  private static final int WARM_UP = 1_500;

  private final BlobServer blobs;
  private final Settings.Azure settings;
  private final AzureClients clients;
  private int accounts;

  private UploadBench(BlobServer blobs) {
    this.blobs = blobs;
    this.settings =
        TestSites.settings(Map.of("tmuxbuilder.azure.endpoint", blobs.endpoint().toString()))
            .azure();
    this.clients =
        new AzureClients(
            new AzurePipeline(settings), new AzurePipeline.Subscription("none", "none"), settings);
  }

  public static void main(String[] args) throws IOException {
    try (BlobServer blobs = BlobServer.start()) {
      new UploadBench(blobs).run(Path.of(args[0]));
    }
    System.exit(0); // the SDK's threads would keep it for a while
  }

  private void run(Path folder) throws IOException {
    write(folder);
    warmUp(folder.resolveSibling("warm-up"));
    BlobStore store = store();
    long start = System.nanoTime();
    Artifact before = artifact(folder);
    bring(store, before, Optional.empty());
    long first = millis(start);

    BlobContainerClient other =
        blobs.client(nextAccount()).createBlobContainerIfNotExists(BlobStore.WEB);
    start = System.nanoTime();
    copy(other, folder);
    long loopFirst = millis(start);

    Path page = folder.resolve("page-1.html");
    Files.write(
        page, "<!-- changed -->".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    start = System.nanoTime();
    Optional<Manifest> live =
        await(store.read(STAGE, BlobStore.OWN, Keys.manifest(before.sha256())))
            .map(Manifest::parse);
    bring(store, artifact(folder), live);
    long changed = millis(start);
    start = System.nanoTime();
    copy(other, folder);
    long loopChanged = millis(start);
    System.out.println(first + " " + loopFirst + " " + changed + " " + loopChanged);
  }

  private static long millis(long since) {
    return Duration.ofNanos(System.nanoTime() - since).toMillis();
  }

  private String nextAccount() {
    return "a" + accounts++;
  }

  private BlobStore store() {
    String account = nextAccount();
    BlobStore store =
        new BlobStore(
            clients.blobs(
                blobs.endpoint() + "/" + account,
                account,
                Objects.requireNonNull(blobs.accounts().get(account))));
    await(store.prepare(STAGE));
    return store;
  }

  private void bring(BlobStore store, Artifact artifact, Optional<Manifest> live) {
    await(
        new StaticUpload(store, settings.concurrency(), new TestSites.Words())
            .bring(artifact, live));
  }

  /** What the SDK's user writes first: what is not there as it is goes, file by file. */
  private static void copy(BlobContainerClient container, Path folder) throws IOException {
    Map<String, byte[]> there = new TreeMap<>();
    container
        .listBlobs(new ListBlobsOptions().setDetails(new BlobListDetails()), null)
        .forEach(blob -> there.put(blob.getName(), blob.getProperties().getContentMd5()));
    for (Path path : files(folder)) {
      String name = folder.relativize(path).toString();
      byte[] bytes = Files.readAllBytes(path);
      byte[] md5 = digest("MD5", bytes);
      if (!Arrays.equals(there.get(name), md5)) {
        container
            .getBlobClient(name)
            .uploadWithResponse(
                new BlobParallelUploadOptions(BinaryData.fromBytes(bytes))
                    .setHeaders(
                        new BlobHttpHeaders()
                            .setContentType(MediaTypes.of(name))
                            .setContentMd5(md5)),
                null,
                null);
      }
    }
  }

  /** The service runs for months: what is measured is not its first upload. */
  private void warmUp(Path folder) throws IOException {
    for (int i = 0; i < WARM_UP; i++) {
      Path page = folder.resolve("page-" + i + ".html");
      Files.createDirectories(page.getParent());
      Files.writeString(page, "<!doctype html><title>" + i + "</title>");
    }
    bring(store(), artifact(folder), Optional.empty());
    copy(blobs.client(nextAccount()).createBlobContainerIfNotExists(BlobStore.WEB), folder);
  }

  private static void write(Path folder) throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < FILES; i++) {
      Path path =
          folder.resolve(
              i == 0
                  ? "index.html"
                  : i < PAGES ? "page-" + i + ".html" : "images/picture-" + i + ".jpg");
      byte[] bytes = new byte[BYTES];
      random.nextBytes(bytes);
      Files.createDirectories(path.getParent());
      Files.write(path, bytes);
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (var tree = Files.walk(root)) {
      return tree.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static Artifact artifact(Path root) throws IOException {
    List<Artifact.File> files = new ArrayList<>();
    StringBuilder lines = new StringBuilder();
    for (Path path : files(root)) {
      String name = root.relativize(path).toString();
      byte[] bytes = Files.readAllBytes(path);
      String sha256 = Json.sha256(bytes);
      files.add(new Artifact.File(name, sha256, bytes.length));
      lines.append(name).append('\t').append(sha256).append('\n');
    }
    return new Artifact(
        root, Json.sha256(lines.toString().getBytes(StandardCharsets.UTF_8)), files);
  }

  private static byte[] digest(String kind, byte[] bytes) {
    try {
      return MessageDigest.getInstance(kind).digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofMinutes(10));
  }
}
