package dev.tmuxbuilder.platform;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much is logged, changed while the service runs: on this node alone, and until it ends, since
 * a level that was raised in trouble should not stay for ever. Nothing blocks.
 */
@ApplicationScoped
public class LogLevels {
  /** The category above all others. */
  public static final String ROOT = "root";

  /** What this service itself logs. */
  public static final String OURS = "dev.tmuxbuilder";

  private static final int MOST = 50;
  private static final int LONGEST = 200;
  private static final Pattern NAME = Pattern.compile("[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)*");

  /** From which weight on lines are written, the fewest first. */
  public enum Level {
    ERROR(java.util.logging.Level.SEVERE),
    WARN(java.util.logging.Level.WARNING),
    INFO(java.util.logging.Level.INFO),
    DEBUG(java.util.logging.Level.FINE);

    private final java.util.logging.Level name;

    Level(java.util.logging.Level name) {
      this.name = name;
    }

    public static Optional<Level> of(String name) {
      return Arrays.stream(values()).filter(level -> level.name().equals(name)).findFirst();
    }

    private static Level of(java.util.logging.Level level) {
      return Arrays.stream(values())
          .filter(one -> one.name.intValue() <= level.intValue())
          .findFirst()
          .orElse(DEBUG);
    }
  }

  /**
   * A category of log lines.
   *
   * @param level in force
   * @param changed whether it was changed since the start
   */
  public record Category(String name, Level level, boolean changed) {}

  /** A logger, held here so that its level is not collected with it, and its level at the start. */
  private record Changed(Logger logger, java.util.logging.@Nullable Level before) {}

  private final TreeMap<String, Changed> changed = new TreeMap<>();

  /** What is wrong with a category's name, in words; empty where nothing is. */
  public static Optional<String> nameProblem(String name) {
    return name.length() <= LONGEST && NAME.matcher(name).matches()
        ? Optional.empty()
        : Optional.of("must be root, or a name such as " + OURS + ".queue");
  }

  /**
   * Whether that level may be set there. Libraries write what they send and are sent when they are
   * debugged, and credentials with it.
   */
  public static boolean allows(String name, Level level) {
    return level != Level.DEBUG || name.equals(OURS) || name.startsWith(OURS + ".");
  }

  /** The whole, this service's own lines, and what was changed. */
  public synchronized List<Category> inForce() {
    TreeSet<String> names = new TreeSet<>(changed.keySet());
    names.add(OURS);
    names.remove(ROOT);
    List<Category> all = new ArrayList<>(List.of(category(ROOT)));
    names.forEach(name -> all.add(category(name)));
    return all;
  }

  private Category category(String name) {
    return new Category(name, Level.of(effective(logger(name))), changed.containsKey(name));
  }

  private static java.util.logging.Level effective(Logger logger) {
    for (Logger one = logger; one != null; one = one.getParent()) {
      java.util.logging.Level level = one.getLevel();
      if (level != null) {
        return level;
      }
    }
    return java.util.logging.Level.INFO;
  }

  private static Logger logger(String name) {
    return Logger.getLogger(name.equals(ROOT) ? "" : name);
  }

  /**
   * @return false where as many are changed as may be
   */
  public synchronized boolean set(String name, Level level) {
    if (!changed.containsKey(name) && changed.size() >= MOST) {
      return false;
    }
    Changed one =
        changed.computeIfAbsent(
            name,
            fresh -> {
              Logger logger = logger(fresh);
              return new Changed(logger, logger.getLevel());
            });
    one.logger().setLevel(level.name);
    return true;
  }

  /**
   * Back to what it was at the start.
   *
   * @return false where it is that already
   */
  public synchronized boolean reset(String name) {
    Changed one = changed.remove(name);
    if (one == null) {
      return false;
    }
    one.logger().setLevel(one.before());
    return true;
  }
}
