package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.SessionId;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Sites, their files, and a host for them. */
public final class TestSites {
  private static final AtomicLong NEXT = new AtomicLong();

  private TestSites() {}

  public static Site site() {
    return site(SiteType.STATIC);
  }

  public static Site site(SiteType type) {
    Random random = new Random(NEXT.incrementAndGet());
    ExecutionId id =
        new ExecutionId(
            new UserId(new UUID(random.nextLong(), random.nextLong())),
            SessionId.next(Instant.parse("2026-03-01T10:00:00Z"), random));
    return site(id, new TenantId(id.user().value()), type);
  }

  /** The next one, of that tenant. */
  public static Site site(TenantId tenant) {
    Site one = site(SiteType.STATIC);
    return new Site(
        one.execution(), tenant, one.name(), one.type(), one.logs(), one.state(), one.tags(), 0);
  }

  private static Site site(ExecutionId id, TenantId tenant, SiteType type) {
    return new Site(
        id,
        tenant,
        "site-" + NEXT.get(),
        type,
        Path.of("unused"),
        Path.of("unused"),
        Map.of(
            "Project", "tmux-builder",
            "Environment", "production",
            "UserGUID", id.user().toString(),
            "SessionID", id.session().toString(),
            "ExecutionID", id.toString(),
            "SiteType", type.wire(),
            "CreatedAt", "2026-03-01T10:00:00.000Z",
            "CreatedBy", "tmux-builder-automation",
            "CostCenter", "user-sites"),
        0);
  }

  /** By their names in full. */
  public static Settings settings(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .addDiscoveredConverters()
        .withSources(new PropertiesConfigSource(values, "test", 100))
        .withDefaultValue("user.home", System.getProperty("user.home"))
        .withMapping(Settings.class)
        .build()
        .getConfigMapping(Settings.class);
  }

  /** Writes files and reads them as an artifact, with the digest as the contract defines it. */
  public static Artifact artifact(Path root, Map<String, String> files) {
    try {
      List<Artifact.File> list = new ArrayList<>();
      StringBuilder lines = new StringBuilder();
      for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
        Path path = root.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
        Files.write(path, bytes);
        String sha256 = Json.sha256(bytes);
        list.add(new Artifact.File(file.getKey(), sha256, bytes.length));
        lines.append(file.getKey()).append('\t').append(sha256).append('\n');
      }
      return new Artifact(
          root, Json.sha256(lines.toString().getBytes(StandardCharsets.UTF_8)), list);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A small site whose home page says a word. */
  public static Map<String, String> pages(String word) {
    Map<String, String> files = new TreeMap<>();
    files.put("index.html", "<!doctype html><title>Home</title><h1>" + word + "</h1>");
    files.put("about/index.html", "<!doctype html><title>About</title><h1>About</h1>");
    files.put("assets/style.3fa9c1d2.css", "body{color:#222}");
    files.put("images/logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    files.put("404.html", "<!doctype html><title>Lost</title><h1>Lost</h1>");
    return files;
  }

  /** A small dynamic site that says a word, and keeps what it is told. */
  public static Map<String, String> program(String word) {
    return Map.of(
        "server.mjs",
        """
        import fs from 'node:fs';
        import http from 'node:http';
        const notes = `${process.env.DATA_DIR}/notes`;
        http
          .createServer((request, response) => {
            if (request.url === '/healthz') {
              response.setHeader('content-type', 'application/json');
              return response.end(JSON.stringify({ status: 'ok', release: process.env.RELEASE }));
            }
            if (request.method === 'POST') fs.appendFileSync(notes, request.url);
            const kept = fs.existsSync(notes) ? fs.readFileSync(notes, 'utf8') : '';
            response.end(`%s ${kept}`);
          })
          .listen(Number(process.env.PORT), process.env.HOST);
        """
            .formatted(word),
        "public/readme.txt",
        word);
  }

  /** Remembers what watchers are told. */
  public static final class Words implements Progress {
    public final List<String> said = new CopyOnWriteArrayList<>();
    public final List<Map<String, ?>> data = new CopyOnWriteArrayList<>();

    @Override
    public void log(Level level, String stage, String message, Map<String, ?> numbers) {
      said.add(stage + ": " + message);
      data.add(numbers);
    }

    @Override
    public void check(CheckResult result) {}
  }
}
