package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.hosting.Environments;
import dev.tmuxbuilder.isolation.Exit;
import java.util.Optional;

/**
 * What a site's program is given besides its release when it is started.
 *
 * @param exit the way to other hosts, where it has one; which they are is asked for when it is used
 */
record Given(Environments.Environment environment, Optional<Exit> exit) {
  /** Whether a program that has this would be given the same if it were started now. */
  boolean isStill(Given now) {
    return environment.version() == now.environment.version()
        && exit.isPresent() == now.exit.isPresent();
  }
}
