package dev.tmuxbuilder.secrets;

import dev.tmuxbuilder.platform.Redaction;
import io.quarkus.logging.LoggingFilter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;

/**
 * Takes what this process has opened or been sent out of whatever it logs, wherever that comes
 * from.
 */
@LoggingFilter(name = "secrets")
public final class LogRedaction implements Filter {
  private static volatile Redaction all = Redaction.NONE;

  static synchronized void add(Redaction more) {
    if (more != Redaction.NONE) {
      all = all.andValuesOf(more);
    }
  }

  @Override
  public boolean isLoggable(LogRecord line) {
    Redaction known = all;
    if (known != Redaction.NONE && line instanceof ExtLogRecord record) {
      String message = record.getFormattedMessage();
      String told = message == null ? "" : known.apply(message);
      String trace = trace(record.getThrown());
      String toldTrace = known.apply(trace);
      if (!told.equals(message) || !toldTrace.equals(trace)) {
        record.setThrown(null);
        record.setMessage(
            toldTrace.isEmpty() ? told : told + System.lineSeparator() + toldTrace,
            FormatStyle.NO_FORMAT);
      }
    }
    return true;
  }

  private static String trace(@org.jspecify.annotations.Nullable Throwable thrown) {
    if (thrown == null) {
      return "";
    }
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
