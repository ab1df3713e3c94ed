package dev.tmuxbuilder.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.LeaseLost;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.service.ServerProcess;
import dev.tmuxbuilder.service.SharedDatabase;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Runs that write at the same time, on a database from which their node has gone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupCommitTest {
  private static final int RUNS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Lease> leases = new ArrayList<>();
  private SharedDatabase postgres;
  private Pen pen;

  @BeforeAll
  void takeUpRuns(@TempDir Path folder, @TempDir Path database) throws Exception {
    postgres = SharedDatabase.start(database);
    Path data = folder.resolve("data");
    ServerProcess node = new ServerProcess(data).with("TMUXBUILDER_RUNS_CONCURRENT", "1");
    postgres.settings().forEach(node::with);
    try (node) {
      node.start();
      node.client().create("# The node works on this one");
      List<ExecutionId> waiting = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        waiting.add(ExecutionId.of(node.client().create("# Number " + i).id()));
      }
      String secret = Files.readString(data.resolve("postgres.service.secret")).strip();
      pen =
          new Pen(
              "postgresql://" + postgres.address() + "/" + SharedDatabase.NAME,
              SharedDatabase.NAME + "_app",
              secret,
              RUNS);
      waiting.forEach(id -> leases.add(pen.own(id).journal().lease()));
      node.kill();
    }
  }

  @AfterAll
  void stop() throws IOException {
    pen.close();
    postgres.close();
  }

  @Test
  void inAGroupNobodyIsHeldUpOrRefusedForAnother() throws Exception {
    Lease held = leases.get(2);
    Lease bad = leases.get(3);
    Lease old = older(leases.get(4));
    try (Connection first = lock(leases.get(0));
        Connection second = lock(leases.get(1), held)) {
      CompletableFuture<Void> blocked = append(leases.get(0), "waits for the first");
      CompletableFuture<Void> blockedToo = append(leases.get(1), "waits for the second");
      Awaitility.await().atMost(PATIENCE).until(() -> waitingForLocks() == 2);
      // as many as there are writers: what comes from others goes on
      CompletableFuture<Void> one = append(leases.get(5), "one");
      CompletableFuture<Void> locked = append(held, "locked");
      CompletableFuture<Void> refused = append(bad, Map.of("no text", "\u0000"));
      CompletableFuture<Void> stale = append(old, "stale");
      CompletableFuture<Void> two = append(leases.get(6), "two");

      assertThat(List.of(one, two)).allSatisfy(each -> assertThat(each).succeedsWithin(PATIENCE));
      fails(stale, LeaseLost.class);
      fails(refused, PgException.class);
      assertThat(List.of(blocked, blockedToo, locked))
          .allSatisfy(each -> assertThat(each).isNotDone());

      first.rollback();

      assertThat(blocked).succeedsWithin(PATIENCE);
      assertThat(List.of(blockedToo, locked)).allSatisfy(each -> assertThat(each).isNotDone());

      second.rollback();

      assertThat(locked).succeedsWithin(PATIENCE);
      assertThat(blockedToo).succeedsWithin(PATIENCE);
    }
    assertThat(messages(leases.get(5))).endsWith("one").containsOnlyOnce("one");
    assertThat(messages(leases.get(6))).endsWith("two").containsOnlyOnce("two");
    assertThat(messages(held)).endsWith("locked").containsOnlyOnce("locked");
    assertThat(messages(old)).doesNotContain("stale");
  }

  @Test
  void whatIsWrittenAgainUnderItsNameIsThereOnce() throws Exception {
    Lease lease = leases.get(7);
    UUID name = UUID.randomUUID();
    for (int i = 0; i < 2; i++) {
      pen.executions()
          .append(lease, name, List.of(line("told twice", Map.of())))
          .await()
          .atMost(PATIENCE);
    }
    assertThat(messages(lease)).containsOnlyOnce("told twice");
  }

  @Test
  void aConnectionKeepsItsLongestStatementToo() throws IOException {
    ExecutionId execution = leases.get(7).execution();
    assertThat(SnapshotRow.QUERY).hasSizeGreaterThan(2048); // what the client keeps by itself
    for (int i = 0; i < RUNS; i++) {
      pen.snapshot(execution);
    }
    assertThat(pen.kept(SnapshotRow.QUERY)).isPositive();
  }

  private CompletableFuture<Void> append(Lease lease, String message) {
    return append(lease, line(message, Map.of()));
  }

  private CompletableFuture<Void> append(Lease lease, Map<String, Object> data) {
    return append(lease, line("with data", data));
  }

  private CompletableFuture<Void> append(Lease lease, Line line) {
    return pen.executions()
        .append(lease, UUID.randomUUID(), List.of(line))
        .subscribeAsCompletionStage();
  }

  private static Line line(String message, Map<String, Object> data) {
    return new Line.Log(Instant.now(), Level.INFO, null, null, message, data);
  }

  private static Lease older(Lease lease) {
    return new Lease(lease.tenant(), lease.execution(), lease.run(), lease.token() - 1);
  }

  private static void fails(CompletableFuture<Void> write, Class<? extends Throwable> how) {
    assertThat(write)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(how);
  }

  /** A transaction of somebody else's that holds the executions' rows. */
  private Connection lock(Lease... held) throws SQLException {
    Connection connection = postgres.asSuperuser();
    connection.setAutoCommit(false);
    try (PreparedStatement lock =
        connection.prepareStatement("select 1 from executions where execution_id = ? for update")) {
      for (Lease one : held) {
        lock.setString(1, one.execution().toString());
        lock.executeQuery();
      }
    }
    return connection;
  }

  private int waitingForLocks() throws SQLException {
    try (Connection connection = postgres.asSuperuser();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock'")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private List<String> messages(Lease lease) throws SQLException {
    List<String> messages = new ArrayList<>();
    try (Connection connection = postgres.asSuperuser();
        PreparedStatement query =
            connection.prepareStatement(
                "select message from events where execution_id = ? order by seq")) {
      query.setString(1, lease.execution().toString());
      ResultSet rows = query.executeQuery();
      while (rows.next()) {
        messages.add(rows.getString(1));
      }
    }
    return messages;
  }
}
