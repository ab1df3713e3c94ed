package dev.tmuxbuilder.service;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a service says at {@code /q/metrics}, in Prometheus' text. */
record Metrics(String text) {
  static Metrics of(ServerProcess server) {
    return new Metrics(server.client().get("/q/metrics").body());
  }

  private Stream<String> lines() {
    return text.lines().filter(line -> !line.startsWith("#"));
  }

  /** The value of one series, named with its labels; not a number where there is none. */
  double value(String series) {
    return lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(Metrics::number)
        .findFirst()
        .orElse(Double.NaN);
  }

  double sum(String name) {
    return sumWhere(name, "");
  }

  /** Over all series of a name that have a label. */
  double sumWhere(String name, String label) {
    return lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> line.contains(label))
        .mapToDouble(Metrics::number)
        .sum();
  }

  Set<String> names() {
    return lines().map(line -> line.split("[{ ]", 2)[0]).collect(Collectors.toSet());
  }

  private static double number(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }
}
