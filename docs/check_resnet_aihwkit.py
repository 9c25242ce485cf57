"""Checks the drift of the public ResNet-14 (results/resnet.md) against IBM's analog hardware acceleration kit.

usage: mvn -q -Prun -Dargs="resnet --epochs 0 --bits 0 --chips 5 --test-examples 2000 --out DIR"
       HARDWARE_DATA=... python check_resnet_aihwkit.py DIR/resnet.csv [--chips 5] [--test-examples 2000]

Reads models/resnet14v1_cifar10.h5 and cifar-10-batches-bin of HARDWARE_DATA, builds the network in PyTorch from what
the file says, and sees to it that it has our accuracy in software on the same images. The kit then programs it into
chips (seeds from 1; its PCM model, a scale for each column, the bias a row of the array, exact converters, global
drift compensation), and reads them after a second and a day; both count from 20 s after programming. Welch's t test
against our rows "pcm-inference, global"; exit status 1 if p is 0.01 or less. "formulas" are ours once more, written
down in NumPy: where it and the kit differ the formulas do, where it and ours differ the Java does.

needs: pip install aihwkit==1.1.0 torch==2.10.0 scipy h5py    with CPython 3.10, 3.11 or 3.12 on x86-64 Linux
(why these: check_aihwkit.py). Takes some three minutes on one thread. On 2026-11-28, with CPython 3.11.7, scipy
1.17.1, h5py 3.16.0 and numpy 2.4.6, five chips of each:

  resnet14v1_cifar10, software: 92.10 % of 2000 test images
  the kit's own pass differs from plain layers with its weights by at most 8e-06
  accuracy in percent, mean ± sd (chips): ours, the other; Welch's t test
    the kit         1 s  89.01 ± 0.73 (5)  86.97 ± 1.89 (5)  p = 0.072  agree
    the kit     86400 s  86.36 ± 2.04 (5)  83.95 ± 3.28 (5)  p = 0.207  agree
    formulas        1 s  89.01 ± 0.73 (5)  88.11 ± 1.50 (5)  p = 0.275  agree
    formulas    86400 s  86.36 ± 2.04 (5)  85.49 ± 1.31 (5)  p = 0.449  agree
  conv2d_1 of 50 chips, read and compensated less target, as a part of the column's largest weight:
  mean, mean away from 0, sd; its factor of compensation; that of all layers, mean ± a layer's sd
    the kit         1 s  -0.0006 -0.0038 0.0408   1.0027 ± 0.0037   1.0025 ± 0.0017
    the kit     86400 s  +0.0000 -0.0038 0.0547   1.5111 ± 0.0092   1.5185 ± 0.0041
    formulas        1 s  -0.0000 -0.0047 0.0406   1.0025 ± 0.0000   1.0025 ± 0.0000
    formulas    86400 s  -0.0001 -0.0027 0.0549   1.5171 ± 0.0064   1.5269 ± 0.0028

Five chips tell only large differences, so that more were tried after p = 0.072 had been seen: twenty of each, these five
among them, on the first 500 of the images. Ours 88.25 ± 1.00 and 85.59 ± 2.02, the kit 87.60 ± 1.66 and 85.63 ± 1.93
(p = 0.14 and 0.95; 95 % intervals of the difference -0.2 to 1.5 and -1.3 to 1.2 points), formulas 87.85 ± 1.29 and
84.60 ± 2.79.

Where the kit differs, by its code: it keeps a programmed pair as one device, its difference, so that the
device that was aimed at 0 adds its error but no drift and no noise of its own; it reads with the noise of the
conductance that was reached, ours with that of the one aimed at; and it compensates by the mean of |G+ - G-| as noisy
reads find it, ours by the exact sum of all conductances, which fall a little faster, being half of devices near 0.
"""

import argparse
import collections
import copy
import csv
import json
import os
import pathlib
import sys

import h5py
import numpy as np
import torch
from aihwkit.inference import GlobalDriftCompensation, PCMLikeNoiseModel
from aihwkit.nn.conversion import convert_to_analog
from aihwkit.simulator.configs import InferenceRPUConfig
from scipy.stats import ttest_ind
from torch import nn

