package dev.tmuxbuilder.cli;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** A place for text, always in UTF-8, each line out at once. */
record Output(PrintWriter writer) {
  static Output to(OutputStream stream) {
    return new Output(
        new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true));
  }

  void line(String text) {
    writer.print(text + "\n");
    writer.flush();
  }

  /** Text without a line end, for a view that moves the cursor itself. */
  void raw(String text) {
    writer.print(text);
    writer.flush();
  }
}
