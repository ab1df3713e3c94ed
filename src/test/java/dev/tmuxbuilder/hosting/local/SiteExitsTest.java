package dev.tmuxbuilder.hosting.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.isolation.Exit;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a tunnel leads: by a name that is allowed, to an address that is public. */
class SiteExitsTest {
  private static final ExecutionId SITE =
      ExecutionId.of("3b241101-e2bb-4255-8caf-4136c566a962_sess_20260102_030405_ab12");

  private static InetSocketAddress address(String... resolved) throws Exception {
    Allowed allowed = new Allowed();
    allowed.only("api.example.org");
    SiteExits exits =
        new SiteExits(
            allowed,
            List.of("db.internal.example=10.0.0.5"),
            host -> {
              InetAddress[] found = new InetAddress[resolved.length];
              for (int i = 0; i < found.length; i++) {
                found[i] = InetAddress.ofLiteral(resolved[i]);
              }
              return List.of(found);
            });
    return exits.address("shop", SITE, "api.example.org", 443);
  }

  @Test
  void aPublicAddressIsConnectedToAsItWasLookedAt() throws Exception {
    assertThat(address("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"))
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("93.184.215.14"), 443));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.0.0.5",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::"
      })
  void anyOtherIsRefusedAlsoBesideAPublicOne(String other) {
    assertThatThrownBy(() -> address(other)).isInstanceOf(Exit.Refused.class);
    assertThatThrownBy(() -> address("93.184.215.14", other)).isInstanceOf(Exit.Refused.class);
  }

  @Test
  void whatTheOperatorWritesBadlyIsSaid() {
    assertThatThrownBy(() -> new SiteExits(new Allowed(), List.of("db.example"), host -> List.of()))
        .hasMessageContaining("is not NAME=ADDRESS");
  }
}
