package dev.tmuxbuilder.workspace.disk;

import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.SiteType;

/** What an agent, or a person, finds in the session's folder about the job. */
final class Assignment {
  private Assignment() {}

  static String text(Execution execution) {
    String shape =
        execution.siteType() == SiteType.STATIC
            ? "A static site: everything in `source/` is served as it is, `index.html` first."
            : "A dynamic site: `source/server.mjs` is run with Node.js. It listens on `$HOST:$PORT`,"
                + " answers `GET /healthz` with 200 and `{\"status\":\"ok\",\"release\":\"$RELEASE\"}`,"
                + " keeps what it must remember in `$DATA_DIR`, and ends within 5 s of SIGTERM.";
    return """
        # This site

        The wish is in `brief.md`. Make it in `source/`; nothing outside that folder is deployed.

        %s

        - Who deploys, tests and answers for the URL is the service, not you: there is no key here.
        - The site is finished when the service has proved it: every page loads, no console error,
          no broken link, title, language and description are set, nothing scrolls sideways, and
          every heading and link of the brief is on the site.
        - `deployment/` and `logs/` are the service's own. What you write there is not believed.
        """
        .formatted(shape);
  }
}
