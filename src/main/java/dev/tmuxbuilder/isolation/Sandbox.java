package dev.tmuxbuilder.isolation;

import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.Programs;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Shuts programs in, as far as this machine can. What it can is tried once, when it is first asked
 * for. Methods block.
 */
public final class Sandbox {
  private static final System.Logger LOG = System.getLogger(Sandbox.class.getName());
  private static final Duration PROBE_DEADLINE = Duration.ofSeconds(10);
  private static final int FILTER_DESCRIPTOR = 9;

  /**
   * Opens the filter's file for bubblewrap, which takes it by the number of a descriptor. The
   * command itself is given as arguments, and no text of it is read by the shell.
   */
  private static final List<String> WITH_FILTER =
      List.of("/bin/sh", "-c", "exec \"$@\" " + FILTER_DESCRIPTOR + "<\"$0\"");

  /** Stacks of threads count as data for the kernel, though hardly any of it is ever used. */
  private static final long STACKS = 128L << 20;

  private static final String PROBE = "probe";

  /** For trying what holds. */
  private static final Confined NOTHING =
      new Confined(
          PROBE,
          List.of("/usr/bin/true"),
          Path.of("/"),
          List.of(),
          List.of(),
          Map.of(),
          Limits.ofMemory(64L << 20),
          Network.none());

  private final String nodeProgram;
  private final boolean walls;
  private final boolean serves;
  private final Object probing = new Object();
  private final Watch watch = new Watch();
  private volatile @Nullable Layers layers;
  private volatile @Nullable Path filter;
  private volatile @Nullable ControlGroups groups;

  /**
   * @param nodeProgram Node.js by name or path, which opens a closed network's doors
   * @param walls whether bubblewrap is to be used where it works
   */
  public Sandbox(String nodeProgram, boolean walls) {
    this(nodeProgram, walls, false);
  }

  /**
   * @param serves whether this is the service itself, to whom control groups may be delegated
   */
  private Sandbox(String nodeProgram, boolean walls, boolean serves) {
    this.nodeProgram = nodeProgram;
    this.walls = walls;
    this.serves = serves;
  }

  public static Sandbox of(Settings settings) {
    return new Sandbox(
        settings.sites().node(), settings.sites().sandbox() != Settings.Sandbox.OFF, true);
  }

  /** What holds programs here. The first call takes some 100 ms. */
  public Layers layers() {
    Layers known = layers;
    if (known == null) {
      synchronized (probing) {
        known = layers;
        if (known == null) {
          known = probe();
          groups = serves ? ControlGroups.delegated().filter(this::holds).orElse(null) : null;
          layers = known;
        }
      }
    }
    return known;
  }

  /** Makes everything ready that the program needs. Its writable folders must be there. */
  @CheckReturnValue
  public Prepared prepare(Confined confined) throws IOException {
    Layers has = layers();
    ControlGroups known = groups;
    ControlGroups.Group group =
        known == null ? null : known.group(confined.owner(), confined.limits());
    try {
      return prepare(confined, has, group);
    } catch (IOException | RuntimeException failed) {
      if (group != null) {
        group.close();
      }
      throw failed;
    }
  }

  private Prepared prepare(Confined confined, Layers has, ControlGroups.@Nullable Group group)
      throws IOException {
    if (has.bubblewrap().isEmpty()) {
      return new Prepared(
          confined,
          within(group, bare(confined, has)),
          confined.environment(),
          false,
          null,
          group,
          watch);
    }
    OptionalInt user =
        has.userIds().isPresent()
            ? OptionalInt.of(Owners.userId(confined.owner()))
            : OptionalInt.empty();
    if (user.isPresent()) {
      for (Path folder : confined.writable()) {
        Owners.give(folder, user.getAsInt());
      }
    }
    Doors doors =
        confined.network() instanceof Network.Closed closed && closed.hasDoors()
            ? Doors.open(closed, user)
            : null;
    Map<String, String> environment = new HashMap<>(confined.environment());
    if (doors != null) {
      environment.put("TMUXBUILDER_DOORS", doors.plan());
    }
    return new Prepared(
        confined,
        within(group, walled(confined, has, user, doors)),
        environment,
        true,
        doors,
        group,
        watch);
  }

  private static List<String> within(ControlGroups.@Nullable Group group, List<String> command) {
    if (group == null) {
      return command;
    }
    List<String> entering = new ArrayList<>(group.entering());
    entering.addAll(command);
    return entering;
  }

  private List<String> walled(
      Confined confined, Layers has, OptionalInt user, @Nullable Doors doors) throws IOException {
    Walls around =
        Walls.around(
                has.bubblewrap().orElseThrow(),
                user.isPresent() ? Walls.User.OF_ITS_OWN : Walls.User.OF_THE_SERVICE,
                confined.network() instanceof Network.Closed)
            .withProgram(Path.of(confined.arguments().getFirst()).toRealPath());
    confined.readOnly().forEach(around::readOnly);
    confined.writable().forEach(around::writable);
    confined.kept().stream().filter(Files::exists).forEach(around::readOnly);
    List<String> arguments = confined.arguments();
    if (doors != null) {
      Path node =
          has.node().orElseThrow(() -> new IOException("Node.js, which opens doors, is missing"));
      around.withProgram(node.toRealPath()).with(doors.bind());
      arguments = doors.carrying(arguments, node);
    }
    List<String> command = new ArrayList<>();
    Path filterFile = filter;
    if (has.systemCalls() && filterFile != null) {
      command.addAll(WITH_FILTER);
      command.add(filterFile.toString());
    }
    command.addAll(
        around.closed(
            confined.directory(),
            has.systemCalls() ? Optional.of(FILTER_DESCRIPTOR) : Optional.empty()));
    command.add("--");
    if (user.isPresent()) {
      command.addAll(as(has.userIds().orElseThrow(), user.getAsInt()));
    }
    has.limits().ifPresent(prlimit -> command.addAll(limits(prlimit, confined.limits(), true)));
    command.addAll(arguments);
    return command;
  }

