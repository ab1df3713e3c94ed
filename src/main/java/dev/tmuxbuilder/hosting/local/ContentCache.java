package dev.tmuxbuilder.hosting.local;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Small files in memory, bounded by their bytes, shared by all sites. Held outside the heap, so
 * that the network reads them without a copy. Files are read on threads of the cache's executor,
 * never on its callers'.
 */
final class ContentCache {
  /** Larger files go from the disk to the network through the kernel. */
  static final long LARGEST = 1 << 20;

  private static final int ENTRY_OVERHEAD = 256;

  private final AsyncCache<String, Buffer> contents;

  ContentCache(long maxBytes, Executor reader) {
    this.contents =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((String key, Buffer content) -> content.length() + ENTRY_OVERHEAD)
            .executor(reader)
            .buildAsync();
  }

  static boolean fits(Representation form) {
    return form.length() <= LARGEST;
  }

  /** The content, if it can be had at once. */
  @Nullable Buffer present(Representation form) {
    CompletableFuture<Buffer> content = contents.getIfPresent(form.key());
    return content == null ? null : content.getNow(null);
  }

  /** Fails with an {@link UncheckedIOException} where the file cannot be read. */
  CompletableFuture<Buffer> get(Representation form) {
    return contents.get(form.key(), key -> read(form));
  }

  private static Buffer read(Representation form) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(Math.toIntExact(form.length()));
    try (FileChannel file = FileChannel.open(form.file(), READ, NOFOLLOW_LINKS)) {
      while (bytes.hasRemaining()) {
        if (file.read(bytes) < 0) {
          throw new EOFException(form.file() + " is shorter than its release says");
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return Buffer.buffer(Unpooled.wrappedBuffer(bytes.flip()));
  }
}
