package dev.tmuxbuilder.isolation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * A filter of system calls for seccomp(2), in the form that bubblewrap's {@code --seccomp} takes:
 * classic BPF over {@code struct seccomp_data}. It refuses what reaches into the kernel, other
 * processes or new namespaces and what no site, build or agent needs; everything else passes. The
 * numbers are the kernel's, which never change.
 */
final class SystemCalls {
  private static final short LOAD = 0x20;
  private static final short IF_EQUAL = 0x15;
  private static final short IF_AT_LEAST = 0x35;
  private static final short IF_ANY_BIT = 0x45;
  private static final short RETURN = 0x06;

  private static final int NUMBER = 0;
  private static final int ARCHITECTURE = 4;
  private static final int FIRST_ARGUMENT = 16;
  private static final int SECOND_ARGUMENT = 24;

  private static final int ALLOW = 0x7fff0000;
  private static final int KILL = 0x80000000;
  private static final int NOT_PERMITTED = 0x00050000 | 1; // EPERM
  private static final int NO_SUCH_CALL = 0x00050000 | 38; // ENOSYS

  /** All of clone(2)'s CLONE_NEW flags. */
  private static final int NEW_NAMESPACES = 0x7e020000;

  /** Terminal input that is put into another's mouth. */
  private static final int TIOCSTI = 0x5412;

  private static final int TIOCLINUX = 0x541c;

  /** Its flags lie in memory, where a filter cannot look; libraries then use clone. */
  private static final int CLONE3 = 435;

  /**
   * Of x86-64 there is a second, 32-bit flavour of each call, from this number on.
   *
   * @param x32 0 where there is none
   * @param fork clone(2)
   */
  private record Machine(int architecture, int x32, int fork, int ioctl, List<Integer> refused) {}

  /** io_uring, the mount calls of 5.2 and later, and others that have one number everywhere. */
  private static final List<Integer> EVERYWHERE =
      List.of(425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 443, 467);

  /**
   * In this order: ptrace, syslog, mount, umount2, pivot_root, chroot, swapon, swapoff, reboot,
   * sethostname, setdomainname, init_module, delete_module, finit_module, quotactl, acct,
   * settimeofday, clock_settime, adjtimex, clock_adjtime, kexec_load, kexec_file_load, add_key,
   * request_key, keyctl, perf_event_open, name_to_handle_at, open_by_handle_at, setns, unshare,
   * process_vm_readv, process_vm_writev, kcmp, bpf, userfaultfd, vhangup; then iopl and ioperm.
   */
  private static final Machine X86_64 =
      new Machine(
          0xc000003e,
          0x40000000,
          56,
          16,
          List.of(
              101, 103, 165, 166, 155, 161, 167, 168, 169, 170, 171, 175, 176, 313, 179, 163, 164,
              227, 159, 305, 246, 320, 248, 249, 250, 298, 303, 304, 308, 272, 310, 311, 312, 321,
              323, 153, 172, 173));

  private static final Machine AARCH64 =
      new Machine(
          0xc00000b7,
          0,
          220,
          29,
          List.of(
              117, 116, 40, 39, 41, 51, 224, 225, 142, 161, 162, 105, 106, 273, 60, 89, 170, 112,
              171, 266, 104, 294, 217, 218, 219, 241, 264, 265, 268, 97, 270, 271, 272, 280, 282,
              58));

  private final ByteBuffer program = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());

  private SystemCalls() {}

  /** The filter for a processor, by Java's name; empty where its numbers are not known here. */
  static Optional<byte[]> filter(String architecture) {
    return switch (architecture) {
      case "amd64", "x86_64" -> Optional.of(new SystemCalls().filter(X86_64));
      case "aarch64" -> Optional.of(new SystemCalls().filter(AARCH64));
      default -> Optional.empty();
    };
  }

  private byte[] filter(Machine machine) {
    add(LOAD, 0, 0, ARCHITECTURE);
    add(IF_EQUAL, 1, 0, machine.architecture());
    add(RETURN, 0, 0, KILL);
    add(LOAD, 0, 0, NUMBER);
    if (machine.x32() != 0) {
      add(IF_AT_LEAST, 0, 1, machine.x32());
      add(RETURN, 0, 0, NO_SUCH_CALL);
    }
    machine.refused().forEach(call -> answer(call, NOT_PERMITTED));
    EVERYWHERE.forEach(call -> answer(call, NOT_PERMITTED));
    answer(CLONE3, NO_SUCH_CALL);
    add(IF_EQUAL, 0, 4, machine.fork());
    add(LOAD, 0, 0, FIRST_ARGUMENT);
    add(IF_ANY_BIT, 0, 1, NEW_NAMESPACES);
    add(RETURN, 0, 0, NOT_PERMITTED);
    add(RETURN, 0, 0, ALLOW);
    add(IF_EQUAL, 0, 4, machine.ioctl());
    add(LOAD, 0, 0, SECOND_ARGUMENT);
    add(IF_EQUAL, 1, 0, TIOCSTI);
    add(IF_EQUAL, 0, 1, TIOCLINUX);
    add(RETURN, 0, 0, NOT_PERMITTED);
    add(RETURN, 0, 0, ALLOW);
    byte[] bytes = new byte[program.position()];
    program.flip().get(bytes);
    return bytes;
  }

  private void answer(int call, int answer) {
    add(IF_EQUAL, 0, 1, call);
    add(RETURN, 0, 0, answer);
  }

  /** One {@code struct sock_filter}: jumps are so many instructions over the next one. */
  private void add(short code, int ifTrue, int ifFalse, int value) {
    program.putShort(code).put((byte) ifTrue).put((byte) ifFalse).putInt(value);
  }
}
