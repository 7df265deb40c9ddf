"""The growth curves of a run's figures (fleet.json) and the soak's (soak.json), as SVG: `plot.py FIGURES SOAK TARGET.svg`."""
import json
import re
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot

# So that the same figures make the same file.
matplotlib.rcParams["svg.hashsalt"] = "martlet"

CURVES = {
    "memory per idle persistent device": ("KiB per device", "Martlet, idle"),
    "the same after a 4 KB message each": ("KiB per device", "Martlet, after 4 KB each"),
    "bare echo": ("KiB per device", "bare NIOSSL echo, idle"),
    "nginx with mutual TLS": ("KiB per device", "nginx, mutual TLS"),
    "memory per periodic device": ("KiB per device", "Martlet, periodic"),
    "processor of idle persistent devices": ("ms of processor", "of an idle persistent device, a minute"),
    "processor of a periodic synchronisation": ("ms of processor", "of a periodic synchronisation"),
}


def points(figures, name):
    """[(devices, value)] of the figures of that name and a number of devices."""
    found = []
    for row in figures:
        match = re.fullmatch(re.escape(name) + r", ([\d,]+)", row["name"])
        if match:
            found.append((int(match[1].replace(",", "")), row["value"]))
    return sorted(found)


def main():
    with open(sys.argv[1]) as file:
        figures = json.load(file)["figures"]
    with open(sys.argv[2]) as file:
        soak = json.load(file)
    canvas, axes = plot.subplots(1, 3, figsize=(13, 3.6))
    for name, (unit, label) in CURVES.items():
        curve = points(figures, name)
        axis = axes[0] if unit.startswith("KiB") else axes[1]
        axis.plot([x for x, _ in curve], [y for _, y in curve], marker="o", label=label)
        axis.set(xlabel="devices", ylabel=unit, xscale="log")
        axis.xaxis.set_major_formatter("{x:,.0f}")
        axis.xaxis.set_minor_formatter("")
    axes[2].plot([at / 60 for at, _, _ in soak["looks"]], [size / 1024 for _, size, _ in soak["looks"]], label="soak")
    axes[2].set(xlabel="minutes", ylabel="MiB of the server")
    for axis in axes:
        axis.set_ylim(bottom=0)
        axis.legend(fontsize="small")
        axis.grid(alpha=0.3)
    canvas.tight_layout()
    canvas.savefig(sys.argv[3], metadata={"Date": None})


if __name__ == "__main__":
    main()
