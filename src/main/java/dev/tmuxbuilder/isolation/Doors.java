package dev.tmuxbuilder.isolation;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The doors of one closed network, on this side of the walls: a folder with a Unix socket for each,
 * which is seen inside as {@code /run/doors}, and the relays that lead to them. All methods block.
 */
final class Doors implements AutoCloseable {
  /** What the kernel takes as the path of a Unix socket, less some room. */
  private static final int LONGEST = 96;

  private static final Path INSIDE = Path.of("/run/doors");
  private static final String CARRIER = "doors.mjs";

  private final Path folder;
  private final Network.Closed network;
  private final List<Relay> relays = new ArrayList<>();

  private Doors(Path folder, Network.Closed network) {
    this.folder = folder;
    this.network = network;
  }

  /**
   * @param user to whom the folder is given, where the service may do so
   */
  static Doors open(Network.Closed network, OptionalInt user) throws IOException {
    Doors doors = new Doors(folder(), network);
    try {
      doors.open();
      if (user.isPresent()) {
        Owners.give(doors.folder, user.getAsInt());
      }
      return doors;
    } catch (IOException failed) {
      doors.close();
      throw failed;
    }
  }

  private static Path folder() throws IOException {
    Path usual = Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath();
    Path parent = usual.toString().length() + 40 > LONGEST ? Path.of("/tmp") : usual;
    return Files.createTempDirectory(parent, "doors"); // for its owner alone
  }

  private void open() throws IOException {
    try (InputStream carrier =
        Objects.requireNonNull(Doors.class.getResourceAsStream(CARRIER), CARRIER)) {
      Files.copy(carrier, folder.resolve(CARRIER));
    }
    Files.setPosixFilePermissions(
        folder.resolve(CARRIER), PosixFilePermissions.fromString("r--r--r--"));
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    for (int port : network.reaches()) {
      relays.add(Relay.between(socket(folder, 'r', port), new InetSocketAddress(loopback, port)));
    }
    if (network.exit().isPresent()) {
      relays.add(Relay.between(socket(folder, 'r', Exit.PORT), network.exit().get()::reach));
    }
    for (int port : network.serves()) {
      relays.add(Relay.between(new InetSocketAddress(loopback, port), socket(folder, 's', port)));
    }
  }

  private static UnixDomainSocketAddress socket(Path folder, char kind, int port) {
    return UnixDomainSocketAddress.of(folder.resolve(kind + Integer.toString(port)));
  }

  /** Arguments of bubblewrap. */
  List<String> bind() {
    return List.of("--dir", "/run", "--bind", folder.toString(), INSIDE.toString());
  }

  /** The program, started so that the doors are open before its first own line runs. */
  List<String> carrying(List<String> arguments, Path node) throws IOException {
    String carrier = INSIDE.resolve(CARRIER).toString();
    Path program = Path.of(arguments.getFirst());
    List<String> command = new ArrayList<>();
    if (program.toRealPath().equals(node.toRealPath())) {
      command.addAll(List.of(arguments.getFirst(), "--import", carrier));
      command.addAll(arguments.subList(1, arguments.size()));
    } else {
      command.addAll(List.of(node.toRealPath().toString(), carrier));
      command.addAll(arguments);
    }
    return command;
  }

  /** What the carrier has to know. */
  String plan() {
    return "{\"serves\":"
        + plan('s', network.serves())
        + ",\"reaches\":"
        + plan('r', reached())
        + "}";
  }

  private Collection<Integer> reached() {
    List<Integer> ports = new ArrayList<>(network.reaches());
    network.exit().ifPresent(exit -> ports.add(Exit.PORT));
    return ports;
  }

  private static String plan(char kind, Collection<Integer> ports) {
    return ports.stream()
        .map(
            port ->
                "{\"socket\":\"%s\",\"port\":%d}"
                    .formatted(socket(INSIDE, kind, port).getPath(), port))
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Override
  public void close() throws IOException {
    relays.forEach(Relay::close);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        deleteTree(file);
      }
    }
    Files.deleteIfExists(folder);
  }

  /** The program may have put anything there. */
  private static void deleteTree(Path path) throws IOException {
    if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.toList()) {
          deleteTree(file);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
