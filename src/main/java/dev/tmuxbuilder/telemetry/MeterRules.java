package dev.tmuxbuilder.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What all meters have to keep to. */
final class MeterRules {
  private static final String PORT = "server.port";

  private MeterRules() {}

  /**
   * A listener that was given no port of its own leaves the label out, and Prometheus refuses a
   * meter whose labels differ from those of the listener beside it: the start would never end.
   */
  @Produces
  @Singleton
  static MeterFilter aListenerOnAnyPortHasTheLabelToo() {
    return new MeterFilter() {
      @Override
      public Meter.Id map(Meter.Id id) {
        boolean lacks =
            (id.getName().startsWith("http.server.bytes")
                    || id.getName().startsWith("http.server.active")
                    || id.getName().startsWith("http.server.connections"))
                && id.getTag(PORT) == null;
        return lacks ? id.withTag(Tag.of(PORT, "0")) : id;
      }
    };
  }
}
