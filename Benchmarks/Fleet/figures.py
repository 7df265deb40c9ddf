"""Collects figures, each beside a limit or a peer of the same run, and prints them as a table and as JSON."""
import json
import os
import platform
import statistics


def median(values):
    return statistics.median(values)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


class Figures:
    def __init__(self):
        self.rows = []

    def add(self, name, value, unit, aim=None, beside=None, at_least=False, runs=1):
        """`aim` is the figure not to be exceeded (reached, with `at_least`); `beside` names what it was measured against."""
        row = {"name": name, "value": value, "unit": unit, "runs": runs}
        if aim is not None:
            row["aim"] = aim
            row["met"] = value >= aim if at_least else value <= aim
            row["direction"] = "at least" if at_least else "at most"
        if beside is not None:
            row["beside"] = beside
        self.rows.append(row)
        print(f"  {name}: {show(value)} {unit}" + ("" if aim is None else f" (aim {show(aim)})"), flush=True)

    def table(self):
        lines = ["| figure | measured | aim | | beside, in the same run |", "| --- | --- | --- | --- | --- |"]
        for row in self.rows:
            aim = "" if "aim" not in row else f"{row['direction']} {show(row['aim'])}"
            lines.append(
                f"| {row['name']} | {show(row['value'])} {row['unit']} | {aim} | {self.verdict(row)} | {row.get('beside', '')} |")
        return "\n".join(lines)

    @staticmethod
    def verdict(row):
        if "aim" not in row:
            return ""
        if row["met"]:
            return "met"
        # Of an aim of none there is no share.
        return f"**not met: {row['value'] / row['aim']:.0%}**" if row["aim"] else "**not met**"

    def write(self, path):
        with open(path, "w") as file:
            json.dump({"machine": machine(), "figures": self.rows}, file, indent=1)


def show(value):
    if isinstance(value, int) or value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def machine():
    with open("/proc/cpuinfo") as cpuinfo:
        model = next((line.split(":")[1].strip() for line in cpuinfo if line.startswith("model name")), "unknown")
    with open("/proc/meminfo") as meminfo:
        memory = int(meminfo.readline().split()[1]) >> 20
    with open("/proc/loadavg") as loadavg:
        load = float(loadavg.read().split()[0])
    return {
        "processors": os.cpu_count(), "model": model, "memoryGiB": memory, "kernel": platform.release(),
        "loadAtStart": load,
    }
