package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Progress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a step told. */
final class Watcher implements Progress {
  final List<String> lines = new CopyOnWriteArrayList<>();
  final List<CheckResult> checks = new CopyOnWriteArrayList<>();

  @Override
  public void log(Level level, String stage, String message, Map<String, ?> data) {
    lines.add(stage + ": " + message);
  }

  @Override
  public void check(CheckResult result) {
    checks.add(result);
  }
}
