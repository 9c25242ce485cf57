package io.github.dl4jhardware.convert;

/**
 * A converted network.
 *
 * @param network a new one; the source is as it was
 * @param report what was done to each layer
 * @param <N> MultiLayerNetwork or ComputationGraph
 */
public record Conversion<N>(N network, ConversionReport report) {}
