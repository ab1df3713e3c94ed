#!/usr/bin/env bash
# The model gateway: what it adds to each streamed token. A scripted API on loopback streams tokens,
# each with the time at which it was sent; a client reads them straight from there and through the
# gateway, in turns. First paced as a model is (a token every 5 ms), for the time that each token is
# under way; then as fast as they come, for the work that each is.
#
# Goal: less than 1 ms more for a paced token (median).
#
# Needs python3 and psql. ROUNDS sets how many streams are read each way (5).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/lib/service.sh
. bench/lib/service.sh
require python3 psql

rounds=${ROUNDS:-5}
load_average
waiting_node
model_port=$(free_port)
python3 bench/gateway_stream.py serve "$model_port" 2>"$bench_work/model.log" &
bench_pids+=($!)

# A run that waits in its browser step goes on for as long as is measured.
start_service TMUXBUILDER_BROWSER_NODE="$bench_work/waiting-node" \
  TMUXBUILDER_GATEWAY_ANTHROPIC_BASE_URL="http://127.0.0.1:$model_port" \
  TMUXBUILDER_GATEWAY_ANTHROPIC_KEY="of-the-bench" TMUXBUILDER_GATEWAY_CALLS_PER_MINUTE=1000
read -r execution _ < <(create_user examples/bakery.md gateway@example.com)
token=$(python3 -c 'import secrets; print("tba_" + secrets.token_urlsafe(32))')
sha256=$(printf %s "$token" | sha256sum | cut -d' ' -f1)
sql -d tmuxbuilder -c "insert into agent_tokens (token_sha256, tenant_id, execution_id, created_at)
  select '\\x$sha256', tenant_id, execution_id, now() from executions
   where execution_id = '$execution'"

direct=http://127.0.0.1:$model_port/v1/messages
through=$api/gateway/$execution/v1/messages
python3 bench/gateway_stream.py wait "$through" "$token"
printf '%-34s %10s %10s %12s\n' '' p50 p99 tokens/s
read -r d50 d99 g50 g99 dfast gfast < <(
  python3 bench/gateway_stream.py measure "$direct" "$through" "$token" "$rounds")
printf '%-34s %8sus %8sus %12s\n' 'direct' "$d50" "$d99" "$dfast"
printf '%-34s %8sus %8sus %12s\n' 'through the gateway' "$g50" "$g99" "$gfast"
more=$(awk -v d="$d50" -v g="$g50" 'BEGIN { print g - d }')
work=$(awk -v d="$dfast" -v g="$gfast" 'BEGIN { printf "%.1f", 1e6 / g - 1e6 / d }')
echo "more for each paced token: $more us; for each token at full speed: $work us"
echo "goal: less than 1000 us more for a paced token: $(goal "$more" '<' 1000)"
