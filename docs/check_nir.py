"""Runs a NIR file of ours in NumPy, as the nir package reads it, and compares.

usage: check_nir.py network.nir frames.csv last_spikes.csv
A row of frames.csv is one frame, [features, height, width] flattened; a row of last_spikes.csv the last layer's spikes.
"""

import sys

import nir
import numpy as np


def convolve(node, frames):
    stride, padding = np.broadcast_to(node.stride, 2), np.broadcast_to(node.padding, 2)
    outputs, inputs, height, width = node.weight.shape
    padded = np.pad(frames, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1]]
    return np.einsum("nchwij,ocij->nohw", windows, node.weight.astype(float), optimize=True)


def main():
    graph = nir.read(sys.argv[1])
    following = dict(graph.edges)
    values = np.loadtxt(sys.argv[2], delimiter=",", ndmin=2)
    wanted = np.loadtxt(sys.argv[3], delimiter=",", ndmin=2)
    spikes = values
    name = next(k for k, n in graph.nodes.items() if isinstance(n, nir.Input))
    while True:
        node = graph.nodes[name]
        if isinstance(node, nir.Input):
            values = values.reshape(len(values), *node.input_type["input"])
        elif isinstance(node, nir.Conv2d):
            values = convolve(node, values) + node.bias[:, None, None]
        elif isinstance(node, nir.Scale):
            # Our transduction rounds responses to float first.
            values = values.astype(np.float32).astype(float) * node.scale
        elif isinstance(node, nir.Threshold):
            values = spikes = (values > node.threshold).astype(float)
        elif isinstance(node, nir.Flatten):
            values = values.reshape(len(values), -1)
        elif isinstance(node, nir.Linear):
            values = values @ node.weight.T
        elif isinstance(node, nir.Output):
            break
        else:
            raise SystemExit(f"unexpected node {name}: {type(node)}")
        name = following[name]
    different = int((spikes.reshape(len(spikes), -1) != wanted).sum())
    print(f"{len(graph.nodes)} nodes, {len(wanted)} frames, {wanted.size} spikes of the last layer, {different} differ")
    print("classes:", " ".join(str(c) for c in values.argmax(axis=1)))
    return 1 if different else 0


sys.exit(main())
