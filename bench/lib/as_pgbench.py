"""What one pipeline said to PostgreSQL, as a pgbench script that says the same for other executions.

Usage: as_pgbench.py LOG EXECUTION TENANT SCRIPT, where LOG is PostgreSQL's log with every statement
of the pipeline's sessions. Every parameter stays a parameter (a time with its type, which pgbench
would not see everywhere): execution and tenant are read for each
turn from the table bench_ids, the others are variables whose values are printed, each as a -D
option for pgbench, with a NUL between them. Says on standard error what it found.
"""
import re
import sys

from statements import statements, transactions

log, execution, tenant, script = sys.argv[1:]
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d")

with open(log, encoding="utf-8", errors="replace") as lines_of_log:
    all_of_them = transactions(statements(lines_of_log))
mine = [t for t in all_of_them
        if any((value or "").split("#")[0] == execution for s in t for value in s[2].values())]
names = {execution: ":id", tenant: ":tenant", execution + "#1": ":instance"}
variables, lines = {}, [  # one variable for each parameter: it has the type of its place
    "select execution_id as id, tenant_id as tenant, execution_id || '#1' as instance"
    " from bench_ids where n = (select nextval('bench_n'))", "\\gset"]
for transaction in mine:
    for _, text, parameters in transaction:
        def value(match, place=len(lines), parameters=parameters):
            at = parameters.get(int(match.group(1)))
            if at is None:
                return "null"
            name = f"v{place}_{match.group(1)}"
            if at not in names:
                variables[name] = at
            return names.get(at) or f":{name}" + ("::timestamptz" if TIME.fullmatch(at) else "")
        # A setting takes no parameter: the same by a statement that does.
        text = text.replace(f"set local app.tenant = '{tenant}'",
                            "select set_config('app.tenant', :tenant, true)")
        lines.append(re.sub(r"\$(\d+)", value, text.strip().rstrip(";")) + ";")
if not mine:
    sys.exit("nothing of that execution is in the log")
lines[0:2] = [lines[0] + " " + lines[1]]
open(script, "w", encoding="utf-8").write("\n".join(lines) + "\n")
sys.stdout.write("\0".join(part for name, at in variables.items() for part in ("-D", f"{name}={at}")))
print(f"{len(mine)} transactions of {sum(map(len, mine))} statements", file=sys.stderr)
