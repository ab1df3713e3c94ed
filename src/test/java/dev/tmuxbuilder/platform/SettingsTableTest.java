package dev.tmuxbuilder.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The table of settings has each of them, with its default, and none that is not there. */
class SettingsTableTest {
  /** The beginning of a row, and the cell at its end. */
  private record Setting(String variable, Optional<String> usual) {}

  @Test
  void everySettingIsInTheTableWithItsDefault() throws IOException {
    List<Setting> settings = new ArrayList<>();
    collect(Settings.class, "TMUXBUILDER", settings);
    List<String> rows =
        Files.readAllLines(Path.of("docs/settings.md")).stream()
            .filter(line -> line.startsWith("| `TMUXBUILDER_"))
            .toList();
    assertThat(settings).hasSizeGreaterThan(150);
    assertThat(settings)
        .allSatisfy(
            setting ->
                assertThat(rows)
                    .as(setting.toString())
                    .anyMatch(
                        row ->
                            row.startsWith("| `" + setting.variable() + "` | ")
                                && setting
                                    .usual()
                                    .map(value -> row.endsWith(" | `" + value + "` |"))
                                    .orElse(row.endsWith(" | none |"))));
    assertThat(rows).hasSameSizeAs(settings);
  }

  private static void collect(Class<?> type, String prefix, List<Setting> settings) {
    for (Method method : type.getMethods()) {
      String name =
          prefix + "_" + method.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
      if (Arrays.asList(Settings.class.getClasses()).contains(method.getReturnType())
          && method.getReturnType().isInterface()) {
        collect(method.getReturnType(), name, settings);
      } else {
        settings.add(
            new Setting(
                name,
                Optional.ofNullable(method.getAnnotation(WithDefault.class))
                    .map(WithDefault::value)));
      }
    }
  }
}
