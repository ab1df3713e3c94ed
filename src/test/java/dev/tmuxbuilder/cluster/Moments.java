package dev.tmuxbuilder.cluster;

import static dev.tmuxbuilder.service.ServerDatabase.execute;
import static dev.tmuxbuilder.service.ServerDatabase.texts;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Holds a run at a line of its journal: the database, told to by a trigger, does not take the line
 * before it is let go. So a node can be killed at that very moment, on either side of what a step
 * does. One run at a time.
 */
final class Moments implements AutoCloseable {
  private static final long KEY = 7_531;

  /** Where in a step. */
  enum Moment {
    /** Before anything of the step is done. */
    BEFORE,
    /** While it is done. */
    DURING,
    /** All of it is done, and nothing of that is written down. */
    AFTER
  }

  private final Connection holder;

  Moments(Cluster cluster) throws SQLException {
    holder = cluster.database().asSuperuser();
    execute(
        holder,
        """
        create schema if not exists moments;
        create table if not exists moments.holds (step text, moment text);
        delete from moments.holds;
        create or replace function moments.hold() returns trigger language plpgsql
            security definer as $$
        begin
          if exists (
              select 1 from moments.holds h where h.step = new.step and case h.moment
                when 'BEFORE' then new.kind = 'step' and new.data->>'status' = 'running'
                when 'DURING' then new.kind in ('log', 'test')
                else new.kind = 'step' and new.data->>'status' = 'completed' end) then
            perform pg_advisory_xact_lock(7531, hashtext(new.step));
          end if;
          return new;
        end $$;
        create or replace trigger hold before insert on events
            for each row execute function moments.hold()
        """);
    for (String step : CrashMatrix.STEPS) {
      holdAgain(step);
    }
  }

  /** From now on the run stops there, and nowhere else. */
  void at(String step, Moment moment) throws SQLException {
    nowhere();
    alsoAt(step, moment);
  }

  void alsoAt(String step, Moment moment) throws SQLException {
    try (PreparedStatement insert =
        holder.prepareStatement("insert into moments.holds values (?, ?)")) {
      insert.setString(1, step);
      insert.setString(2, moment.name());
      insert.execute();
    }
  }

  void nowhere() throws SQLException {
    execute(holder, "delete from moments.holds");
  }

  /** Whether a run has come to where it is to be held. */
  boolean held() throws SQLException {
    return texts(
            holder,
            "select 1 from pg_locks where locktype = 'advisory' and not granted and classid = "
                + KEY)
        .contains("1");
  }

  /** Ends the connections of a dead node that still wait here. */
  void dropWhoWaits() throws SQLException {
    execute(
        holder,
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
            + " and not granted and classid = "
            + KEY);
  }

  /** Lets go whoever waits at the step, and holds nobody there until {@link #holdAgain}. */
  void letGo(String step) throws SQLException {
    execute(holder, "select pg_advisory_unlock(" + key(step) + ")");
  }

  void holdAgain(String step) throws SQLException {
    execute(holder, "select pg_advisory_lock(" + key(step) + ")");
  }

  private static String key(String step) {
    return KEY + ", hashtext('" + step + "')";
  }

  @Override
  public void close() throws SQLException {
    nowhere();
    execute(holder, "drop trigger hold on events");
    holder.close();
  }
}
