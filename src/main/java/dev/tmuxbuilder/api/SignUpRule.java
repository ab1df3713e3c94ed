package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.tenancy.Caller;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Who may create a user. Sign-up is never open to a network unless somebody asked for that in so
 * many words, and then the log says it.
 */
@ApplicationScoped
public class SignUpRule {
  private static final System.Logger LOG = System.getLogger(SignUpRule.class.getName());

  private final Settings.Signup setting;
  private final String host;
  private final boolean behindProxy;
  private final boolean open;

  SignUpRule(
      Settings settings,
      @ConfigProperty(name = "quarkus.http.host") String host,
      @ConfigProperty(name = "quarkus.http.proxy.proxy-address-forwarding", defaultValue = "false")
          boolean behindProxy) {
    this.setting = settings.signup();
    this.host = host;
    this.behindProxy = behindProxy;
    this.open =
        switch (settings.signup()) {
          case OPEN -> true;
          case LOOPBACK -> isLoopback(host);
          case OPERATOR -> false;
        };
  }

  void start(@Observes StartupEvent event) {
    if (setting == Settings.Signup.LOOPBACK && open && behindProxy) {
      throw new Refusal(
          "Behind a proxy everybody comes from this machine, so TMUXBUILDER_SIGNUP=loopback would"
              + " let anybody create users.",
          "Say what you want: TMUXBUILDER_SIGNUP=operator, or open.");
    }
    if (setting == Settings.Signup.OPEN && !isLoopback(host)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "TMUXBUILDER_SIGNUP is open: anybody who reaches {0} may create users",
          host);
    }
  }

  /** Whether anybody may create a user. */
  public boolean open() {
    return open;
  }

  /**
   * @throws ApiException where sign-up is closed to the caller
   */
  void check(Caller caller, UserId user) {
    if (!open && !caller.mayActFor(user)) {
      throw ApiException.unauthorized(
          "Sign-up is closed here. Send your own access_token, or ask the operator to create you.");
    }
  }

  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      return false; // what is not known to be safe is not
    }
  }
}
