package dev.tmuxbuilder.execution;

import static dev.tmuxbuilder.execution.StepName.CREATE_SESSION;
import static dev.tmuxbuilder.execution.StepName.CREATE_USER;
import static dev.tmuxbuilder.execution.StepName.DEPLOY;
import static dev.tmuxbuilder.execution.StepName.E2E_TESTS;
import static dev.tmuxbuilder.execution.StepName.GENERATE_SITE;
import static dev.tmuxbuilder.execution.StepName.HEALTH_CHECK;
import static dev.tmuxbuilder.execution.StepName.SCREENSHOT;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.AgentEvent;
import dev.tmuxbuilder.agent.AgentEvents;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.agent.Task;
import dev.tmuxbuilder.execution.StepResult.Checked;
import dev.tmuxbuilder.execution.StepResult.Deployed;
import dev.tmuxbuilder.execution.StepResult.Done;
import dev.tmuxbuilder.execution.StepResult.Generated;
import dev.tmuxbuilder.execution.StepResult.Photographed;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.Sites;
import dev.tmuxbuilder.verification.Target;
import dev.tmuxbuilder.verification.Verifier;
import dev.tmuxbuilder.workspace.Equipment;
import dev.tmuxbuilder.workspace.Workspace;
import dev.tmuxbuilder.workspace.Workspaces;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes a run through the seven steps. Each step looks at what is there before it acts and is
 * skipped when an earlier owner of the run has finished it, so that a run can be taken up at any
 * point; a step that fails for a passing reason is tried again; whatever happens, the run ends in a
 * state that says so.
 */
public final class Pipeline {
  private final Agents agents;
  private final Hosts hosts;
  private final Verifier verifier;
  private final Workspaces workspaces;
  private final Equipment equipment;
  private final Attachments attachments;
  private final Executions store;
  private final StepRunner steps;

  public Pipeline(
      Agents agents,
      Hosts hosts,
      Verifier verifier,
      Workspaces workspaces,
      Equipment equipment,
      Attachments attachments,
      Executions store,
      StepRunner steps) {
    this.agents = agents;
    this.hosts = hosts;
    this.verifier = verifier;
    this.workspaces = workspaces;
    this.equipment = equipment;
    this.attachments = attachments;
    this.store = store;
    this.steps = steps;
  }

  /**
   * Takes up a run and brings it to its end. The item is the state in which it ended. Fails only
   * with {@link LeaseLost}, {@link StoreAway} or when the journal cannot be written; cancelling
   * stops the work under way and writes nothing.
   */
  @CheckReturnValue
  public Uni<ExecutionStatus> run(Job job, RunJournal journal) {
    Run run = new Run(job, journal);
    run.begin(steps.policy().whole(job.kind()));
    if (job.owners() > steps.policy().owners()) {
      return abandon(run, Failures.keepsBreaking(run.next(), job.owners() - 1));
    }
    if (job.kind() == RunKind.STOP) {
      return stop(run);
    }
    return steps
        .step(run, CREATE_USER, this::createUser)
        .chain(() -> steps.step(run, CREATE_SESSION, this::createSession))
        .chain(() -> makeAndProve(run))
        .chain(() -> complete(run))
        .onFailure(AwaitsAnswer.class)
        .recoverWithUni(asked -> ask(run, (AwaitsAnswer) asked))
        .onFailure(AwaitsApproval.class)
        .recoverWithUni(() -> edited(run).chain(() -> wait(run)))
        .onFailure(StepFailure.class)
        .recoverWithUni(failure -> fail(run, (StepFailure) failure))
        .onFailure(NoReceipt.class)
        .recoverWithUni(failure -> ownFault(run, failure));
  }