LEVEL = 0.01
SECONDS = (1.0, 86_400.0)
MODEL, FIRST = "resnet14v1_cifar10", "conv2d_1"
SOFTWARE_PERCENT = {2000: 92.10}
DIAGNOSED = 50
G_MAX, T0, READ_SECONDS = 25.0, 20.0, 250e-9
WORD = (1 << 64) - 1


def order(count):
    """Our fixed order of test images: Fisher-Yates by the words of a java.util.SplittableRandom of seed 0."""
    state = 0

    def word():
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & WORD
        mixed = ((state ^ (state >> 33)) * 0x62A9D9ED799705F5) & WORD
        mixed = ((mixed ^ (mixed >> 28)) * 0xCB24D0A5C88C35B3) & WORD
        return mixed >> 32

    def below(bound):
        drawn = word()
        if bound & (bound - 1) == 0:
            return drawn & (bound - 1)
        while (drawn >> 1) // bound * bound + bound > 1 << 31:
            drawn = word()
        return (drawn >> 1) % bound

    places = list(range(count))
    for i in range(count - 1, 0, -1):
        other = below(i + 1)
        places[i], places[other] = places[other], places[i]
    return places


def images(data, count):
    """Test images, pixels / 255 less the mean of all training images, and labels."""

    def read(name):
        rows = np.fromfile(data / "cifar-10-batches-bin" / name, np.uint8).reshape(-1, 3073)
        return rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0].astype(int)

    train = np.concatenate([read(f"data_batch_{i}.bin")[0] for i in range(1, 6)])
    pixels, labels = read("test_batch.bin")
    wanted = order(len(pixels))[:count]
    mean = (train.mean(axis=0, dtype=np.float64) / 255).astype(np.float32)
    return torch.from_numpy(pixels[wanted].astype(np.float32) / 255 - mean), torch.from_numpy(labels[wanted])


class KerasNetwork(nn.Module):
    """What a Keras file says, for inference and channels first; without the softmax at its end."""

    def __init__(self, path):
        super().__init__()
        self.layers = nn.ModuleDict()
        with h5py.File(path) as file:
            self.steps = [
                (
                    step["class_name"],
                    step["name"],
                    step["config"],
                    [node[0] for nodes in step["inbound_nodes"] for node in nodes],
                )
                for step in json.loads(file.attrs["model_config"])["config"]["layers"]
            ]
            for kind, name, config, _ in self.steps:
                found = file["model_weights"][name].get(name, {})
                values = {key[:-2]: torch.from_numpy(found[key][()]) for key in found}
                if kind == "Conv2D":
                    assert config["padding"] == "same" and config["activation"] == "linear"
                    values["weight"] = values.pop("kernel").permute(3, 2, 0, 1)
                    made = nn.Conv2d(*values["weight"].shape[1::-1], config["kernel_size"], config["strides"])
                elif kind == "Dense":
                    values["weight"] = values.pop("kernel").T
                    made = nn.Linear(*values["weight"].shape[::-1])
                elif kind == "BatchNormalization":
                    own = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean"}
                    values = {own.get(key, "running_var"): value for key, value in values.items()}
                    made = nn.BatchNorm2d(len(values["weight"]), eps=config["epsilon"])
                else:
                    continue
                made.load_state_dict(values, strict=kind != "BatchNormalization")
                self.layers[name] = made
        self.eval()

    def forward(self, x):
        out = {}
        for kind, name, config, before in self.steps:
            inputs = [out[each] for each in before] or [x]
            if kind == "Conv2D":
                inputs = [same(inputs[0], config)]
            if name in self.layers:
                out[name] = self.layers[name](inputs[0])
            elif kind == "Activation":
                assert config["activation"] == "relu"
                out[name] = torch.relu(inputs[0])
            elif kind == "AveragePooling2D":
                out[name] = nn.functional.avg_pool2d(inputs[0], config["pool_size"], config["strides"])
            else:
                # Flatten: of one position, where the order of channels and positions does not matter.
                assert kind in ("InputLayer", "Add") or (kind == "Flatten" and inputs[0].shape[2:] == (1, 1)), kind
                out[name] = inputs[0].flatten(1) if kind == "Flatten" else sum(inputs)
        return out[self.steps[-1][1]]


