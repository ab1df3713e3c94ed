package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.agent.AgentErrors;
import dev.tmuxbuilder.agent.AgentEvent;
import dev.tmuxbuilder.agent.AgentEvents;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.agent.TaskWords;
import dev.tmuxbuilder.platform.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/**
 * One turn on its way. Whoever begins it, or takes it up after a restart of this service, goes
 * through the same steps: read what was said, start a program where none runs, wait for the end.
 * Methods block.
 */
final class TurnWork {
  private static final Duration LOOK = Duration.ofMillis(40);
  private static final Duration INTERRUPT = Duration.ofMillis(800);

  /** How often the program asks again for an answer that is a refusal. */
  private static final int RETRIES = 3;

  private final Sessions sessions;
  private final Turn turn;
  private final Instruction instruction;
  private final AgentEvents events;
  private final Settings.Claude settings;

  TurnWork(
      Sessions sessions,
      Turn turn,
      Instruction instruction,
      AgentEvents events,
      Settings.Claude settings) {
    this.sessions = sessions;
    this.turn = turn;
    this.instruction = instruction;
    this.events = events;
    this.settings = settings;
  }

  /** Works until the outcome is known. */
  AgentOutcome toItsEnd() throws IOException, InterruptedException, TimeoutException {
    Transcript transcript = new Transcript(turn, instruction.workspace(), events);
    while (transcript.readOn()) {}
    Optional<AgentOutcome> outcome = outcome(transcript);
    Optional<ProcessHandle> process = Optional.empty();
    while (outcome.isEmpty()) {
      process = sessions.running(instruction.execution());
      if (process.isPresent()) {
        note("The agent has gone on meanwhile; its work is taken up");
      } else if (turn.starts() > settings.restarts()) {
        outcome =
            Optional.of(
                new AgentOutcome.Failed(
                    AgentErrors.died(turn.starts(), turn.exit("it was killed"))));
        break;
      } else {
        process = start(transcript);
      }
      outcome = follow(transcript, process);
    }
    sessions.end(instruction.execution());
    if (outcome.get() instanceof AgentOutcome.Failed) {
      turn.close(Sessions.logs(instruction)); // the same again begins anew
    }
    return outcome.get();
  }

  private static Optional<AgentOutcome> outcome(Transcript transcript) {
    return transcript.ended().map(end -> Endings.of(end, transcript.question()));
  }

  private Optional<ProcessHandle> start(Transcript transcript)
      throws IOException, InterruptedException, TimeoutException {
    boolean again = turn.starts() > 0;
    boolean heard = sessions.hasHeard(instruction.execution(), messageId());
    transcript.startsAgain();
    sessions.start(turn, instruction);
    if (again && (heard || transcript.received())) {
      turn.tell(
          "1-go-on",
          Prompts.message(UUID.randomUUID().toString(), java.util.List.of(TaskWords.goOn())));
      note("The agent's program had ended (" + turn.exit("killed") + "); its conversation goes on");
    } else {
      String id = heard ? UUID.randomUUID().toString() : messageId(); // it failed, and begins anew
      turn.tell("1-task", Prompts.message(id, TaskWords.of(instruction)));
      note("Claude Code works, model " + settings.model());
    }
    return sessions.running(instruction.execution());
  }

  private String messageId() {
    return UUID.nameUUIDFromBytes(
            (instruction.execution() + " " + instruction.turn()).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  private void note(String message) {
    events.tell(AgentEvent.Note.info("agent", message));
  }

  /** Reads on until the turn is over; empty where the program ended before. */
  private Optional<AgentOutcome> follow(Transcript transcript, Optional<ProcessHandle> process)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    long heard = begin;
    while (true) {
      boolean alive = process.filter(ProcessHandle::isAlive).isPresent() && !turn.exited();
      if (transcript.readOn()) {
        heard = System.nanoTime();
      } else if (!alive) {
        return Optional.empty();
      } else {
        Thread.sleep(LOOK);
      }
      Optional<AgentOutcome> outcome = outcome(transcript).or(() -> refused(transcript));
      if (outcome.isPresent()) {
        return outcome;
      }
      if (!transcript.begun() && longerThan(settings.startDeadline(), begin)) {
        return Optional.of(new AgentOutcome.Failed(AgentErrors.notReady(settings.startDeadline())));
      }
      if (transcript.begun() && longerThan(settings.silence(), heard)) {
        interrupt(transcript);
        return Optional.of(
            new AgentOutcome.Failed(
                AgentErrors.hung(settings.silence(), "TMUXBUILDER_CLAUDE_SILENCE")));
      }
    }
  }

  private static boolean longerThan(Duration longest, long since) {
    return System.nanoTime() - since > longest.toNanos();
  }

  /**
   * A key that is refused is refused again, and where the provider has too much to do the gateway
   * has tried by the book. A gateway that is not there, as this service is being started, is waited
   * for by the program itself.
   */
  private static Optional<AgentOutcome> refused(Transcript transcript) {
    return transcript
        .retried()
        .filter(retry -> retry.status().isPresent())
        .filter(retry -> isFinal(retry.status().getAsInt()) || retry.attempt() >= RETRIES)
        .map(retry -> new AgentOutcome.Failed(AgentErrors.refused(retry.status().getAsInt())));
  }

  private static boolean isFinal(int status) {
    return status == 401 || status == 402 || status == 403;
  }

  /** Tells the program to stop its turn, and waits a moment for it to do so. */
  private void interrupt(Transcript transcript) throws IOException, InterruptedException {
    turn.tell("9-interrupt", Prompts.interrupt());
    long since = System.nanoTime();
    while (transcript.ended().isEmpty() && !turn.exited() && !longerThan(INTERRUPT, since)) {
      if (!transcript.readOn()) {
        Thread.sleep(LOOK);
      }
    }
  }

  /** Somebody wants it to stop: the turn is interrupted, and the program ends. */
  void stop() throws IOException, InterruptedException, TimeoutException {
    try {
      interrupt(new Transcript(turn, instruction.workspace(), events));
    } finally {
      sessions.end(instruction.execution());
    }
    turn.close(Sessions.logs(instruction));
  }
}
