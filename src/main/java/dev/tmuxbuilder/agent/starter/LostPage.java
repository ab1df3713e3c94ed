package dev.tmuxbuilder.agent.starter;

/** What visitors see at an address that is not there. It may be shown at any depth. */
final class LostPage {
  private final Site site;

  LostPage(Site site) {
    this.site = site;
  }

  Layout.Page page() {
    Words words = site.words();
    Html text =
        Html.el(
                "div",
                Html.el("h1", words.get("lost")).cls("t-m"),
                Html.el("p", words.get("lost.text")).cls("lead"),
                Html.el(
                        "p",
                        Html.el("a", words.get("lost.home"))
                            .cls("button")
                            .attr("href", site.rootPath()))
                    .cls("actions"),
                site.design().art().motif(1, site.random("lost")).inline("motif", "xMidYMid meet"))
            .cls("wrap");
    return new Layout.Page(
        "/404.html",
        site.rootPath(),
        "lost",
        words.get("lost"),
        words.get("lost.text"),
        false,
        Html.el("section", text).cls("missing"));
  }
}
