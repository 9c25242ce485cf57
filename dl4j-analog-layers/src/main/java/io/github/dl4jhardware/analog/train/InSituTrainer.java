package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.cell.ArrayObserver;
import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a MultiLayerNetwork of analogue layers one example at a time, as the chip does it:
 * forward, backward, pulses, leak and transfer run in fused loops over arrays, with no ND4J
 * operation for an example.
 *
 * <p>What it leaves is what {@code network.fit} with minibatches of one example leaves: weights,
 * conductances, polarity, counters, score, iteration and epoch counts, with activations rounded by
 * other sums. It trains {@link AnalogDenseLayer} and {@link AnalogOutputLayer} with {@link
 * AnalogSgd}; activations identity, tanh, sigmoid, ReLU; losses MCXENT or negative log-likelihood
 * with softmax, XENT with sigmoid, MSE and L2. Anything else is refused when the trainer is made,
 * naming the layer and the way out. Arithmetic is in single precision.
 *
 * <p>Listeners hear {@code iterationDone} each {@link #listenEvery} examples and at the end of a
 * call or epoch, with the number of examples so far as the iteration, and {@code onEpochStart} and
 * {@code onEpochEnd}; the parameters are up to date when they do. A network saved then goes on bit
 * for bit. The result does not depend on the number of threads.
 */
public final class InSituTrainer {
  private static final int DEFAULT_LISTEN_EVERY = 1000;

  /**
   * Examples that are gathered at the most before they are trained on, unless one data set brings
   * more.
   */
  private static final int BUFFER = 1000;

  private final MultiLayerNetwork network;
  private int threads = 1;
  private int listenEvery = DEFAULT_LISTEN_EVERY;
  private ArrayObserver observer = (layer, array) -> array;

  private InSituTrainer(MultiLayerNetwork network) {
    this.network = network;
  }

  /**
   * A trainer for one network.
   *
   * @param network an initialised MultiLayerNetwork of analogue layers
   * @return the trainer, with one thread
   * @throws DL4JInvalidConfigException if it cannot train the network; the message names the layer
   *     and the way out
   */
  public static InSituTrainer of(NeuralNetwork network) {
    if (!(network instanceof MultiLayerNetwork sequence)) {
      throw new DL4JInvalidConfigException(
          "InSituTrainer trains a MultiLayerNetwork, not a "
              + network.getClass().getSimpleName()
              + ": train that by its fit, or build the layers in a row");
    }
    if (!sequence.isInitCalled()) {
      throw new DL4JInvalidConfigException(
          "InSituTrainer needs an initialised network: call network.init() first");
    }
    for (int index = 0; index < sequence.getnLayers(); index++) {
      Suitability.check(sequence, index);
    }
    return new InSituTrainer(sequence);
  }

  /**
   * How many threads share each example's work.
   *
   * @param count at least 1; more than one pays where a core each is free and the layers are large
   * @return this
   */
  public InSituTrainer threads(int count) {
    threads = (int) Check.inRange("InSituTrainer.threads", count, 1, 256);
    return this;
  }

  /**
   * How often listeners hear {@code iterationDone}.
   *
   * @param examples every so many examples; 1,000 by default
   * @return this
   */
  public InSituTrainer listenEvery(int examples) {
    listenEvery = (int) Check.inRange("InSituTrainer.listenEvery", examples, 1, Integer.MAX_VALUE);
    return this;
  }

  /**
   * Lets somebody look on, for instance a {@code PulseLog}.
   *
   * @param onlooker sees every pulse and transfer of every array; called from all threads, for
   *     disjoint columns
   * @return this
   */
  public InSituTrainer observe(ArrayObserver onlooker) {
    observer = onlooker;
    return this;
  }

  /**
   * Trains on all examples of an iterator, in its order; its minibatches are taken apart.
   *
   * @param iterator features {@code [examples, nIn]}, labels {@code [examples, nOut]}, finite
   * @param epochs passes over the iterator, which is reset before each
   * @throws IllegalArgumentException if the data do not fit the network or are not finite
   * @throws IllegalStateException if training diverges to NaN
   */
  public void fit(DataSetIterator iterator, int epochs) {
    Check.inRange("InSituTrainer.fit epochs", epochs, 1, Integer.MAX_VALUE);
    for (int epoch = 0; epoch < epochs; epoch++) {
      if (iterator.resetSupported()) {
        iterator.reset();
      }
      network.getListeners().forEach(listener -> listener.onEpochStart(network));
      try (Team team = new Team(threads)) {
        Session session = new Session(team);
        while (iterator.hasNext()) {
          session.take(iterator.next());
        }
        session.flush(true);
      }
      network.getListeners().forEach(listener -> listener.onEpochEnd(network));
      network.incrementEpochCount();
    }
  }

  /**
   * Trains once on the examples of a data set, in order.
   *
   * @param data features {@code [examples, nIn]}, labels {@code [examples, nOut]}, finite
   * @throws IllegalArgumentException if the data do not fit the network or are not finite
   * @throws IllegalStateException if training diverges to NaN
   */
  public void fit(DataSet data) {
    try (Team team = new Team(threads)) {
      Session session = new Session(team);
      session.take(data);
      session.flush(true);
    }
  }

  /** The network's layers as plain arrays, from the first example to the last of one call. */
  private final class Session {
    private final Team team;
    private final List<TrainedLayer> layers = new ArrayList<>();
    private final Loss loss;
    private final Examples examples;
    private volatile double score;
    private volatile boolean diverged;

    Session(Team team) {
      this.team = team;
      for (int index = 0; index < network.getnLayers(); index++) {
        layers.add(layer(index, team.size()));
      }
      TrainedLayer last = layers.get(layers.size() - 1);
      AnalogOutputLayer outputConf =
          (AnalogOutputLayer) network.getLayer(layers.size() - 1).conf().getLayer();
      loss = Suitability.loss(outputConf);
      examples = new Examples(layers.get(0).inputs(), last.output().length);
    }

    private TrainedLayer layer(int index, int parts) {
      Layer layer = network.getLayer(index);
      FeedForwardLayer conf = (FeedForwardLayer) layer.conf().getLayer();
      AnalogLayer analog = (AnalogLayer) layer;
      INDArray bias = layer.paramTable().get("b");
      float[] digitalBias =
          bias == null || analog.biasRow() ? new float[0] : bias.dup().data().asFloat();
      AnalogSgd updater = (AnalogSgd) conf.getIUpdater();
      return new TrainedLayer(
          analog,
          observer.observe(index, analog.readArray()),
          index,
          (int) conf.getNIn(),
          updater,
          Suitability.nonlinearity(conf),
          digitalBias,
          parts);
    }

    /** Buffers examples and trains as often as a listener's turn comes. */
    void take(DataSet data) {
      examples.add(data, network.getIterationCount() + (long) examples.count());
      int untilListeners = listenEvery - network.getIterationCount() % listenEvery;
      if (examples.count() >= Math.min(BUFFER, untilListeners)) {
        flush(false);
      }
    }

    /** Trains on all that is buffered. */
    void flush(boolean end) {
      int from = 0;
      while (from < examples.count()) {
        int untilListeners = listenEvery - network.getIterationCount() % listenEvery;
        int to = Math.min(examples.count(), from + untilListeners);
        train(from, to);
        from = to;
        if (network.getIterationCount() % listenEvery == 0) {
          tellListeners();
        }
      }
      if (end && network.getIterationCount() % listenEvery != 0) {
        tellListeners();
      }
      examples.clear();
    }

    private void tellListeners() {
      for (TrainingListener listener : network.getListeners()) {
        listener.iterationDone(network, network.getIterationCount(), network.getEpochCount());
      }
    }

    private void train(int from, int to) {
      int epoch = network.getEpochCount();
      team.run(part -> go(part, from, to, epoch));
      writeBack();
      network.setIterationCount(network.getIterationCount() + to - from);
      network.setScore(score);
      if (diverged) {
        throw new IllegalStateException(
            "Training diverged: the loss is "
                + score
                + " after "
                + network.getIterationCount()
                + " examples. Lower the learning rate");
      }
    }

    private void writeBack() {
      for (int index = 0; index < layers.size(); index++) {
        TrainedLayer layer = layers.get(index);
        layer.writeBack();
        float[] bias = layer.bias();
        if (bias.length > 0) {
          network.getLayer(index).getParam("b").assign(Nd4j.createFromArray(bias));
        }
      }
    }

    /** What every thread does with every example; the division does not change any sum. */
    private void go(int part, int from, int to, int epoch) {
      int parts = team.size();
      int last = layers.size() - 1;
      for (int example = from; example < to && !diverged; example++) {
        for (int l = 0; l <= last; l++) {
          TrainedLayer layer = layers.get(l);
          if (part == 0) {
            if (l == 0) {
              layer.take(examples.features(), example * layer.inputs());
            } else {
              layer.take(layers.get(l - 1).output(), 0);
            }
          }
          team.await();
          layer.forward(part, parts);
          team.await();
        }
        if (part == 0) {
          lose(layers.get(last), example);
        }
        team.await();
        for (int l = last; l > 0; l--) {
          layers.get(l).backward(layers.get(l - 1), part, parts);
          team.await();
        }
        update(part, parts, epoch);
      }
    }

    private void lose(TrainedLayer last, int example) {
      float[] output = last.output();
      last.nonlinearity().finish(output);
      score =
          loss.delta(
              output,
              examples.labels(),
              example * output.length,
              last.nonlinearity(),
              last.delta());
      diverged = Double.isNaN(score) || Double.isInfinite(score);
    }

    private void update(int part, int parts, int epoch) {
      if (diverged) {
        return;
      }
      if (part == 0) {
        for (TrainedLayer layer : layers) {
          layer.begin(epoch);
        }
      }
      team.await();
      for (TrainedLayer layer : layers) {
        layer.prepare(part, parts);
      }
      team.await();
      boolean rest = false;
      for (TrainedLayer layer : layers) {
        layer.fire(part, parts);
        rest |= layer.restDue();
      }
      team.await();
      if (rest) {
        for (TrainedLayer layer : layers) {
          if (layer.restDue()) {
            layer.rest(part, parts);
          }
        }
        team.await();
      }
      if (part == 0) {
        for (TrainedLayer layer : layers) {
          layer.end();
        }
      }
      team.await();
    }
  }
}
