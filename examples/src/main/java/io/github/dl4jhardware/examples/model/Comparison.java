package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Trains the network of S. Ambrogio et al. (2018), 528-250-125-10, one example at a time: every
 * variant with the same initial weights, example order and learning rate for a seed.
 */
public final class Comparison {
  /** Height and width of the images' middle: 528 inputs. */
  public static final int ROWS = 22;

  public static final int COLUMNS = 24;

  private static final int[] WIDTHS = {ROWS * COLUMNS, 250, 125, 10};

  /** Pulses that row and column drivers can fire. */
  public static final PulseScheme PULSES = PulseScheme.LOW_DISCREPANCY;

  private static final int STRETCH = 500;
  private static final int TEST_BATCH = 1000;

  private final ImageData data;
  private final int examples;
  private final int epochs;
  private final double learningRate;
  private final double finalRate;

  /**
   * A comparison.
   *
   * @param finalRate what is left of the learning rate at the end; it falls exponentially
   */
  public Comparison(
      ImageData data, int examples, int epochs, double learningRate, double finalRate) {
    this.data = data;
    this.examples = examples;
    this.epochs = epochs;
    this.learningRate = learningRate;
    this.finalRate = finalRate;
  }

  public long examplesPerRun() {
    return (long) examples * epochs;
  }

  /** What a run gave. */
  public record Result(
      double testAccuracyPercent, double trainSeconds, double examplesPerSecond, long transfers) {}

  /** Hears how far a run is. */
  public interface Watcher {
    void trained(long examples, double seconds);
  }

  /**
   * Trains and tests one variant, the software on ideal devices.
   *
   * @param synapse what it is trained on
   */
  public Result run(Variant variant, Synapse synapse, long seed, Watcher watcher) {
    PulseScheme scheme = variant == Variant.SOFTWARE ? PulseScheme.EXPECTED : PULSES;
    MultiLayerNetwork network =
        Perceptrons.analog(WIDTHS, seed, new AnalogSgd(schedule(), scheme), synapse);
    InSituTrainer trainer = InSituTrainer.of(network);
    Images train = data.train();
    long done = 0;
    double seconds = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = order(train.count(), seed, epoch);
      for (int from = 0; from < examples; from += STRETCH) {
        int to = Math.min(examples, from + STRETCH);
        long start = System.nanoTime();
        trainer.fit(train.dataSet(order, from, to));
        seconds += (System.nanoTime() - start) * 1e-9;
        done += to - from;
        watcher.trained(done, seconds);
      }
    }
    AnalogLayer first = (AnalogLayer) network.getLayer(0);
    return new Result(
        accuracyPercent(network, data.test()),
        seconds,
        done / seconds,
        first.lookAtArray().counters().get(Count.TRANSFERS));
  }

  private ISchedule schedule() {
    return new ExponentialSchedule(
        ScheduleType.ITERATION, learningRate, Math.pow(finalRate, 1.0 / examplesPerRun()));
  }

  /** The same images in every epoch, in another order each time. */
  private int[] order(int count, long seed, int epoch) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    shuffle(order, count, new SplittableRandom(seed));
    for (int e = 1; e <= epoch; e++) {
      shuffle(order, examples, new SplittableRandom(seed + 1_000_003L * e));
    }
    return order;
  }

  private static void shuffle(int[] order, int count, SplittableRandom random) {
    for (int i = count - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
  }

  public static double accuracyPercent(MultiLayerNetwork network, Images test) {
    int[] order = new int[test.count()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    Evaluation evaluation = new Evaluation(test.classes());
    for (int from = 0; from < test.count(); from += TEST_BATCH) {
      DataSet batch = test.dataSet(order, from, Math.min(test.count(), from + TEST_BATCH));
      evaluation.eval(batch.getLabels(), network.output(batch.getFeatures()));
    }
    return 100 * evaluation.accuracy();
  }
}
