package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.examples.console.Progress;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.Images;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images as the public ResNets take them: channels last, less the mean of all training images, in
 * units of 255.
 */
final class ResNetImages {
  private static final int TEST_BATCH = 100;

  private final INDArray meanImage;
  private final PrintStream console;

  ResNetImages(Images train, PrintStream console) {
    this.console = console;
    meanImage = mean(train);
  }

  private static INDArray mean(Images train) {
    int pixels = train.channels() * train.height() * train.width();
    double[] sums = new double[pixels];
    for (byte[] image : train.pixels()) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        sums[pixel] += image[pixel] & 0xFF;
      }
    }
    float[] means = new float[pixels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      means[pixel] = (float) (sums[pixel] / train.count() / 255);
    }
    long[] shape = {1, train.channels(), train.height(), train.width()};
    return ImageBatches.arranged(Nd4j.create(means, shape, 'c'), Layout.NHWC);
  }

  /** A batch, in place. */
  DataSet seen(DataSet batch) {
    batch.setFeatures(ImageBatches.arranged(batch.getFeatures(), Layout.NHWC).subi(meanImage));
    return batch;
  }

  /** The first images of a set, as the network sees them. */
  INDArray first(Images images, int count) {
    return batches(images, count, count).get(0);
  }

  /** The same in batches. */
  List<INDArray> batches(Images images, int count, int batch) {
    ImageBatches batches = new ImageBatches(images, List.of(), 0);
    int[] order = IntStream.range(0, images.count()).toArray();
    List<INDArray> all = new ArrayList<>();
    int end = Math.min(count, images.count());
    for (int from = 0; from < end; from += batch) {
      int to = Math.min(end, from + batch);
      all.add(seen(batches.batch(order, from, to, 0)).getFeatures());
    }
    return all;
  }

  /** The order in which images of a set are taken, always the same. */
  static int[] order(Images images) {
    return new ImageBatches(images, List.of(), 0).order(0);
  }

  /** Of some images, in an order. */
  double accuracyPercent(ComputationGraph network, Images test, int[] order) {
    ImageBatches batches = new ImageBatches(test, List.of(), 0);
    int count = order.length;
    Progress progress = new Progress(console);
    long start = System.nanoTime();
    int right = 0;
    for (int from = 0; from < count; from += TEST_BATCH) {
      int to = Math.min(count, from + TEST_BATCH);
      DataSet batch = seen(batches.batch(order, from, to, 0));
      INDArray said = network.outputSingle(batch.getFeatures()).argMax(1);
      INDArray wanted = batch.getLabels().argMax(1);
      for (int i = 0; i < to - from; i++) {
        right += said.getInt(i) == wanted.getInt(i) ? 1 : 0;
      }
      progress.show("test", to, count, (System.nanoTime() - start) * 1e-9, 0);
    }
    progress.clear();
    return 100.0 * right / count;
  }
}
