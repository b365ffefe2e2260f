#!/bin/bash
# Time and peak memory of every command on the machine as it is, and while one ordinary user does together what SECURITY.md says he
# can: processes that do not answer, endless texts, thousands of segments, mappings under nested folders, beside a strange snapshot
# and a strange tree. How long each takes to end after Ctrl+C. The figures of other users are compared between the two.
# Root, Linux, a C compiler, perl and GNU time; it takes about five minutes.
#
#     bench/attacked.sh out/linuxmem                  the native command
#     MODULE=out/LinuxMem bench/attacked.sh pwsh      the cmdlets, each in a PowerShell of its own
#
# ONLY=FILE takes the commands from a file, one in a line, "%" for a name to write to; SAID=N prints what they said, cut at N characters. While it runs, ps and pgrep hang.
set -u
(( $# )) || { echo "Usage: $0 COMMAND..., such as out/linuxmem" >&2; exit 2; }
here=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
chmod 755 "$scratch"
attacker=64611
others=(64612 64613)
words=("$@")
started=()
servers=()

# A question that a FUSE server leaves unanswered ends with its connection, whatever becomes of the server.
abort() { # SERVER: each of its file systems
    local device
    while read -r device; do
        echo 1 >"/sys/fs/fuse/connections/${device#*:}/abort"
    done < <(awk -v at="$scratch/" 'index($5, at) == 1 { print $3 }' "/proc/$1/mountinfo" 2>/dev/null)
    kill -KILL "$1"
} 2>/dev/null

cleanup() {
    trap '' INT TERM HUP
    for server in "${servers[@]}"; do abort "$server"; done
    exec 9>&-
    for pid in "${started[@]}" "${servers[@]}"; do
        for (( i = 0; i < 200; i++ )); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
    done
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP
for program in workload flood stall; do
    # Linked for themselves: users who share the pages of a C library would change each other's figures by that.
    cc -O2 -static -pthread -o "$scratch/$program" "$here/tests/Workload/$program.c" || exit 1
done
mkfifo "$scratch/hold"
exec 9<>"$scratch/hold"

ready() { # PID OUTPUT WORDS...: waits until it has been staged
    for (( i = 0; i < 600; i++ )); do
        grep -qs '^ready' "$2" && return
        grep -qs '^failed' "$2" || ! kill -0 "$1" 2>/dev/null && break
        sleep 0.1
    done
    echo "Not staged: ${*:3} ($(tail -1 "$2"))" >&2
    exit 1
}

start() { # NAME WORDS...: starts it; it ends with the script
    "${@:2}" <"$scratch/hold" >"$scratch/$1.started" 2>&1 9>&- &
    started+=($!)
    disown
    ready "${started[-1]}" "$scratch/$1.started" "${@:2}"
}

stall() { # map|exec COUNT
    mkdir -m 777 "$scratch/$1"
    "$scratch/stall" "$scratch/$1" "$1" "$2" $attacker <"$scratch/hold" >"$scratch/$1.started" 2>&1 9>&- &
    servers+=($!)
    disown
    ready "${servers[-1]}" "$scratch/$1.started" stall "$@"
}

# A strange snapshot: one frame at 2^35 addresses. A strange tree: a link to a secret, a pipe, a file without end.
folder=$scratch/memsnapshot
mkdir -p "$folder/10" "$scratch/tree/1" "$scratch/tree/2" "$scratch/tree/3"
stat='10 (x) S 1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 100 409600 10 1'
echo "$stat" >"$folder/10/stat"
echo '10000-7fffffffe000 rw-p 00000000 00:00 0 ' >"$folder/10/maps"
perl -e 'print "PAGERUNS", pack("Q<*", 1, 0, 16, ((1 << 35) - 32) | (1 << 56), (1 << 63) | 7)' >"$folder/10/pagemap.runs"
echo '{ "version": 1, "pageSize": 4096 }' >"$folder/linuxmem.json"
tar -C "$scratch" --format=ustar -czf "$scratch/strange.tar.gz" memsnapshot/10/stat memsnapshot/10/maps memsnapshot/10/pagemap.runs memsnapshot/linuxmem.json
mkfifo "$scratch/tree/1/stat"
for i in 2 3; do echo "${stat/10 (x)/$i (x)}" >"$scratch/tree/$i/stat"; done
ln -s /etc/shadow "$scratch/tree/2/cmdline"
ln -s /dev/zero "$scratch/tree/3/maps"

if [[ -n ${ONLY:-} ]]; then
    commands=$(cat "$ONLY")
elif [[ -n ${MODULE:-} ]]; then
    commands="Get-MemGroup -SplitUid
Get-MemGroup -SplitEnv FLOOD
Get-MemGroup -SplitBy CommandLine
Get-MemProcess
Get-MemProcess -ListOnly
Get-MemMapping -SplitUid -Top 20
Get-MemSharing -SplitUid
Get-SharedMemory
Get-MemMachine
Get-MemCgroup
Get-ShmSegment
Get-Tmpfs
Get-OracleInstance
Get-PostgresInstance
Get-HugePage
Export-MemReport %.html
Export-MemSnapshot %.tar.gz
Get-MemGroup -ProcRoot $scratch/strange.tar.gz
Get-MemProcess -ListOnly -ProcRoot $scratch/tree"
else
    commands="groups -u
groups -e FLOOD
groups --split-by CommandLine
processes
processes -l
mappings -u --top 20
sharing -u
shared
machine
cgroups
shm
tmpfs
oracle
postgres
hugepages
report %.html
snapshot %.tar.gz
groups -u --proc-root $scratch/strange.tar.gz
processes -l --proc-root $scratch/tree"
fi

run() { # NAME SECONDS LINE: its output, words, exit status and "SECONDS KIBIBYTES"; it is interrupted after so many seconds
    local line=${3//%/$scratch/$1}
    local -a all
    if [[ -n ${MODULE:-} ]]; then
        all=("${words[@]}" -NoProfile -Command "Import-Module '$(realpath "$MODULE")'; $line")
    else
        read -ra all <<<"$line"
        all=("${words[@]}" "${all[@]}")
    fi
    /usr/bin/time -q -f '%e %M' -o "$scratch/$1.time" timeout -s INT -k 60 "$2" "${all[@]}" </dev/null >"$scratch/$1.out" 2>"$scratch/$1.err" 9>&-
    echo $? >"$scratch/$1.code"
}

measured() { # KIND SECONDS
    local line n=0
    while read -r line; do
        n=$((n + 1))
        run "$1.$n" "$2" "$line"
        rm -f "$scratch/$1.$n.html" "$scratch/$1.$n.tar.gz"
    done <<<"$commands"
}

figures() {
    if [[ -n ${MODULE:-} ]]; then
        NO_COLOR=1 "${words[@]}" -NoProfile -Command "Import-Module '$(realpath "$MODULE")'; Get-MemGroup -SplitUid -WarningAction SilentlyContinue | ConvertTo-Json -Depth 3 -AsArray" 2>/dev/null 9>&- </dev/null
    else
        "${words[@]}" groups -u -o json 2>/dev/null 9>&-
    fi | perl -0777 -MJSON::PP -e 'my %of = map { ($_->{group_name} // $_->{GroupName}) => $_ } @{decode_json(<STDIN>)};
        for my $uid (@ARGV) { my $group = $of{$uid} or next;
            print "$uid $_ ", (ref $group->{$_} || !defined $group->{$_} ? "-" : $group->{$_}), "\n" for grep { !/^(Time|time|Identity|GroupName|group_name)$/ && !/ByNode|ProcessIds/ } sort keys %$group }' "${others[@]}"
}

start other1 "$scratch/workload" uid "${others[0]}" anon 3000 write 0 2000 1 shared 500 write 0 300 1 memfd 100 write 0 70 1 sysv 200 write 0 150 1
start other2 "$scratch/workload" uid "${others[1]}" anon 500 write 0 500 1 fork anon 700 write 0 300 2 end
measured idle 120
figures >"$scratch/figures.idle"

as=(setpriv --reuid $attacker --regid $attacker --clear-groups)
mkdir -m 777 "$scratch/deep"
start segments "${as[@]}" "$scratch/flood" segments 2000 50 8388608 ora_pmon_
start arguments "${as[@]}" "$scratch/flood" own-arguments 8000000 200 java
start variables "${as[@]}" "$scratch/flood" variables 8000000 30
start variable "${as[@]}" "$scratch/flood" own-variable 127000 500 FLOOD
start deep "${as[@]}" "$scratch/flood" deep-mappings 4000 60000 "$scratch/deep"
# Fewer than those of one user beyond which nothing else of his is asked: the rest is to be read, too.
stall map 8
stall exec 8
measured attacked 120
figures >"$scratch/figures.attacked"
measured stopped "${AFTER:-2}"

cell() { # KIND NUMBER
    local time memory
    read -r time memory < <(tail -1 "$scratch/$1.$2.time")
    printf '%s s, %d MiB' "$time" $((memory / 1024))
}
printf '| command | idle | under attack | exit | ends after Ctrl+C |\n|---|---|---|---|---|\n'
n=0
while read -r line; do
    n=$((n + 1))
    stopped='-'
    [[ $(cat "$scratch/stopped.$n.code") == @(124|137) ]] && stopped=$(awk -v after="${AFTER:-2}" 'END { printf "%.2f s", $1 - after }' "$scratch/stopped.$n.time")
    printf '| `%s` | %s | %s | %s | %s |\n' "$(sed "s#$scratch#…#; s#%#…/x#" <<<"$line")" "$(cell idle $n)" "$(cell attacked $n)" "$(cat "$scratch/attacked.$n.code")" "$stopped"
    [[ -n ${SAID:-} ]] && grep -v '^Scanned' "$scratch/attacked.$n.err" | cut -c1-"$SAID" >&2
done <<<"$commands"
if [[ -s $scratch/figures.idle ]] && diff "$scratch/figures.idle" "$scratch/figures.attacked" >"$scratch/diff"; then
    echo "The figures of users ${others[*]} ($(wc -l <"$scratch/figures.idle") of them) are the same to the byte."
else
    echo "The figures of users ${others[*]} differ, or there are none:"
    cat "$scratch/diff"
    exit 1
fi
