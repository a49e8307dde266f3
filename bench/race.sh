#!/usr/bin/env bash
# Starts Noctule in the foreground for a throughput race: a stock configuration, every ruleset and all logging on,
# an empty queue on disk, everything relayed to a smart host.
#
#   bench/race.sh PORT SINK_PORT [-OOption=value...]        (ServerCertFile and the like for a race with bench/tls)
#
# The cf is made by m4 from Sendmail's own configuration library: the one installed here (package sendmail-cf), else
# the one below $NOCTULE_ORACLE (default ~/.cache/noctule-oracle), a Debian root with Sendmail.
set -euo pipefail
port=${1:?usage: bench/race.sh PORT SINK_PORT} sink=${2:?usage: bench/race.sh PORT SINK_PORT}
cd "$(dirname "$0")/.."
library=/usr/share/sendmail/cf
[ -d $library ] || library=${NOCTULE_ORACLE:-$HOME/.cache/noctule-oracle}/sendmail$library
[ -d "$library" ] || { echo "race.sh: no configuration library; install sendmail-cf" >&2; exit 2; }
command -v m4 >/dev/null || { echo "race.sh: m4 is needed" >&2; exit 2; }
work=$PWD/var/race-$port
rm -rf "$work"
mkdir -p "$work"
mkdir -m 700 "$work/queue"
: >"$work/aliases"
cat >"$work/race.mc" <<MC
divert(0)dnl
OSTYPE(\`debian')
define(\`confPID_FILE',\`$work/pid')
define(\`confSAFE_QUEUE',\`True')
define(\`confDELIVERY_MODE',\`background')
define(\`confQUEUE_LA',\`1000')
define(\`confREFUSE_LA',\`1000')
define(\`confDELAY_LA',\`0')
define(\`confTO_IDENT',\`0')
define(\`QUEUE_DIR',\`$work/queue')
define(\`ALIAS_FILE',\`$work/aliases')
define(\`confCW_FILE',\`-o $work/local-host-names')
define(\`SMART_HOST',\`relay:[127.0.0.1]')
define(\`RELAY_MAILER_ARGS',\`TCP \$h $sink')
define(\`confDONT_PROBE_INTERFACES',\`True')
undefine(\`confHOST_STATUS_DIRECTORY')
FEATURE(\`no_default_msa')
FEATURE(\`promiscuous_relay')
FEATURE(\`accept_unresolvable_domains')
FEATURE(\`accept_unqualified_senders')
FEATURE(\`nocanonify')
DAEMON_OPTIONS(\`Family=inet,Name=MTA,Port=$port,Addr=127.0.0.1,Listen=200')
MAILER(\`smtp')
MC
m4 -D_CF_DIR_="$library/" "$library/m4/cf.m4" "$work/race.mc" >"$work/race.cf"
exec .venv/bin/noctule serve --config "$work/race.cf" --log "$work/maillog" -q1m "${@:3}"
