package dev.tmuxbuilder.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void theDefaultsAreThoseOfTheContract() {
    Settings settings = settings(Map.of());
    assertThat(settings.dataDir())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".tmux-builder"));
    assertThat(settings.sites().port()).isEqualTo(8081).isEqualTo(Settings.Defaults.SITES_PORT);
    assertThat(settings.sites().domain()).isEqualTo("localhost");
    assertThat(settings.signup()).isEqualTo(Settings.Signup.LOOPBACK);
    assertThat(settings.stream().heartbeat()).isEqualTo(Duration.ofSeconds(15));
    assertThat(settings.verify().connectTo()).isEmpty();
    assertThat(settings.aws().profile()).isEqualTo("sunwaretech");
    assertThat(settings.aws().region()).isEqualTo("us-east-1");
    assertThat(settings.aws().endpoint()).isEmpty();
    assertThat(settings.aws().tags().project()).isEqualTo("tmux-builder");
  }

  @Test
  void theEnvironmentSetsThem() {
    Settings settings =
        settings(
            Map.of(
                "TMUXBUILDER_DATA_DIR", "/var/lib/tmux-builder",
                "TMUXBUILDER_SITES_PORT", "80",
                "TMUXBUILDER_SITES_DOMAIN", "sites.example.com",
                "TMUXBUILDER_SIGNUP", "operator",
                "TMUXBUILDER_AWS_ENDPOINT", "http://127.0.0.1:5000",
                "TMUXBUILDER_AWS_TAGS_COST_CENTER", "web",
                "TMUXBUILDER_VERIFY_CONNECT_TO", "*.example.net=http://127.0.0.1:5600",
                "TMUXBUILDER_RUNS_DEADLINE_E2E_TESTS", "90s"));
    assertThat(settings.dataDir()).isEqualTo(Path.of("/var/lib/tmux-builder"));
    assertThat(settings.sites().port()).isEqualTo(80);
    assertThat(settings.sites().domain()).isEqualTo("sites.example.com");
    assertThat(settings.signup()).isEqualTo(Settings.Signup.OPERATOR);
    assertThat(settings.aws().endpoint()).contains(URI.create("http://127.0.0.1:5000"));
    assertThat(settings.aws().tags().costCenter()).isEqualTo("web");
    assertThat(settings.verify().connectTo()).contains("*.example.net=http://127.0.0.1:5600");
    assertThat(settings.runs().deadline().e2eTests()).isEqualTo(Duration.ofSeconds(90));
  }

  private static Settings settings(Map<String, String> environment) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withSources(new EnvConfigSource(environment, 300))
        .withDefaultValue("user.home", System.getProperty("user.home"))
        .withConverter(Duration.class, 200, new DurationConverter())
        .withMapping(Settings.class)
        .build()
        .getConfigMapping(Settings.class);
  }
}
