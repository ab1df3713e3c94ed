-- What sites cost. The estimate is in the receipts; what the hosts charged is read from their bills
-- from time to time and kept here, since asking them costs money.
create table actual_costs (
  provider     text not null,
  month        date not null,
  -- as the bill says it; the tenant is empty where that is no execution of this service
  execution_id text not null,
  tenant_id    uuid,
  currency     text not null,
  amount       numeric not null,
  primary key (provider, month, execution_id, currency)
);
create index actual_costs_by_tenant on actual_costs (tenant_id, month);

create table tenant_budgets (
  tenant_id uuid primary key references tenants,
  monthly   numeric not null check (monthly >= 0),
  currency  text not null,
  set_by    text not null,
  set_at    timestamptz not null
);

-- Resources on hosts that belong to no session, or do not say to which. They are no tenant's.
create table orphans (
  provider             text not null,
  type                 text not null,
  id                   text not null,
  region               text not null,
  name                 text not null,
  tags                 jsonb not null,
  reason               text not null,
  found_at             timestamptz not null,
  seen_at              timestamptz not null,
  removal_requested_at timestamptz,
  removal_requested_by text,
  removal_problem      text,
  primary key (provider, type, id)
);

-- When a host was last looked at for what purpose, and what went wrong then.
create table host_looks (
  purpose  text not null,
  provider text not null,
  tried_at timestamptz not null,
  done_at  timestamptz,
  basis    text,
  problem  text,
  primary key (purpose, provider)
);

do $$
declare
  walled text;
begin
  foreach walled in array array['actual_costs', 'tenant_budgets']
  loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy own_tenant on %I using '
      '(tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', walled);
  end loop;
end
$$;
create policy owner_keeps on actual_costs to current_user using (true) with check (true);

-- A receipt's figure counts from the moment of its release until the next one's, or until the site
-- was destroyed, but never beyond a moment. Sees what its caller sees.
create function site_estimates(first date, last date, moment timestamptz)
  returns table (tenant_id uuid, user_id uuid, session_id text, execution_id text,
                 host_provider text, month date, currency text, amount numeric)
  language sql stable set search_path = public, pg_temp
  as $$
    select e.tenant_id, e.user_id, e.session_id, e.execution_id, e.host_provider, m.month::date,
           r.currency,
           sum(r.monthly * extract(epoch from part.until - part.since)
                         / extract(epoch from m.until - m.since))
      from (select made.execution_id, made.created_at as since,
                   lead(made.created_at, 1, 'infinity')
                     over (partition by made.execution_id order by made.release) as until,
                   made.receipt->'cost_estimate'->>'currency' as currency,
                   (made.receipt->'cost_estimate'->>'monthly')::numeric as monthly
              from releases made where made.receipt is not null) r
      join executions e on e.execution_id = r.execution_id
      cross join (select month, month at time zone 'UTC' as since,
                         (month + interval '1 month') at time zone 'UTC' as until
                    from generate_series(first::timestamp, last::timestamp, interval '1 month') month
                 ) m
      cross join lateral (select greatest(r.since, m.since) as since,
                                 least(r.until, m.until, moment,
                                       case when e.status = 'destroyed' then e.updated_at end)
                                   as until) part
     where part.until > part.since
     group by e.execution_id, m.month, r.currency
  $$;

create function site_costs(first date, last date, moment timestamptz)
  returns table (tenant_id uuid, user_id uuid, session_id text, execution_id text,
                 host_provider text, month date, currency text, estimated numeric, actual numeric)
  language sql stable set search_path = public, pg_temp
  as $$
    select coalesce(s.tenant_id, a.tenant_id), coalesce(s.user_id, e.user_id),
           coalesce(s.session_id, e.session_id), coalesce(s.execution_id, a.execution_id),
           coalesce(s.host_provider, a.provider), coalesce(s.month, a.month),
           coalesce(s.currency, a.currency), coalesce(s.amount, 0), a.amount
      from site_estimates(first, last, moment) s
      full join (select * from actual_costs c where c.month between first and last) a
        on a.provider = s.host_provider and a.execution_id = s.execution_id
       and a.month = s.month and a.currency = s.currency
      left join executions e on e.execution_id = a.execution_id
  $$;

-- The same of all tenants: ids and numbers. The owner may look; the service may only ask.
create function all_site_costs(first date, last date, moment timestamptz)
  returns table (tenant_id uuid, user_id uuid, session_id text, execution_id text,
                 host_provider text, month date, currency text, estimated numeric, actual numeric)
  language sql stable security definer set search_path = public, pg_temp
  as $$ select * from site_costs(first, last, moment) $$;

-- Puts what a bill says of some months in the place of what it said before.
create function keep_actual_costs(bill text, first date, last date, charges jsonb)
  returns void
  language sql volatile security definer set search_path = public, pg_temp
  as $$
    delete from actual_costs where provider = bill and month between first and last;
    insert into actual_costs (provider, month, execution_id, tenant_id, currency, amount)
    select bill, c.month, c.execution, e.tenant_id, c.currency, sum(c.amount)
      from jsonb_to_recordset(charges)
             as c(month date, execution text, currency text, amount numeric)
      left join executions e on e.execution_id = c.execution
     where c.month between first and last
     group by c.month, c.execution, e.tenant_id, c.currency;
  $$;

create function hosts_in_use()
  returns setof text
  language sql stable security definer set search_path = public, pg_temp
  as $$ select distinct host_provider from executions $$;

-- Executions for which a host may hold something.
create function living_executions(host text)
  returns setof text
  language sql stable security definer set search_path = public, pg_temp
  as $$
    select execution_id from executions where host_provider = host and status <> 'destroyed'
  $$;

revoke execute on function
  site_estimates(date, date, timestamptz), site_costs(date, date, timestamptz),
  all_site_costs(date, date, timestamptz), keep_actual_costs(text, date, date, jsonb),
  hosts_in_use(), living_executions(text) from public;
grant execute on function
  site_estimates(date, date, timestamptz), site_costs(date, date, timestamptz),
  all_site_costs(date, date, timestamptz), keep_actual_costs(text, date, date, jsonb),
  hosts_in_use(), living_executions(text) to ${app_role};
grant select on actual_costs to ${app_role};
grant select, insert, update, delete on tenant_budgets, orphans, host_looks to ${app_role};
