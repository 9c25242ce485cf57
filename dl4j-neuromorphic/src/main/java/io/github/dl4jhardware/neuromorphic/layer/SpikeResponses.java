package io.github.dl4jhardware.neuromorphic.layer;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Responses of trinary weights to spikes: forward bits are counted, backward nothing is multiplied.
 *
 * <p>Forward, inputs stand as bits of words, and with M the mask of −1 weights and D that of all
 * but 0 a response is popcount(M ^ (x &amp; D)) − popcount(M), a whole number. It is made anew when
 * it is asked for, which takes less time than keeping it. Backward, dL/dx is the sum of dL/dr over
 * the neurons that have +1 there, less that over those that have −1 ({@link TrinarySums}); dL/dw is
 * the sum of dL/dr over the positions with a spike ({@link SpikeSums}).
 *
 * <p>The order of all additions is that of this code, whatever the processor and its matrix
 * library, and does not depend on the number of threads.
 */
final class SpikeResponses implements Responses {
  /** About so many pieces of work, parts of groups, a batch makes at least on its way back. */
  private static final int PIECES = 8;

  private final int inFeatures;
  private final int outFeatures;
  private final int groups;
  private final int fanIn;

  private Geometry geometry = Geometry.dense(1);
  private final SpikeWords words;
  private final TrinaryMasks masks;
  private long madeAt = -1;
  private float[][] gradients = new float[0][];

  SpikeResponses(SpikingNeurons layer) {
    inFeatures = (int) layer.settings().host().getNIn();
    outFeatures = (int) layer.settings().host().getNOut();
    groups = layer.options().groups();
    fanIn = (int) layer.settings().fanIn();
    words = new SpikeWords(inFeatures, groups, fanIn / (inFeatures / groups));
    masks = new TrinaryMasks(outFeatures, groups, inFeatures / groups, fanIn);
  }

  /**
   * Responds.
   *
   * @param input FLOAT, feature by feature, {@code [inputs, examples, height, width]}
   */
  Responses to(INDArray input, Geometry g, TrinaryWeights weights, InputCheck check) {
    geometry = g;
    words.load(Rows.of(input, inFeatures), g, check);
    if (weights.timesMade() != madeAt) {
      masks.load(Rows.of(weights.effective(), outFeatures));
      madeAt = weights.timesMade();
    }
    return this;
  }

  int fanIn() {
    return fanIn;
  }

  /** Takes r of one feature, as the whole numbers that they are. */
  void read(int feature, int[] row) {
    int group = feature / (outFeatures / groups);
    masks.respond(
        feature, words.patches(), group * words.patchWords(), row, geometry.outPositions());
  }

  @Override
  public void read(int feature, double[] row) {
    int positions = geometry.outPositions();
    int[] whole = Scratch.counts(positions);
    read(feature, whole);
    for (int i = 0; i < positions; i++) {
      row[i] = whole[i];
    }
  }

  /** dL/dr of one feature, to be written. */
  float[] gradient(int feature) {
    return gradients[feature];
  }

  @Override
  public void replace(int feature, double[] row) {
    float[] own = gradients[feature];
    for (int i = 0; i < own.length; i++) {
      own[i] = (float) row[i];
    }
  }

  @Override
  public void makeRoom() {
    int positions = geometry.outPositions();
    if (gradients.length == 0 || gradients[0].length != positions) {
      gradients = new float[outFeatures][positions];
    }
  }

  @Override
  public void backward(INDArray weightGradient, INDArray inputGradient) {
    Geometry g = geometry;
    int parts = Math.min(g.examples(), (PIECES + groups - 1) / groups);
    int share = outFeatures / groups;
    Rows images = Rows.of(inputGradient, inFeatures);
    TrinarySums inputs = new TrinarySums(g, masks, gradients, images);
    float[][][] sums = new float[groups * parts][][];
    Workers.each(
        groups * parts,
        piece -> {
          int group = piece / parts;
          int from = (int) ((long) g.examples() * (piece % parts) / parts);
          int to = (int) ((long) g.examples() * (piece % parts + 1) / parts);
          int perExample = g.outPositions() / g.examples();
          inputs.add(group, from, to);
          sums[piece] =
              SpikeSums.of(
                  Arrays.copyOfRange(gradients, group * share, (group + 1) * share),
                  words.patchesOf(group),
                  fanIn,
                  from * perExample,
                  to * perExample);
        });
    Rows target = Rows.of(weightGradient, outFeatures);
    Workers.each(
        outFeatures,
        feature -> {
          float[] row = new float[fanIn];
          for (int part = 0; part < parts; part++) {
            float[][] own = sums[feature / share * parts + part];
            for (int bit = 0; bit < fanIn; bit++) {
              row[masks.input(bit)] += own[bit][feature % share];
            }
          }
          target.writeFloats(feature, row);
        });
  }
}
