package dev.tmuxbuilder.hosting.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Site;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that want something else than the site: none gets it, and none is our fault. */
class HostileRequestsTest {
  private static final String SECRET = "the-secret-outside";

  @TempDir static Path temp;
  static LocalSites sites;

  @BeforeAll
  static void serve() throws IOException {
    Files.writeString(temp.resolve("secret.txt"), SECRET);
    sites = LocalSites.on(temp.resolve("data"));
    Artifact artifact =
        Artifacts.of(
            temp.resolve("source"),
            Map.of("index.html", "home", "a/b.txt", "b", ".git/config", SECRET, ".env", SECRET));
    Site site = sites.site("target", SiteType.STATIC);
    sites.host.provision(site, sites.lines).await().atMost(LocalSites.LIMIT);
    sites.upload(site, artifact);
    Path release = temp.resolve("data/sites/target/releases").resolve(artifact.sha256());
    plant(release, release.resolve("link.txt"), temp.resolve("secret.txt"));
    plant(release, release.resolve("root"), Path.of("/"));
    plant(release, release.resolve("up"), Path.of("../../../.."));
    sites.activate(site, artifact);
    Files.writeString(temp.resolve("data/sites/target/secret.txt"), SECRET);
  }

  private static void plant(Path release, Path link, Path target) throws IOException {
    Files.setPosixFilePermissions(release, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(link, target);
  }

  @AfterAll
  static void stop() throws Exception {
    sites.close();
  }

  private static List<String> corpus() {
    List<String> ups =
        List.of(
            "..",
            "%2e%2e",
            "%2E%2E",
            ".%2e",
            "%2e.",
            "%252e%252e",
            "%c0%ae%c0%ae",
            "%e0%80%ae",
            "%f0%80%80%ae",
            "..;",
            "..%00",
            "%u002e%u002e",
            "....",
            "..%20",
            "%20..",
            "..%0d%0a",
            "%ff%fe",
            "..\u0001");
    List<String> slashes =
        List.of("/", "//", "%2f", "%2F", "%5c", "\\", "%252f", "%c0%af", "/./", "%e0%80%af", ";/");
    List<String> paths = new ArrayList<>();
    for (String up : ups) {
      for (String slash : slashes) {
        String step = up + slash;
        paths.add("/" + step + "secret.txt");
        paths.add("/a" + slash + step.repeat(8) + "etc" + slash + "passwd");
        paths.add("/" + step.repeat(3) + "secret.txt");
      }
    }
    paths.addAll(
        List.of(
            "/link.txt",
            "/root/etc/passwd",
            "/up/secret.txt",
            "/root",
            "/root/",
            "/up",
            "/.git",
            "/.git/",
            "/.git/config",
            "/%2egit/config",
            "/.GIT/config",
            "/.env",
            "/.env%00.html",
            "/index.html%00.txt",
            "/%00",
            "/a/.git/config",
            "/.well-known/../.env",
            "/.well-known/.env",
            "/a/b.txt/",
            "/a/b.txt/..",
            "/index.html/",
            "//etc/passwd",
            "///etc/passwd",
            "//" + "secret.txt",
            "/C:/windows/win.ini",
            "/\\\\host\\share",
            "/file:///etc/passwd",
            "http://evil.example/../../../etc/passwd",
            "http://evil.example",
            "HTTP://target.localhost/../secret.txt",
            "http:///etc/passwd",
            "https://target.localhost/",
            "file:///etc/passwd",
            "ftp://target.localhost/",
            "*",
            "index.html",
            "secret.txt",
            "../secret.txt",
            "?",
            "/?../../secret.txt",
            "/#/../secret.txt",
            "/%",
            "/%2",
            "/%zz",
            "/%%32%65",
            "/%e2%82",
            "/%ed%a0%80",
            "/%fe",
            "/a%2fb.txt%2f..",
            "/~root/",
            "/proc/self/environ",
            "/a/%2e%2e/index.html",
            "/\u00e9",
            "/" + "a/".repeat(2000),
            "/" + "%2e%2e%2f".repeat(600),
            "/%0d%0aX-Injected:%20yes",
            "/menu%0d%0aSet-Cookie:%20a=b",
            "/a\tb",
            "/a\u007fb"));
    return paths;
  }

  @Test
  void noPathLeavesTheReleaseAndNoneIsAFault() throws IOException {
    List<String> corpus = corpus();
    assertThat(corpus.size()).isGreaterThan(600);
    for (String path : corpus) {
      RawHttp.Answer answer = sites.get("target", path);

      assertThat(answer.status()).as(path).isIn(200, 308, 400, 404, 414);
      assertThat(answer.text()).as(path).doesNotContain(SECRET).doesNotContain("root:x:");
      assertThat(answer.headers()).as(path).doesNotContainKeys("x-injected", "set-cookie");
      if (answer.status() == 200) {
        assertThat(answer.text()).as(path).isIn("home", "b");
      }
    }
  }

  @Test
  void brokenRequestsAreRefusedWithoutAFault() throws IOException {
    for (String request :
        List.of(
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: \r\n\r\n",
            "GET / HTTP/1.1\r\nHost: target.localhost\r\nHost: other.localhost\r\nConnection:"
                + " close\r\n\r\n",
            "GET / HTTP/9.9\r\nHost: target.localhost\r\n\r\n",
            "GET  /  HTTP/1.1\r\nHost: target.localhost\r\nConnection: close\r\n\r\n",
            "GARBAGE\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: target.localhost\r\nX: " + "x".repeat(70_000) + "\r\n\r\n")) {
      RawHttp.Answer answer =
          RawHttp.exchange(
              sites.port(),
              request
                  .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1),
              "GET");

      assertThat(answer.status()).as(request.lines().findFirst().orElse("")).isNotEqualTo(500);
    }
  }

  @Test
  void anArtifactWithALinkIsRefused() throws IOException {
    Path root = temp.resolve("linked");
    Artifacts.of(root, Map.of("index.html", "home"));
    Files.createSymbolicLink(root.resolve("passwd"), Path.of("/etc/passwd"));
    Artifact artifact = Artifacts.read(root);
    Site site = sites.site("linked", SiteType.STATIC);
    sites.host.provision(site, sites.lines).await().atMost(LocalSites.LIMIT);

    StepFailure failure =
        catchThrowableOfType(StepFailure.class, () -> sites.upload(site, artifact));

    assertThat(failure.info().code()).isEqualTo("artifact_link");
    assertThat(temp.resolve("data/sites/linked/releases")).isEmptyDirectory();
  }

  @Test
  void anArtifactThatReachesOutOfItsRootIsRefused() throws IOException {
    Artifact inside = Artifacts.of(temp.resolve("inside"), Map.of("index.html", "home"));
    Site site = sites.site("outside", SiteType.STATIC);
    sites.host.provision(site, sites.lines).await().atMost(LocalSites.LIMIT);
    for (String path : List.of("../secret.txt", "/etc/passwd", "a/../../secret.txt", "./x", "")) {
      List<Artifact.File> files = new ArrayList<>(inside.files());
      files.add(new Artifact.File(path, "0".repeat(64), 1));
      Artifact artifact =
          new Artifact(
              inside.root(),
              Digests.ofRelease(
                  Map.of("index.html", inside.files().getFirst().sha256(), path, "0".repeat(64))),
              files);

      StepFailure failure =
          catchThrowableOfType(StepFailure.class, () -> sites.upload(site, artifact));

      assertThat(failure.info().code()).as(path).isIn("artifact_path", "artifact_link");
    }
  }
}
