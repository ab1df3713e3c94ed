-- What hangs on an execution has its tenant through it: a second reference to the tenant, looked up
-- at every insert, would guard nothing more.
alter table runs drop constraint runs_tenant_id_fkey;
alter table steps drop constraint steps_tenant_id_fkey;
alter table events drop constraint events_tenant_id_fkey;
alter table releases drop constraint releases_tenant_id_fkey;
alter table test_reports drop constraint test_reports_tenant_id_fkey;
