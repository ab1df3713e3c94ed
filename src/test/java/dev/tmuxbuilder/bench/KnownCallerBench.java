package dev.tmuxbuilder.bench;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.Role;
import dev.tmuxbuilder.tenancy.Tokens;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Prints how many microseconds it takes to know a caller again whom the service has met, and to
 * find in the table of permissions that this caller may look: the hash of the token, the cache, the
 * role.
 */
public final class KnownCallerBench {
  private static final int TIMES = 500_000;
  private static final int ROUNDS = 5;

  private KnownCallerBench() {}

  public static void main(String[] arguments) {
    String token = Tokens.random("tb_");
    TenantId tenant = new TenantId(UUID.randomUUID());
    Cache<ByteBuffer, Caller> callers =
        Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)).build();
    callers.put(
        ByteBuffer.wrap(Tokens.hash(token)),
        new Caller.User(new UserId(UUID.randomUUID()), tenant, Map.of(tenant, Role.VIEWER)));
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      best = Math.min(best, micros(callers, token, tenant));
    }
    System.out.printf(java.util.Locale.ROOT, "%.3f%n", best);
  }

  private static double micros(Cache<ByteBuffer, Caller> callers, String token, TenantId tenant) {
    int allowed = 0;
    long start = System.nanoTime();
    for (int i = 0; i < TIMES; i++) {
      Caller caller = callers.getIfPresent(ByteBuffer.wrap(Tokens.hash(token)));
      if (caller != null
          && caller.roleIn(tenant).filter(role -> role.may(Permission.VIEW)).isPresent()) {
        allowed++;
      }
    }
    long took = System.nanoTime() - start;
    if (allowed != TIMES) {
      throw new IllegalStateException("a viewer may look");
    }
    return took / 1_000.0 / TIMES;
  }
}
