package dev.tmuxbuilder.library.session;

import dev.tmuxbuilder.library.Flaw;
import dev.tmuxbuilder.library.Library;
import dev.tmuxbuilder.library.Linter;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The product's library with the operator's own ones laid over it, read anew each time, so that a
 * changed library reaches sessions without a restart. An operator's library with a flaw keeps the
 * service from starting.
 */
@Startup
@ApplicationScoped
class Libraries {
  private static final String FOLDER = ".claude-library";
  private static final int MOST_TOLD = 10;

  private final Optional<Path> own;
  private final List<Path> more;

  Libraries(Settings settings, DataDirectory data) {
    this.own = settings.library().dir().or(Libraries::besideTheProgram);
    this.more =
        settings.library().more().orElse(List.of()).stream()
            .map(name -> PinnedLibrary.folder(name, data))
            .toList();
    if (!more.isEmpty()) {
      refuseFlaws();
    }
  }

  private static Optional<Path> besideTheProgram() {
    Stream<Path> program =
        ProcessHandle.current().info().command().map(Path::of).map(Path::getParent).stream();
    return Stream.concat(Stream.of(Path.of("")), program)
        .map(folder -> folder.resolve(FOLDER))
        .filter(Files::isDirectory)
        .findFirst();
  }

  /** Empty where there is none. Blocks. */
  Optional<Library> current() throws IOException {
    List<Path> roots = new ArrayList<>();
    own.filter(Files::isDirectory).ifPresent(roots::add);
    roots.addAll(more);
    Library whole = null;
    for (Path root : roots) {
      Library next = Library.read(root);
      whole = whole == null ? next : whole.and(next);
    }
    return Optional.ofNullable(whole);
  }

  private void refuseFlaws() {
    try {
      List<Flaw> flaws = current().map(Linter::lint).orElse(List.of());
      if (!flaws.isEmpty()) {
        String first =
            String.join("; ", flaws.stream().limit(MOST_TOLD).map(Flaw::toString).toList());
        throw new Refusal(
            "The libraries of skills together have " + flaws.size() + " flaws: " + first,
            "Mend them (tmux-builder library lint DIR names each) or take the library out of"
                + " TMUXBUILDER_LIBRARY_MORE.");
      }
    } catch (IOException unreadable) {
      throw new Refusal(
          "A library of skills cannot be read: " + unreadable.getMessage(),
          "See TMUXBUILDER_LIBRARY_DIR and TMUXBUILDER_LIBRARY_MORE.");
    }
  }
}
