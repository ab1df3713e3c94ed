package dev.tmuxbuilder.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of hosts that programs may reach. */
class AllowedHostTest {
  @ParameterizedTest
  @CsvSource({
    "api.example.org, api.example.org",
    "API.Example.ORG:443, api.example.org",
    "mail.example.org:587, mail.example.org:587",
    "*.example.org, *.example.org",
    "bücher.example, xn--bcher-kva.example",
    "a-b.c1.example:65535, a-b.c1.example:65535"
  })
  void aNameWithOrWithoutAPort(String written, String kept) {
    assertThat(AllowedHost.parse(written)).map(AllowedHost::toString).hasValue(kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*.",
        "*.*",
        "*.org",
        "localhost",
        "metadata",
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "017700000001.0",
        "[::1]",
        "::1",
        "fe80::1%eth0",
        "example.org.",
        ".example.org",
        "a..example.org",
        "-a.example.org",
        "a-.example.org",
        "a_b.example.org",
        "a b.example.org",
        "http://example.org",
        "example.org/path",
        "user@example.org",
        "example.org:",
        "example.org:0",
        "example.org:65536",
        "example.org:443:443",
        "example.org:+1",
        "example.org:٤٤٣",
        "a.*.example.org",
        "**.example.org",
        "example.org\r\nHost: other",
        "example.org\u0000.evil.example"
      })
  void whateverIsNoNameIsRefused(String written) {
    assertThat(AllowedHost.parse(written)).isEmpty();
  }

  @Test
  void aNameIsItselfOnItsPortAlone() {
    AllowedHost host = AllowedHost.parse("api.example.org").orElseThrow();
    assertThat(host.fits("api.example.org", 443)).isTrue();
    assertThat(host.fits("API.example.org", 443)).isTrue();
    assertThat(host.fits("api.example.org", 80)).isFalse();
    assertThat(host.fits("x.api.example.org", 443)).isFalse();
    assertThat(host.fits("example.org", 443)).isFalse();
    assertThat(host.fits("api.example.org.evil.example", 443)).isFalse();
    assertThat(host.fits("evilapi.example.org", 443)).isFalse();
  }

  @Test
  void aStarIsEveryNameBelow() {
    AllowedHost hosts = AllowedHost.parse("*.example.org").orElseThrow();
    assertThat(hosts.fits("api.example.org", 443)).isTrue();
    assertThat(hosts.fits("a.b.example.org", 443)).isTrue();
    assertThat(hosts.fits("example.org", 443)).isFalse();
    assertThat(hosts.fits("evilexample.org", 443)).isFalse();
    assertThat(hosts.fits(".example.org", 443)).isFalse();
    assertThat(hosts.fits("a..example.org", 443)).isFalse();
  }
}
