-- What users and agents say to each other. A user's words are for the run with that number, which
-- may not have begun.
create table chat_messages (
  execution_id text not null references executions on delete cascade,
  seq          bigint not null,
  tenant_id    uuid not null,
  message_id   uuid not null,
  run          integer not null,
  role         text not null,
  text         text not null,
  proof        jsonb not null,
  created_at   timestamptz not null,
  primary key (execution_id, seq)
);
create index chat_messages_by_run on chat_messages (execution_id, run);
alter table chat_messages enable row level security;
alter table chat_messages force row level security;
create policy own_tenant on chat_messages using
  (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
grant select, insert on chat_messages to ${app_role};

-- What of a run went back to its agent, for whoever takes the run up after a crash.
alter table runs add column mending jsonb;
