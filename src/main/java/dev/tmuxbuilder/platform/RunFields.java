package dev.tmuxbuilder.platform;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whose run a line of the log is about: fields of their own where the log is JSON. Threads carry no
 * context here, so each line is given its fields.
 */
public record RunFields(String tenant, String execution, int run) {
  /**
   * Writes a line.
   *
   * @param logger its category
   * @param step the step that the line is about, where it is about one
   */
  public void log(
      String logger,
      System.Logger.Level level,
      Optional<String> step,
      String words,
      @Nullable Throwable cause) {
    Logger log = Logger.getLogger(logger);
    java.util.logging.Level ours =
        switch (level) {
          case ERROR -> Level.ERROR;
          case WARNING -> Level.WARN;
          case INFO -> Level.INFO;
          case DEBUG -> Level.DEBUG;
          case ALL, TRACE, OFF -> Level.TRACE;
        };
    if (log.isLoggable(ours)) {
      ExtLogRecord line = new ExtLogRecord(ours, execution + " run " + run + ": " + words, logger);
      line.setLoggerName(logger);
      line.setThrown(cause);
      Map<String, String> fields = new HashMap<>();
      fields.put("tenant_id", tenant);
      fields.put("execution_id", execution);
      fields.put("run", Integer.toString(run));
      step.ifPresent(name -> fields.put("step", name));
      line.setMdc(fields);
      log.logRaw(line);
    }
  }
}
