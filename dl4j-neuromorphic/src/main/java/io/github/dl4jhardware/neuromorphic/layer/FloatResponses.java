package io.github.dl4jhardware.neuromorphic.layer;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Responses of any weights to any inputs: patches as numbers, and native matrix products. {@link
 * SpikeResponses} is faster where weights are trinary and inputs are spikes.
 */
final class FloatResponses implements Responses {
  private final Scratch patchScratch = new Scratch();
  private final Scratch responseScratch = new Scratch();

  private final int inFeatures;
  private final int outFeatures;
  private final int groups;
  private final long fanIn;

  private Geometry geometry = Geometry.dense(1);
  private INDArray weights = Nd4j.empty();

  /** {@code [groups, inputs per neuron, positions]}. */
  private INDArray patches = Nd4j.empty();

  /** {@code [groups, features per group, positions]}. */
  private INDArray responses = Nd4j.empty();

  FloatResponses(SpikingNeurons layer) {
    inFeatures = (int) layer.settings().host().getNIn();
    outFeatures = (int) layer.settings().host().getNOut();
    groups = layer.options().groups();
    fanIn = layer.settings().fanIn();
  }

  /**
   * Responds.
   *
   * @param input feature by feature, {@code [inputs, examples, height, width]}
   * @param made weights, {@code [groups, features per group, inputs per neuron]}
   * @param exactly whether sums are to be those of {@link ExactResponses}
   */
  Responses to(INDArray input, Geometry g, INDArray made, boolean exactly, InputCheck check) {
    DataType type = input.dataType();
    geometry = g;
    weights = made;
    Rows pixels = Rows.of(input, inFeatures);
    patches =
        g.pointwise()
            ? input.reshape('c', groups, fanIn, g.outPositions())
            : patchScratch.of(type, groups, fanIn, g.outPositions());
    Rows patchRows = patchRows(patches);
    Workers.each(
        inFeatures,
        feature -> {
          double[] image = Scratch.row(0, g.inPositions());
          pixels.read(feature, image);
          check.row(image, feature, g);
          if (!g.pointwise()) {
            Patches.gather(g, image, Scratch.row(1, g.outPositions()), patchRows, feature);
          }
        });
    responses = responseScratch.of(type, groups, outFeatures / groups, g.outPositions());
    if (exactly) {
      ExactResponses.sum(
          Rows.of(weights, outFeatures),
          outFeatures,
          groups,
          patchRows,
          Rows.of(responses, outFeatures));
    } else {
      Products.run(Products.plain(weights, patches, responses));
    }
    return this;
  }

  /** Lets go of the last batch. */
  void clear() {
    patches = Nd4j.empty();
  }

  private Rows patchRows(INDArray array) {
    return Rows.of(array, (int) (groups * fanIn));
  }

  @Override
  public void read(int feature, double[] row) {
    Rows.of(responses, outFeatures).read(feature, row);
  }

  /** The responses' own. */
  @Override
  public void makeRoom() {}

  @Override
  public void replace(int feature, double[] row) {
    Rows.of(responses, outFeatures).write(feature, row);
  }

  /** The responses have become their gradients, and patches become those of the inputs. */
  @Override
  public void backward(INDArray weightGradient, INDArray inputGradient) {
    Geometry g = geometry;
    INDArray patchGradient =
        g.pointwise() ? inputGradient.reshape('c', groups, fanIn, g.outPositions()) : patches;
    Products.run(
        Products.transposedRight(responses, patches, weightGradient),
        Products.transposedLeft(weights, responses, patchGradient));
    if (!g.pointwise()) {
      Rows patchRows = patchRows(patchGradient);
      Rows pixels = Rows.of(inputGradient, inFeatures);
      Workers.each(
          inFeatures,
          feature -> {
            double[] image = Scratch.row(0, g.inPositions());
            Patches.scatter(g, patchRows, feature, Scratch.row(1, g.outPositions()), image);
            pixels.write(feature, image);
          });
    }
  }
}
