package dev.tmuxbuilder.retention;

import dev.tmuxbuilder.execution.Commands;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.OneNode;
import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.tenancy.Audit;
import dev.tmuxbuilder.tenancy.PersonalData;
import dev.tmuxbuilder.workspace.Workspaces;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Erases people who asked for it: their sites with all that the hosts hold, then their files, then
 * their rows. What was cut off is taken up again; the audit says when it was done.
 */
@ApplicationScoped
class Erasure {
  private static final System.Logger LOG = System.getLogger(Erasure.class.getName());
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String BY = "erasure";

  private final PersonalData people;
  private final Commands commands;
  private final Queue queue;
  private final Workspaces workspaces;
  private final Audit audit;
  private final OneNode one;
  private final Clock clock;

  Erasure(
      PersonalData people,
      Commands commands,
      Queue queue,
      Workspaces workspaces,
      Audit audit,
      OneNode one,
      Clock clock) {
    this.people = people;
    this.commands = commands;
    this.queue = queue;
    this.workspaces = workspaces;
    this.audit = audit;
    this.one = one;
    this.clock = clock;
  }

  @Scheduled(every = "5s", delayed = "5s", concurrentExecution = ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void round() {
    try {
      List<PersonalData.Pending> pending = people.pending().await().atMost(PATIENCE);
      if (!pending.isEmpty()) {
        one.run("erasure", () -> pending.forEach(this::erase));
      }
    } catch (RuntimeException failed) { // whatever it is, the next round tries again
      LOG.log(System.Logger.Level.WARNING, "somebody's data could not be erased yet", failed);
    }
  }

  private void erase(PersonalData.Pending person) {
    List<ExecutionId> standing = people.standing(person).await().atMost(PATIENCE);
    for (ExecutionId site : standing) {
      // asking again changes nothing where it is under way, and starts anew where it failed
      commands.destroy(person.tenant(), site, BY).await().atMost(PATIENCE);
    }
    if (!standing.isEmpty()) {
      queue.wake();
      return;
    }
    workspaces.removeUser(person.user()).await().atMost(PATIENCE);
    if (people.erase(person).await().atMost(PATIENCE)) {
      audit
          .note(
              person.tenant(),
              new Audit.Entry(clock.instant(), BY, "", "ERASED", "/api/user/" + person.user(), 204))
          .await()
          .atMost(PATIENCE);
      LOG.log(System.Logger.Level.INFO, "The data of user {0} was erased", person.user());
    }
  }
}
