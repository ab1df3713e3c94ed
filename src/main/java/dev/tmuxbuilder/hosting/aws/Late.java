package dev.tmuxbuilder.hosting.aws;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** A client that is made when it is first wanted. */
final class Late<T extends SdkAutoCloseable> implements AutoCloseable {
  private final Supplier<T> make;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable T made;

  Late(Supplier<T> make) {
    this.make = make;
  }

  /** May take a moment at the first call. */
  T get() {
    lock.lock();
    try {
      T there = made;
      if (there == null) {
        there = make.get();
        made = there;
      }
      return there;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (made != null) {
        made.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
