package dev.tmuxbuilder.platform;

import java.util.regex.Pattern;

/** The name under which this node holds jobs. No two processes that run have the same. */
public record NodeName(String value) {
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

  static boolean legal(String name) {
    return FORM.matcher(name).matches();
  }
}
