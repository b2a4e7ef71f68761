#!/usr/bin/env python3
"""What tattletale makes of devices whose captures say which device they are of: a table, in Markdown.

Usage: devices.py FOLDER BINARY OUT.md
FOLDER holds captures by repository (OWNER+NAME); those of FOLDERS below are read that are there, each capture by itself. The device is the one with
the hardware address that the folder names (`_iotdevice-mac.txt`), else the one named below (or the address, where the link shows none). A folder is
right where the captures that tell a kind tell the right one, most of them if not all.
OUT.md keeps everything above the line "<!-- table -->"; what is below is written anew. The same captures give the same table.
"""
import json
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SENTINEL = "aucad+sensor-data/iot-sentinel"
FIREWALL = "smart-home-network-security+smart-home-firewall/eval/latency"
XIAODU = "NKUHack4FGroup+Lifecycle-Based-Traffic-Dataset/result_demo/traffic_demo"

# Folder or file; hardware address where the folder has no file for it; what the device is; its kind; a word of the maker's registered name (IEEE),
# where there is one; a word of the brand; why a miss is one.
FOLDERS = [
    (f"{SENTINEL}/Aria", None, "Fitbit Aria, a scale", "appliance", "Delta", "Fitbit", "its Wi-Fi module is registered to Delta Electronics"),
    (f"{SENTINEL}/D-LinkCam", None, "D-Link DCH-935L, a camera", "camera", "D-Link", "D-Link", ""),
    (f"{SENTINEL}/D-LinkDayCam", None, "D-Link DCS-930L, a camera", "camera", "D-Link", "D-Link", ""),
    (f"{SENTINEL}/D-LinkSensor", None, "D-Link DCH-S150, a motion sensor", "other", "D-Link", "D-Link", ""),
    (f"{SENTINEL}/D-LinkSwitch", None, "D-Link DSP-W215, a plug", "plug", "D-Link", "D-Link", ""),
    (f"{SENTINEL}/D-LinkWaterSensor", None, "D-Link DCH-S160, a water sensor", "other", "D-Link", "D-Link", ""),
    (f"{SENTINEL}/EdimaxCam1", None, "Edimax IC-3115W, a camera", "camera", "Edimax", "Edimax", ""),
    (f"{SENTINEL}/EdimaxCam2", None, "Edimax IC-3115W, a camera", "camera", "Edimax", "Edimax", ""),
    (f"{SENTINEL}/EdimaxPlug1101W", None, "Edimax SP-1101W, a plug", "plug", "Edimax", "Edimax", ""),
    (f"{SENTINEL}/EdnetCam1", None, "Ednet Cube, a camera", "camera", "Assmann", "Assmann", "it asks for an address and for a file of its maker's network; nothing names it"),
    (f"{SENTINEL}/EdnetGateway", None, "Ednet.living gateway to plugs", "hub", "Hi-flying", "Ednet", "it names its Wi-Fi module only, and speaks a language of its own"),
    (f"{SENTINEL}/HomeMaticPlug", None, "Homematic IP access point (of a plug by radio)", "hub", "eQ-3", "eQ-3", ""),
    (f"{SENTINEL}/HueBridge", None, "Philips Hue bridge", "hub", "Philips", "Philips", ""),
    (f"{SENTINEL}/HueSwitch", None, "Philips Hue bridge (of a switch by radio)", "hub", "Philips", "Philips", ""),
    (f"{SENTINEL}/SmarterCoffee", None, "SmarterCoffee, a coffee machine", "appliance", "Espressif", "Smarter", "it asks for an address as its Wi-Fi module does, and says nothing else"),
    (f"{SENTINEL}/TP-LinkPlugHS100", None, "TP-Link HS100, a plug", "plug", "TP-Link", "TP-Link", ""),
    (f"{SENTINEL}/WeMoInsightSwitch", None, "WeMo Insight, a plug", "plug", "Belkin", "Belkin", ""),
    (f"{SENTINEL}/WeMoInsightSwitch2", None, "WeMo Insight, a plug", "plug", "Belkin", "Belkin", ""),
    (f"{SENTINEL}/WeMoSwitch", None, "WeMo switch, a plug", "plug", "Belkin", "Belkin", ""),
    (f"{FIREWALL}/philips-hue/no-firewall", "00:17:88:74:c2:dc", "Philips Hue bridge", "hub", "Philips", "Signify|Philips", ""),
    (f"{FIREWALL}/smartthings-hub/no-firewall", "68:3a:48:13:27:04", "SmartThings hub", "hub", "Samjin", "SmartThings", ""),
    (f"{FIREWALL}/tplink-plug/no-firewall", "50:c7:bf:ed:0a:54", "TP-Link HS110, a plug", "plug", "TP-Link", "TP-Link", ""),
    (f"{FIREWALL}/xiaomi-cam/no-firewall", "78:8b:2a:b2:20:ea", "Xiaomi camera", "camera", "Zhen Shi", "Zhen Shi|Xiaomi", ""),
    ("smart-home-network-security+signature-extraction/test/traces", "50:c7:bf:ed:0a:54", "TP-Link HS110, a plug", "plug", "TP-Link", "TP-Link", ""),
    ("tj-oconnor+IoT-Dataset/pcaps/blink-cam-01.pcap", "f4:b8:5e:ff:2b:1b", "Blink camera", "camera", "Texas Instruments", "Blink", "its Wi-Fi module is registered to Texas Instruments"),
    ("tj-oconnor+IoT-Dataset/pcaps/schlage-lock-01.pcap", "78:db:2f:db:43:48", "Schlage lock", "other", "Texas Instruments", "Schlage", "its Wi-Fi module is registered to Texas Instruments"),
    (f"{XIAODU}", "f4:21:ae:9e:8f:cb", "Xiaodu plug", "plug", "Xiaodu", "Xiaodu", "its maker makes speakers and plugs alike, and what would tell which is sealed"),
    ("edim98+SSI_Measurements_2022/Smart Power Plug", "38:1f:8d:b0:c9:01", "a plug built on Tuya", "plug", "Tuya", "Tuya", "it tells its product by a key that Tuya alone can look up"),
    ("Artemish+e99_k3_controller/packet_captures/Drone_experiment.pcap", "192.168.1.1", "toy quadcopter with a camera", "toy", None, None, ""),
    ("ntop+nDPI/tests/cfgs/default/pcap/nintendo.pcap", "7c:bb:8a:89:fb:84", "Nintendo console", "console", "Nintendo", "Nintendo", ""),
]


