/**
 * From a trained spiking network to integers, and from there to packed kernels and to cores.
 *
 * <p>{@link io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram} compiles; what it holds no
 * longer needs Deeplearning4j.
 */
@NullMarked
package io.github.dl4jhardware.neuromorphic.deploy;

import org.jspecify.annotations.NullMarked;
