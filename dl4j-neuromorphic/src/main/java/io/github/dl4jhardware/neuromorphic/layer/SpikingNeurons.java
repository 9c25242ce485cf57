package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.host.Replicas;
import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.quantize.Neuron;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the spiking configurations become in a network: grouped products of trinary weights with
 * patches, normalisation, spikes, and back.
 *
 * <p>Arrays lie feature by feature, {@code [features, examples, height, width]}, and are handed on
 * as views of the host's shape: the next of our layers finds them in place, any other sees NCHW or
 * NHWC as it should. State changes leave as gradients of parameters that have no updater, so that
 * nothing happens unless a step is taken.
 */
final class SpikingNeurons extends BaseLayer<FeedForwardLayer> implements SpikingLayer {
  private static final long serialVersionUID = 1;

  private final transient TrinaryWeights weights;
  private final transient Replicas replicas = new Replicas();
  private final transient Scratch inputScratch = new Scratch();
  private final transient Scratch epsilonScratch = new Scratch();

  private final transient SpikeResponses ofSpikes;
  private final transient FloatResponses ofNumbers;

  /** The last forward pass; null where a backward pass has used it up. */
  private transient @Nullable Pass pass;

  private double[] rates = new double[0];
  private double[] batchMean = new double[0];
  private double[] batchVariance = new double[0];

  private SpikingNeurons(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    weights = new TrinaryWeights(this);
    ofSpikes = new SpikeResponses(this);
    ofNumbers = new FloatResponses(this);
  }

  static SpikingNeurons of(
      SpikingSettings settings,
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initialise,
      DataType dataType) {
    SpikingValidation.check(settings, conf, index, dataType);
    SpikingNeurons layer = new SpikingNeurons(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(paramsView);
    layer.setParamTable(SpikingParams.INSTANCE.init(conf, paramsView, initialise));
    layer.setConf(conf);
    return layer;
  }

  SpikingSettings settings() {
    return (SpikingSettings) layerConf();
  }

  @Override
  public SpikingOptions options() {
    return settings().getSpiking();
  }

  private String describe() {
    return SpikingValidation.describe(layerConf(), index);
  }

  @Override
  public INDArray effectiveWeights() {
    weights.refresh();
    return weights.effective().dup().reshape('c', getParam(SpikingParams.WEIGHT).shape());
  }

  @Override
  public int[] thresholds() {
    if (options().weights() == null || options().neuron() != Neuron.SPIKE) {
      throw new IllegalStateException(
          describe() + " has no integer thresholds: its weights are float, or it does not spike");
    }
    weights.refresh();
    return weights.thresholds().clone();
  }

  @Override
  public double firingRate() {
    return Arrays.stream(rates).average().orElse(Double.NaN);
  }

  @Override
  public double flipRatio() {
    return weights.flipRatio();
  }

  @Override
  public double[] batchMean() {
    return batchMean.clone();
  }

  @Override
  public double[] batchVariance() {
    return batchVariance.clone();
  }

  @Override
  public TrinaryLayer onCores(int inHeight, int inWidth) {
    return Compiled.trinary(this, inHeight, inWidth);
  }

  @Override
  public PixelLayer onPixels(int inHeight, int inWidth) {
    return Compiled.pixels(this, inHeight, inWidth);
  }

  @Override
  public void setParam(String key, INDArray value) {
    if (key.equals(SpikingParams.WEIGHT)) {
      weights.commit();
    }
    super.setParam(key, value);
  }

  @Override
  public boolean updaterDivideByMinibatch(String param) {
    return SpikingParams.trained(param);
  }

  @Override
  public void applyConstraints(int iteration, int epoch) {
    super.applyConstraints(iteration, epoch);
    weights.clip();
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  /** The sparsity penalty belongs to the score, as its gradient belongs to backprop. */
  @Override
  public double calcRegularizationScore(boolean backpropOnlyParams) {
    double squares = 0;
    for (double rate : rates) {
      squares += rate * rate;
    }
    return super.calcRegularizationScore(backpropOnlyParams)
        + 0.5 * options().sparsityPenalty() * squares;
  }

  // ---- Shapes ----

  private Layout layout() {
    return Layout.of(layerConf());
  }

  private Geometry geometry() {
    return layout().geometry(layerConf(), input, describe());
  }

  private long[] shape(long features, int examples, int height, int width) {
    return layout() == Layout.DENSE
        ? new long[] {features, examples}
        : new long[] {features, examples, height, width};
  }

  // ---- Forward ----

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    if (maskArray != null) {
      throw new DL4JInvalidInputException(
          describe() + " does not support masks: its statistics are those of all positions");
    }
    applyDropOutIfNecessary(training, workspaceMgr);
    Pass own = respond(training);
    pass = own;
    Geometry g = own.geometry;
    long features = layerConf().getNOut();
    INDArray output =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATIONS,
            dataType,
            shape(features, g.examples(), g.outHeight(), g.outWidth()),
            'c');
    rates = fire(own, training, Rows.of(output, (int) features));
    if (training) {
      batchMean = own.mean;
      batchVariance = own.variance;
    }
    return layout().hostView(output);
  }

