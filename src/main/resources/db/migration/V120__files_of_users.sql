-- What came with a brief (no message) or with a message to the agent. The files in a session's
-- folder are copies of these.
create table attachments (
  attachment_id uuid primary key,
  execution_id  text not null references executions on delete cascade,
  tenant_id     uuid not null,
  message_id    uuid,
  place         integer not null,
  name          text not null,
  media_type    text not null,
  bytes         bigint not null,
  sha256        text not null,
  content       bytea not null,
  unique nulls not distinct (execution_id, message_id, place)
);
alter table attachments alter column content set storage external; -- pictures are compressed already
alter table attachments enable row level security;
alter table attachments force row level security;
create policy own_tenant on attachments using
  (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
grant select, insert on attachments to ${app_role};
