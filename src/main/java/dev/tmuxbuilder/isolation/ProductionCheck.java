package dev.tmuxbuilder.isolation;

import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.stream.Collectors;

/** Finds out at the start what keeps programs in, and refuses to serve strangers without it. */
@ApplicationScoped
class ProductionCheck {
  private static final System.Logger LOG = System.getLogger(ProductionCheck.class.getName());

  private final Settings settings;
  private final Sandbox sandbox;

  ProductionCheck(Settings settings, Sandbox sandbox) {
    this.settings = settings;
    this.sandbox = sandbox;
  }

  void atStart(@Observes StartupEvent start) {
    if (settings.production()) {
      require(sandbox.layers());
      if (settings.identity().emergency().user().isPresent()) {
        LOG.log(
            System.Logger.Level.WARNING,
            "In production with the emergency sign-in on: take TMUXBUILDER_IDENTITY_EMERGENCY_USER"
                + " and its hash out when the emergency is over.");
      }
    } else { // the log says what is missing
      Thread.ofVirtual().name("try sandbox").start(sandbox::layers);
    }
  }

  /**
   * @throws Refusal where a layer is missing
   */
  static void require(Layers layers) {
    List<Layers.Missing> missing = layers.missing();
    if (!missing.isEmpty()) {
      throw new Refusal(
          "This machine cannot keep programs in as production needs it: "
              + missing.stream().map(Layers.Missing::layer).collect(Collectors.joining("; "))
              + ".",
          missing.stream().map(Layers.Missing::remedy).collect(Collectors.joining(" "))
              + " Or, for a trial without strangers, TMUXBUILDER_PRODUCTION=false.");
    }
  }
}
