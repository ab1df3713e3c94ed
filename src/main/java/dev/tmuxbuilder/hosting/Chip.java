package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** The kind of processor that a machine has, and that a release may ask for. */
public enum Chip {
  ARM64("arm64"),
  X86_64("x86_64");

  /** https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
  private static final int ELF_HEADER = 20;

  private static final int MACHINE_X86_64 = 62;
  private static final int MACHINE_386 = 3;

  /** Programs and libraries are called so, or have no ending at all. */
  private static final Set<String> PROGRAMS = Set.of("node", "so", "bin", "exe", "");

  private final String wire;

  Chip(String wire) {
    this.wire = wire;
  }

  /** In the names of archives. */
  public String wire() {
    return wire;
  }

  public static Chip of(String wire) {
    return wire.equals(X86_64.wire) ? X86_64 : ARM64;
  }

  /** Arm, unless a file of the artifact is a program for x86. Blocks. */
  public static Chip forArtifact(Artifact artifact) throws IOException {
    for (Artifact.File file : artifact.files()) {
      if (PROGRAMS.contains(ending(file.path()))
          && isForX86(artifact.root().resolve(file.path()))) {
        return X86_64;
      }
    }
    return ARM64;
  }

  private static String ending(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (name.contains(".so.")) {
      return "so";
    }
    return name.lastIndexOf('.') < 0 ? "" : name.substring(name.lastIndexOf('.') + 1);
  }

  private static boolean isForX86(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(ELF_HEADER);
      if (head.length < ELF_HEADER
          || head[0] != 0x7f
          || head[1] != 'E'
          || head[2] != 'L'
          || head[3] != 'F') {
        return false;
      }
      int machine = (head[18] & 0xff) | (head[19] & 0xff) << 8;
      return machine == MACHINE_X86_64 || machine == MACHINE_386;
    }
  }
}
