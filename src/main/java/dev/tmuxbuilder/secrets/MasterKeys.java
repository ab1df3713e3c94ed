package dev.tmuxbuilder.secrets;

import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.KeyService;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.crypto.SecretKey;

/**
 * The keys that wrap the keys of sites: from the settings, else from {@code master.secret} in the
 * data directory, which is made at the first start and readable for its owner alone. A line of that
 * file is a key, or, where the settings name a key of a cloud's key service, one that only that
 * service can open. The first one wraps; those after it open what was wrapped before. Methods that
 * read the file block.
 */
final class MasterKeys {
  private static final String FILE = "master.secret";
  private static final int BYTES = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Begins a line with a key that is wrapped: by which, and the bytes. */
  private static final String WRAPPED = "kms ";

  /** The key that wraps, and the one before it, with which a node may still be at work. */
  private static final int KEPT = 2;

  private final DataDirectory directory;
  private final KeyService service;
  private final Optional<String> wrappedBy;
  private final boolean fromSettings;
  private volatile Map<String, SecretKey> keys;

  private MasterKeys(DataDirectory directory, Settings.Secrets settings, KeyService service) {
    if (settings.masterKeys().isPresent() && settings.kmsKey().isPresent()) {
      throw new Refusal(
          "TMUXBUILDER_SECRETS_MASTER_KEYS and TMUXBUILDER_SECRETS_KMS_KEY are both set.",
          "Set one of them. To change from the one to the other, see docs/deploy.md.");
    }
    this.directory = directory;
    this.service = service;
    this.wrappedBy = settings.kmsKey();
    this.fromSettings = settings.masterKeys().isPresent();
    this.keys = keys(settings.masterKeys().orElseGet(this::read));
  }

  /**
   * @throws Refusal where a key is none, the file cannot be read or made, or the key service does
   *     not open what is in it
   */
  static MasterKeys of(DataDirectory directory, Settings.Secrets settings, KeyService service) {
    return new MasterKeys(directory, settings, service);
  }

  private List<String> read() {
    boolean there = Files.exists(directory.root().resolve(FILE));
    return directory
        .secret(FILE, there ? "" : newLine()) // of several servers' lines one stays
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private String newLine() {
    return wrappedBy.map(this::wrappedLine).orElseGet(DataDirectory::newSecret);
  }

  private String wrappedLine(String by) {
    KeyService.Wrapped made = ask(() -> service.make(by));
    Arrays.fill(made.clear(), (byte) 0);
    return WRAPPED + made.by() + " " + Base64.getEncoder().encodeToString(made.wrapped());
  }

  private Map<String, SecretKey> keys(List<String> all) {
    Map<String, SecretKey> found = new LinkedHashMap<>();
    for (String line : all) {
      byte[] bytes = bytes(line.strip());
      found.put(Vault.name(bytes), Vault.key(bytes));
      Arrays.fill(bytes, (byte) 0);
    }
    if (found.isEmpty()) {
      throw noKey();
    }
    return found;
  }

  private byte[] bytes(String line) {
    byte[] bytes = line.startsWith(WRAPPED) ? opened(line) : parsed(() -> hex(line));
    if (bytes.length != BYTES) {
      throw noKey();
    }
    return bytes;
  }

  private static byte[] hex(String line) {
    return HexFormat.of().parseHex(line);
  }

  private byte[] opened(String line) {
    String[] parts = line.substring(WRAPPED.length()).split(" ", 2);
    if (parts.length < 2) {
      throw noKey();
    }
    byte[] wrapped = parsed(() -> Base64.getDecoder().decode(parts[1]));
    return ask(() -> service.open(parts[0], wrapped));
  }

  private static byte[] parsed(Supplier<byte[]> form) {
    try {
      return form.get();
    } catch (IllegalArgumentException another) {
      throw noKey();
    }
  }

  private static <T> T ask(Supplier<Uni<T>> call) {
    try {
      return call.get().await().atMost(PATIENCE);
    } catch (StepFailure failed) {
      throw unanswered(failed.info().message(), failed);
    } catch (TimeoutException late) {
      throw unanswered("It does not answer.", late);
    }
  }

  private static Refusal unanswered(String why, Throwable cause) {
    return new Refusal(
        "The key service does not give the master key: " + why,
        "The key of TMUXBUILDER_SECRETS_KMS_KEY must be there, and whoever the service acts as on"
            + " AWS needs kms:GenerateDataKey and kms:Decrypt on it.",
        cause);
  }

  private static Refusal noKey() {
    return new Refusal(
        "A master key in TMUXBUILDER_SECRETS_MASTER_KEYS or " + FILE + " is not 64 hex digits.",
        "Make one with: openssl rand -hex 32");
  }

  /** The name of the key that wraps. */
  String current() {
    return keys.keySet().iterator().next();
  }

  /** Empty where this node does not know it. */
  Optional<SecretKey> of(String name) {
    return Optional.ofNullable(keys.get(name));
  }

  /** Another node may have made new ones. Blocks. */
  void reload() {
    if (!fromSettings) {
      keys = keys(read());
    }
  }

  /** A new key wraps from now on; where the settings give the keys, their first one. Blocks. */
  void rotate() {
    if (fromSettings) {
      return;
    }
    List<String> all = Stream.concat(Stream.of(newLine()), read().stream()).limit(KEPT).toList();
    Map<String, SecretKey> next = keys(all); // what cannot be opened is not written
    directory.replaceSecret(FILE, String.join("\n", all));
    keys = next;
  }
}
