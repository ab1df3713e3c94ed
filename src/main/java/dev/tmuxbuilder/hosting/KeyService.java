package dev.tmuxbuilder.hosting;

import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;

/**
 * Where a cloud keeps keys that never leave it, and wraps others with them. Nothing is asked of it
 * before the first call; none of the methods blocks. Calls fail with {@code StepFailure} where it
 * cannot be asked or refuses.
 */
public interface KeyService {
  /**
   * A key of 256 bits.
   *
   * @param by names the key that wraps it, so that it is found again
   */
  record Wrapped(byte[] clear, String by, byte[] wrapped) {}

  /**
   * @param by the wrapping key, as an operator names it
   */
  @CheckReturnValue
  Uni<Wrapped> make(String by);

  /** The key in the clear. */
  @CheckReturnValue
  Uni<byte[]> open(String by, byte[] wrapped);
}
