package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.sweeper.Orphans;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is nobody's. It is no tenant's, so no tenant is named. */
@ApplicationScoped
class OrphanStore implements Orphans {
  private static final String PURPOSE = "orphans";

  private static final String ALL =
      "select provider, type, id, region, name, tags::text as tags, reason, found_at, seen_at,"
          + " removal_requested_at, removal_requested_by, removal_problem"
          + " from orphans order by found_at, provider, type, id";

  /** Wishes stay with what is still there; a wish for what is somebody's again is dropped. */
  private static final String KEEP =
      """
      insert into orphans (provider, type, id, region, name, tags, reason, found_at, seen_at)
      select $1, o.type, o.id, o.region, o.name, o.tags, o.reason, $2, $2
        from jsonb_to_recordset($3::text::jsonb)
               as o(type text, id text, region text, name text, tags jsonb, reason text)
      on conflict (provider, type, id)
      do update set region = excluded.region, name = excluded.name, tags = excluded.tags,
                    reason = excluded.reason, seen_at = $2
      """;

  private static final String REQUEST =
      """
      update orphans set removal_requested_at = $2, removal_requested_by = $3,
                         removal_problem = null
       where (provider, type, id) in
             (select w.provider, w.type, w.id
                from jsonb_to_recordset($1::text::jsonb) as w(provider text, type text, id text))
      """;

  private final Pool pool;
  private final Transactions transactions;
  private final HostLooks looks;
  private final Clock clock;

  OrphanStore(Pool pool, Transactions transactions, HostLooks looks, Clock clock) {
    this.pool = pool;
    this.transactions = transactions;
    this.looks = looks;
    this.clock = clock;
  }

  @Override
  public Uni<List<Orphan>> all() {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery(ALL)
                .execute()
                .map(rows -> Rows.list(rows, OrphanStore::orphan)));
  }

  private static Orphan orphan(Row row) {
    return new Orphan(
        new Resource(
            row.getString("provider"),
            row.getString("type"),
            row.getString("id"),
            row.getString("region"),
            tags(row.getString("tags"))),
        row.getString("name"),
        Rows.named(row, "reason", Reason.class),
        Rows.instant(row, "found_at"),
        Rows.instant(row, "seen_at"),
        removal(row),
        Optional.ofNullable(row.getString("removal_problem")));
  }

  private static Map<String, String> tags(String json) {
    Map<String, String> tags = new TreeMap<>();
    Json.read(json, com.fasterxml.jackson.databind.JsonNode.class)
        .properties()
        .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
    return tags;
  }

  private static Optional<Removal> removal(Row row) {
    @Nullable String by = row.getString("removal_requested_by");
    return by == null
        ? Optional.empty()
        : Optional.of(new Removal(by, Rows.instant(row, "removal_requested_at")));
  }

  @Override
  public Uni<List<Look>> looks() {
    return looks
        .of(PURPOSE)
        .map(
            all ->
                all.stream()
                    .map(
                        look ->
                            new Look(look.host(), look.triedAt(), look.doneAt(), look.problem()))
                    .toList());
  }

  @Override
  public Uni<Void> keep(HostProvider host, List<Found> found) {
    String json =
        Json.write(
            found.stream()
                .map(
                    one ->
                        Map.of(
                            "type", one.resource().type(),
                            "id", one.resource().id(),
                            "region", one.resource().region(),
                            "name", one.called(),
                            "tags", one.resource().tags(),
                            "reason", one.reason().wire()))
                .toList());
    var now = Rows.time(clock.instant());
    return pool.withTransaction(
            connection ->
                connection
                    .preparedQuery(KEEP)
                    .execute(Tuple.of(host.wire(), now, json))
                    .chain(
                        () ->
                            connection
                                .preparedQuery(
                                    "delete from orphans where provider = $1 and seen_at < $2")
                                .execute(Tuple.of(host.wire(), now)))
                    .chain(() -> looks.done(connection, PURPOSE, host, "")))
        .onFailure()
        .transform(Away::named);
  }

  @Override
  public Uni<Void> failed(HostProvider host, String problem) {
    return looks.failed(PURPOSE, host, problem);
  }

  @Override
  public Uni<List<Name>> requestRemoval(List<Name> names, String by) {
    return all()
        .chain(
            known -> {
              Set<Name> removable =
                  known.stream()
                      .filter(orphan -> orphan.reason().removable())
                      .map(Orphan::name)
                      .collect(Collectors.toSet());
              List<Name> refused =
                  names.stream().filter(name -> !removable.contains(name)).toList();
              return refused.isEmpty()
                  ? request(names, by).replaceWith(refused)
                  : Uni.createFrom().item(refused);
            });
  }

  private Uni<Void> request(List<Name> names, String by) {
    String json =
        Json.write(
            names.stream()
                .map(
                    name ->
                        Map.of("provider", name.provider(), "type", name.type(), "id", name.id()))
                .toList());
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery(REQUEST)
                .execute(Tuple.of(json, Rows.time(clock.instant()), by))
                .replaceWithVoid());
  }

  @Override
  public Uni<Void> ended(Name name, Optional<String> problem) {
    String sql =
        problem.isEmpty()
            ? "delete from orphans where provider = $1 and type = $2 and id = $3"
            : "update orphans set removal_requested_at = null, removal_requested_by = null,"
                + " removal_problem = $4 where provider = $1 and type = $2 and id = $3";
    Tuple parameters = Tuple.of(name.provider(), name.type(), name.id());
    problem.ifPresent(parameters::addValue);
    return transactions.asNobody(
        connection -> connection.preparedQuery(sql).execute(parameters).replaceWithVoid());
  }

  @Override
  public Uni<Set<String>> living(HostProvider host) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select id from living_executions($1) id")
                .execute(Tuple.of(host.wire()))
                .map(rows -> Set.copyOf(Rows.list(rows, row -> row.getString("id")))));
  }

  @Override
  public Uni<Set<HostProvider>> hostsInUse() {
    return CostStore.hostsInUse(transactions);
  }
}