  /** What does not prove itself goes back to the agent, as often as {@link Mending} allows. */
  private Uni<Void> makeAndProve(Run run) {
    return steps
        .step(run, GENERATE_SITE, this::generateSite)
        .chain(() -> approved(run))
        .chain(() -> steps.step(run, DEPLOY, this::deploy))
        .chain(() -> steps.step(run, HEALTH_CHECK, this::healthCheck))
        .chain(() -> steps.step(run, SCREENSHOT, this::screenshot))
        .chain(() -> steps.step(run, E2E_TESTS, this::endToEndTests))
        .onFailure(ChecksFailed.class)
        .recoverWithUni(failure -> mend(run, (ChecksFailed) failure));
  }

  private static Uni<Void> approved(Run run) {
    return run.job().awaitsApproval() && !run.has(DEPLOY)
        ? Uni.createFrom().failure(new AwaitsApproval())
        : Uni.createFrom().voidItem();
  }

  private Uni<Void> mend(Run run, ChecksFailed failure) {
    Optional<Mending> next =
        run.job().needs(GENERATE_SITE) && agent(run).converses()
            ? Mending.after(run.mending(), failure.checks())
            : Optional.empty();
    return next.isEmpty()
        ? Uni.createFrom().failure(failure)
        : writeReceipt(run, failure.checks())
            .chain(() -> goBack(run))
            .invoke(() -> run.mend(next.get()))
            .chain(() -> makeAndProve(run));
  }

  /** The run ends here; the answer begins the next one. */
  private static Uni<ExecutionStatus> ask(Run run, AwaitsAnswer asked) {
    Instant now = run.journal().now();
    run.journal()
        .note(
            new Line.AgentTold(now, GENERATE_SITE, new AgentEvent.Question(asked.question())),
            Line.StepMoved.to(StepStatus.PENDING, now, GENERATE_SITE, 0, null),
            new Line.Answered(now, asked.question(), Map.of("question", true)));
    return run.end(ExecutionStatus.WAITING_INPUT);
  }

  /** What was edited by hand is kept as it is now, so that it can be looked at. */
  private Uni<Void> edited(Run run) {
    return run.job().kind() == RunKind.REDEPLOY
        ? workspaces
            .commit(run.execution().id(), editedMessage(run), run.journal().progress(DEPLOY))
            .replaceWithVoid()
        : Uni.createFrom().voidItem();
  }

  private static String editedMessage(Run run) {
    return "Run " + run.number() + ": edited";
  }

  /** The run ends here; the yes begins the next one, which publishes. */
  private static Uni<ExecutionStatus> wait(Run run) {
    run.journal()
        .progress(DEPLOY)
        .info(
            "approval",
            "It is made and waits to be published until an admin of the tenant says yes");
    answer(run, Answers.waits(run));
    return run.end(ExecutionStatus.WAITING_INPUT);
  }

  /** Ends what the agent may still have running for an execution whose run is over. */
  @CheckReturnValue
  public Uni<Void> release(Execution execution) {
    return agents.of(execution.agent()).release(execution.id());
  }

  private Agent agent(Run run) {
    return agents.of(run.execution().agent());
  }

