package dev.tmuxbuilder.platform;

import java.net.Inet4Address;
import java.net.InetAddress;

/** The public internet, by IANA's registries of special-purpose addresses (RFC 6890). */
public final class PublicAddresses {
  private PublicAddresses() {}

  /** Whether an address is one of them: not this machine's, its network's or anybody's own. */
  public static boolean has(InetAddress address) {
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    int third = bytes[2] & 0xff;
    if (address instanceof Inet4Address) {
      return switch (first) {
        case 0, 10, 127 -> false;
        case 100 -> second < 64 || second > 127;
        case 169 -> second != 254;
        case 172 -> second < 16 || second > 31;
        case 192 ->
            second != 168
                && !(second == 0 && (third == 0 || third == 2))
                && !(second == 88 && third == 99);
        case 198 -> second != 18 && second != 19 && !(second == 51 && third == 100);
        case 203 -> !(second == 0 && third == 113);
        default -> first < 224;
      };
    }
    boolean global = first >> 5 == 1; // 2000::/3; all that wraps an IPv4 address is elsewhere, but:
    boolean special =
        (first == 0x20 && second == 0x01 && third < 2) // 2001::/23: Teredo and others
            || (first == 0x20 && second == 0x01 && third == 0x0d && (bytes[3] & 0xff) == 0xb8)
            || (first == 0x20 && second == 0x02) // 6to4
            || (first == 0x3f && second == 0xff && third >> 4 == 0); // documentation
    return global && !special;
  }
}
