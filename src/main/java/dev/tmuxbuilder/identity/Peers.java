package dev.tmuxbuilder.identity;

import dev.tmuxbuilder.platform.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/** Addresses and ranges of addresses (CIDR, RFC 4632) of those who are trusted to pass on. */
final class Peers {
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:]+(/[0-9]{1,3})?");

  private final List<Range> ranges;

  private record Range(byte[] address, int bits) {
    boolean holds(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  Peers(List<String> ranges) {
    this.ranges = ranges.stream().map(String::strip).map(Peers::range).toList();
  }

  private static Range range(String text) {
    try {
      if (ADDRESS.matcher(text).matches()) {
        String[] parts = text.split("/", 2);
        byte[] address = InetAddress.getByName(parts[0]).getAddress();
        int bits = parts.length == 1 ? address.length * 8 : Integer.parseInt(parts[1]);
        if (bits <= address.length * 8) {
          return new Range(address, bits);
        }
      }
    } catch (UnknownHostException none) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static Refusal wrong(String text) {
    return new Refusal(
        "“" + text + "” in TMUXBUILDER_IDENTITY_TRUSTED_PROXIES is no address.",
        "Write addresses or ranges, such as: 10.0.0.0/16,127.0.0.1");
  }

  /**
   * @param address an address, never a name
   */
  boolean hold(String address) {
    try {
      byte[] bytes = InetAddress.getByName(address.replaceAll("%.*", "")).getAddress();
      return ranges.stream().anyMatch(range -> range.holds(bytes));
    } catch (UnknownHostException none) {
      return false;
    }
  }
}
