package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Hundreds of each known trick, against the packaged service: none of them passes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorporaTest {
  private static final Duration SLOW = Duration.ofSeconds(10);
  private static final String INJECTED = "X-Injected";

  private static @TempDir Path folder;
  private ServerProcess server;
  private Organisation ours;
  private String operatorToken;

  @BeforeAll
  void start() {
    server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_API_FAILED_SIGN_INS", "100000")
            .with("TMUXBUILDER_API_REQUESTS_PER_USER", "1000000")
            .with("TMUXBUILDER_API_REQUESTS_PER_TENANT", "1000000")
            .start();
    ours = Organisation.of(server.client());
    operatorToken = server.operator().token().orElseThrow();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  // ---- paths

  private static Stream<String> paths() {
    List<String> up =
        List.of(
            "..",
            "%2e%2e",
            "%2E.",
            "%252e%252e",
            "..%00",
            "%c0%ae%c0%ae",
            "%u002e%u002e",
            "....",
            "%ef%bc%8e%ef%bc%8e",
            "..;",
            "%2e%2e%3b",
            ".%0d.");
    List<String> between = List.of("/", "%2f", "%5c", "\\", "%252f", "//", "%c0%af", "/./");
    List<String> targets =
        List.of("etc/passwd", "proc/self/environ", "operator.token", "master.secret");
    Stream<String> climbing =
        up.stream()
            .flatMap(
                dots ->
                    between.stream()
                        .flatMap(
                            slash ->
                                targets.stream()
                                    .map(
                                        target ->
                                            (dots + slash).repeat(8)
                                                + target.replace("/", slash))));
    Stream<String> absolute =
        targets.stream()
            .flatMap(
                target ->
                    Stream.of(
                        "/" + target,
                        "//" + target,
                        "%2f" + target.replace("/", "%2f"),
                        "file:///" + target,
                        "file:%2f%2f%2f" + target.replace("/", "%2f"),
                        "C:\\" + target,
                        "~/" + target,
                        "jar:file:/" + target + "!/",
                        target + "%00.png",
                        target + "%23.png"));
    return Stream.concat(climbing, absolute);
  }

  private List<String> places() {
    String site = "/api/executions/" + ours.execution();
    return List.of(
        site + "/screenshot?viewport=",
        site + "/screenshot?check=",
        site + "/receipts/",
        site + "/tests?run=",
        "/api/status/",
        "/api/shared-repos/",
        "/assets/",
        "/webjars/",
        "/examples/",
        "/gateway/",
        "/mcp/",
        "/q/",
        "/sites/",
        "/");
  }

  @Test
  void noPathLeadsToAFileThatIsNobodysBusiness() {
    List<String> bad = new ArrayList<>();
    List<String> places = places();
    List<String> credentials =
        List.of("Authorization: Bearer " + ours.admin().token().orElseThrow());
    int sent = 0;
    for (String path : paths().toList()) {
      String target = places.get(sent % places.size()) + path;
      RawHttp.Answer answer = RawHttp.send(server.port(), "GET", target, credentials, "");
      if (answer.status() >= 500 || tells(answer.body())) {
        bad.add(answer.status() + " " + target);
      }
      sent++;
    }
    assertThat(sent).isGreaterThan(400);
    assertThat(bad).isEmpty();
  }

  private boolean tells(String body) {
    return body.contains("root:x:0:0")
        || body.contains("JAVA_HOME=")
        || body.contains(operatorToken)
        || body.contains("\tat dev.tmuxbuilder");
  }

  // ---- headers

  @Test
  void nothingThatIsAskedBecomesAHeaderOfTheAnswer() {
    List<String> ends =
        List.of(
            "%0d%0a",
            "%0a",
            "%0d",
            "%0d%0a%20",
            "%250d%250a",
            "%e5%98%8a%e5%98%8d",
            "%c4%8d%c4%8a",
            "%u000d%u000a",
            "%e2%80%a8",
            "%c2%85",
            "\r",
            "%00%0d%0a");
    List<String> lines =
        List.of(
            INJECTED + ":%201",
            "Set-Cookie:%20x=1%0d%0a" + INJECTED + ":1",
            "%0d%0a" + INJECTED + ":1");
    List<String> credentials =
        List.of("Authorization: Bearer " + ours.admin().token().orElseThrow());
    List<String> bad = new ArrayList<>();
    int sent = 0;
    for (String end : ends) {
      for (String line : lines) {
        for (String place : places()) {
          sent++;
          String target = place + "x" + end + line;
          note(bad, target, RawHttp.send(server.port(), "GET", target, credentials, ""));
        }
        for (String header :
            List.of("X-Forwarded-Host", "X-Forwarded-Proto", "Origin", "Last-Event-ID", "Cookie")) {
          sent++;
          String value = decoded("x" + end + line).replace("\r\n", "\r\n\t").replace("\n", "");
          note(
              bad,
              header + " " + end + line,
              RawHttp.send(
                  server.port(),
                  "POST",
                  "/api/create-user",
                  List.of(header + ": " + value),
                  "{\"email\":\"" + end + line + "\"}"));
        }
      }
    }
    assertThat(sent).isGreaterThan(500);
    assertThat(bad).isEmpty();
  }

  private static String decoded(String text) {
    return text.replace("%0d", "\r").replace("%0a", "\n").replace("%20", " ").replace("%00", "");
  }

  private static void note(List<String> bad, String what, RawHttp.Answer answer) {
    if (answer.status() >= 500 || answer.hasHeader(INJECTED) || answer.head().contains("x=1")) {
      bad.add(answer.status() + " " + what + "\n" + answer.head());
    }
  }

  // ---- JSON

  private static Stream<String> bombs() {
    Stream<String> deep =
        IntStream.of(50, 500, 5_000, 50_000)
            .boxed()
            .flatMap(
                depth ->
                    Stream.of(
                        "[".repeat(depth) + "]".repeat(depth),
                        "{\"a\":".repeat(depth) + "1" + "}".repeat(depth),
                        "[{\"a\":".repeat(depth),
                        "{\"email\":" + "[".repeat(depth),
                        " ".repeat(depth) + "1",
                        "[" + "1,".repeat(depth) + "1]",
                        "{\"x\":\"" + "\\u0000".repeat(depth) + "\"}",
                        "{\"x\":\"" + "\\ud800".repeat(depth) + "\"}",
                        "{" + "\"x\":1,".repeat(depth) + "\"x\":2}",
                        "{\"x\":1" + "0".repeat(depth) + "}",
                        "{\"x\":0." + "0".repeat(depth) + "1}",
                        "{\"" + "k".repeat(depth) + "\":1}"));
    Stream<String> numbers =
        Stream.of(
                "1e999999999",
                "-1e999999999",
                "1e-999999999",
                "1E400",
                "-0",
                "00",
                "+1",
                "0x10",
                "NaN",
                "Infinity",
                "1.",
                ".1",
                "1e",
                "9223372036854775808",
                "-9223372036854775809",
                "1_000")
            .flatMap(
                number ->
                    Stream.of(
                        "{\"release\":" + number + "}",
                        "{\"days\":" + number + ",\"name\":\"n\",\"scope\":\"viewer\"}",
                        "{\"monthly\":" + number + ",\"currency\":\"USD\"}",
                        number));
    Stream<String> forms =
        Stream.of(
                "",
                "\u0000",
                "\ufeff{}",
                "{}{}",
                "{}//",
                "/*x*/{}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":1,}",
                "[1,]",
                "{\"a\"}",
                "\"",
                "tru",
                "nul",
                "{\"__proto__\":{\"role\":\"admin\"}}",
                "{\"@type\":\"java.lang.Runtime\"}",
                "{\"@class\":\"java.net.URL\"}",
                "[\"java.net.URL\",\"http://127.0.0.1\"]",
                "<x/>",
                "---\n- a")
            .flatMap(
                form -> Stream.of(form, "{\"message\":" + form + "}", "{\"x\":[" + form + "]}"));
    return Stream.of(deep, numbers, forms).flatMap(all -> all);
  }

  @Test
  void noBodyIsAFaultOrTakesLong() {
    List<String> calls =
        List.of(
            "/api/create-user",
            "/api/chat/" + ours.execution(),
            "/api/rollback/" + ours.execution(),
            ours.path("/tokens"),
            ours.path("/invitations"));
    List<String> credentials =
        List.of("Authorization: Bearer " + ours.admin().token().orElseThrow());
    List<String> bad = new ArrayList<>();
    int sent = 0;
    for (String bomb : bombs().toList()) {
      for (String call : calls) {
        sent++;
        long start = System.nanoTime();
        RawHttp.Answer answer = RawHttp.send(server.port(), "POST", call, credentials, bomb);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        boolean taken = answer.status() >= 200 && answer.status() < 300;
        if (answer.status() >= 500 || taken || took.compareTo(SLOW) > 0 || tells(answer.body())) {
          bad.add(answer.status() + " " + took + " " + call + " " + shortened(bomb));
        }
      }
    }
    assertThat(sent).isGreaterThan(800);
    assertThat(bad).isEmpty();
    assertThat(server.client().get("/q/health/live").statusCode()).isEqualTo(200);
  }

  private static String shortened(String text) {
    return text.length() < 80 ? text : text.substring(0, 80) + "… (" + text.length() + ")";
  }

  // ---- commands and arguments

  private static List<String> commands(Path marker) {
    List<String> starts =
        List.of(
            ";",
            "|",
            "||",
            "&",
            "&&",
            "\n",
            "\r\n",
            "`",
            "$(",
            "${IFS}",
            "'",
            "\"",
            "';",
            "\";",
            ">",
            "<(",
            "{",
            "!",
            "#",
            "\\",
            "%0a",
            "\t",
            "\u0000",
            "\u001b]0;",
            "\u001b[201~",
            "--",
            "-",
            "--upload-pack=",
            "--exec=",
            "-oProxyCommand=",
            "--output=",
            "-c core.editor=",
            "@",
            "=",
            "%s%n",
            "{{",
            "#{",
            "${",
            "<%=",
            "*{");
    List<String> works =
        List.of(
            "touch " + marker,
            "touch${IFS}" + marker,
            "/bin/sh -c 'touch " + marker + "'",
            "touch " + marker + ")",
            "touch " + marker + "`",
            "touch " + marker + "\" #",
            "T(java.lang.Runtime).getRuntime().exec('touch " + marker + "')}");
    Set<String> all = new LinkedHashSet<>();
    starts.forEach(start -> works.forEach(work -> all.add(start + work)));
    return List.copyOf(all);
  }

  @Test
  void noWordOfAUserIsACommandOrAnArgument() {
    Path marker = folder.resolve("marker");
    List<String> commands = commands(marker);
    assertThat(commands).hasSizeGreaterThan(250);
    StringBuilder brief = new StringBuilder("# " + commands.getFirst().replace("\n", " ") + "\n\n");
    for (int i = 0; i < commands.size(); i++) {
      brief
          .append(i % 9 == 0 ? "\n## " : "- ")
          .append(commands.get(i).replace("\u0000", "")) // which a brief may not have
          .append('\n');
    }
    Client.Created site = server.client().create(brief.toString());

    Client admin = ours.admin();
    List<String> bad = new ArrayList<>();
    for (String command : commands) {
      Map<String, Object> wish = new LinkedHashMap<>(Client.wish("# x"));
      wish.put("template", command);
      wish.put("email", command + "@example.com");
      for (var answer :
          List.of(
              server.client().post("/api/create-user", Client.text(wish)),
              admin.post(
                  ours.path("/tokens"),
                  Client.text(Map.of("name", command, "scope", "viewer", "days", 1))),
              admin.post(
                  ours.path("/invitations"),
                  Client.text(Map.of("email", command + "@example.com", "role", "viewer"))),
              admin.post(
                  "/api/chat/" + ours.execution(), Client.text(Map.of("message", command))))) {
        if (answer.statusCode() >= 500) {
          bad.add(answer.statusCode() + " " + command + " " + answer.body());
        }
      }
    }
    assertThat(bad).isEmpty();
    assertThat(site.end().get("status").asText()).isEqualTo("completed");
    assertThat(marker).doesNotExist();
  }
}
