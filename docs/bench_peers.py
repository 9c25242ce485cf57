"""Rates of peers on the work of `benchmark training` and `benchmark spiking`, as CSV.

    pip install aihwkit==1.1.0 torch==2.10.0
    python docs/bench_peers.py [--rounds 3] [--threads 1] [--only training|spiking]

Prints the columns benchmark,case,threads,unit,median,least,most,rounds. The rows:

- spiking: the one-chip network's kernels, strides, features and groups as float Conv2d with
  BatchNorm2d and ReLU, Adam, batches of 50 images of 32x32; training and inference.
- training: 784-256-128-10 in batches of 64 and 528-250-125-10 one example at a time, on torch's Linear,
  on aihwkit's floating-point tile and on its preset CapacitorPreset, with SGD.

Inputs are drawn: values do not change the rates of dense products. aihwkit's pulsed updates depend on
values; theirs are uniform, with three quarters of the pixels at 0 (MNIST: 81 %).
"""

import argparse
import csv
import os
import platform
import statistics
import sys
import time

STAGES = [  # kernel, stride, padding, features, groups
    (3, 1, 1, 12, 1),
    (4, 2, 1, 252, 2),
    (1, 1, 0, 256, 2),
    (2, 2, 0, 256, 8),
    (3, 1, 1, 512, 32),
    (1, 1, 0, 512, 4),
    (1, 1, 0, 512, 4),
    (1, 1, 0, 512, 4),
    (2, 2, 0, 512, 16),
    (3, 1, 1, 1024, 64),
    (1, 1, 0, 1024, 8),
    (2, 2, 0, 1024, 32),
    (1, 1, 0, 1024, 8),
    (1, 1, 0, 1024, 8),
    (1, 1, 0, 2040, 8),
]


def cpu():
    """Name and vector units, where Linux tells them."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = dict(
                (part[0].strip(), part[1].strip())
                for part in (line.split(":", 1) for line in file if ":" in line)
            )
        flags = [f for f in ("avx2", "avx512f", "avx512_vpopcntdq") if f in lines.get("flags", "").split()]
        return f"{lines.get('model name', '?')} ({' '.join(flags)})"
    except OSError:
        return platform.processor()


def spiking(torch, training):
    """Images a second of a function that takes so many steps."""
    layers = []
    channels = 3
    for kernel, stride, padding, features, groups in STAGES:
        layers += [
            torch.nn.Conv2d(channels, features, kernel, stride, padding, groups=groups, bias=False),
            torch.nn.BatchNorm2d(features),
            torch.nn.ReLU(),
        ]
        channels = features
    network = torch.nn.Sequential(*layers, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    loss = torch.nn.CrossEntropyLoss()
    batch, steps = 50, 20
    images = torch.rand(batch, 3, 32, 32)
    labels = torch.randint(0, 10, (batch,))
    network.train(training)

    def run():
        for _ in range(steps):
            if training:
                optimizer.zero_grad()
                loss(network(images).view(batch, 10, -1).mean(2), labels).backward()
                optimizer.step()
            else:
                with torch.no_grad():
                    network(images)
        return steps * batch

    return run


def digits(torch, count, width):
    images = torch.rand(count, width) * (torch.rand(count, width) < 0.25)
    return images, torch.randint(0, 10, (count,))


def training(torch, kind, widths, batch, examples):
    """Examples a second of a perceptron with sigmoids."""
    if kind == "torch Linear":
        linear = [torch.nn.Linear(a, b) for a, b in zip(widths, widths[1:])]
        optimise = lambda network: torch.optim.SGD(network.parameters(), 0.01)
    else:
        from aihwkit.nn import AnalogLinear
        from aihwkit.optim import AnalogSGD
        from aihwkit.simulator.configs import FloatingPointRPUConfig
        from aihwkit.simulator.presets import CapacitorPreset

        config = FloatingPointRPUConfig() if kind == "aihwkit floating point" else CapacitorPreset()
        linear = [AnalogLinear(a, b, rpu_config=config) for a, b in zip(widths, widths[1:])]

        def optimise(network):
            optimizer = AnalogSGD(network.parameters(), lr=0.01)
            optimizer.regroup_param_groups(network)
            return optimizer

    layers = []
    for i, layer in enumerate(linear):
        layers += [layer] + ([torch.nn.Sigmoid()] if i + 1 < len(linear) else [])
    network = torch.nn.Sequential(*layers)
    optimizer = optimise(network)
    loss = torch.nn.CrossEntropyLoss()
    images, labels = digits(torch, examples, widths[0])

    def run():
        for at in range(0, examples - batch + 1, batch):
            optimizer.zero_grad()
            loss(network(images[at : at + batch]), labels[at : at + batch]).backward()
            optimizer.step()
        return examples // batch * batch

    return run


def cases(torch, only):
    if only in (None, "spiking"):
        yield "spiking", "torch float, grouped, training", "images/s", lambda: spiking(torch, True)
        yield "spiking", "torch float, grouped, inference", "images/s", lambda: spiking(torch, False)
    if only in (None, "training"):
        for kind in ("torch Linear", "aihwkit floating point", "aihwkit CapacitorPreset"):
            for widths, batch, examples in (((784, 256, 128, 10), 64, 12800), ((528, 250, 125, 10), 1, 2000)):
                yield (
                    "training",
                    f"{kind}, batch {batch}",
                    "examples/s",
                    lambda k=kind, w=widths, b=batch, e=examples: training(torch, k, w, b, e),
                )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", choices=("training", "spiking"))
    args = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(args.threads)
    import torch

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    print(f"torch {torch.__version__}, Python {platform.python_version()}, {cpu()}", file=sys.stderr)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["benchmark", "case", "threads", "unit", "median", "least", "most", "rounds"])
    for benchmark, case, unit, make in cases(torch, args.only):
        run = make()
        run()  # warms up
        rates = []
        for _ in range(args.rounds):
            start = time.perf_counter()
            done = run()
            rates.append(done / (time.perf_counter() - start))
        out.writerow(
            [benchmark, case, args.threads, unit]
            + [f"{value:.1f}" for value in (statistics.median(rates), min(rates), max(rates))]
            + [args.rounds]
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
