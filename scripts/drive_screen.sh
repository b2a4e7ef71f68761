#!/bin/sh
# Drives the screen in a real terminal (tmux), through every screen and key, looks at what it shows, and at whether the terminal is as it was.
#   scripts/drive_screen.sh PROGRAM [FOLDER]     FOLDER: write pictures of the main screens there (SVG, needs python3)
# Where the rights allow, also on a live interface within a network namespace of its own.
set -eu
program=$(realpath "${1:-target/release/tattletale}")
pictures=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
command -v tmux >/dev/null || { echo "tmux is needed."; exit 2; }
socket="tattletale-drive-$$"
folder=$(mktemp -d)
failed=0
t() { tmux -L "$socket" "$@"; }
trap 't kill-server 2>/dev/null || true; rm -rf "$folder"' EXIT

open() { t -f /dev/null new-session -d -x "$1" -y "$2" "cd $folder; env PS1='ready> ' LC_ALL=C.UTF-8 COLORTERM=truecolor XDG_CONFIG_HOME=$folder/config TERM=xterm-256color sh"; shows 'ready>'; }
close() { t kill-server 2>/dev/null || true; sleep 0.2; }
screen() { t capture-pane -p; }
press() { t send-keys "$@"; sleep 0.15; }
type_in() { t send-keys -l "$1"; sleep 0.1; }
command_line() { type_in "$1"; press Enter; }
shows() {
    tries=0
    while ! screen | grep -qF -- "$1"; do
        tries=$((tries + 1))
        if [ $tries -gt "${2:-150}" ]; then
            echo "FAILED: never showed: $1"; screen; failed=1; return 0
        fi
        sleep 0.1
    done
    echo "ok  $1"
}
lacks() { if screen | grep -qF -- "$1"; then echo "FAILED: shows: $1"; screen; failed=1; else echo "ok  not: $1"; fi; }
picture() { [ -z "$pictures" ] || { mkdir -p "$pictures"; t capture-pane -p -e | python3 "$here/picture.py" "$2" "$pictures/$1.svg"; echo "    picture $1.svg"; }; }
stty_is() { command_line "stty -a > $folder/$1 && echo noted-$1"; shows "noted-$1"; sleep 0.2; }

echo "== the demo, 120x35"
open 120 35
stty_is before
command_line "$program demo --speed 60"
shows 'Devices ('
shows 'q quit'
shows DONE 900
picture devices "Devices: grade, what was found, the last ten minutes"
shows '▲▲ kids-watch: '
press g; press Down; press Up
press a; shows 'what you call this device'; type_in "Mia's watch"; press Enter; shows "It is called Mia's watch"
press t; shows 'one that you know'; press u; shows 'no longer marked'; press u; shows 'its own name again'
press Enter; shows 'Level'
press Enter; shows '[5 Evidence]'; shows 'frame.number =='
picture evidence "Evidence: the bytes of one finding, masked"
press n; press N; press Escape; press Escape
press 2; shows '[2 Findings]'
picture findings "Findings, the worst first, and one explained"
press r; shows 'Explain – expert'; press r
press /; type_in 'level:ser'; press Tab; shows 'SERIOUS'; press Enter; shows 'Filter: level:SERIOUS'
press Escape
press f; type_in 'e'; press Enter; press n; press N; press Escape
press o; press o; press o; press o
press x
press m; shows 'Mute, for this run'; press Down; press Enter; shows 'Muted'
press M; shows 'Muted: 1'; press Escape
press u; shows 'Heard again'
press y; shows 'Copied'
press e; shows 'Export Findings'; press Enter; shows 'Written:'
press 3; shows '[3 Endpoints]'; shows 'Others can'
picture endpoints "Endpoints: who the devices talk to"
press w; shows 'approximate'; press Escape
press 4; shows '[4 Timeline]'; press b; shows 'Marked'
press x; shows 'last ten minutes'; press x
picture timeline "Timeline: when each device talked, and when something was found"
press u; shows 'is gone'
press 6; shows '[6 Health]'; shows Sandbox; shows Memory
press s; shows '--reveal'
press p; shows 'privacy screen'; press 1; lacks '192.168.'; press p
press c; shows 'Colours: '; press c; press c; press c
press Space; shows PAUSED; press Space
press '?'; shows 'Help: '; press Escape
press '<'; shows 'Back to'
sleep 1
press q; shows 'ready>'
stty_is after
cmp -s "$folder/before" "$folder/after" && echo "ok  stty is as it was" || { echo "FAILED: stty differs"; failed=1; }
ls "$folder"/tattletale-findings-*.txt >/dev/null && [ "$(stat -c %a "$folder"/tattletale-findings-*.txt)" = 600 ] && echo "ok  the export is there, for its owner only" || { echo "FAILED: export"; failed=1; }
close

for size in "60 15" "80 24" "200 50" "40 10"; do
    set -- $size
    echo "== the demo, $1x$2"
    open "$1" "$2"
    command_line "$program demo --speed 0"
    if [ "$1" -ge 60 ]; then shows DONE 900; shows 'q quit'; else shows 'This window is' 900; fi
    for key in 1 2 3 4 5 6 Tab j k G g x o; do press "$key"; done
    press q; shows 'ready>'
    close
done

echo "== other looks"
mkdir -p "$folder/config/tattletale"
for look in "--theme light" "--theme high-contrast" "--theme mono" "--ascii"; do
    open 100 30
    command_line "$program demo --speed 0 $look"
    shows 'q quit' 900
    [ "$look" != --ascii ] || { screen | grep -v 'ready>' | LC_ALL=C grep -q '[^ -~]' && { echo "FAILED: not ASCII"; failed=1; } || echo "ok  ASCII only"; }
    press q; shows 'ready>'
    close
done
open 100 30
printf '[screen]\ntheme = "drak"\n' > "$folder/config/tattletale/config.toml"
command_line "$program demo"
shows 'there is no "drak"'
printf '[keys]\nquit = "Q"\nback = ["esc", "B"]\n' > "$folder/config/tattletale/config.toml"
command_line "clear; $program demo --speed 0"
shows 'Q quit' 900
press q; sleep 0.3; shows 'Q quit'
press Q; shows 'ready>'
rm "$folder/config/tattletale/config.toml"
close

echo "== the start screen"
open 100 30
command_line "$program"
shows 'What shall be watched?'
press Down; press Up
press o; shows 'esc back'; press Escape
press d; shows 'Devices (' 300
press q; shows 'ready>'
close

if [ "$(id -u)" = 0 ] && unshare -n true 2>/dev/null; then
    echo "== live, in a network namespace of its own"
    open 120 35
    cat > "$folder/talk.py" <<'TALK'
import socket, time
for turn in range(60):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"GET / HTTP/1.0 hello", ("127.0.0.1", 9))
    time.sleep(0.2)
TALK
    command_line "unshare -n sh -c 'ip link set lo up; (sleep 1; exec python3 $folder/talk.py) & exec $program watch -i lo'"
    shows 'lo'
    shows 'LIVE' 300
    press 6; shows '[6 Health]'; shows 'Lost before they were read'
    press '+'; shows 'replayed'
    press q; shows 'ready>'
    close
else
    echo "-- not live: that needs root"
fi

[ $failed = 0 ] && echo "All was as it should be." || echo "Something failed."
exit $failed
