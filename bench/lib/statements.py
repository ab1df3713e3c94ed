"""What PostgreSQL's log tells of statements: their sessions, their text and their parameters."""
import re

ENTRY = re.compile(r"\[(\d+)\] (LOG|DETAIL):  (?:execute [^:]+|statement|[Pp]arameters): ?(.*)", re.S)
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')", re.S)


def statements(log):
    """Each as [session, text, {number: value}], in their order."""
    entries = []
    for line in log:
        if line.startswith("\t"):
            if entries:
                entries[-1] += "\n" + line.strip("\t\n")
        else:
            entries.append(line.rstrip("\n"))
    found = []
    for entry in entries:
        match = ENTRY.search(entry)
        if not match:
            continue
        session, kind, text = match.groups()
        if kind == "LOG":
            found.append([session, text, {}])
        else:
            newest = next(s for s in reversed(found) if s[0] == session)
            newest[2] = {int(n): None if v == "NULL" else v[1:-1].replace("''", "'")
                         for n, v in PARAMETER.findall(text)}
    return found


def word(statement):
    """The statement's first word, in capitals."""
    return statement[1].strip().split(None, 1)[0].rstrip(";").upper()


def transactions(found):
    """The same as lists, each of one transaction, in the order of their ends."""
    done, under_way = [], {}
    for statement in found:
        session = statement[0]
        if word(statement) == "BEGIN":
            under_way[session] = [statement]
        elif session in under_way:
            under_way[session].append(statement)
            if word(statement) in ("COMMIT", "ROLLBACK"):
                done.append(under_way.pop(session))
        else:
            done.append([statement])
    return done
