package io.github.dl4jhardware.neuromorphic.layer;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Responses of any weights to any inputs: patches as numbers, and native matrix products. {@link
 * SpikeResponses} is faster where weights are trinary and inputs are spikes.
 */
final class FloatResponses {
  private final Scratch patchScratch = new Scratch();
  private final Scratch responseScratch = new Scratch();

  private final int inFeatures;
  private final int outFeatures;
  private final int groups;
  private final long fanIn;

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
   * @param weights {@code [groups, features per group, inputs per neuron]}
   * @param exactly whether sums are to be those of {@link ExactResponses}
   */
  Responses to(INDArray input, Geometry g, INDArray weights, boolean exactly, InputCheck check) {
    DataType type = input.dataType();
    Rows pixels = Rows.of(input, inFeatures);
    INDArray patches =
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
    INDArray responses = responseScratch.of(type, groups, outFeatures / groups, g.outPositions());
    Rows responseRows = Rows.of(responses, outFeatures);
    if (exactly) {
      ExactResponses.sum(
          Rows.of(weights, outFeatures), outFeatures, groups, patchRows, responseRows);
    } else {
      Products.run(Products.plain(weights, patches, responses));
    }
    return new Batch(g, weights, patches, responses, responseRows);
  }

  private Rows patchRows(INDArray array) {
    return Rows.of(array, (int) (groups * fanIn));
  }

  /** The responses to one batch, until the next takes their place. */
  private final class Batch implements Responses {
    private final Geometry g;
    private final INDArray weights;

    /** {@code [groups, inputs per neuron, positions]}. */
    private final INDArray patches;

    /** {@code [groups, features per group, positions]}. */
    private final INDArray responses;

    private final Rows rows;

    Batch(Geometry g, INDArray weights, INDArray patches, INDArray responses, Rows rows) {
      this.g = g;
      this.weights = weights;
      this.patches = patches;
      this.responses = responses;
      this.rows = rows;
    }

    @Override
    public void read(int feature, double[] row) {
      rows.read(feature, row);
    }

    /** The responses' own. */
    @Override
    public void makeRoom() {}

    @Override
    public void replace(int feature, double[] row) {
      rows.write(feature, row);
    }

    /** The responses have become their gradients, and patches become those of the inputs. */
    @Override
    public void backward(INDArray weightGradient, INDArray inputGradient) {
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
}
