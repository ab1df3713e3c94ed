package dev.tmuxbuilder.mcp;

import dev.tmuxbuilder.workspace.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The skills that a session was given. An agent may write where they are: no link is followed,
 * neither the file's nor that of a folder above it. Blocks.
 */
final class Skills {
  private static final int LARGEST = 256 << 10;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Path FILE = Path.of("SKILL.md");

  private Skills() {}

  /**
   * @param description what its front matter says; may be empty
   */
  record Skill(String name, String description) {}

  static List<Skill> list(Workspace workspace) throws IOException {
    Optional<SecureDirectoryStream<Path>> folder = folder(workspace);
    if (folder.isEmpty()) {
      return List.of();
    }
    List<Skill> skills = new ArrayList<>();
    try (SecureDirectoryStream<Path> open = folder.get()) {
      for (Path each : open) {
        String name = each.getFileName().toString();
        if (NAME.matcher(name).matches()) {
          read(open, name).ifPresent(text -> skills.add(new Skill(name, description(text))));
        }
      }
    }
    skills.sort(java.util.Comparator.comparing(Skill::name));
    return skills;
  }

  /** The whole text of a skill; empty where the session has none of that name. */
  static Optional<String> read(Workspace workspace, String name) throws IOException {
    Optional<SecureDirectoryStream<Path>> folder =
        NAME.matcher(name).matches() ? folder(workspace) : Optional.empty();
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    try (SecureDirectoryStream<Path> open = folder.get()) {
      return read(open, name);
    }
  }

  private static Optional<SecureDirectoryStream<Path>> folder(Workspace workspace)
      throws IOException {
    DirectoryStream<Path> root = Files.newDirectoryStream(workspace.root());
    try (root) {
      if (!(root instanceof SecureDirectoryStream<Path> secure)) {
        throw new IOException("this file system cannot be read without following links");
      }
      try (SecureDirectoryStream<Path> claude = below(secure, Path.of(".claude"))) {
        return Optional.of(below(claude, Path.of("skills")));
      }
    } catch (NoSuchFileException | NotDirectoryException none) {
      return Optional.empty();
    }
  }

  private static SecureDirectoryStream<Path> below(SecureDirectoryStream<Path> parent, Path name)
      throws IOException {
    return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }

  private static Optional<String> read(SecureDirectoryStream<Path> skills, String name) {
    try (SecureDirectoryStream<Path> skill = below(skills, Path.of(name));
        SeekableByteChannel file =
            skill.newByteChannel(
                FILE, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      if (file.size() > LARGEST) {
        return Optional.empty();
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      while (bytes.hasRemaining() && file.read(bytes) >= 0) {
        continue;
      }
      return Optional.of(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
    } catch (IOException none) { // no such skill, or a link in its place
      return Optional.empty();
    }
  }

  private static String description(String text) {
    return text.lines()
        .limit(50)
        .filter(line -> line.startsWith("description:"))
        .findFirst()
        .map(
            line -> line.substring("description:".length()).strip().replaceAll("^[\"']|[\"']$", ""))
        .orElse("");
  }
}
