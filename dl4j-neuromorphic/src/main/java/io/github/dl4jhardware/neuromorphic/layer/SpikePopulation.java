package io.github.dl4jhardware.neuromorphic.layer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.LossLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What {@link SpikePopulationOutputLayer} becomes in a network: the host's loss layer on class
 * scores.
 */
final class SpikePopulation extends LossLayer {
  private static final long serialVersionUID = 1;

  private final transient Scratch features = new Scratch();
  private long[] inputShape = new long[0];

  SpikePopulation(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  private SpikePopulationOutputLayer settings() {
    return (SpikePopulationOutputLayer) layerConf();
  }

  private static Layout layout(SpikePopulationOutputLayer settings, int rank) {
    return rank == 2 ? Layout.DENSE : Layout.of(settings.getDataFormat());
  }

  /** Takes the spikes, and keeps the class scores {@code [examples, classes]} as its input. */
  @Override
  public void setInput(INDArray spikes, LayerWorkspaceMgr workspaceMgr) {
    SpikePopulationOutputLayer settings = settings();
    Layout layout = layout(settings, spikes.rank());
    if (spikes.rank() != layout.rank() || spikes.size(layout.featureAxis()) != settings.getNIn()) {
      throw new DL4JInvalidInputException(
          settings.describe()
              + ": the input has shape "
              + Arrays.toString(spikes.shape())
              + ", but must have "
              + layout.shapeText(settings.getNIn()));
    }
    inputShape = spikes.shape();
    int examples = (int) spikes.size(0);
    int inputs = (int) settings.getNIn();
    int classes = (int) settings.getNOut();
    Rows rows = Rows.of(layout.featureMajor(spikes, dataType, features), inputs);
    int positions = rows.length() / examples;
    double[] row = new double[rows.length()];
    double[] scores = new double[examples * classes];
    for (int feature = 0; feature < inputs; feature++) {
      rows.read(feature, row);
      double share = share(feature % classes, positions);
      for (int example = 0; example < examples; example++) {
        double sum = 0;
        for (int i = example * positions; i < (example + 1) * positions; i++) {
          sum += row[i];
        }
        scores[example * classes + feature % classes] += share * sum;
      }
    }
    INDArray array = Nd4j.createUninitializedDetached(dataType, examples, classes);
    Rows.of(array, 1).write(0, scores);
    super.setInput(array, workspaceMgr);
  }

  /**
   * What one neuron's spike counts in its class's sharpened score: uneven populations count as
   * means too.
   */
  private double share(int ofClass, int positions) {
    long inputs = settings().getNIn();
    long classes = settings().getNOut();
    long population = inputs / classes + (ofClass < inputs % classes ? 1 : 0);
    return settings().getSharpness() / (population * positions);
  }

  @Override
  public INDArray activate(INDArray spikes, boolean training, LayerWorkspaceMgr workspaceMgr) {
    setInput(spikes, workspaceMgr);
    return activate(training, workspaceMgr);
  }

  @Override
  public void setLabels(INDArray labels) {
    if (labels != null && input != null) {
      check(labels);
    }
    super.setLabels(labels);
  }

  private void check(INDArray labels) {
    long classes = settings().getNOut();
    boolean indices = labels.rank() == 2 && labels.size(1) == 1 && classes > 1;
    if (labels.rank() != 2 || (!indices && labels.size(1) != classes)) {
      throw new DL4JInvalidInputException(
          settings().describe()
              + ": the labels have shape "
              + Arrays.toString(labels.shape())
              + ", but must have [examples, "
              + classes
              + "]");
    }
    if (indices) {
      double least = labels.minNumber().doubleValue();
      double most = labels.maxNumber().doubleValue();
      if (!(least >= 0 && most < classes)) {
        throw new DL4JInvalidInputException(
            settings().describe()
                + ": the label "
                + (least >= 0 ? most : least)
                + " is outside the classes 0 to "
                + (classes - 1));
      }
    }
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    Pair<Gradient, INDArray> scores = super.backpropGradient(epsilon, workspaceMgr);
    SpikePopulationOutputLayer settings = settings();
    Layout layout = layout(settings, inputShape.length);
    int examples = (int) inputShape[0];
    int inputs = (int) settings.getNIn();
    int classes = (int) settings.getNOut();
    double[] errors = new double[examples * classes];
    Rows.of(scores.getSecond().dup('c'), 1).read(0, errors);
    long[] shape =
        layout == Layout.DENSE
            ? new long[] {inputs, examples}
            : new long[] {
              inputs, examples, inputShape[layout.heightAxis()], inputShape[layout.heightAxis() + 1]
            };
    INDArray next =
        workspaceMgr.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, shape, 'c');
    Rows rows = Rows.of(next, inputs);
    int positions = rows.length() / examples;
    double[] row = new double[rows.length()];
    for (int feature = 0; feature < inputs; feature++) {
      int own = feature % classes;
      double share = share(own, positions);
      for (int example = 0; example < examples; example++) {
        Arrays.fill(
            row,
            example * positions,
            (example + 1) * positions,
            share * errors[example * classes + own]);
      }
      rows.write(feature, row);
    }
    return new Pair<>(scores.getFirst(), layout.hostView(next));
  }
}
