package dev.tmuxbuilder.isolation;

import java.time.Duration;
import java.util.Optional;

/**
 * How much a program and all that it starts may use.
 *
 * @param memory bytes, for each process and for all together
 * @param reserve bytes that each process may reserve besides and not use: some runtimes set aside
 *     far more than they ever touch, and crawl where they may not
 * @param processes and threads, all together; counts only within walls
 * @param openFiles of each process
 * @param largestFile bytes of any one file
 * @param disk bytes of all files in the folders that it may write to
 * @param cpu time on a processor of each process; without it there is no bound
 */
public record Limits(
    long memory,
    long reserve,
    int processes,
    int openFiles,
    long largestFile,
    long disk,
    Optional<Duration> cpu) {
  private static final int MEBI = 20;

  /** For a program that is to answer for as long as it likes. */
  public static Limits ofMemory(long memory) {
    return new Limits(memory, 0, 256, 1024, 256L << MEBI, 1024L << MEBI, Optional.empty());
  }

  public Limits withReserve(long most) {
    return new Limits(memory, most, processes, openFiles, largestFile, disk, cpu);
  }

  public Limits withProcesses(int most) {
    return new Limits(memory, reserve, most, openFiles, largestFile, disk, cpu);
  }

  public Limits withDisk(long most) {
    return new Limits(
        memory, reserve, processes, openFiles, Math.min(largestFile, most), most, cpu);
  }

  public Limits withCpu(Duration most) {
    return new Limits(memory, reserve, processes, openFiles, largestFile, disk, Optional.of(most));
  }
}
