package dev.tmuxbuilder.library.session;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.library.Item;
import dev.tmuxbuilder.library.Library;
import dev.tmuxbuilder.library.Relevance;
import dev.tmuxbuilder.library.Selection;
import dev.tmuxbuilder.library.Situation;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.workspace.Equipment;
import dev.tmuxbuilder.workspace.Workspace;
import dev.tmuxbuilder.workspace.Workspaces;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Gives each session just the skills and helpers that the rules and its brief call for. */
@ApplicationScoped
class SessionEquipment implements Equipment {
  private static final String STAGE = "equip";

  private final Libraries libraries;
  private final Relevance relevance;
  private final Function<ExecutionId, Workspace> workspaces;

  @Inject
  SessionEquipment(Libraries libraries, Relevance relevance, Workspaces workspaces) {
    this(libraries, relevance, workspaces::of);
  }

  SessionEquipment(
      Libraries libraries, Relevance relevance, Function<ExecutionId, Workspace> workspaces) {
    this.libraries = libraries;
    this.relevance = relevance;
    this.workspaces = workspaces;
  }

  @Override
  public Uni<Void> equip(Execution execution, Progress progress) {
    if (execution.agent() == AgentKind.STARTER) {
      return Uni.createFrom().voidItem(); // reads nothing but the brief
    }
    return VirtualThreads.call("read the library", this::library)
        .chain(
            found ->
                found.isPresent() ? equip(execution, found.get(), progress) : without(progress));
  }

  private Optional<Library> library() {
    try {
      return libraries.current();
    } catch (IOException unreadable) {
      throw StepFailure.retryable(
              STAGE,
              "library_unreadable",
              "The library of skills cannot be read: " + unreadable.getMessage() + ".",
              "See that the service may read the folder that TMUXBUILDER_LIBRARY_DIR names.")
          .causedBy(unreadable);
    }
  }

  private static Uni<Void> without(Progress progress) {
    progress.warn(
        STAGE,
        "There is no library of skills on this machine: the agent goes without."
            + " TMUXBUILDER_LIBRARY_DIR names one.");
    return Uni.createFrom().voidItem();
  }

  private Uni<Void> equip(Execution execution, Library library, Progress progress) {
    Selection selection = Selection.of(library, Situation.of(execution));
    return relevant(selection, execution.requirements())
        .chain(
            chosen ->
                VirtualThreads.call(
                    "equip " + execution.id(), () -> write(execution, chosen, library.digest())))
        .invoke(outcome -> tell(outcome, progress))
        .replaceWithVoid();
  }

  private Uni<List<Chosen>> relevant(Selection selection, String brief) {
    Map<String, Selection.Choice> byAddress = new HashMap<>();
    List<Relevance.Document> documents = new ArrayList<>();
    for (Selection.Choice choice : selection.candidates()) {
      Item item = choice.item();
      byAddress.put(item.address(), choice);
      String head = item.name().replace('-', ' ') + " " + String.join(" ", item.tags());
      documents.add(new Relevance.Document(item.address(), head, item.description()));
    }
    return relevance
        .rank(brief, documents, selection.most())
        .map(
            ranked ->
                Stream.concat(
                        selection.given().stream().map(Chosen::byRule),
                        ranked.stream()
                            .flatMap(
                                one ->
                                    Optional.ofNullable(byAddress.get(one.id())).stream()
                                        .map(choice -> Chosen.byRelevance(choice, one.words()))))
                    .toList());
  }

  private Injector.Outcome write(Execution execution, List<Chosen> chosen, String digest) {
    try {
      return new Injector(workspaces.apply(execution.id())).become(chosen, digest);
    } catch (IOException failed) {
      throw StepFailure.retryable(
              STAGE,
              "equipment_not_written",
              "The agent's skills could not be written: " + failed.getMessage() + ".",
              "See that the session's .claude is a folder with room that may be written to.")
          .causedBy(failed);
    }
  }

  private static void tell(Injector.Outcome outcome, Progress progress) {
    if (!outcome.changed()) {
      return;
    }
    Injection injection = outcome.injection();
    Map<String, Object> figures = injection.figures();
    progress.info(
        STAGE,
        "The agent has %s skills and %s helpers, %s of them for this brief"
            .formatted(figures.get("skills"), figures.get("agents"), figures.get("for_the_brief")),
        figures);
    if (injection.count(Injection.State.EDITED) + injection.count(Injection.State.OWN) > 0) {
      progress.info(STAGE, "Left as the session has them: " + figures.get("edited") + " of these");
    }
  }
}
