/**
 * Analogue layers for Deeplearning4j: {@link io.github.dl4jhardware.analog.layer.AnalogDenseLayer}
 * and {@link io.github.dl4jhardware.analog.layer.AnalogOutputLayer}, drop-in for DenseLayer and
 * OutputLayer.
 *
 * <p>Parameters of such a layer: {@code W [nIn, nOut]}, the effective weight, which the forward
 * pass reads; {@code b [1, nOut]}; the conductances in µS, {@code [rows, nOut]} with the bias row
 * last; {@code acc}, what a digital updater has asked for and no pulse has paid yet, in weight
 * units; and the vector {@code state}. All but W and b are kept by DL4J like the running mean of a
 * batch normalisation: they are in the zip, in clones and in transferred layers, and no updater
 * touches them.
 */
@NullMarked
package io.github.dl4jhardware.analog.layer;

import org.jspecify.annotations.NullMarked;
