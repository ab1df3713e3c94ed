package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.Attachment;
import dev.tmuxbuilder.execution.Attachments;
import dev.tmuxbuilder.execution.Conversations;
import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.StatusDocument;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.secrets.SiteEnvironments;
import dev.tmuxbuilder.tenancy.ApiTokens;
import dev.tmuxbuilder.tenancy.Members;
import dev.tmuxbuilder.tenancy.PersonalData;
import dev.tmuxbuilder.workspace.Workspaces;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * All that is kept of a person, as a ZIP archive: who the person is, memberships, tokens by name,
 * what the audit says that the person did, and of each site its brief, state, journal, receipts,
 * checks, conversation, names of variables, what was sent with it, and files. No secret is in it.
 */
@ApplicationScoped
class PersonalArchive {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int PAGE = 500;

  private final PersonalData people;
  private final Members members;
  private final ApiTokens tokens;
  private final Archive archive;
  private final Executions executions;
  private final Conversations conversations;
  private final SiteEnvironments environments;
  private final Attachments attachments;
  private final Workspaces workspaces;

  PersonalArchive(
      PersonalData people,
      Members members,
      ApiTokens tokens,
      Archive archive,
      Executions executions,
      Conversations conversations,
      SiteEnvironments environments,
      Attachments attachments,
      Workspaces workspaces) {
    this.people = people;
    this.members = members;
    this.tokens = tokens;
    this.archive = archive;
    this.executions = executions;
    this.conversations = conversations;
    this.environments = environments;
    this.attachments = attachments;
    this.workspaces = workspaces;
  }

  /** A temporary file, which whoever gets it removes. */
  Uni<Path> write(TenantId tenant, UserId user) {
    return VirtualThreads.call(
        "export",
        () -> {
          Path file = Files.createTempFile("export", ".zip");
          boolean whole = false;
          try (OutputStream out = Files.newOutputStream(file);
              ZipOutputStream zip = new ZipOutputStream(out)) {
            write(tenant, user, zip);
            whole = true;
          } finally {
            if (!whole) {
              Files.deleteIfExists(file);
            }
          }
          return file;
        });
  }

  private void write(TenantId tenant, UserId user, ZipOutputStream zip) throws IOException {
    PersonalData.Self self = now(people.self(tenant, user)).orElseThrow(ApiException::notFound);
    Map<String, Object> person = new LinkedHashMap<>();
    person.put("user_id", user.toString());
    person.put("tenant_id", tenant.toString());
    person.put("email", self.email());
    person.put("phone", self.phone());
    person.put("since", Json.time(self.since()));
    self.leftAt().ifPresent(at -> person.put("left_at", Json.time(at)));
    person.put(
        "tenants",
        now(members.tenantsOf(user)).stream()
            .map(one -> Map.of("tenant_id", one.tenant().toString(), "role", one.role().wire()))
            .toList());
    person.put(
        "tokens", now(tokens.of(tenant, Optional.of(user))).stream().map(this::token).toList());
    json(zip, "user.json", person);
    text(zip, "audit.jsonl", String.join("\n", now(people.deeds(tenant, user))));
    for (ExecutionId site : sites(tenant, user)) {
      site(tenant, site, zip);
    }
  }

  private Map<String, String> token(ApiTokens.Token token) {
    return Map.of(
        "name", token.name(),
        "created_at", Json.time(token.createdAt()),
        "last_used_at", token.lastUsedAt().map(Json::time).orElse(""));
  }

  private List<ExecutionId> sites(TenantId tenant, UserId user) {
    List<ExecutionId> all = new ArrayList<>();
    Optional<Archive.Place> before = Optional.empty();
    List<Archive.Session> page;
    do {
      page = now(archive.sessions(tenant, user, before, PAGE));
      page.forEach(session -> all.add(session.id()));
      before = page.isEmpty() ? before : Optional.of(page.getLast().place());
    } while (page.size() == PAGE);
    return all;
  }

  private void site(TenantId tenant, ExecutionId id, ZipOutputStream zip) throws IOException {
    String folder = "sessions/" + id.session() + "/";
    text(zip, folder + "brief.md", now(people.brief(tenant, id)).orElse(""));
    var state = now(executions.snapshot(tenant, id, Long.MAX_VALUE, 0));
    if (state.isPresent()) {
      json(zip, folder + "status.json", StatusDocument.of(state.get(), Long.MAX_VALUE));
    }
    json(zip, folder + "receipts.json", now(archive.receipts(tenant, id)));
    json(
        zip,
        folder + "tests.json",
        now(archive.tests(tenant, id, Optional.empty()))
            .map(Archive.Report::checks)
            .orElseGet(List::of));
    json(zip, folder + "chat.json", conversation(tenant, id));
    json(
        zip,
        folder + "variables.json",
        now(environments.names(tenant, id)).variables().stream()
            .map(SiteEnvironments.Variable::name)
            .toList());
    journal(tenant, id, folder, zip);
    Set<String> sent = sent(tenant, id, folder + "files/", zip);
    files(workspaces.of(id).root(), folder + "files/", sent, zip);
  }

  private List<Conversations.Entry> conversation(TenantId tenant, ExecutionId id) {
    List<Conversations.Entry> all = new ArrayList<>();
    List<Conversations.Entry> page;
    do {
      page = now(conversations.history(tenant, id, all.isEmpty() ? 0 : all.getLast().seq(), PAGE));
      all.addAll(page);
    } while (page.size() == PAGE);
    return all;
  }

  private void journal(TenantId tenant, ExecutionId id, String folder, ZipOutputStream zip)
      throws IOException {
    zip.putNextEntry(new ZipEntry(folder + "journal.jsonl"));
    long since = 0;
    List<Event> page;
    do {
      page = now(archive.events(tenant, id, since, PAGE));
      for (Event event : page) {
        zip.write(Json.bytes(event));
        zip.write('\n');
        since = event.seq();
      }
    } while (page.size() == PAGE);
    zip.closeEntry();
  }

  /** From the database, since the folder on this node need not have its copies (yet). */
  private Set<String> sent(TenantId tenant, ExecutionId id, String prefix, ZipOutputStream zip)
      throws IOException {
    Set<String> paths = new HashSet<>();
    for (Attachment one : now(attachments.of(tenant, id))) {
      Optional<Attachments.Content> found = now(attachments.content(tenant, id, one.fileId()));
      if (found.isPresent() && paths.add(one.path())) {
        zip.putNextEntry(new ZipEntry(prefix + one.path()));
        zip.write(found.get().bytes());
        zip.closeEntry();
      }
    }
    return paths;
  }

  /** Without the repository's own files and those that are there; no link is followed. */
  private static void files(Path root, String prefix, Set<String> there, ZipOutputStream zip)
      throws IOException {
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : tree.filter(PersonalArchive::isPlain).toList()) {
        String name = root.relativize(file).toString();
        if (!there.contains(name) && !("/" + name).contains("/.git/")) {
          zip.putNextEntry(new ZipEntry(prefix + name));
          Files.copy(file, zip);
          zip.closeEntry();
        }
      }
    }
  }

  private static boolean isPlain(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static void json(ZipOutputStream zip, String name, Object value) throws IOException {
    text(zip, name, Json.write(value));
  }

  private static void text(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private static <T> T now(Uni<T> uni) {
    return uni.await().atMost(PATIENCE);
  }
}
