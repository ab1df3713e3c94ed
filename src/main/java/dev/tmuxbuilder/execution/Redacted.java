package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.agent.AgentEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Lines of the journal without what must not be told: wherever one has words, they go through. */
record Redacted(UnaryOperator<String> words) {
  Line line(Line line) {
    return switch (line) {
      case Line.Log(var at, var level, var where, var stage, var message, var data) ->
          new Line.Log(at, level, where, stage, words.apply(message), map(data));
      case Line.AgentTold(var at, var where, var event) ->
          new Line.AgentTold(at, where, event(event));
      case Line.Answered(var at, var text, var proof) ->
          new Line.Answered(at, words.apply(text), map(proof));
      case Line.Check(var at, var where, var result) -> new Line.Check(at, where, check(result));
      case Line.StepMoved moved ->
          new Line.StepMoved(
              moved.at(),
              moved.where(),
              moved.status(),
              moved.attempt(),
              error(moved.error()),
              result(moved.result()),
              moved.limit());
      case Line.TestsReported(var at, var release, var checks) ->
          new Line.TestsReported(at, release, checks(checks));
      case Line.RunEnded(var at, var status, var error, var result) ->
          new Line.RunEnded(at, status, error(error), result == null ? null : map(result));
      case Line.RunRequested _,
          Line.RunStarted _,
          Line.StageBegun _,
          Line.WentLive _,
          Line.ReceiptWritten _,
          Line.MendingBegun _,
          Line.AgentWorked _ ->
          line;
    };
  }

  private AgentEvent event(AgentEvent event) {
    return switch (event) {
      case AgentEvent.Text(var text) -> new AgentEvent.Text(words.apply(text));
      case AgentEvent.Thinking(var summary) -> new AgentEvent.Thinking(words.apply(summary));
      case AgentEvent.ToolUse(var id, var tool, var summary) ->
          new AgentEvent.ToolUse(id, tool, words.apply(summary));
      case AgentEvent.ToolResult(var id, var ok, var summary) ->
          new AgentEvent.ToolResult(id, ok, words.apply(summary));
      case AgentEvent.FileChange(var path, var change) ->
          new AgentEvent.FileChange(words.apply(path), change);
      case AgentEvent.Question(var question) -> new AgentEvent.Question(words.apply(question));
      case AgentEvent.Usage usage -> usage;
      case AgentEvent.Note(var level, var stage, var message, var data) ->
          new AgentEvent.Note(level, stage, words.apply(message), map(data));
    };
  }

  private @Nullable ErrorInfo error(@Nullable ErrorInfo error) {
    return error == null
        ? null
        : new ErrorInfo(
            error.step(),
            error.stage(),
            error.code(),
            words.apply(error.message()),
            error.retryable(),
            error.hint() == null ? null : words.apply(error.hint()));
  }

  private @Nullable StepResult result(@Nullable StepResult result) {
    return result instanceof StepResult.Checked(var checks)
        ? new StepResult.Checked(checks(checks))
        : result;
  }

  private List<CheckResult> checks(List<CheckResult> checks) {
    return checks.stream().map(this::check).toList();
  }

  private CheckResult check(CheckResult check) {
    return new CheckResult(
        words.apply(check.name()),
        check.page(),
        check.status(),
        words.apply(check.expected()),
        words.apply(check.seen()),
        check.screenshot(),
        check.durationMs());
  }

  private Map<String, Object> map(Map<String, Object> data) {
    Map<String, Object> told = new LinkedHashMap<>();
    data.forEach((name, value) -> told.put(name, value == null ? value : value(value)));
    return told;
  }

  private Object value(Object value) {
    return switch (value) {
      case String text -> words.apply(text);
      case Map<?, ?> map -> {
        Map<Object, @Nullable Object> told = new LinkedHashMap<>();
        map.forEach((name, each) -> told.put(name, each == null ? null : value(each)));
        yield told;
      }
      case List<?> list -> list.stream().map(each -> each == null ? null : value(each)).toList();
      case CheckResult check -> check(check);
      default -> value;
    };
  }
}