  /**
   * A fault of our own that would come again at every try; a full disk or a lost database is not.
   */
  private static final class NoReceipt extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoReceipt(RuntimeException cause) {
      super(cause);
    }
  }

  /**
   * Ends a run that took too long, by whoever has the lease now; one that has its end keeps it.
   * Otherwise like {@link #run}.
   *
   * @param what the step that took too long; empty where it was the run as a whole
   * @param lastWord what was under way
   */
  @CheckReturnValue
  public Uni<ExecutionStatus> overdue(
      Job job, RunJournal journal, Optional<StepName> what, String lastWord) {
    return journal.ended().orElseGet(() -> endOverdue(new Run(job, journal), what, lastWord));
  }

  private Uni<ExecutionStatus> endOverdue(Run run, Optional<StepName> what, String lastWord) {
    StepPolicy policy = steps.policy();
    return abandon(
        run,
        what.map(step -> Failures.deadline(step, policy.deadline(step), lastWord))
            .orElseGet(
                () -> Failures.runDeadline(run.next(), policy.whole(run.job().kind()), lastWord)));
  }

  /**
   * Ends a run that somebody wanted to stop, by whoever has the lease now: what was live before it
   * is live again, unless the site is about to go. A run that has its end keeps it. Otherwise like
   * {@link #run}.
   *
   * @param goes whether the site is to be destroyed
   */
  @CheckReturnValue
  public Uni<ExecutionStatus> cancelled(Job job, RunJournal journal, boolean goes) {
    return journal.ended().orElseGet(() -> endCancelled(new Run(job, journal), goes));
  }

  private Uni<ExecutionStatus> endCancelled(Run run, boolean goes) {
    RunJournal journal = run.journal();
    journal
        .current()
        .ifPresent(
            step ->
                journal.note(
                    Line.StepMoved.to(
                        StepStatus.CANCELLED, journal.now(), step.where(), step.attempt(), null)));
    if (goes) {
      return run.end(ExecutionStatus.CANCELLED);
    }
    if (run.job().live().isEmpty() && (run.has(DEPLOY) || run.mayHaveSwitched())) {
      journal
          .progress(DEPLOY)
          .warn(
              "activate",
              "What was made may be live, and is not proved: redeploy the site, or destroy it");
    }
    return goBack(run).chain(() -> run.end(ExecutionStatus.CANCELLED));
  }

  private Uni<ExecutionStatus> abandon(Run run, StepFailure failure) {
    if (run.job().kind() == RunKind.DESTROY) {
      return run.endFailed(failure.info());
    }
    return StepRunner.failed(run, run.next(), run.job().owners(), failure)
        .chain(() -> fail(run, failure))
        .onFailure(NoReceipt.class)
        .recoverWithUni(fault -> ownFault(run, fault));
  }

  /** Ends the run, so that it does not fail in the same way for ever. */
  private static Uni<ExecutionStatus> ownFault(Run run, Throwable failure) {
    StepName last = run.journal().current().map(Line.StepMoved::where).orElse(E2E_TESTS);
    return run.endFailed(Failures.internal(run.journal().watch(), last, failure).info());
  }

  /** Removes everything of an execution but its record. Otherwise like {@link #run}. */
  @CheckReturnValue
  public Uni<ExecutionStatus> destroy(Job job, RunJournal journal) {
    Run run = new Run(job, journal);
    Progress progress = journal.progress(DEPLOY);
    run.begin(steps.policy().whole(job.kind()));
    progress.info("destroy", "Removing all that belongs to this site");
    return host(run)
        .destroy(site(run), progress)
        .chain(() -> agent(run).forget(job.execution().id()))
        .chain(() -> workspaces.remove(job.execution().id()))
        .chain(() -> run.end(ExecutionStatus.DESTROYED))
        .onFailure(StepFailure.class)
        .recoverWithUni(failure -> run.endFailed(((StepFailure) failure).info()));
  }

  private Uni<ExecutionStatus> stop(Run run) {
    return run.journal()
        .confirm()
        .chain(() -> host(run).stop(site(run), run.journal().progress(DEPLOY)))
        .chain(() -> run.end(ExecutionStatus.COMPLETED))
        .onFailure(StepFailure.class)
        .recoverWithUni(failure -> run.endFailed(((StepFailure) failure).info()));
  }

  private Uni<StepResult> createUser(Run run, Progress progress) {
    return workspaces.saveUser(run.execution()).replaceWith(new Done());
  }

  private Uni<StepResult> createSession(Run run, Progress progress) {
    return workspaces
        .prepare(run.execution())
        .chain(() -> equipment.equip(run.execution(), progress))
        .replaceWith(new Done());
  }

  private Uni<StepResult> generateSite(Run run, Progress progress) {
    AgentEvents events = run.journal().agent(GENERATE_SITE);
    return refit(run, run.job().kind() != RunKind.BUILD, progress)
        .chain(() -> instruction(run))
        .chain(
            instruction ->
                stage(
                    run,
                    GENERATE_SITE,
                    "agent",
                    () ->
                        new AgentTime(store, run, instruction.turn())
                            .of(() -> agent(run).work(instruction, events))))
        .chain(
            outcome ->
                switch (outcome) {
                  case AgentOutcome.Done done -> generated(run, done, progress);
                  case AgentOutcome.NeedsInput question ->
                      Uni.createFrom().failure(new AwaitsAnswer(question.question()));
                  case AgentOutcome.Failed failed ->
                      Uni.createFrom().failure(StepFailure.of(failed.reason()));
                  case AgentOutcome.Interrupted ignored ->
                      Uni.createFrom().failure(Failures.agentInterrupted());
                });
  }

  private Uni<Instruction> instruction(Run run) {
    Execution execution = run.execution();
    return task(run)
        .map(
            task ->
                new Instruction(
                    execution.id(),
                    run.number(),
                    task,
                    execution.siteType(),
                    execution.requirements(),
                    workspace(run).source(),
                    host(run).knownUrl(site(run))));
  }

  private Uni<Task> task(Run run) {
    Execution execution = run.execution();
    if (run.mending().isPresent()) {
      Mending mending = run.mending().get();
      return Uni.createFrom().item(new Task.Mend(mending.round(), mending.findings()));
    }
    return run.job().kind() == RunKind.CHAT
        ? handOver(run)
            .chain(() -> store.messages(execution.tenant(), execution.id(), run.number()))
            .map(Task.Change::new)
        : handOver(run)
            .map(
                files ->
                    new Task.Build(
                        files.stream()
                            .filter(file -> file.messageId() == null)
                            .map(Attachment::path)
                            .toList()));
  }

  /** What the user sent lies in the session's folder before the agent begins. */
  private Uni<List<Attachment>> handOver(Run run) {
    if (!agent(run).converses()) {
      return Uni.createFrom().item(List.of());
    }
    Execution execution = run.execution();
    return attachments
        .of(execution.tenant(), execution.id())
        .call(
            files ->
                workspaces.saveFiles(
                    execution.id(),
                    files,
                    file ->
                        attachments
                            .content(execution.tenant(), execution.id(), file.fileId())
                            .map(found -> found.orElseThrow().bytes())));
  }

  private Uni<StepResult> generated(Run run, AgentOutcome.Done done, Progress progress) {
    run.summary(done.summary());
    return run.journal()
        .confirm()
        .chain(() -> workspaces.commit(run.execution().id(), commitMessage(run, done), progress))
        .map(
            state -> {
              Artifact artifact = state.artifact();
              if (artifact.files().isEmpty()) {
                throw Failures.nothingGenerated();
              }
              if (run.job().kind() == RunKind.CHAT && isLive(run, artifact)) {
                throw Failures.nothingChanged();
              }
              return new Generated(state.commit(), artifact.files().size(), artifact.bytes());
            });
  }

  private static boolean isLive(Run run, Artifact artifact) {
    return run.job()
        .live()
        .filter(live -> live.artifactSha256().equals(artifact.sha256()))
        .isPresent();
  }

  /** What the agent says may be long: its first line will do. */
  private static String commitMessage(Run run, AgentOutcome.Done done) {
    String words = AgentWords.message(new AgentEvent.Text(done.summary()));
    return "Run " + run.number() + ": " + (words.isEmpty() ? "the agent's work" : words);
  }

  private Uni<StepResult> deploy(Run run, Progress progress) {
    Host host = host(run);
    Site site = site(run);
    return refit(run, run.job().kind() == RunKind.REDEPLOY, progress)
        .chain(() -> release(run, progress))
        .chain(
            candidate ->
                stage(run, "provision", () -> host.provision(site, progress))
                    .chain(
                        place ->
                            stage(run, "tag", () -> host.tag(site, progress))
                                .call(() -> upload(run, host, site, candidate, progress))
                                .call(
                                    () ->
                                        stage(
                                            run,
                                            "activate",
                                            () -> activate(run, candidate.release(), progress)))
                                .map(
                                    resources ->
                                        new Deployed(
                                            candidate.release(),
                                            place.url(),
                                            resources,
                                            candidate.fresh()))));
  }

  /** A site that is redeployed has its session already, maybe with the skills of last year. */
  private Uni<Void> refit(Run run, boolean due, Progress progress) {
    return due ? equipment.equip(run.execution(), progress) : Uni.createFrom().voidItem();
  }

  /** A release about to go live; not fresh when it was live before. */
  private record Candidate(Release release, boolean fresh) {}

  private Uni<Candidate> release(Run run, Progress progress) {
    Execution execution = run.execution();
    if (run.job().kind() == RunKind.ROLLBACK) {
      int number = run.job().targetRelease().orElseThrow();
      return store
          .release(execution.tenant(), execution.id(), number)
          .map(found -> found.orElseThrow(() -> Failures.noSuchRelease(number)))
          .map(release -> new Candidate(release, false));
    }
    return workspaces
        .commit(execution.id(), editedMessage(run), progress)
        .map(
            state ->
                new Release(
                    run.nextRelease(),
                    run.number(),
                    state.commit(),
                    state.artifact().sha256(),
                    state.artifact().files()))
        .map(release -> new Candidate(release, true));
  }

  private Uni<Void> upload(Run run, Host host, Site site, Candidate candidate, Progress progress) {
    return candidate.fresh()
        ? stage(
            run, "upload", () -> host.upload(site, artifact(run, candidate.release()), progress))
        : Uni.createFrom().voidItem();
  }

  private <T> Uni<T> stage(Run run, String name, Supplier<Uni<T>> work) {
    return stage(run, DEPLOY, name, work);
  }

  private <T> Uni<T> stage(Run run, StepName step, String name, Supplier<Uni<T>> work) {
    return steps.stage(run, step, name, work);
  }

  /**
   * Whoever was asleep up to here must not undo what its successor has done since. One that failed
   * may have switched all the same: a host that did not answer in time, or at its last check.
   */
  private Uni<Void> activate(Run run, Release release, Progress progress) {
    return run.journal()
        .confirm()
        .invoke(() -> run.journal().switching(true))
        .chain(() -> host(run).activate(site(run), release.artifactSha256(), progress));
  }

  private Uni<StepResult> healthCheck(Run run, Progress progress) {
    return verifier.health(target(run), progress).map(checks -> passed(HEALTH_CHECK, checks));
  }

  private Uni<StepResult> screenshot(Run run, Progress progress) {
    return verifier.screenshot(target(run), progress).map(Photographed::new);
  }

  private Uni<StepResult> endToEndTests(Run run, Progress progress) {
    return verifier
        .endToEnd(target(run), progress)
        .invoke(
            checks ->
                run.journal()
                    .note(
                        new Line.TestsReported(
                            run.journal().now(), run.deployed().release().number(), checks)))
        .map(checks -> passed(E2E_TESTS, checks));
  }

  private static StepResult passed(StepName step, List<CheckResult> checks) {
    List<CheckResult> failed = checks.stream().filter(check -> !check.passed()).toList();
    if (!failed.isEmpty()) {
      throw new ChecksFailed(step, checks);
    }
    return new Checked(checks);
  }

  private Uni<ExecutionStatus> complete(Run run) {
    return writeReceipt(run, List.of())
        .invoke(() -> answer(run, Answers.proved(run)))
        .chain(() -> run.end(ExecutionStatus.COMPLETED));
  }

  private static void answer(Run run, Line.Answered answer) {
    if (run.job().kind() == RunKind.CHAT) {
      run.journal().note(answer);
    }
  }

  /** A release that did not prove itself makes room for the one before it. */
  private Uni<ExecutionStatus> fail(Run run, StepFailure failure) {
    List<CheckResult> checks =
        failure instanceof ChecksFailed unproved ? unproved.checks() : List.of();
    return writeReceipt(run, checks)
        .chain(() -> goBack(run))
        .invoke(() -> answer(run, Answers.failed(run, failure.info())))
        .chain(() -> run.endFailed(failure.info()));
  }

  private Uni<Void> writeReceipt(Run run, List<CheckResult> failedChecks) {
    if (!run.has(DEPLOY) || !run.deployed().fresh()) {
      return Uni.createFrom().voidItem();
    }
    ExecutionId execution = run.execution().id();
    return written(run)
        .chain(
            written ->
                lasting(
                    (written.isPresent()
                            ? Uni.createFrom().item(written.get())
                            : compose(run, failedChecks).chain(receipt -> write(run, receipt)))
                        .chain(receipt -> workspaces.saveReceipt(execution, receipt))));
  }

  /** Goes on to its end where the run is cancelled meanwhile: what is in the journal has a copy. */
  private static Uni<Void> lasting(Uni<Void> work) {
    return Uni.createFrom()
        .deferred(() -> Uni.createFrom().completionStage(work.subscribeAsCompletionStage().copy()));
  }

  /** Written once: an earlier owner of the run may have done it. */
  private Uni<Optional<Receipt>> written(Run run) {
    Execution execution = run.execution();
    return run.job().resumed()
        ? store.receipt(execution.tenant(), execution.id(), run.deployed().release().number())
        : Uni.createFrom().item(Optional.empty());
  }

  /** The journal takes it from the run's owner alone, so the copy on disk comes after it. */
  private static Uni<Receipt> write(Run run, Receipt receipt) {
    return run.journal()
        .write(new Line.ReceiptWritten(run.journal().now(), receipt))
        .replaceWith(receipt);
  }

  private Uni<Receipt> compose(Run run, List<CheckResult> failedChecks) {
    return models(run)
        .map(
            models -> {
              try {
                return Receipts.of(run, failedChecks, estimate(run), models);
              } catch (RuntimeException fault) { // whatever it is, it is the same at the next try
                throw new NoReceipt(fault);
              }
            });
  }

  /** What does not follow words has no model to use. */
  private Uni<Optional<Receipt.ModelUsage>> models(Run run) {
    Execution execution = run.execution();
    return agent(run).converses()
        ? store.modelUsage(execution.tenant(), execution.id(), run.number())
        : Uni.createFrom().item(Optional.empty());
  }

  private Receipt.CostEstimate estimate(Run run) {
    long bytes = run.deployed().release().files().stream().mapToLong(Artifact.File::bytes).sum();
    return host(run).estimate(run.execution().siteType(), bytes);
  }

  private Uni<Void> goBack(Run run) {
    Optional<Release> live = run.job().live().filter(run::maySwitch);
    if (live.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Release before = live.get();
    Progress progress = run.journal().progress(DEPLOY);
    progress.warn("activate", "Going back to release " + before.number() + ", the last good one");
    return stage(run, "activate", () -> activate(run, before, progress))
        .invoke(() -> run.journal().switching(false))
        .chain(
            () ->
                run.has(DEPLOY)
                    ? run.wentLive(run.deployed().url(), before)
                    : Uni.createFrom().voidItem())
        .onFailure(failure -> !(failure instanceof LeaseLost || failure instanceof StoreAway))
        .recoverWithUni(
            failure -> { // whatever it is, the run has to end
              StepFailure told =
                  failure instanceof StepFailure known
                      ? known
                      : Failures.internal(run.journal().watch(), DEPLOY, failure);
              progress.log(Level.ERROR, "activate", told.info().message(), Map.of());
              return Uni.createFrom().voidItem();
            });
  }

  private Target target(Run run) {
    Deployed deployed = run.deployed();
    return new Target(
        run.execution().id(),
        run.number(),
        deployed.url(),
        run.execution().siteType(),
        artifact(run, deployed.release()),
        run.expectedBrief(),
        workspace(run).deployment());
  }

  private Artifact artifact(Run run, Release release) {
    return new Artifact(workspace(run).source(), release.artifactSha256(), release.files());
  }

  private Site site(Run run) {
    return Sites.of(run.execution(), workspace(run), run.job().lease().token());
  }

  private Host host(Run run) {
    return hosts.of(run.execution().host());
  }

  private Workspace workspace(Run run) {
    return workspaces.of(run.execution().id());
  }
}
