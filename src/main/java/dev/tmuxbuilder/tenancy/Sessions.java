package dev.tmuxbuilder.tenancy;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;

/** A browser's sessions: each stands for the token that it was begun with. */
public interface Sessions {
  /** Begins one; the answer is kept nowhere but in the browser. */
  Uni<String> begin(byte[] tokenSha256, Duration valid);

  /** The hash of the token that the session stands for, where it has not ended. */
  Uni<Optional<byte[]>> tokenOf(String session);

  Uni<Void> end(String session);
}
