"""What a process costs, read from /proc: resident and private dirty memory in KiB, processor time in ms."""
import os
import time


def resident(pid):
    """(resident, private dirty, peak resident) in KiB."""
    fields = {}
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        for line in rollup:
            words = line.split()
            if len(words) == 3 and words[2] == "kB":
                fields[words[0]] = int(words[1])
    with open(f"/proc/{pid}/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return fields["Rss:"], fields["Private_Dirty:"], peak


def processor(pid):
    """Milliseconds on a processor of all threads so far, ended ones too: the process's own clock (CPUCLOCK_SCHED)."""
    return time.clock_gettime_ns(~pid << 3 | 2) / 1e6


def mapped(pid, most=8):
    """The files and kinds of memory that hold most of what is resident: [(KiB, name)], largest first; `most` None for all."""
    totals, name = {}, ""
    with open(f"/proc/{pid}/smaps") as smaps:
        for line in smaps:
            words = line.split()
            if "-" in words[0] and not words[0].endswith(":"):
                name = os.path.basename(words[5]) if len(words) > 5 else "(anonymous)"
            elif words[0] == "Rss:":
                totals[name] = totals.get(name, 0) + int(words[1])
    return sorted(((size, name) for name, size in totals.items()), reverse=True)[:most]