  /** Responses of all neurons, r = w·x. */
  private Pass respond(boolean training) {
    if (training) {
      replicas.refuse(this::describe);
      weights.advance();
    } else {
      weights.refresh();
    }
    Geometry g = geometry();
    INDArray in = layout().featureMajor(input, dataType, inputScratch);
    InputCheck check = new InputCheck(options().strictInput(), describe(), layout());
    return new Pass(
        g,
        countable()
            ? ofSpikes.to(in, g, weights, check)
            : ofNumbers.to(in, g, weights.effective(), exactly(training), check),
        training ? (int) layerConf().getNOut() : 0);
  }

  /** Whether weights are trinary and inputs spikes, in the type that the loops over bits take. */
  private boolean countable() {
    return options().weights() != null && options().strictInput() && dataType == DataType.FLOAT;
  }

  private boolean exactly(boolean training) {
    return !training && options().weights() == null && options().neuron() == Neuron.SPIKE;
  }

  private double[] fire(Pass own, boolean training, Rows output) {
    int features = (int) layerConf().getNOut();
    SpikingOptions options = options();
    boolean integers =
        !training
            && options.weights() != null
            && options.neuron() == Neuron.SPIKE
            && options.strictInput();
    return Firing.forward(
        own,
        training,
        integers ? weights.thresholds() : new int[0],
        values(SpikingParams.BIAS, features),
        training ? own.mean : values(SpikingParams.MEAN, features),
        training ? own.variance : values(SpikingParams.VARIANCE, features),
        options,
        output);
  }

  double[] values(String param, int features) {
    double[] values = new double[features];
    INDArray array = params.get(param);
    if (array != null) {
      Rows.of(array, 1).read(0, values);
    }
    return values;
  }

  // ---- Backward ----

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    Pass last = pass;
    if (last == null || last.mean.length == 0) {
      last = respond(true);
      int features = (int) layerConf().getNOut();
      Pass own = last;
      Workers.each(
          features,
          feature -> {
            double[] row = Scratch.row(0, own.geometry.outPositions());
            own.responses.read(feature, row);
            Normalisation.statistics(
                row, own.geometry.outPositions(), feature, own.mean, own.variance);
          });
    }
    Pass own = last;
    pass = null;
    Geometry g = own.geometry;
    delta(own, epsilon);
    int groups = options().groups();
    INDArray next =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATION_GRAD,
            dataType,
            shape(layerConf().getNIn(), g.examples(), g.inHeight(), g.inWidth()),
            'c');
    own.responses.backward(
        gradientView(SpikingParams.WEIGHT)
            .reshape('c', groups, layerConf().getNOut() / groups, settings().fanIn()),
        next);
    return new Pair<>(gradient(own), backpropDropOutIfPresent(layout().hostView(next)));
  }

  /** dL/dr in the place of r, and the bias's gradient. */
  private void delta(Pass own, INDArray epsilon) {
    int features = (int) layerConf().getNOut();
    Rows errors = Rows.of(layout().featureMajor(epsilon, dataType, epsilonScratch), features);
    double[] bias = values(SpikingParams.BIAS, features);
    double[] biasGradient = Firing.backward(own, errors, bias, rates, options());
    if (settings().hasBias()) {
      Rows.of(gradientView(SpikingParams.BIAS), 1).write(0, biasGradient);
    }
  }

  private INDArray gradientView(String param) {
    return Objects.requireNonNull(gradientViews.get(param), param);
  }

  /**
   * W and b as gradients. What becomes of the state is in the views alone, where no normalisation
   * of gradients reaches it; where there is none, T is shown too, so that the host's listeners see
   * the flips as T's updates.
   */
  private Gradient gradient(Pass own) {
    Gradient gradient = new DefaultGradient();
    gradient.setGradientFor(SpikingParams.WEIGHT, gradientView(SpikingParams.WEIGHT));
    if (settings().hasBias()) {
      gradient.setGradientFor(SpikingParams.BIAS, gradientView(SpikingParams.BIAS));
    }
    double part = 1 - options().runningDecay();
    move(SpikingParams.MEAN, own.mean, part);
    move(SpikingParams.VARIANCE, own.variance, part);
    if (options().weights() != null) {
      INDArray former = gradientView(SpikingParams.FORMER);
      weights.changes(former);
      gradient.setGradientFor(SpikingParams.FORMER, former);
    }
    return gradient;
  }

  /** Lets the step bring a running value nearer to the batch's by a part of the way. */
  private void move(String param, double[] batch, double part) {
    double[] change = values(param, batch.length);
    for (int i = 0; i < batch.length; i++) {
      change[i] = part * (change[i] - batch[i]);
    }
    Rows.of(gradientView(param), 1).write(0, change);
  }

  @Override
  public void clear() {
    super.clear();
    pass = null;
  }
}
