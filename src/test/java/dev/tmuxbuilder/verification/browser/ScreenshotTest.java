package dev.tmuxbuilder.verification.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Screenshot;
import dev.tmuxbuilder.execution.Viewport;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ScreenshotTest {
  @RegisterExtension static final Bench bench = new Bench();

  @TempDir Path deployment;

  @Test
  void thePicturesHaveTheirSizesAndDigests() throws Exception {
    try (TestSite site = TestSite.good(bench.vertx)) {
      List<Screenshot> shots = shoot(site);

      assertThat(shots)
          .extracting(Screenshot::viewport)
          .containsExactly(Viewport.DESKTOP, Viewport.PHONE, Viewport.THUMBNAIL);
      assertThat(read(shots.get(0)).getWidth()).isEqualTo(1440);
      assertThat(read(shots.get(1)).getWidth()).isEqualTo(390);
      assertThat(read(shots.get(2)).getWidth()).isEqualTo(480);
      assertThat(read(shots.get(2)).getHeight()).isEqualTo(300);
      for (Screenshot shot : shots) {
        byte[] png = Files.readAllBytes(deployment.resolve(shot.path()));
        assertThat(shot.sha256()).isEqualTo(TestSite.sha256(png));
      }
      assertThat(shots)
          .extracting(Screenshot::path)
          .contains("screenshots/run-1/desktop.png", "screenshots/run-1/thumbnail.png");
    }
  }

  @Test
  void anEndlessPageIsCutOff() throws Exception {
    try (TestSite site = TestSite.good(bench.vertx)) {
      site.edit("site.css", "min-height: 20rem", "min-height: 90000px");

      assertThat(read(shoot(site).getFirst()).getHeight()).isEqualTo(12_000);
    }
  }

  @Test
  void lazyPicturesFarDownAreThere() throws Exception {
    try (TestSite site = TestSite.good(bench.vertx)) {
      site.file(
          "red.svg",
          "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'>"
              + "<rect width='99' height='99' fill='red'/></svg>");
      site.edit(
          "index.html",
          "</main>",
          "<div style='height:6000px'></div><img loading='lazy' alt='red' src='/red.svg'></main>");

      BufferedImage picture = read(shoot(site).getFirst());

      int center = picture.getRGB(1440 / 2 - 480 + 16 + 40, picture.getHeight() - 70) & 0xffffff;
      assertThat(center).isEqualTo(0xff0000);
    }
  }

  private List<Screenshot> shoot(TestSite site) {
    return bench
        .verifier
        .screenshot(site.target(deployment), new Watcher())
        .await()
        .atMost(Duration.ofSeconds(30));
  }

  private BufferedImage read(Screenshot shot) {
    try {
      return ImageIO.read(deployment.resolve(shot.path()).toFile());
    } catch (java.io.IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }
}
