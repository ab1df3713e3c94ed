package dev.tmuxbuilder.hosting;

import java.net.URI;
import java.util.List;

/** A host with all that stands behind it, as the tests of the contract want one. */
public interface Place extends AutoCloseable {
  Host host();

  /** One that nobody has seen. */
  Site site();

  /** What a visitor gets at a path: the body of a good answer, or something else. */
  String ask(URI url, String method, String path);

  /** All that is there, whosever it is. */
  List<String> everything();

  /** The calls that made something that takes tags, as they were sent. */
  List<String> creations();

  /** How many such calls a new site takes. */
  int taggedThings();

  @Override
  void close();
}
