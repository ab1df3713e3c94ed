package dev.tmuxbuilder.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where a brief comes from: a file, standard input, or the command line itself. */
final class Brief {
  /** The service takes 64 KiB; reading much more than that would help nobody. */
  private static final int MOST_BYTES = 1 << 20;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The brief, in Markdown; '-' is standard input.")
  private Optional<String> file = Optional.empty();

  @Option(
      names = "--brief",
      paramLabel = "TEXT",
      description = "The brief itself, instead of a file.")
  private Optional<String> text = Optional.empty();

  /** Like {@link #read(Surroundings)} where there may be none. */
  String readIfAny(Surroundings s) {
    return text.isEmpty() && file.isEmpty() ? "" : read(s);
  }

  /** The brief's text. Blocks on the disk or on standard input. */
  String read(Surroundings s) {
    if (text.isPresent() == file.isPresent()) {
      throw CliFailure.badUsage(
          "which_brief",
          text.isPresent()
              ? "a FILE or --brief TEXT, not both"
              : "a FILE or --brief TEXT is missing",
          "Try: tmux-builder create examples/bakery.md");
    }
    return text.orElseGet(() -> read(s, file.orElseThrow()));
  }

  private static String read(Surroundings s, String name) {
    try {
      byte[] bytes = name.equals("-") ? s.in().readNBytes(MOST_BYTES) : readFile(Path.of(name));
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notText) {
      throw CliFailure.badUsage(
          "brief_not_utf8", name + " is not UTF-8 text", "Save the brief as UTF-8.");
    } catch (IOException unreadable) {
      throw CliFailure.badUsage("no_brief", "cannot read " + name, "Is the path right?");
    }
  }

  private static byte[] readFile(Path path) throws IOException {
    try (var in = Files.newInputStream(path)) {
      return in.readNBytes(MOST_BYTES);
    }
  }
}
