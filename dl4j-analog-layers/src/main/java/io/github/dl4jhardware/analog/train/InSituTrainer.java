package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.cell.ArrayObserver;
import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.HostNode;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Trains a network of analogue layers one example at a time, as the chip does it: forward,
 * backward, pulses, leak and transfer run in fused loops over arrays, with no ND4J operation for an
 * example.
 *
 * <p>What it leaves is what {@code network.fit} with minibatches of one example leaves: weights,
 * conductances, polarity, counters, score, iteration and epoch counts, with activations rounded by
 * other sums. It trains {@link AnalogDenseLayer}, {@link AnalogConvolutionLayer} and {@link
 * AnalogOutputLayer} with {@link AnalogSgd}, and between them greatest and mean pooling, global
 * pooling, activations and, for images, batch normalisation, whose batch is one example then; in a
 * MultiLayerNetwork, or in a ComputationGraph with additions and merges, one input and one output;
 * activations identity, tanh, sigmoid, ReLU; losses MCXENT or negative log-likelihood with softmax,
 * XENT with sigmoid, MSE and L2. Anything else is refused, when the trainer is made or where it
 * goes by the size of the images at the first of them, naming the layer and the way out. Arithmetic
 * is in single precision.
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

  private final NeuralNetwork network;
  private final List<HostNode> nodes;
  private int threads = 1;
  private int listenEvery = DEFAULT_LISTEN_EVERY;
  private ArrayObserver observer = (layer, array) -> array;

  private InSituTrainer(NeuralNetwork network, List<HostNode> nodes) {
    this.network = network;
    this.nodes = nodes;
  }

  /**
   * A trainer for one network.
   *
   * @param network an initialised MultiLayerNetwork or ComputationGraph
   * @return the trainer, with one thread
   * @throws DL4JInvalidConfigException if it cannot train the network; the message names the layer
   *     and the way out
   */
  public static InSituTrainer of(NeuralNetwork network) {
    if (!HostNetwork.initialised(network)) {
      throw new DL4JInvalidConfigException(
          "InSituTrainer needs an initialised network: call network.init() first");
    }
    if (network instanceof ComputationGraph graph
        && (graph.getNumInputArrays() != 1 || graph.getNumOutputArrays() != 1)) {
      throw new DL4JInvalidConfigException(
          "InSituTrainer trains networks with one input and one output, and this has "
              + graph.getNumInputArrays()
              + " and "
              + graph.getNumOutputArrays()
              + ": train it by its fit");
    }
    List<HostNode> nodes = HostNode.of(network);
    Suitability.check(nodes);
    return new InSituTrainer(network, nodes);
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
   * @param iterator features {@code [examples, nIn]} or images in the network's format, labels
   *     {@code [examples, nOut]}, finite
   * @param epochs passes over the iterator, which is reset before each
   * @throws IllegalArgumentException if the data do not fit the network or are not finite
   * @throws DL4JInvalidInputException if images are smaller than a kernel
   * @throws DL4JInvalidConfigException if the network cannot be trained for a reason that only the
   *     size of its images tells, such as batch normalisation of single numbers
   * @throws IllegalStateException if training diverges to NaN
   */
  public void fit(DataSetIterator iterator, int epochs) {
    Check.inRange("InSituTrainer.fit epochs", epochs, 1, Integer.MAX_VALUE);
    for (int epoch = 0; epoch < epochs; epoch++) {
      if (iterator.resetSupported()) {
        iterator.reset();
      }
      HostNetwork.listeners(network).forEach(listener -> listener.onEpochStart((Model) network));
      try (Team team = new Team(threads)) {
        Session session = new Session(team);
        while (iterator.hasNext()) {
          session.take(iterator.next());
        }
        session.end();
      }
      HostNetwork.listeners(network).forEach(listener -> listener.onEpochEnd((Model) network));
      HostNetwork.countEpoch(network);
    }
  }

  /**
   * Trains once on the examples of a data set, in order.
   *
   * @param data features {@code [examples, nIn]} or images in the network's format, labels {@code
   *     [examples, nOut]}, finite
   * @throws IllegalArgumentException if the data do not fit the network or are not finite
   * @throws DL4JInvalidInputException if images are smaller than a kernel
   * @throws DL4JInvalidConfigException if the network cannot be trained for a reason that only the
   *     size of its images tells, such as batch normalisation of single numbers
   * @throws IllegalStateException if training diverges to NaN
   */
  public void fit(DataSet data) {
    try (Team team = new Team(threads)) {
      Session session = new Session(team);
      session.take(data);
      session.end();
    }
  }

  /** The network's layers as plain arrays, from the first example to the last of one call. */
  private final class Session {
    private final Team team;
    private @Nullable Pass pass;

    Session(Team team) {
      this.team = team;
    }

    /** Buffers examples and trains as often as a listener's turn comes. */
    void take(DataSet data) {
      int seen = HostNetwork.iterations(network);
      if (pass == null) {
        Examples.check(data, seen);
        Extent extent = Extents.ofInput(nodes, data.getFeatures());
        pass = new Pass(Stages.of(nodes, extent, team.size(), observer), team);
      }
      pass.take(data);
    }

    /** Trains on all that is buffered, and ends. */
    void end() {
      if (pass != null) {
        pass.flush(true);
      }
    }
  }

  /** The stages of a network, and the examples that go through them. */
  private final class Pass {
    private final Team team;
    private final InputStage input;
    private final List<Stage> stages;
    private final Stage last;
    private final Loss loss;
    private final Examples examples;
    private volatile double score;
    private volatile boolean diverged;

    Pass(Stages all, Team team) {
      this.team = team;
      input = all.input();
      stages = all.list();
      last = stages.get(stages.size() - 1);
      Layer output = Objects.requireNonNull(nodes.get(nodes.size() - 1).layer());
      loss = Suitability.loss((AnalogOutputLayer) output.conf().getLayer());
      examples = new Examples(input.extent(), last.extent().size());
    }

    private int iterations() {
      return HostNetwork.iterations(network);
    }

    private int untilListeners() {
      return listenEvery - iterations() % listenEvery;
    }

    void take(DataSet data) {
      examples.add(data, iterations() + (long) examples.count());
      if (examples.full() || examples.count() >= Math.min(BUFFER, untilListeners())) {
        flush(false);
      }
    }

    void flush(boolean end) {
      int from = 0;
      while (from < examples.count()) {
        int to = Math.min(examples.count(), from + untilListeners());
        train(from, to);
        from = to;
        if (iterations() % listenEvery == 0) {
          tellListeners();
        }
      }
      if (end && iterations() % listenEvery != 0) {
        tellListeners();
      }
      examples.clear();
    }

    private void tellListeners() {
      for (TrainingListener listener : HostNetwork.listeners(network)) {
        listener.iterationDone((Model) network, iterations(), HostNetwork.epochs(network));
      }
    }

    private void train(int from, int to) {
      int epoch = HostNetwork.epochs(network);
      int before = iterations() - from;
      team.run(part -> go(part, from, to, before, epoch));
      stages.forEach(Stage::writeBack);
      HostNetwork.countIterations(network, to - from, score);
      if (diverged) {
        throw new IllegalStateException(
            "Training diverged: the loss is "
                + score
                + " after "
                + iterations()
                + " examples. Lower the learning rate");
      }
    }

    /** What every thread does with every example; the division does not change any sum. */
    private void go(int part, int from, int to, int before, int epoch) {
      int parts = team.size();
      for (int example = from; example < to && !diverged; example++) {
        if (part == 0) {
          input.next(examples.features(), example);
        }
        team.await();
        input.forward(part, parts);
        team.await();
        forward(part, parts);
        if (part == 0) {
          lose(example);
        }
        team.await();
        for (int stage = stages.size() - 1; stage >= 0; stage--) {
          stages.get(stage).differentiated(part, parts);
          team.await();
          stages.get(stage).backward(part, parts);
          team.await();
        }
        update(part, parts, before + example, epoch);
      }
    }

    private void forward(int part, int parts) {
      for (Stage stage : stages) {
        stage.gather(part, parts);
        team.await();
        stage.forward(part, parts);
        if (part == 0) {
          stage.forget();
        }
        team.await();
      }
    }

    private void lose(int example) {
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

    private void update(int part, int parts, int iteration, int epoch) {
      if (diverged) {
        return;
      }
      if (part == 0) {
        for (Stage stage : stages) {
          stage.begin(iteration, epoch);
        }
      }
      team.await();
      for (Stage stage : stages) {
        stage.prepare(part, parts);
      }
      team.await();
      boolean rest = false;
      for (Stage stage : stages) {
        stage.fire(part, parts);
        rest |= stage.restDue();
      }
      team.await();
      if (rest) {
        for (Stage stage : stages) {
          if (stage.restDue()) {
            stage.rest(part, parts);
          }
        }
        team.await();
      }
      if (part == 0) {
        stages.forEach(Stage::end);
      }
      team.await();
    }
  }
}
