package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.aws.Wire.Fault;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A moment at which the service dies.
 *
 * @param at the number of the mutating call
 * @param fault before the call or after it
 */
record Kill(int at, Fault fault) {
  /**
   * Before the first call and after each: to die before a call finds the account as it was after
   * the call before it.
   */
  static List<Kill> around(int calls) {
    return Stream.concat(
            Stream.of(new Kill(1, Fault.CUT_BEFORE)),
            IntStream.rangeClosed(1, calls).mapToObj(at -> new Kill(at, Fault.CUT_AFTER)))
        .toList();
  }

  @Override
  public String toString() {
    return (fault == Fault.CUT_BEFORE ? "before" : "after") + " call " + at;
  }
}