  private static List<String> bare(Confined confined, Layers has) {
    List<String> command = new ArrayList<>();
    has.parentDeath()
        .ifPresent(
            setpriv ->
                command.addAll(
                    List.of(setpriv.toString(), "--pdeathsig", "KILL", "--no-new-privs", "--")));
    has.limits().ifPresent(prlimit -> command.addAll(limits(prlimit, confined.limits(), false)));
    command.addAll(confined.arguments());
    return command;
  }

  private static List<String> as(Path setpriv, int user) {
    return List.of(
        setpriv.toString(),
        "--reuid=" + user,
        "--regid=" + user,
        "--clear-groups",
        "--bounding-set=-all",
        "--inh-caps=-all",
        "--no-new-privs",
        "--");
  }

  private static List<String> limits(Path prlimit, Limits limits, boolean walled) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(
            prlimit.toString(),
            "--data=" + (limits.memory() + limits.reserve() + STACKS),
            "--nofile=" + limits.openFiles(),
            "--fsize=" + limits.largestFile(),
            "--core=0"));
    limits.cpu().ifPresent(cpu -> arguments.add("--cpu=" + Math.max(1, cpu.toSeconds())));
    if (walled) { // outside, all processes of the service's own user would count
      arguments.add("--nproc=" + limits.processes());
    }
    arguments.add("--");
    return arguments;
  }

  private Layers probe() {
    Optional<Path> setpriv = Programs.find("setpriv");
    Optional<Path> bubblewrap = walls ? Programs.find("bwrap") : Optional.empty();
    Layers bare =
        new Layers(
            Optional.empty(),
            Optional.empty(),
            false,
            Programs.find("prlimit"),
            setpriv,
            Programs.find(nodeProgram).map(Path::toAbsolutePath));
    if (bubblewrap.isEmpty() || !holds(with(bare, bubblewrap, Optional.empty(), false))) {
      LOG.log(
          System.Logger.Level.WARNING,
          "bubblewrap does not work here, or is off: programs run without walls around them");
      return bare;
    }
    Layers best = with(bare, bubblewrap, Optional.empty(), false);
    if (Layers.isRoot() && setpriv.isPresent()) {
      Layers owned = with(bare, bubblewrap, setpriv, false);
      best = holds(owned) ? owned : best;
    }
    if (writeFilter()) {
      Layers filtered = with(bare, bubblewrap, best.userIds(), true);
      best = holds(filtered) ? filtered : best;
    }
    best.missing()
        .forEach(
            gap -> LOG.log(System.Logger.Level.WARNING, "sandbox: {0} is not there", gap.layer()));
    return best;
  }

  private static Layers with(
      Layers bare, Optional<Path> bubblewrap, Optional<Path> userIds, boolean systemCalls) {
    return new Layers(
        bubblewrap, userIds, systemCalls, bare.limits(), bare.parentDeath(), bare.node());
  }

  private boolean writeFilter() {
    Optional<byte[]> bytes = SystemCalls.filter(System.getProperty("os.arch", ""));
    if (bytes.isEmpty()) {
      return false;
    }
    try {
      Path file = Files.createTempFile("system-calls", ".bpf");
      file.toFile().deleteOnExit();
      Files.write(file, bytes.get());
      filter = file;
      return true;
    } catch (IOException unwritable) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the filter of system calls cannot be written: {0}",
          unwritable.getMessage());
      return false;
    }
  }

  /** Whether something can be started in a group of its own. */
  private boolean holds(ControlGroups tried) {
    try (ControlGroups.Group group = tried.group(PROBE, NOTHING.limits())) {
      boolean good = ends(within(group, NOTHING.arguments()));
      LOG.log(
          System.Logger.Level.INFO,
          good
              ? "sandbox: control groups bound memory, processes and processors"
              : "sandbox: nothing starts in the control groups that were delegated");
      return good;
    } catch (IOException broken) {
      LOG.log(System.Logger.Level.INFO, "sandbox: {0}", broken.getMessage());
      return false;
    }
  }

  /** Tries walls with just these layers. */
  private boolean holds(Layers tried) {
    OptionalInt user =
        tried.userIds().isPresent() ? OptionalInt.of(Owners.userId(PROBE)) : OptionalInt.empty();
    try {
      return ends(walled(NOTHING, tried, user, null));
    } catch (IOException broken) {
      LOG.log(System.Logger.Level.INFO, "sandbox: {0}", broken.getMessage());
      return false;
    }
  }

  /** Whether a command ends, and well. */
  private static boolean ends(List<String> command) throws IOException {
    try {
      Processes.Result result =
          Processes.runBlocking(
              Processes.Command.of(Path.of("/"), PROBE_DEADLINE, command.toArray(String[]::new)));
      if (!result.ok()) {
        LOG.log(System.Logger.Level.INFO, "sandbox: {0}", result.stderr().strip());
      }
      return result.ok();
    } catch (TimeoutException late) {
      throw new IOException(late);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
