package dev.tmuxbuilder.verification.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a request of this service may reach, whatever a URL looks like. */
class OutgoingTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String PUBLIC = "93.184.216.34";

  private static Outgoing outgoing(String connectTo, Outgoing.Names names) {
    return new Outgoing(
        ConnectTo.parse(connectTo),
        (host, port) -> host.endsWith(".localhost") && port == 8081,
        names);
  }

  private static Outgoing resolving(String... addresses) {
    return outgoing("", host -> literals(addresses));
  }

  private static List<InetAddress> literals(String... addresses) throws UnknownHostException {
    List<InetAddress> found = new ArrayList<>();
    for (String address : addresses) {
      found.add(InetAddress.getByName(address));
    }
    return found;
  }

  private static ConnectTo.Place place(Outgoing outgoing, String url) {
    return outgoing.place(URI.create(url)).await().atMost(LIMIT);
  }

  @Test
  void noFormOfAnInnerAddressPasses() throws IOException {
    List<String> passed = new ArrayList<>();
    int tried = 0;
    for (String line : corpus()) {
      String[] parts = line.split("\t", 2);
      tried++;
      if (Origin.parse(parts[0]).isPresent()) { // what is no URL is never asked for
        try {
          passed.add(parts[0] + " to " + place(resolving(parts[1]), parts[0]));
        } catch (SiteClient.NoAnswer refused) {
          assertThat(refused).hasMessageContaining("public internet");
        }
      }
    }

    assertThat(passed).isEmpty();
    assertThat(tried).isGreaterThan(300);
  }

  private static List<String> corpus() throws IOException {
    try (InputStream lines =
        Objects.requireNonNull(OutgoingTest.class.getResourceAsStream("/verification/ssrf.tsv"))) {
      return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  @Test
  void aPublicNameIsReachedAtTheAddressThatWasLookedAt() {
    ConnectTo.Place place = place(resolving(PUBLIC), "https://shop.example/a");

    assertThat(place).isEqualTo(new ConnectTo.Place(PUBLIC, 443, true));
    assertThat(place(resolving("2606:2800:220:1::1"), "http://shop.example:81/").port())
        .isEqualTo(81);
  }

  @Test
  void aNameThatAnswersOtherwiseTheSecondTimeIsAskedOnce() {
    AtomicInteger asked = new AtomicInteger();
    Outgoing rebinding =
        outgoing("", host -> literals(asked.getAndIncrement() == 0 ? PUBLIC : "169.254.169.254"));

    assertThat(place(rebinding, "http://rebind.example/").host()).isEqualTo(PUBLIC);
    assertThat(asked).hasValue(1);
    assertThatThrownBy(() -> place(rebinding, "http://rebind.example/"))
        .isInstanceOf(SiteClient.NoAnswer.class);
  }

  @Test
  void oneInnerAddressAmongPublicOnesIsEnough() {
    assertThatThrownBy(() -> place(resolving(PUBLIC, "10.0.0.1"), "http://mixed.example/"))
        .isInstanceOf(SiteClient.NoAnswer.class);
  }

  @Test
  void ownSitesAndWhatTheOperatorSetAreReached() {
    Outgoing outgoing =
        outgoing("*.cdn.example=http://127.0.0.1:5600", host -> literals("10.0.0.1"));

    assertThat(place(outgoing, "http://shop.localhost:8081/"))
        .isEqualTo(new ConnectTo.Place("127.0.0.1", 8081, false));
    assertThat(place(outgoing, "https://x.cdn.example/"))
        .isEqualTo(new ConnectTo.Place("127.0.0.1", 5600, false));
  }

  @Test
  void aNameThatDoesNotResolveIsSaid() {
    Outgoing unknown =
        outgoing(
            "",
            host -> {
              throw new UnknownHostException(host);
            });

    assertThatThrownBy(() -> place(unknown, "http://gone.example/"))
        .hasMessageContaining("does not resolve");
  }
}
