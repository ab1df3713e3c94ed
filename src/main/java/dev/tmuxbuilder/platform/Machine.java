package dev.tmuxbuilder.platform;

import static dev.tmuxbuilder.platform.Finding.Need.NEEDED;
import static dev.tmuxbuilder.platform.Finding.Need.OPTIONAL;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What this machine has and lacks of what the service needs, and how to get it. Nothing is changed
 * but for a file in the data directory that is written and removed. Every method blocks: it starts
 * programs.
 */
public final class Machine {
  private static final int OLDEST_JDK = 25;
  private static final int OLDEST_NODE = 20;
  private static final long LEAST_FREE_BYTES = 512L << 20;
  private static final long LEAST_OPEN_FILES = 1024;
  private static final List<String> CHROMIUMS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private final Wanted wanted;

  public Machine(Wanted wanted) {
    this.wanted = wanted;
  }

  /**
   * What the service would use.
   *
   * @param browser Chromium's program where one is named, else it is looked for in PATH
   * @param self a process that may hold the ports: the service, where it runs already
   */
  public record Wanted(
      Path dataDir,
      Path nodeModules,
      String node,
      Optional<Path> browser,
      List<Integer> ports,
      OptionalLong self) {
    public Wanted {
      ports = List.copyOf(ports);
    }

    public static Wanted of(Settings settings, int apiPort) {
      return new Wanted(
          settings.dataDir(),
          settings.browser().nodeModules(),
          settings.browser().node(),
          settings.browser().executable(),
          List.of(apiPort, settings.sites().port()),
          OptionalLong.of(ProcessHandle.current().pid()));
    }
  }

  /** Everything that was looked for, the needed things first. */
  public List<Finding> inspect() {
    List<Finding> findings =
        new ArrayList<>(List.of(java(), node(), playwright(), browser(), git(), dataDir()));
    wanted.ports().forEach(port -> findings.add(port(port)));
    findings.addAll(List.of(npm(), tmux(), claude(), opencode(), bubblewrap(), openFiles()));
    findings.add(font("font zh", "zh-cn", "Chinese, Japanese and Korean", "fonts-noto-cjk"));
    findings.add(font("font ar", "ar", "Arabic", "fonts-noto-core"));
    return findings;
  }

  /** The JDK that runs this; a native program has none and needs none. */
  public Finding java() {
    int feature = Runtime.version().feature();
    String detail = System.getProperty("java.vm.name", "Java") + " " + Runtime.version();
    return feature >= OLDEST_JDK
        ? Finding.ok("jdk", NEEDED, detail)
        : Finding.missing(
            "jdk", NEEDED, detail, "Install a JDK 25 or newer and set JAVA_HOME to it.");
  }

  /** Node.js, which drives the browser and runs dynamic sites. */
  public Finding node() {
    Optional<String> version = Programs.firstLine(wanted.node(), "--version");
    String remedy = "apt-get install nodejs npm  (20 or newer)";
    return version
        .map(
            text ->
                Programs.major(text) >= OLDEST_NODE
                    ? Finding.ok("node", NEEDED, text)
                    : Finding.missing("node", NEEDED, text + " is too old", remedy))
        .orElseGet(() -> Finding.missing("node", NEEDED, "not found", remedy));
  }

  /** The packages that drive the browser and check accessibility. */
  public Finding playwright() {
    List<String> missing =
        Stream.of("playwright-core", "axe-core")
            .filter(name -> !Files.isRegularFile(manifest(name)))
            .toList();
    return missing.isEmpty()
        ? Finding.ok("playwright-core, axe-core", NEEDED, wanted.nodeModules().toString())
        : Finding.missing(
            "playwright-core, axe-core",
            NEEDED,
            String.join(" and ", missing) + " not in " + wanted.nodeModules(),
            "npm ci --prefix src/main/node, or name another place with"
                + " TMUXBUILDER_BROWSER_NODE_MODULES");
  }

  private Path manifest(String name) {
    return wanted.nodeModules().resolve(name).resolve("package.json");
  }

  /** The browser that checks and photographs sites. It is really started, to say its version. */
  public Finding browser() {
    Stream<String> candidates =
        wanted.browser().map(path -> Stream.of(path.toString())).orElse(CHROMIUMS.stream());
    String remedy = "apt-get install chromium, or name one with TMUXBUILDER_BROWSER_EXECUTABLE";
    return candidates
        .flatMap(name -> Programs.find(name).stream())
        .findFirst()
        .map(
            program ->
                Programs.firstLine(program.toString(), "--version")
                    .map(version -> Finding.ok("chromium", NEEDED, version + ", " + program))
                    .orElseGet(
                        () ->
                            Finding.missing("chromium", NEEDED, program + " does not run", remedy)))
        .orElseGet(
            () ->
                Finding.missing(
                    "chromium",
                    NEEDED,
                    wanted.browser().map(path -> path + " is not there").orElse("not found"),
                    remedy));
  }

  public Finding git() {
    return program("git", NEEDED, "every site's source is a git repository", "--version");
  }

  /** npm is for setting up only; what is installed needs it no more. */
  public Finding npm() {
    return program("npm", OPTIONAL, "it fetches what drives the browser", "--version");
  }

  public Finding tmux() {
    return program("tmux", OPTIONAL, "people can watch agents in it", "-V");
  }