def same(x, config):
    """Zeros around an image as TensorFlow adds them: one more at the right and at the bottom if their number is odd."""
    around = []
    for size, kernel, stride in zip(x.shape[:1:-1], config["kernel_size"][::-1], config["strides"][::-1]):
        missing = max(0, (-(-size // stride) - 1) * stride + kernel - size)
        around += [missing // 2, missing - missing // 2]
    return nn.functional.pad(x, around)


@torch.no_grad()
def accuracy(network, seen, labels):
    right = sum((network(x).argmax(1) == y).sum().item() for x, y in zip(seen.split(100), labels.split(100)))
    return 100 * right / len(labels)


def on_arrays(network):
    """In the kit: a tile a layer, the bias in it, a scale a column that its largest weight fills, exact converters."""
    pcm = PCMLikeNoiseModel(g_max=G_MAX)
    config = InferenceRPUConfig(noise_model=pcm, drift_compensation=GlobalDriftCompensation())
    config.forward.is_perfect = True
    config.mapping.digital_bias = False
    config.mapping.weight_scaling_omega = 1.0
    config.mapping.weight_scaling_columnwise = True
    config.mapping.max_input_size = config.mapping.max_output_size = 0
    return convert_to_analog(network, config).eval()


def arrays(network):
    """By layer: rows and bias, an output a row, in units of its largest; and what is largest."""
    found = {}
    for name, layer in network.layers.items():
        if not isinstance(layer, nn.BatchNorm2d):
            both = torch.cat([layer.weight.detach().flatten(1), layer.bias.detach()[:, None]], 1).numpy().astype(float)
            largest = np.abs(both).max(1, keepdims=True)
            found[name] = both / largest, largest
    return found


def kit_chip(network, analog, chip):
    """Programs a chip; yields seconds and, by layer, weights as read in units of columns, and the factor."""
    torch.manual_seed(chip)
    analog.program_analog_weights()
    for seconds in SECONDS:
        analog.drift_analog_weights(seconds)
        tiles = {name: next(analog.layers[name].analog_tiles()) for name in arrays(network)}
        yield seconds, {n: (t.tile.get_weights().numpy().astype(float), float(t.alpha)) for n, t in tiles.items()}


def formulas_chip(network, _, chip):
    """The same by our formulas: each device has its own error, exponent and noise, by what it was meant for."""
    random = np.random.default_rng(chip)

    def normal(like):
        return random.standard_normal(like.shape)

    pairs = {}
    for name, (weights, _) in arrays(network).items():
        meant = np.maximum(np.stack([weights, -weights]), 1e-30)
        error = 0.26348 + 1.9650 * meant - 1.1731 * meant**2
        mean, deviation = -0.0155 * np.log(meant) + 0.0244, -0.0125 * np.log(meant) - 0.0059
        exponents = np.abs(np.clip(mean, 0.049, 0.1) + np.clip(deviation, 0.008, 0.045) * normal(meant))
        pairs[name] = meant, np.maximum(0, G_MAX * meant + error * normal(meant)), exponents
    for seconds in SECONDS:
        found = {}
        for name, (meant, programmed, exponents) in pairs.items():
            drifted = programmed * ((seconds + T0) / T0) ** -exponents
            noise = np.minimum(0.0088 / meant**0.65, 0.2)
            noise *= np.sqrt(np.log((seconds + T0 + READ_SECONDS) / (2 * READ_SECONDS)))
            read = np.maximum(0, drifted * (1 + noise * normal(meant)))
            found[name] = (read[0] - read[1]) / G_MAX, programmed.sum() / drifted.sum()
        yield seconds, found


CHIPS = {"the kit": kit_chip, "formulas": formulas_chip}


def holding(network, found):
    """A copy of plain layers, which compute what perfect converters do, faster than the kit's own pass."""
    plain = copy.deepcopy(network)
    for name, (_, largest) in arrays(network).items():
        weights, factor = found[name]
        both = torch.from_numpy(factor * largest * weights).float()
        plain.layers[name].weight.data = both[:, :-1].reshape(plain.layers[name].weight.shape)
        plain.layers[name].bias.data = both[:, -1]
    return plain


def ours(path, count):
    """Our accuracies by seconds."""
    found = collections.defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kind = row["model"], row["target"], row["compensation"], row["test_images"]
            if kind == (MODEL, "pcm-inference", "global", str(count)):
                found[float(row["seconds_after"])].append(float(row["test_accuracy_percent"]))
    return found


def spread(values, digits=2):
    return f"{np.mean(values):.{digits}f} ± {np.std(values, ddof=1):.{digits}f}"


def diagnose(network, analog):
    targets = arrays(network)[FIRST][0]
    for label, chip_of in CHIPS.items():
        errors, factors = collections.defaultdict(list), collections.defaultdict(list)
        for chip in range(1001, 1001 + DIAGNOSED):
            for seconds, found in chip_of(network, analog, chip):
                errors[seconds].append(found[FIRST][0] * found[FIRST][1] - targets)
                factors[seconds].append([factor for _, factor in found.values()])
        for seconds in SECONDS:
            off, factor = np.array(errors[seconds]), np.array(factors[seconds])
            away = off * np.sign(targets)
            print(
                f"  {label:<9} {seconds:>7.0f} s  {off.mean():+.4f} {away.mean():+.4f} {off.std():.4f}"
                f"   {spread(factor[:, 0], 4)}   {factor.mean():.4f} ± {factor.std(axis=0, ddof=1).mean():.4f}"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("csv", type=pathlib.Path)
    parser.add_argument("--chips", type=int, default=5)
    parser.add_argument("--test-examples", type=int, default=2000)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    data = pathlib.Path(os.environ["HARDWARE_DATA"])
    count = arguments.test_examples
    seen, labels = images(data, count)
    network = KerasNetwork(data / "models" / f"{MODEL}.h5")
    software = accuracy(network, seen, labels)
    print(f"{MODEL}, software: {software:.2f} % of {count} test images")
    if round(software, 2) != SOFTWARE_PERCENT.get(count, round(software, 2)):
        raise SystemExit(f"not the network or not the images: {SOFTWARE_PERCENT[count]:.2f} % are expected")

    mine, analog, agreed = ours(arguments.csv, count), on_arrays(network), True
    accuracies = collections.defaultdict(list)
    for chip in range(1, arguments.chips + 1):
        for label, chip_of in CHIPS.items():
            for seconds, found in chip_of(network, analog, chip):
                plain = holding(network, found)
                if (label, chip, seconds) == ("the kit", 1, SECONDS[-1]):
                    with torch.no_grad():
                        off = (analog(seen[:20]) - plain(seen[:20])).abs().max().item()
                    print(f"the kit's own pass differs from plain layers with its weights by at most {off:.1g}")
                accuracies[label, seconds].append(accuracy(plain, seen, labels))
    print("accuracy in percent, mean ± sd (chips): ours, the other; Welch's t test")
    for (label, seconds), other in accuracies.items():
        first = mine[seconds]
        p = ttest_ind(first, other, equal_var=False).pvalue
        agreed &= label != "the kit" or bool(p > LEVEL)
        print(
            f"  {label:<9} {seconds:>7.0f} s  {spread(first)} ({len(first)})  {spread(other)} ({len(other)})"
            f"  p = {p:.3f}  {'agree' if p > LEVEL else 'DIFFER'}"
        )
    print(f"{FIRST} of {DIAGNOSED} chips, read and compensated less target, as a part of the column's largest weight:")
    print("mean, mean away from 0, sd; its factor of compensation; that of all layers, mean ± a layer's sd")
    diagnose(network, analog)
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main())
