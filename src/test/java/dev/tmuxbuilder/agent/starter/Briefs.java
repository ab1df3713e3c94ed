package dev.tmuxbuilder.agent.starter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Briefs to try the agent with: friendly ones, odd ones and hostile ones. */
public final class Briefs {
  private Briefs() {}

  static Map<String, String> all() {
    Map<String, String> briefs = new LinkedHashMap<>(examples());
    briefs.put("empty", "");
    briefs.put("blank", " \n\t\n");
    briefs.put("only a title", "# The Lighthouse");
    briefs.put("no title", "We mend bicycles.\n\nAlso on Sundays.");
    briefs.put("one section", "# T\n\nLead.\n\n## Only\n\nText with [a link](#only).");
    briefs.put(
        "arabic",
        "# مرسم الحبر\n\nنكتب بالقصب.\n\n## الدروس\n\nكل خميس.\n\n## اتصل بنا\n\nالهاتف: +962 6 555 0100");
    briefs.put("japanese", "# 茶室 月光\n\n静かな午後を。\n\n## お品書き\n\n抹茶。\n\n## ご予約\n\n電話: 075-555-0123");
    briefs.put("hostile", hostile());
    briefs.put(
        "deep", "> ".repeat(10_000) + "x\n\n" + "- ".repeat(10_000) + "y\n\n" + "[".repeat(10_000));
    briefs.put("one line", "word".repeat(16_384));
    briefs.put(
        "long title",
        "# " + "Longest ".repeat(200) + "\n\n## " + "x".repeat(3000) + "\n\ny\n\n## b");
    briefs.put("many sections", "# T\n" + "\n## Section\n\nText.\n".repeat(300));
    briefs.put(
        "skipped levels",
        "# T\n\n## A\n\n##### Deep\n\n### Less\n\n## B\n\n> # Quoted\n\n- # In a list\n");
    briefs.put("large", large());
    return briefs;
  }

  public static Map<String, String> examples() {
    Map<String, String> briefs = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(Path.of("examples"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
        briefs.put(file.getFileName().toString(), Files.readString(file));
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return briefs;
  }

  public static String large() {
    StringBuilder brief = new StringBuilder("# Everything\n\nA lot to read.\n");
    for (int i = 0; brief.length() < 65_000; i++) {
      brief.append(i % 12 == 0 ? "\n## Part " + i + "\n" : "\n### Piece " + i + "\n");
      brief.append("\nWords *with* **weight** and [a link](https://example.com/" + i + ").\n");
      brief.append("\n- one\n- two `code`\n\n| a | b |\n| - | -: |\n| 1 | 2 |\n");
    }
    return brief.substring(0, 65_000);
  }

  public static String hostile() {
    return String.join(
        "\n",
        List.of(
            "---",
            "title: \"</title><script>alert(1)</script>{{7*7}}\"",
            "lang: \"en\\\" onload=alert(1)\"",
            "accent: \"red;}body{background:url(https://evil.example)}\"",
            "description: '\"><img src=x onerror=alert(1)>'",
            "---",
            "# {{constructor.constructor('alert(1)')()}} <svg onload=alert(1)>",
            "",
            "Lead <script>alert(1)</script> ${7*7} <%= 7*7 %> <!-- <script>alert(2)</script> -->",
            "",
            "## ../../../etc/passwd",
            "",
            "[a](javascript:alert(1)) [b](JAVASCRIPT:alert(1)) [c](java&#10;script:alert(1))",
            "[d](data:text/html;base64,PHNjcmlwdD4=) [e](https://ok.example/\"onmouseover=\"alert(1))",
            "[f]( javascript:alert(1) ) <javascript:alert(1)> [g](//evil.example/x) [h](/..%2f..%2fetc)",
            "![x](javascript:alert(1)) ![y](https://evil.example/t.png\" onload=\"alert(1))",
            "",
            "## <img src=x onerror=alert(1)> Pictures",
            "",
            "<iframe src=https://evil.example></iframe><object data=x></object><embed src=x>",
            "<style>@import 'https://evil.example/x.css'</style><link rel=stylesheet href=//evil.example>",
            "<form action=https://evil.example><input name=q></form><base href=https://evil.example>",
            "<a href=\"javascript:alert(1)\" style=\"position:fixed\" onclick=alert(1)>x</a>",
            "",
            "## {{#each}} \" onfocus=\"alert(1)\" autofocus=\"",
            "",
            "```html\" onload=\"alert(1)",
            "</code></pre><script>alert(1)</script>",
            "```",
            "",
            "| <script>a</script> | b |",
            "| --- | --- |",
            "| </td><script>alert(1)</script> | [t](vbscript:x) |",
            "",
            "## C:\\\\..\\\\windows\\u0000 %2e%2e%2f\u0000\u202e",
            "",
            "Email: \"><script>@evil.example and x@y.example\"onload=alert(1)",
            "Address: <script>alert(1)</script> 1 Lane {{x}}",
            "",
            "<script>",
            "unclosed, and all that follows",
            "## Swallowed"));
  }
}
