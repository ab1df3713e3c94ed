package dev.tmuxbuilder.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.platform.PasswordHash;
import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The name and the password with which an operator gets in where those who vouch for callers are
 * away. Off unless both are set. A password is dear to look at: one is looked at at a time, few
 * wait, and one that was right a moment ago is right still.
 */
@ApplicationScoped
public class Emergency {
  private static final System.Logger LOG = System.getLogger(Emergency.class.getName());
  private static final String USER = "TMUXBUILDER_IDENTITY_EMERGENCY_USER";
  private static final String HASH = "TMUXBUILDER_IDENTITY_EMERGENCY_PASSWORD_HASH";
  private static final int MOST_WAITING = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration REMEMBERED = Duration.ofSeconds(10);

  private final Optional<Expected> expected;
  private final Semaphore room = new Semaphore(MOST_WAITING);
  private final Semaphore turn = new Semaphore(1, true);
  private final SecretKeySpec remembering = newKey();
  private final Cache<ByteBuffer, Boolean> right =
      Caffeine.newBuilder().maximumSize(1).expireAfterWrite(REMEMBERED).build();

  private record Expected(byte[] user, PasswordHash password) {}

  Emergency(Settings settings) {
    this.expected = expected(settings.identity().emergency());
  }

  private static Optional<Expected> expected(Settings.Emergency settings) {
    if (settings.user().isEmpty() && settings.passwordHash().isEmpty()) {
      return Optional.empty();
    }
    String user = settings.user().orElseThrow(() -> missing(USER));
    if (user.contains(":")) { // it ends the name, RFC 7617
      throw new Refusal(USER + " has a colon in it.", "Take a name without one.");
    }
    PasswordHash password =
        PasswordHash.parse(settings.passwordHash().orElseThrow(() -> missing(HASH)))
            .orElseThrow(
                () ->
                    new Refusal(
                        HASH + " is no Argon2id hash that this service takes.",
                        "Make one with: bin/tmux-builder emergency-hash. It begins with $argon2id$:"
                            + " mind what becomes of dollar signs where you write it."));
    return Optional.of(new Expected(user.getBytes(StandardCharsets.UTF_8), password));
  }

  private static Refusal missing(String setting) {
    return new Refusal(
        setting + " is missing.",
        "The emergency sign-in needs " + USER + " and " + HASH + "; without both it is off.");
  }

  private static SecretKeySpec newKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return new SecretKeySpec(key, "HmacSHA256");
  }

  /** What is wrong in the settings is said at the start, and that the door is there. */
  void start(@Observes StartupEvent event) {
    if (isOn()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The emergency sign-in is on: whoever knows its password is the operator, also past"
              + " Cloudflare Access. Take {0} and {1} out when the emergency is over.",
          USER,
          HASH);
    }
  }

  /** Whether there is such a way in. */
  public boolean isOn() {
    return expected.isPresent();
  }

  /**
   * Whether name and password are right; a wrong name takes as long as a wrong password. Does not
   * block. Fails with {@link Away} where too many are looked at already.
   */
  public Uni<Boolean> opens(String user, String password) {
    return VirtualThreads.call("emergency password", () -> look(user, password));
  }

  private boolean look(String user, String password) throws InterruptedException {
    ByteBuffer seen = seen(user, password);
    if (right.getIfPresent(seen) != null) {
      return true;
    }
    if (!room.tryAcquire()) {
      throw new Away("too many passwords are looked at");
    }
    try {
      if (!turn.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Away("too many passwords are looked at");
      }
      try {
        return compare(user, password, seen);
      } finally {
        turn.release();
      }
    } finally {
      room.release();
    }
  }

  private boolean compare(String user, String password, ByteBuffer seen) {
    Expected wanted = expected.orElseThrow();
    boolean name = MessageDigest.isEqual(wanted.user(), user.getBytes(StandardCharsets.UTF_8));
    boolean word = wanted.password().isOf(password.getBytes(StandardCharsets.UTF_8));
    if (name & word) { // both are looked at, whatever the first says
      right.put(seen, true);
    }
    return name & word;
  }

  /** What tells that it is the same again, and to nobody else anything. */
  private ByteBuffer seen(String user, String password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(remembering);
      mac.update(user.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return ByteBuffer.wrap(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }
}
