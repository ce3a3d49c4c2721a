# Runs "$4…" and stops it when standard input closes, so that it cannot outlive whoever started it,
# whether that one finished, failed, was interrupted or was killed.
#   $1 signal to stop it with   $2 "process" or "group"   $3 directory to remove at the end, or nothing
trap : INT TERM HUP
signal=$1 scope=$2 scratch=$3
shift 3
exec 3<&0
"$@" </dev/null 3<&- &
pid=$!
if [ "$scope" = group ]; then receiver=0; else receiver=$pid; fi
(
    trap - INT TERM HUP
    read -r _ <&3
    kill -s "$signal" "$receiver" 2>/dev/null
) &
watcher=$!
code=0
# A signal interrupts `wait` without the process having ended.
while kill -0 "$pid" 2>/dev/null; do
    wait "$pid"
    code=$?
done
kill "$watcher" 2>/dev/null
if [ -n "$scratch" ]; then rm -rf -- "$scratch"; fi
exit "$code"
