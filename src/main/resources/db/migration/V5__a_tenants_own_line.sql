-- A run that waits for others of its own tenant or user to end: the queue does not see it before.
alter table runs add column held boolean not null default false;
create index runs_in_turn on runs (tenant_id) where status in ('pending', 'running') and not held;
create index runs_held on runs (tenant_id, turn) where status = 'pending' and held;
