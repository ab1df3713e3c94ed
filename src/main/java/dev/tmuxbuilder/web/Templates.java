package dev.tmuxbuilder.web;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The pages and the parts of them that are fetched again while something changes. */
@CheckedTemplate(basePath = "web")
final class Templates {
  private Templates() {}

  static native TemplateInstance signin(Frame frame, SignInPage.View view);

  static native TemplateInstance wrong(Frame frame, Pages.Wrong wrong);

  static native TemplateInstance sites(Frame frame, SitesPage.View view);

  static native TemplateInstance site(
      Frame frame, SiteView site, Conversation talk, EnvironmentView env, SitePage.Rights rights);

  static native TemplateInstance site$head(SiteView site, SitePage.Rights rights);

  static native TemplateInstance site$progress(SiteView site);

  static native TemplateInstance site$evidence(SiteView site);

  static native TemplateInstance site$chat(SiteView site, Conversation talk);

  static native TemplateInstance site$environment(SiteView site, EnvironmentView env);

  static native TemplateInstance changes(Frame frame, ChangesPage.View view);

  static native TemplateInstance changes$files(ChangesPage.View view);

  static native TemplateInstance changes$diff(ChangesPage.View view);

  static native TemplateInstance shared(Frame frame, SiteView site, SharePage.Link link);

  static native TemplateInstance wish(Frame frame, NewSitePage.View view);

  static native TemplateInstance team(Frame frame, TeamPage.View view);

  static native TemplateInstance operator(
      Frame frame,
      OperatorPage.View view,
      OperatorViews.Now now,
      OperatorViews.Strays strays,
      OperatorPage.Logging logging);

  static native TemplateInstance operator$now(OperatorViews.Now now);

  static native TemplateInstance operator$strays(OperatorViews.Strays strays);

  static native TemplateInstance operator$levels(OperatorPage.Logging logging);

  static native TemplateInstance preview(Preview preview);
}
