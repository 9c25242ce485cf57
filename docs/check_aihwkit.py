"""Compares our fitted devices with those of IBM's analog hardware acceleration kit, population against population.

usage: mvn -q -Prun -Dargs="dump-devices --out DIR"
       python check_aihwkit.py DIR [--out fidelity.md]

DIR holds devices.csv and pcm.csv of ours (below). The kit's own devices are driven with the same pulses through its
compiled tiles, and its PCM model is asked for the same conductances. Each pair of samples is compared by the two-sample
Kolmogorov-Smirnov test, at a level of 0.01 over all comparisons together (Bonferroni). Prints a Markdown table, into
the file of --out as well; exit status 1 if a row says fail. A row listed in DIFFERS says why instead, and does not
fail. The kit's pulse noise cannot be seeded, so that figures change a little from run to run. Takes half a minute.

needs: pip install aihwkit==1.1.0 torch==2.10.0 scipy    with CPython 3.10, 3.11 or 3.12 on x86-64 Linux
The kit is pinned because 1.2.0 comes without such a wheel, torch because the wheel was compiled against it: with 2.9.1
it does not load, with 2.15 it misreads tensors. The first thing done here is a count of pulses, which tells.

devices.csv: header device,train,pulses,index,w; one row for each device of a population of ours, at least 2,500 in
each sample, index from 0. w = (g - g_shared) / (conductance of a weight of 1), so that a fit's range of 1 is 1. It is
the persistent state: write noise is left out on both sides. Before a train every device is set to w = 0 exactly. No
leak (but in the train leak), no mismatch after re-initialisation. Pulses are fired one by one, since a device in the
kit meets its own bounds and noise at each pulse. Trains:
  up, down      w after so many pulses
  up-then-down  w after so many up pulses and then as many down
  pairs         w after so many pairs of one up and one down pulse
  step-ratio    cycle-to-cycle noise off; atan2(a, -b) in radians of the same device's w after so many up pulses from 0
                (a) and after as many down pulses from 0 (b): pi/4 where both are equal
  slope-up,     cycle-to-cycle noise off; (2 |a| - |b|) / a^2 of the same device's w after so many pulses (a) and after
  slope-down    twice as many (b), all up or all down from 0: what a step loses per w, exactly so for linear steps
  noise-up,     the standard deviation (divided by n, not n - 1) of the same device's w over so many single pulses,
  noise-down    each fired from w = NOISE_AT, of the device and direction
  leak          only a capacitor, may be left out: from w = 0.5 and towards 0, after so many examples without pulses
Samples that are wanted, by device: TRAINS. A sample may go on with the devices of a shorter one of the same train.

pcm.csv: header quantity,g_relative,seconds,index,microsiemens; targets g_relative * 25 uS, at least 10,000 devices in
each sample; wanted: G_RELATIVE, SECONDS. Quantities:
  programmed    after one programming attempt; seconds is 0
  drifted       so many seconds later (the kit's count, from 20 s after programming), without read noise
  read          the same as one noisy read finds it
"""

import argparse
import csv
import dataclasses
import pathlib
import sys
from collections import defaultdict

import numpy as np
import torch
from aihwkit.inference.noise.pcm import PCMLikeNoiseModel
from aihwkit.simulator.configs import SingleRPUConfig, UpdateParameters
from aihwkit.simulator.configs.devices import ConstantStepDevice
from aihwkit.simulator.presets import devices as presets
from aihwkit.simulator.tiles import AnalogTile
from scipy.stats import ks_2samp

LEVEL = 0.01
LEAST_DEVICES = 2500
LEAST_PCM = 10_000
SIDE = 50
# A tile takes its pulse noise from one table of 32,768 normals, whose mean is off by some 0.006; many tiles have many.
TILES = 16
PCM_DEVICES = 40_000
G_MAX = 25.0

PRESETS = {
    "capacitor": presets.CapacitorPresetDevice,
    "ecram": presets.EcRamPresetDevice,
    "ecram-mo": presets.EcRamMOPresetDevice,
    "reram-sb": presets.ReRamSBPresetDevice,
    "reram-es": presets.ReRamESPresetDevice,
}

