package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.tenancy.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Who may create a user. */
@ApplicationScoped
class SignUpRule {
  private final boolean open;

  SignUpRule(Settings settings, @ConfigProperty(name = "quarkus.http.host") String host) {
    this.open =
        switch (settings.signup()) {
          case OPEN -> true;
          case LOOPBACK -> isLoopback(host);
          case OPERATOR -> false;
        };
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

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      return false; // what is not known to be safe is not
    }
  }
}
