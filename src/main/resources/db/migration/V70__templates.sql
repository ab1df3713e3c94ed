-- The shared repository that a site began as.
alter table executions
  add column template text;
