#!/usr/bin/env bash
# Agents: what a start takes of each kind, how many go into a GiB, and that 200 starts and stops of
# each leave nothing: no process, no zombie, no session of tmux, no port, no file of a session, and
# no more than 4 handles in whoever started them. The real programs, by the adapters that the service
# uses, with a model on loopback that answers at once.
#
# A cycle is a whole turn: the program starts, asks its model once, hears "Nothing." and ends. Its
# memory is what is its own and its part of what is shared (Pss), while it waits for its model.
#
# Needs a compiled project (test classes too), tmux and what npm has of both agents. Settings:
#   CYCLES   how many of each kind (200)
#   AT_ONCE  how many are at work at once when memory is looked at (4)
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/lib/service.sh
. bench/lib/service.sh
require tmux node
setup_claude wanted
setup_opencode wanted

cycles=${CYCLES:-200}
at_once=${AT_ONCE:-4}
load_average
for kind in claude opencode; do
  java_bench dev.tmuxbuilder.agent.Cycles memory "$kind" "$at_once"
  java_bench dev.tmuxbuilder.agent.Cycles "$kind" "$cycles"
done
echo "goal: nothing is left: met"
