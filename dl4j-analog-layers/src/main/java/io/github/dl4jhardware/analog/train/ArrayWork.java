package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.ChipStep;
import io.github.dl4jhardware.analog.update.Hits;
import io.github.dl4jhardware.analog.update.RankOneUpdate;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What training does with a layer's array and digital bias, whatever the layer computes. */
final class ArrayWork {
  private static final String BIAS = "b";

  private final Layer layer;
  private final AnalogLayer host;
  private final SynapseArray array;
  private final AnalogSgd updater;
  private final ChipStep step;
  private final float[] bias;
  private final PulseTally[] tallies;
  private final Hits[] hits;

  /**
   * Work on one array.
   *
   * @param layer an analogue layer, whose updater is AnalogSgd
   * @param array its cells, or somebody who looks on
   * @param parts threads
   */
  ArrayWork(Layer layer, SynapseArray array, int parts) {
    this.layer = layer;
    this.array = array;
    host = (AnalogLayer) layer;
    updater = (AnalogSgd) ((FeedForwardLayer) layer.conf().getLayer()).getIUpdater();
    step = new ChipStep(array, host.chipSeed(), layer.getIndex());
    INDArray own = layer.paramTable().get(BIAS);
    bias = own == null || host.biasRow() ? new float[0] : own.dup().data().asFloat();
    tallies =
        IntStream.range(0, parts).mapToObj(part -> new PulseTally()).toArray(PulseTally[]::new);
    hits = IntStream.range(0, parts).mapToObj(part -> new Hits()).toArray(Hits[]::new);
  }

  AnalogLayer host() {
    return host;
  }

  SynapseArray array() {
    return array;
  }

  AnalogSgd updater() {
    return updater;
  }

  int layerIndex() {
    return layer.getIndex();
  }

  RankOneUpdate update() {
    return new RankOneUpdate(array, updater, host.chipSeed(), layer.getIndex());
  }

  /** The number of the example, which keys its draws. */
  long example() {
    return array.counters().get(Count.EXAMPLES);
  }

  double rate(int epoch) {
    return step.rate(updater, epoch);
  }

  /** What a column's sum begins with. */
  float bias(int column) {
    return bias.length == 0 ? 0 : bias[column];
  }

  boolean digitalBias() {
    return bias.length > 0;
  }

  void lowerBias(int column, double by) {
    bias[column] -= (float) by;
  }

  PulseTally tally(int part) {
    return tallies[part];
  }

  Hits hits(int part) {
    return hits[part];
  }

  boolean restDue() {
    return step.restDue(1);
  }

  void rest(int part, int parts) {
    int cells = array.rows() * array.columns();
    step.rest(Stage.share(cells, part, parts), Stage.share(cells, part + 1, parts), 1);
  }

  /** Counters, and a transfer if it is due. */
  void end() {
    step.end(1);
  }

  void writeBack() {
    for (PulseTally tally : tallies) {
      tally.drainTo(array.counters());
    }
    host.writeArray();
    if (bias.length > 0) {
      layer.getParam(BIAS).assign(Nd4j.createFromArray(bias));
    }
  }
}
