-- The servers that share this database, as each tells of itself. Holds nothing of any tenant.
create table nodes (
  name       text primary key,
  version    text not null,
  running    integer not null,
  concurrent integer not null,
  draining   boolean not null,
  started_at timestamptz not null,
  heard_at   timestamptz not null
);
grant select, insert, update, delete on nodes to ${app_role};

-- Whose turn it is: a run's place among all that wait, and its negative as the queue's priority.
alter table runs add column turn integer;
create index runs_waiting on runs (tenant_id, turn) where status = 'pending';
update scheduled_tasks set priority = 0 where priority is null;
alter table scheduled_tasks alter column priority type integer;
create index scheduled_tasks_by_turn on scheduled_tasks (priority desc, execution_time asc);
create index scheduled_tasks_picked on scheduled_tasks (priority) where picked;
