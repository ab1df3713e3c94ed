package dev.tmuxbuilder.platform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where everything that lasts is kept; used by one server at a time where it holds a database. */
public final class DataDirectory {
  private static final System.Logger LOG = System.getLogger(DataDirectory.class.getName());
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Kept from the garbage collector: a channel that is collected is closed, and its lock gone. */
  private static final Set<FileChannel> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;

  private DataDirectory(Path root) {
    this.root = root;
  }

  /**
   * Makes the directory where it is missing, for its owner alone.
   *
   * @throws Refusal where it cannot be made or written to
   */
  public static DataDirectory open(Path root) {
    Path absolute = root.toAbsolutePath().normalize();
    try {
      Files.createDirectories(
          absolute,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path probe = Files.createTempFile(absolute, ".probe", null);
      Files.writeString(probe, "written to see whether it can be");
      Files.delete(probe);
      return new DataDirectory(absolute);
    } catch (IOException failed) {
      throw unusable(absolute, failed);
    }
  }

  private static Refusal unusable(Path root, IOException failed) {
    return switch (failed) {
      case AccessDeniedException denied ->
          new Refusal(
              "The data directory " + root + " cannot be written to.",
              "Make it writable for this user, or name another one in TMUXBUILDER_DATA_DIR.",
              denied);
      case FileSystemException named when named.getReason() != null ->
          unusable(root, named.getReason(), named);
      default -> unusable(root, String.valueOf(failed.getMessage()), failed);
    };
  }

  private static Refusal unusable(Path root, String reason, IOException failed) {
    return new Refusal(
        "The data directory " + root + " cannot be used: " + reason + ".",
        "It must be a directory with room that this user may write to; TMUXBUILDER_DATA_DIR names"
            + " another.",
        failed);
  }

  /** Bytes that this process may still write. Blocks for a look at the file system. */
  public long room() {
    return room(root);
  }

  /** Asks the file system itself, not the table of mounts, which a chroot may not have. */
  static long room(Path directory) {
    return directory.toFile().getUsableSpace();
  }

  /**
   * @throws Refusal where less than so many bytes can be written
   */
  void requireRoom(long bytes) {
    long room = room();
    if (room < bytes) {
      throw new Refusal(
          "The data directory "
              + root
              + " has "
              + mebibytes(room)
              + " left; to start, "
              + mebibytes(bytes)
              + " are needed.",
          "Make room, or name another directory in TMUXBUILDER_DATA_DIR.");
    }
  }

  static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  /**
   * An empty folder for what need not outlive the process; what an earlier one left there is
   * removed. Only for who holds the lock.
   *
   * @param node whose folder it is, where several servers share the directory
   * @throws Refusal where it cannot be made
   */
  Path freshTemporaryFolder(Optional<String> node) {
    Path all = root.resolve("tmp");
    Path folder = node.map(all::resolve).orElse(all);
    try {
      delete(folder);
      return Files.createDirectories(folder);
    } catch (IOException failed) {
      throw unusable(root, failed);
    }
  }

  /** Temporary folders of other servers that share the directory. Blocks. */
  public List<Path> othersTemporaryFolders() throws IOException {
    Path mine = Path.of(System.getProperty("java.io.tmpdir"));
    Path all = root.resolve("tmp");
    return all.equals(mine.getParent())
        ? LostAndFound.foldersIn(all).stream().filter(folder -> !folder.equals(mine)).toList()
        : List.of();
  }

  /** Removes a folder with all that is in it, where it is there. Blocks. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> tree;
    try (Stream<Path> walk = Files.walk(folder)) {
      tree = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : tree) {
      Files.deleteIfExists(path);
    }
  }

  public Path root() {
    return root;
  }

  /**
   * Keeps every other server off the directory until this process ends.
   *
   * @throws Refusal where another server is using it
   */
  public void lock() {
    lock(false);
  }

  /**
   * Keeps off every server that wants the directory for itself; others that share it may come.
   *
   * @throws Refusal where a server has the directory for itself
   */
  public void lockShared() {
    lock(true);
  }

  private void lock(boolean shared) {
    Path file = root.resolve("server.lock");
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel, shared);
      if (lock == null) {
        String holder = Files.readString(file).strip();
        channel.close();
        throw new Refusal(
            "Another server (process " + holder + ") is using the data directory " + root + ".",
            "Stop that one first, or name another directory in TMUXBUILDER_DATA_DIR.");
      }
      HELD.add(channel);
      if (shared) {
        return;
      }
      String holder = Long.toString(ProcessHandle.current().pid());
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException failed) {
      throw new Refusal(
          "The data directory " + root + " cannot be locked: " + failed.getMessage() + ".",
          "Name a directory on a file system that has locks in TMUXBUILDER_DATA_DIR.",
          failed);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel, boolean shared)
      throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  /**
   * A secret of 256 random bits in a file for its owner alone, made at the first call.
   *
   * @throws Refusal where it cannot be read or made
   */
  public String secret(String fileName) {
    return secret(fileName, newSecret());
  }

  /** Like {@link #secret(String)} with the content for a first call given. */
  public String secret(String fileName, String initial) {
    Path file = root.resolve(fileName);
    try {
      if (!Files.exists(file)) {
        Path fresh =
            Files.createTempFile(
                root,
                fileName,
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, initial + "\n");
        makeOnce(fresh, file);
      }
      return Files.readString(file).strip();
    } catch (IOException failed) {
      throw unusable(root, failed);
    }
  }

  /** Gives a secret that is there another content, at once and whole. Blocks. */
  public void replaceSecret(String fileName, String content) {
    Path file = root.resolve(fileName);
    try {
      Path fresh =
          Files.createTempFile(
              root,
              fileName,
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap((content + "\n").getBytes(StandardCharsets.US_ASCII)));
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw unusable(root, failed);
    }
  }

  /** Of several servers that start on one directory, one makes the file and all read it. */
  private static void makeOnce(Path fresh, Path file) throws IOException {
    try {
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException another) {
      LOG.log(System.Logger.Level.DEBUG, "{0} was made by another server", file);
    } catch (UnsupportedOperationException noLinks) {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** 64 hex digits. */
  public static String newSecret() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