  /** Claude Code, in the directory beside the one of the browser's packages. */
  public Finding claude() {
    Path program =
        wanted.nodeModules().resolveSibling("claude").resolve("node_modules/.bin/claude");
    String named =
        Optional.ofNullable(System.getenv("TMUXBUILDER_CLAUDE_EXECUTABLE"))
            .orElse(program.toString());
    return Programs.firstLine(named, "--version")
        .map(version -> Finding.ok("claude", OPTIONAL, version))
        .orElseGet(
            () ->
                Finding.missing(
                    "claude",
                    OPTIONAL,
                    "not found; the claude agent needs it",
                    "npm ci --prefix src/main/node/claude, and set ANTHROPIC_API_KEY"));
  }

  /** OpenCode, likewise; it is not started, as it would make folders in whoever's home it is. */
  public Finding opencode() {
    Path program =
        wanted.nodeModules().resolveSibling("opencode").resolve("node_modules/.bin/opencode");
    String named =
        Optional.ofNullable(System.getenv("TMUXBUILDER_OPENCODE_EXECUTABLE"))
            .orElse(program.toString());
    return Programs.find(named)
        .map(path -> Finding.ok("opencode", OPTIONAL, path.toString()))
        .orElseGet(
            () ->
                Finding.missing(
                    "opencode",
                    OPTIONAL,
                    "not found; the opencode agent needs it",
                    "npm install --no-save --prefix src/main/node/opencode, and set"
                        + " ANTHROPIC_API_KEY"));
  }

  private static Finding program(String name, Finding.Need need, String why, String flag) {
    return Programs.firstLine(name, flag)
        .map(version -> Finding.ok(name, need, version))
        .orElseGet(
            () -> Finding.missing(name, need, "not found; " + why, "apt-get install " + name));
  }

  /** bubblewrap is there on many machines whose kernel does not let it work: so it is tried. */
  public Finding bubblewrap() {
    if (Programs.find("bwrap").isEmpty()) {
      return Finding.missing(
          "bubblewrap",
          OPTIONAL,
          "not found; dynamic sites run without a sandbox",
          "apt-get install bubblewrap");
    }
    return Programs.output("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true")
        .map(
            worked ->
                Finding.ok(
                    "bubblewrap",
                    OPTIONAL,
                    Programs.firstLine("bwrap", "--version").orElse("bwrap") + ", works"))
        .orElseGet(
            () ->
                Finding.missing(
                    "bubblewrap",
                    OPTIONAL,
                    "is there and does not work; dynamic sites run without a sandbox",
                    "Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1"));
  }

  /** Whether the data directory, or where it would be made, can be written to and has room. */
  public Finding dataDir() {
    Path existing = wanted.dataDir().toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    String remedy = "Name another with TMUXBUILDER_DATA_DIR.";
    try {
      Files.delete(Files.createTempFile(existing, ".tmux-builder", ".try"));
      long room = DataDirectory.room(existing);
      String detail = wanted.dataDir() + ", " + gibibytes(room) + " free";
      return room >= LEAST_FREE_BYTES
          ? Finding.ok("data directory", NEEDED, detail)
          : Finding.missing("data directory", NEEDED, detail, "Make room. " + remedy);
    } catch (IOException unwritable) {
      return Finding.missing("data directory", NEEDED, existing + " cannot be written to", remedy);
    }
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }

  /** Whether a port is free, or by whom it is taken. */
  public Finding port(int port) {
    String name = "port " + port;
    Optional<Ports.Listener> listener = Ports.listener(port);
    if (listener.isEmpty()) {
      return Finding.ok(name, NEEDED, "free");
    }
    boolean ours =
        listener.get().pid().stream().anyMatch(pid -> wanted.self().equals(OptionalLong.of(pid)));
    return ours
        ? Finding.ok(name, NEEDED, "this service: " + listener.get())
        : Finding.missing(
            name,
            NEEDED,
            "taken by " + listener.get(),
            "Stop it, or choose another with QUARKUS_HTTP_PORT or TMUXBUILDER_SITES_PORT.");
  }

  /** How many files one process may have open. */
  public Finding openFiles() {
    try (Stream<String> limits = Files.lines(Path.of("/proc/self/limits"))) {
      String soft =
          limits
              .filter(line -> line.startsWith("Max open files"))
              .map(line -> line.substring("Max open files".length()).strip().split("\\s+")[0])
              .findFirst()
              .orElse("unlimited");
      boolean enough = soft.equals("unlimited") || Long.parseLong(soft) >= LEAST_OPEN_FILES;
      return enough
          ? Finding.ok("open files", OPTIONAL, soft)
          : Finding.missing("open files", OPTIONAL, soft, "ulimit -n 4096");
    } catch (IOException noProc) {
      return Finding.ok("open files", OPTIONAL, "unknown");
    }
  }

  private static Finding font(String name, String language, String script, String debian) {
    if (Programs.find("fc-list").isEmpty()) {
      return Finding.missing(
          name, OPTIONAL, "fc-list not found", "apt-get install fontconfig " + debian);
    }
    return Programs.firstLine("fc-list", ":lang=" + language, "family")
        .filter(family -> !family.isEmpty())
        .map(family -> Finding.ok(name, OPTIONAL, family))
        .orElseGet(
            () ->
                Finding.missing(
                    name,
                    OPTIONAL,
                    "no font for " + script + ": pictures would show empty boxes",
                    "apt-get install " + debian));
  }
}
