package dev.tmuxbuilder.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command that talks to a service. */
final class Connection {
  private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "[::1]");

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "Where the service is (else TMUXBUILDER_SERVER, else this machine).")
  private Optional<String> server = Optional.empty();

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Who is asking (else TMUXBUILDER_TOKEN, else the token that was kept when the user was"
              + " created, else this machine's operator token). Other people on this machine can"
              + " see arguments: prefer the variable.")
  private Optional<String> token = Optional.empty();

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "Certificates (PEM) that vouch for a service at https://, instead of those that Java"
              + " knows (else TMUXBUILDER_CA).")
  private Optional<Path> authorities = Optional.empty();

  @Option(names = "--json", description = "For machines: JSON, one document or event a line.")
  private boolean json;

  boolean json() {
    return json;
  }

  /** Whether the caller said where the service is. */
  boolean named(Surroundings s) {
    return server.isPresent() || s.variable("TMUXBUILDER_SERVER").isPresent();
  }

  /** Where the service is, without a slash at its end. */
  String address(Surroundings s) {
    String address =
        server
            .or(() -> s.variable("TMUXBUILDER_SERVER"))
            .orElseGet(() -> "http://127.0.0.1:" + s.port())
            .strip()
            .replaceAll("/+$", "");
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return address;
      }
    } catch (IllegalArgumentException notAUri) {
      // said below, together with addresses of another kind
    }
    throw CliFailure.badUsage(
        "bad_server", "not the address of a service: " + address, "Try http://127.0.0.1:8080");
  }

  /** The service, asked as {@code user} where this machine knows the token of that user. */
  Api open(Surroundings s, String user) {
    String address = address(s);
    return api(
        s,
        address,
        token
            .or(() -> s.variable("TMUXBUILDER_TOKEN"))
            .or(() -> remembered(s, address, user))
            .or(() -> operatorToken(s, address)));
  }

  /** The service, asked by nobody in particular. */
  Api openAnonymously(Surroundings s) {
    return api(s, address(s), Optional.empty());
  }

  private Api api(Surroundings s, String address, Optional<String> who) {
    return new Api(address, who, authorities.or(() -> s.variable("TMUXBUILDER_CA").map(Path::of)));
  }

  /**
   * The token that was kept, unless the service on this machine has been set up anew since: then it
   * means nothing any more, and the operator's is at hand.
   */
  private Optional<String> remembered(Surroundings s, String address, String user) {
    Optional<String> kept = new Memory(s.configDir()).token(address, user);
    return operatorToken(s, address).isEmpty()
        ? kept
        : kept.filter(secret -> api(s, address, Optional.of(secret)).isKnownAs(user));
  }

  /** The operator's token never leaves this machine. */
  private static Optional<String> operatorToken(Surroundings s, String address) {
    Path file = s.dataDir().resolve("operator.token");
    if (!LOOPBACK.contains(URI.create(address).getHost()) || !Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
    } catch (IOException unreadable) {
      throw CliFailure.failed(
          "operator_token", "cannot read " + file + ": " + unreadable.getMessage(), "");
    }
  }
}
