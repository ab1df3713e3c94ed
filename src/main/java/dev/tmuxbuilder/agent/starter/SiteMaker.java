package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.agent.Instruction;
import dev.tmuxbuilder.brief.Brief;
import dev.tmuxbuilder.execution.SiteType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** From a brief and a design to all files of the source directory. */
final class SiteMaker {
  private SiteMaker() {}

  static SortedMap<String, byte[]> make(Instruction instruction, Brief brief, Design design) {
    Optional<Rgb> accent = brief.meta("accent").flatMap(Rgb::parse);
    Palette light = accent.map(design.light()::withAccent).orElse(design.light());
    Palette dark = accent.map(design.dark()::withAccent).orElse(design.dark());
    String stylesheet = SiteFiles.stylesheet(design, light, dark);
    boolean dynamic = instruction.siteType() == SiteType.DYNAMIC;
    Site site =
        new Site(
            brief,
            design,
            light,
            dark,
            new Words(brief.language()),
            instruction.siteUrl(),
            dynamic ? Optional.of(FormKind.of(brief)) : Optional.empty(),
            SiteFiles.hashedName("site", "css", stylesheet));
    SortedMap<String, byte[]> pages = SiteFiles.of(site, stylesheet);
    return site.form().map(form -> withServer(site, form, pages)).orElse(pages);
  }

  private static SortedMap<String, byte[]> withServer(
      Site site, FormKind form, SortedMap<String, byte[]> pages) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    pages.forEach((path, content) -> files.put("public/" + path, content));
    new FormPages(site, form)
        .files()
        .forEach((path, text) -> files.put(path, text.getBytes(StandardCharsets.UTF_8)));
    return files;
  }
}