# Small and saturating numbers of pulses.
TRAINS = {
    "capacitor": {
        "up": (1, 10, 100, 400), "down": (1, 10, 100, 400), "up-then-down": (100,), "pairs": (200,),
        "step-ratio": (10,), "slope-up": (60,), "slope-down": (60,), "noise-up": (200,), "noise-down": (200,),
        "leak": (1_000_000,),
    },
    "ecram": {
        "up": (1, 10, 100, 1000), "down": (1, 10, 100, 1000), "up-then-down": (100,), "pairs": (200,),
        "step-ratio": (10,), "slope-up": (150,), "slope-down": (150,), "noise-up": (200,), "noise-down": (200,),
    },
    "ecram-mo": {
        "up": (1, 100, 1000, 10_000), "down": (1, 100, 1000, 10_000), "up-then-down": (1000,), "pairs": (200,),
        "step-ratio": (10,), "slope-up": (1000,), "slope-down": (1000,), "noise-up": (200,), "noise-down": (200,),
    },
    "reram-sb": {
        "up": (1, 10, 100, 2000), "down": (1, 10, 100, 2000), "up-then-down": (100,), "pairs": (200,),
        "step-ratio": (10,), "slope-up": (100,), "slope-down": (100,), "noise-up": (200,), "noise-down": (200,),
    },
    "reram-es": {
        "up": (1, 10, 100, 2000), "down": (1, 10, 100, 2000), "up-then-down": (100,), "pairs": (200,),
        "step-ratio": (10,), "slope-up": (100,), "slope-down": (100,), "noise-up": (200,), "noise-down": (200,),
    },
}  # fmt: skip

# Where the pulses of noise-up and of noise-down start: far out, but within the bounds of all devices.
NOISE_AT = {
    "capacitor": (0.7, -0.7),
    "ecram": (0.7, -0.5),
    "ecram-mo": (0.7, -0.5),
    "reram-sb": (0.0, 0.0),
    "reram-es": (0.0, 0.0),
}
OPTIONAL = {("capacitor", "leak")}

G_RELATIVE = (0.0, 0.1, 0.25, 0.5, 1.0)
SECONDS = (1.0, 3600.0, 86_400.0, 31_536_000.0)

# What differs on purpose, and why: (device, train) or (PCM quantity, g_relative).
DIFFERS = {
    ("read", 0.0): "the kit's code reads with Q_s of the programmed conductance; its documentation, the fit's paper and"
    " ours with that of the target",
}


def tile(device):
    """A tile on which an update with x = 1 and d = -1 is exactly one up pulse of each device, d = +1 one down pulse."""
    update = UpdateParameters(desired_bl=1, update_management=False, update_bl_management=False)
    made = AnalogTile(SIDE, SIDE, SingleRPUConfig(device=device, update=update), bias=False)
    # So far above any step that a pulse is certain.
    made.set_learning_rate(1.0)
    start(made, 0.0)
    return made


def start(made, weight):
    made.set_weights(torch.full((SIDE, SIDE), weight))


def fire(made, signs):
    """Fires pulses, +1 up and -1 down, one after the other at all devices of a tile."""
    signs = torch.as_tensor(signs, dtype=torch.float32)
    made.update(torch.ones(len(signs), SIDE), -signs[:, None].repeat(1, SIDE))


def weights(made):
    return made.get_weights()[0].numpy().ravel().astype(float)


def after(made, signs, begin=0.0):
    """w after pulses that begin at a weight."""
    start(made, begin)
    fire(made, signs)
    return weights(made)


def check_pulses():
    """A device whose steps are all alike counts the pulses."""
    alike = ConstantStepDevice(
        dw_min=0.01, dw_min_dtod=0, dw_min_std=0, up_down_dtod=0, w_max_dtod=0, w_min_dtod=0, w_max=1, w_min=-1
    )
    try:
        moved = after(tile(alike), [1] * 30 + [-1] * 40 + [1, -1] * 5)
    except RuntimeError as error:
        raise SystemExit(f"torch {torch.__version__} does not fit this aihwkit: {error}") from error
    if np.abs(moved + 0.1).max() > 1e-5:
        raise SystemExit("a tile does not fire one pulse an update")


