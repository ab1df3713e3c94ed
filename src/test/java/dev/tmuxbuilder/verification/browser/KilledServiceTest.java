package dev.tmuxbuilder.verification.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A service that is killed outright leaves no browser behind. */
class KilledServiceTest {
  /** The service's part: a page is open when it says so. */
  static final class Service {
    private Service() {}

    public static void main(String[] arguments) {
      new BrowserPool(TestSettings.with("browser.pool", "1"))
          .use(
              "the step",
              Duration.ofMinutes(1),
              new Watcher(),
              chromium -> {
                chromium.context(new Browser.NewContextOptions()).newPage();
                System.out.println("open");
                return chromium
                    .context(new Browser.NewContextOptions())
                    .newPage()
                    .evaluate("while (true);");
              })
          .await()
          .atMost(Duration.ofMinutes(2));
    }
  }

  @Test
  void driverAndBrowserEndWithIt() throws Exception {
    Process service =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dtmuxbuilder.test.node-modules="
                    + System.getProperty("tmuxbuilder.test.node-modules"),
                Service.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<ProcessHandle> browsers;
    try (BufferedReader output = service.inputReader()) {
      assertThat(output.readLine()).isEqualTo("open");
      try (Stream<ProcessHandle> descendants = service.descendants()) {
        browsers = descendants.toList();
      }
      assertThat(browsers).hasSizeGreaterThan(2);
    } finally {
      service.destroyForcibly();
    }

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> browsers.stream().noneMatch(ProcessHandle::isAlive));
  }
}
