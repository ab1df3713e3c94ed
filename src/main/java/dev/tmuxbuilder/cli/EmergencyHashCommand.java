package dev.tmuxbuilder.cli;

import dev.tmuxbuilder.platform.PasswordHash;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Makes the hash of the emergency sign-in's password. */
@Command(
    name = "emergency-hash",
    mixinStandardHelpOptions = true,
    description = "Makes the hash of a password for the emergency sign-in.",
    footer = {
      "",
      "The password is one line of standard input, of 15 characters or more. The hash is for",
      "TMUXBUILDER_IDENTITY_EMERGENCY_PASSWORD_HASH; it has dollar signs, so put it in single",
      "quotes in a shell. With TMUXBUILDER_IDENTITY_EMERGENCY_USER the sign-in is on from the",
      "next start of the service until both are taken out."
    })
final class EmergencyHashCommand implements Callable<Integer> {
  /** NIST SP 800-63B-4, 3.1.1.2, for a password that is all that is asked for. */
  private static final int SHORTEST = 15;

  private static final int LONGEST_BYTES = 1024;

  private final Surroundings surroundings;

  EmergencyHashCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    String password = password();
    if (password.codePointCount(0, password.length()) < SHORTEST) {
      throw CliFailure.failed(
          "short_password",
          "the password has fewer than " + SHORTEST + " characters",
          "Whoever guesses it is the operator. Make one with: openssl rand -base64 24");
    }
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    surroundings.out().line(PasswordHash.of(bytes).toString());
    Arrays.fill(bytes, (byte) 0);
    return 0;
  }

  private String password() throws IOException {
    Console console = console();
    if (console == null) {
      return line(surroundings.in());
    }
    char[] typed = console.readPassword("Password: ");
    return typed == null ? "" : new String(typed);
  }

  /** A person's keyboard, on which the password is not shown; null where there is none. */
  private @Nullable Console console() {
    Console console = surroundings.terminal().live() ? System.console() : null;
    return console != null && console.isTerminal() ? console : null;
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
      if (line.size() > LONGEST_BYTES) {
        throw CliFailure.failed(
            "long_password",
            "the password has more than " + LONGEST_BYTES + " bytes",
            "Send one line, with a password of 15 characters or more.");
      }
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