def train_of(name, device, train, count):
    """The kit's sample of one tile for one number of pulses."""
    sign = -1 if train.endswith("down") else 1
    if train == "up-then-down":
        return after(tile(device), [1] * count + [-1] * count)
    if train == "pairs":
        return after(tile(device), [1, -1] * count)
    if train == "leak":
        # The law depends on examples / lifetime only; at the preset's own lifetime single precision would round
        # 1 - 1 / lifetime to multiples of 6 % of it.
        examples = 1000
        made = tile(dataclasses.replace(device, lifetime=device.lifetime / examples))
        start(made, 0.5)
        for _ in range(count // examples):
            made.post_update_step()
        return weights(made)
    if train.startswith("noise"):
        made = tile(device)
        begin = NOISE_AT[name][0 if sign > 0 else 1]
        return np.std([after(made, [sign], begin) for _ in range(count)], axis=0)
    if train in ("up", "down"):
        return after(tile(device), [sign] * count)
    quiet = tile(dataclasses.replace(device, dw_min_std=0.0))
    if train == "step-ratio":
        return np.arctan2(after(quiet, [1] * count), -after(quiet, [-1] * count))
    once, twice = (np.abs(after(quiet, [sign] * times * count)) for times in (1, 2))
    return (2 * once - twice) / once**2


def kit_devices(wanted):
    """Yields (device, train, pulses, the kit's sample) for each device and train that is wanted."""
    seed = 0
    for name, trains in TRAINS.items():
        for train, counts in trains.items():
            for count in counts if (name, train) in wanted else ():
                parts = []
                for _ in range(TILES):
                    seed += 1
                    device = PRESETS[name](construction_seed=seed, write_noise_std=0.0)
                    parts.append(train_of(name, device, train, count))
                yield name, train, count, np.concatenate(parts)


def kit_pcm():
    """Yields (quantity, g_relative, seconds, the kit's sample in uS)."""
    torch.manual_seed(1)
    quiet, noisy = (PCMLikeNoiseModel(g_max=G_MAX, read_noise_scale=scale) for scale in (0.0, 1.0))
    for relative in G_RELATIVE:
        target = torch.full((PCM_DEVICES,), relative * G_MAX)
        programmed = noisy.apply_programming_noise_to_conductance(target)
        yield "programmed", relative, 0.0, programmed.numpy().astype(float)
        exponents = noisy.generate_drift_coefficients(target)
        for seconds in SECONDS:
            for quantity, model in (("drifted", quiet), ("read", noisy)):
                found = model.apply_drift_noise_to_conductance(programmed, exponents, seconds)
                yield quantity, relative, seconds, found.numpy().astype(float)


def ours(path, columns):
    """Our samples by their first three columns, numbers as float."""
    samples = defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows, None)
        if header != columns:
            raise SystemExit(f"{path}: header {header} instead of {columns}")
        for first, second, third, _, value in rows:
            second = second if columns[1] == "train" else float(second)
            samples[first, second, float(third)].append(float(value))
    return {key: np.array(values) for key, values in samples.items()}


def compare(key, mine, kit, least, level):
    """One row of the table, and whether it fails."""
    name, kind, number = key
    label = [name, f"{kind:g}" if isinstance(kind, float) else kind, f"{number:.10g}"]
    if mine is None or len(mine) < least or not np.isfinite(mine).all():
        count = 0 if mine is None else len(mine)
        return [*label, f"{count}", *[""] * 6, "fail: too few values of ours, or not numbers"], True
    result = ks_2samp(mine, kit, method="asymp")
    figures = [f"{v:.5g}" for v in (mine.mean(), kit.mean(), mine.std(), kit.std())]
    row = [*label, f"{len(mine)}", *figures, f"{result.statistic:.4f}", f"{result.pvalue:.2g}"]
    reason = DIFFERS.get((name, kind))
    if reason:
        return [*row, f"differs: {reason}"], False
    failed = bool(result.pvalue < level)
    return [*row, "fail" if failed else "pass"], failed


def table(title, columns, rows):
    columns = [*columns, "devices", "mean", "kit's mean", "sd", "kit's sd", "D", "p", "result"]
    lines = [f"## {title}", "", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("dir", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    check_pulses()
    devices = ours(arguments.dir / "devices.csv", ["device", "train", "pulses", "index", "w"])
    pcm = ours(arguments.dir / "pcm.csv", ["quantity", "g_relative", "seconds", "index", "microsiemens"])

    given = {key[:2] for key in devices}
    wanted = {(name, train) for name, trains in TRAINS.items() for train in trains} - (OPTIONAL - given)
    count = sum(len(TRAINS[name][train]) for name, train in wanted) + len(G_RELATIVE) * (1 + 2 * len(SECONDS))
    level = LEVEL / count
    failures, differing, sections = 0, 0, []
    for title, columns, mine, kit, least in (
        ("Pulsed devices", ["device", "train", "pulses"], devices, kit_devices(wanted), LEAST_DEVICES),
        ("PCM", ["quantity", "target / 25 µS", "seconds"], pcm, kit_pcm(), LEAST_PCM),
    ):
        rows, seen = [], set()
        for *key, sample in kit:
            key = (key[0], key[1], float(key[2]))
            seen.add(key)
            row, failed = compare(key, mine.get(key), sample, least, level)
            rows.append(row)
            failures += failed
            differing += row[-1].startswith("differs")
        for key in mine.keys() - seen:
            raise SystemExit(f"{title}: {key} is nothing that this script knows")
        sections += table(title, columns, rows)

    heading = [
        "# Our devices against aihwkit 1.1.0",
        "",
        f"{count} two-sample Kolmogorov-Smirnov tests, each at {level:.2g}, together at {LEVEL}; {failures} failed, "
        f"{differing} differ on purpose.",
        "",
    ]
    text = "\n".join([*heading, *sections])
    print(text)
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