def captures(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix in (".pcap", ".pcapng") and "old" not in file.parts)


def read(binary: str, capture: Path, mac: str):
    run = subprocess.run([binary, "inspect", str(capture), "--format", "jsonl", "--records", "device", "--reveal"], capture_output=True, text=True, check=False)
    for line in run.stdout.splitlines():
        record = json.loads(line) if line.startswith("{") else {}
        if record.get("type") == "device" and record.get("id") == mac:
            return record
    return None


def most(values) -> tuple[str, int]:
    return Counter(values).most_common(1)[0] if values else ("", 0)


def main() -> int:
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 64
    root, binary, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    rows, right_kind, right_maker, right_brand, folders, with_maker = [], 0, 0, 0, 0, 0
    captured = kind_captures = 0
    with ThreadPoolExecutor(2) as pool:
        for folder, mac, what, kind, registered, brand, why in FOLDERS:
            path = root / folder
            if not path.exists():
                continue
            address = path / "_iotdevice-mac.txt"
            mac = mac or re.search(r"[0-9a-f:]{17}", address.read_text())[0]
            found = [record for record in pool.map(lambda file: read(binary, file, mac), captures(path)) if record]
            if not found:
                continue
            folders += 1
            captured += len(found)
            said, _ = most([record["kind"] for record in found if record["kind"] != "unknown"])
            said = said or "unknown"
            hits = sum(record["kind"] == kind for record in found)
            kind_captures += hits
            reason, _ = most([record["kind_reason"] for record in found if record["kind"] == said])
            vendor, _ = most([record["vendor"] or "" for record in found])
            maker, _ = most([told["value"] for record in found for told in record["traits"] if told["kind"] == "maker"])
            model, _ = most([told["value"] for record in found for told in record["traits"] if told["kind"] == "model"])
            named = " ".join([vendor, maker, model, reason] + [name["name"] for record in found for name in record["names"]])
            ok_kind = said == kind
            ok_maker = registered is None or registered.lower() in vendor.lower()
            ok_brand = brand is None or bool(re.search(brand, named, re.IGNORECASE))
            with_maker += registered is not None
            right_kind, right_maker, right_brand = right_kind + ok_kind, right_maker + (ok_maker and registered is not None), right_brand + (ok_brand and brand is not None)
            verdict = "right" if ok_kind and ok_maker and ok_brand else ", ".join(
                word for ok, word in ((ok_kind, "kind not told"), (ok_maker, "maker wrong"), (ok_brand, "brand not told")) if not ok)
            if said not in (kind, "unknown"):
                verdict = verdict.replace("kind not told", f"kind wrong ({said})")
            name = folder.replace("tests/cfgs/default/pcap/", "…/").replace("eval/latency/", "…/").replace("result_demo/traffic_demo", "…")
            rows.append(f"| `{name}` | {what} | {vendor} | {maker} {model}".rstrip() + f" | {said}: {reason} | {hits} / {len(found)} | "
                        f"{verdict}{': ' + why if verdict != 'right' and why else ''} |")
    old = out.read_text() if out.exists() else ""
    head = old.split("<!-- table -->")[0]
    share = lambda count, of: f"{count} of {of} ({100 * count // max(of, 1)} %)"
    text = [f"Kind right: {share(right_kind, folders)} devices, {share(kind_captures, captured)} captures. Maker of the hardware address right: "
            f"{share(right_maker, with_maker)}. The brand on the box told as well: {share(right_brand, with_maker)}.", "",
            "| Folder | Device | Maker of its address | It says of itself | Kind, and why | Captures right | |", "|---|---|---|---|---|---|---|", *rows, ""]
    out.write_text(head + "<!-- table -->\n\n" + "\n".join(text))
    print(text[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
