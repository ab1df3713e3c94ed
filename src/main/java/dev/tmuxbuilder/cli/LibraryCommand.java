package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.library.Flaw;
import dev.tmuxbuilder.library.Library;
import dev.tmuxbuilder.library.Linter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What agents can be given, seen from the command line. */
@Command(
    name = "library",
    mixinStandardHelpOptions = true,
    description = "The skills and helpers that agents are given.")
final class LibraryCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Says everything that is wrong with a library. */
  @Command(
      name = "lint",
      mixinStandardHelpOptions = true,
      description = "Says everything that is wrong with a library of skills and helpers.",
      footer = {"", "Exit code 0 where nothing is."})
  static final class Lint implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
        arity = "0..1",
        paramLabel = "DIR",
        description = "The library; else the product's.")
    private Optional<Path> directory = Optional.empty();

    @Option(names = "--json", description = "One JSON document, for machines.")
    private boolean json;

    Lint(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      Path root =
          directory
              .or(() -> surroundings.variable("TMUXBUILDER_LIBRARY_DIR").map(Path::of))
              .orElse(Path.of(".claude-library"));
      if (!Files.isDirectory(root)) {
        throw CliFailure.failed(
            "no_library", "there is no library " + root, "Name the folder of one.");
      }
      Library library = Library.read(root);
      List<Flaw> flaws = Linter.lint(library);
      if (json) {
        surroundings.out().line(Json.line(document(library, flaws)));
      } else {
        flaws.forEach(flaw -> surroundings.out().line(Text.clean(flaw.toString())));
        surroundings
            .out()
            .line("%d items, %d flaws".formatted(library.items().size(), flaws.size()));
      }
      return flaws.isEmpty() ? 0 : CliFailure.FAILED;
    }

    private static ObjectNode document(Library library, List<Flaw> flaws) {
      ObjectNode document = Json.object().put("items", library.items().size());
      var list = document.putArray("flaws");
      flaws.forEach(
          flaw ->
              list.addObject()
                  .put("path", flaw.path())
                  .put("rule", flaw.rule())
                  .put("message", flaw.message()));
      return document;
    }
  }
}
