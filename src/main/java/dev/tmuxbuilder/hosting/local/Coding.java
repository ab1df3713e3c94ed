package dev.tmuxbuilder.hosting.local;

/** The forms in which content is sent (RFC 9110, section 8.4). */
enum Coding {
  IDENTITY("identity", ""),
  GZIP("gzip", ".gz"),
  BROTLI("br", ".br");

  private final String token;
  private final String ending;

  Coding(String token, String ending) {
    this.token = token;
    this.ending = ending;
  }

  String token() {
    return token;
  }

  /** Of a file that holds content in this form. */
  String ending() {
    return ending;
  }
}
