"""What one status read said to PostgreSQL, as three pgbench scripts.

Usage: read_as_pgbench.py LOG FROM DIRECTORY, where LOG is PostgreSQL's log, of which the bytes from
FROM on tell the statements of one read by a token that the service has just met. Writes who.sql (who
the token is), whole.sql (the read, within its transaction) and bare.sql (its question alone). Prints
their variables, each as a -D option for pgbench, with a NUL between them.
"""
import re
import sys
from pathlib import Path

from statements import statements, transactions, word

log, begin, directory = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
said = transactions(statements(log.read_bytes()[begin:].decode(errors="replace").splitlines()))
who = [t for t in said if "roles_of_token" in t[0][1]]
reads = [t for t in said if len(t) > 1 and any("from executions" in s[1] for s in t)]
if len(who) != 1 or len(reads) != 1:
    sys.exit(f"{len(who)} questions who it is and {len(reads)} reads in the log, not one of each")
question = [s for s in reads[0] if word(s) in ("SELECT", "WITH") and "set_config" not in s[1]]

variables = {}


def script(name, chosen):
    lines = []
    for place, (_, text, parameters) in enumerate(chosen):
        def value(match, place=place, parameters=parameters):
            at = parameters[int(match.group(1))]
            if at is None:
                return "null"
            variable = f"{name}_{place}_{match.group(1)}"
            variables[variable] = at
            return ":" + variable
        lines.append(re.sub(r"\$(\d+)", value, text.strip().rstrip(";")) + ";")
    (directory / f"{name}.sql").write_text("\n".join(lines) + "\n", encoding="utf-8")


script("who", who[0])
script("whole", reads[0])
script("bare", question)
sys.stdout.write("\0".join(part for name, at in variables.items() for part in ("-D", f"{name}={at}")))
