package dev.tmuxbuilder.secrets;

import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.platform.Settings;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * The keys that wrap the keys of sites: from the settings, else from {@code master.secret} in the
 * data directory, which is made at the first start and readable for its owner alone. The first one
 * wraps; those after it open what was wrapped before. Methods that read the file block.
 */
final class MasterKeys {
  private static final String FILE = "master.secret";
  private static final int BYTES = 32;

  /** The key that wraps, and the one before it, with which a node may still be at work. */
  private static final int KEPT = 2;

  private final DataDirectory directory;
  private final boolean fromSettings;
  private volatile Map<String, SecretKey> keys;

  private MasterKeys(DataDirectory directory, Optional<List<String>> settings) {
    this.directory = directory;
    this.fromSettings = settings.isPresent();
    this.keys = keys(settings.orElseGet(this::read));
  }

  /**
   * @throws Refusal where a key is none, or the file cannot be read or made
   */
  static MasterKeys of(DataDirectory directory, Settings.Secrets settings) {
    return new MasterKeys(directory, settings.masterKeys());
  }

  private List<String> read() {
    return directory.secret(FILE).lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
  }

  private static Map<String, SecretKey> keys(List<String> all) {
    Map<String, SecretKey> keys = new LinkedHashMap<>();
    for (String hex : all) {
      byte[] bytes = bytes(hex.strip());
      keys.put(Vault.name(bytes), Vault.key(bytes));
      Arrays.fill(bytes, (byte) 0);
    }
    if (keys.isEmpty()) {
      throw noKey();
    }
    return keys;
  }

  private static byte[] bytes(String hex) {
    try {
      byte[] bytes = HexFormat.of().parseHex(hex);
      if (bytes.length == BYTES) {
        return bytes;
      }
    } catch (IllegalArgumentException noHex) {
      throw noKey();
    }
    throw noKey();
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
    List<String> all =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(DataDirectory.newSecret()), read().stream())
            .limit(KEPT)
            .toList();
    directory.replaceSecret(FILE, String.join("\n", all));
    keys = keys(all);
  }
}
