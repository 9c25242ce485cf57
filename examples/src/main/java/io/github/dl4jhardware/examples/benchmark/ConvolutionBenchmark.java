package io.github.dl4jhardware.examples.benchmark;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * How fast convolutions on arrays are beside DL4J's: the stages of a ResNet for 32×32 images
 * without its normalisation, six convolutions of 3×3 with 16, 32 and 64 features, in both image
 * formats. Each case runs in a JVM of its own, the cases take turns, and medians are printed.
 */
public final class ConvolutionBenchmark {
  private static final int ROUNDS = 3;
  private static final int BATCH = 64;
  private static final int SIDE = 32;
  private static final int CLASSES = 10;
  private static final double SECONDS = 4;
  private static final int WARM_UP = 4;

  private ConvolutionBenchmark() {}

  private enum Kind {
    HOST("DL4J's ConvolutionLayer", "", false),
    IDEAL("ideal()", "ideal", false),
    CONVERTERS("ideal(), 8-bit converters", "ideal", true),
    INFERENCE("pcmInference()", "pcm-inference", false);

    private final String title;
    private final String preset;
    private final boolean converters;

    Kind(String title, String preset, boolean converters) {
      this.title = title;
      this.preset = preset;
      this.converters = converters;
    }
  }

  /** What is timed, of which layers, in which format. */
  private enum Case {
    HOST_OUTPUT(Kind.HOST, false, CNN2DFormat.NCHW),
    IDEAL_OUTPUT(Kind.IDEAL, false, CNN2DFormat.NCHW),
    CONVERTERS_OUTPUT(Kind.CONVERTERS, false, CNN2DFormat.NCHW),
    HOST_FIT(Kind.HOST, true, CNN2DFormat.NCHW),
    IDEAL_FIT(Kind.IDEAL, true, CNN2DFormat.NCHW),
    INFERENCE_FIT(Kind.INFERENCE, true, CNN2DFormat.NCHW),
    HOST_OUTPUT_LAST(Kind.HOST, false, CNN2DFormat.NHWC),
    IDEAL_OUTPUT_LAST(Kind.IDEAL, false, CNN2DFormat.NHWC),
    CONVERTERS_OUTPUT_LAST(Kind.CONVERTERS, false, CNN2DFormat.NHWC),
    HOST_FIT_LAST(Kind.HOST, true, CNN2DFormat.NHWC),
    IDEAL_FIT_LAST(Kind.IDEAL, true, CNN2DFormat.NHWC),
    INFERENCE_FIT_LAST(Kind.INFERENCE, true, CNN2DFormat.NHWC);

    private final Kind kind;
    private final boolean fit;
    private final CNN2DFormat format;

    Case(Kind kind, boolean fit, CNN2DFormat format) {
      this.kind = kind;
      this.fit = fit;
      this.format = format;
    }

    private Case alternative() {
      return valueOf(name().replaceFirst(kind.name(), Kind.HOST.name()));
    }
  }

  /**
   * Without arguments runs all cases, with the name of a case that one.
   *
   * @param args none, or a case
   * @throws IOException if a case cannot be started
   * @throws InterruptedException if interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 1 && !args[0].isBlank()) {
      System.out.println(imagesPerSecond(Case.valueOf(args[0])));
      return;
    }
    Map<Case, Double> rates =
        OwnJvm.medians(
            Case.values(),
            ROUNDS,
            each -> OwnJvm.number(ConvolutionBenchmark.class, each.name(), 1));
    System.out.printf(
        Locale.ROOT,
        "%s, one thread, batches of %d, median of %d rounds.%n%n",
        OwnJvm.machine(),
        BATCH,
        ROUNDS);
    System.out.println(OwnJvm.row("format", "pass", "layers", "images/s", "DL4J's time"));
    System.out.println(OwnJvm.rule(5));
    rates.forEach(
        (each, rate) ->
            System.out.println(
                OwnJvm.row(
                    each.format,
                    each.fit ? "`fit`" : "`output()`",
                    each.kind.title,
                    String.format(Locale.ROOT, "%.0f", rate),
                    String.format(
                        Locale.ROOT,
                        "%.2f×",
                        rates.getOrDefault(each.alternative(), Double.NaN) / rate))));
  }

  private static double imagesPerSecond(Case which) {
    MultiLayerNetwork network = network(which);
    INDArray images =
        which.format == CNN2DFormat.NHWC
            ? Nd4j.rand(DataType.FLOAT, BATCH, SIDE, SIDE, 3)
            : Nd4j.rand(DataType.FLOAT, BATCH, 3, SIDE, SIDE);
    INDArray labels = Nd4j.zeros(BATCH, CLASSES);
    for (int i = 0; i < BATCH; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    DataSet batch = new DataSet(images, labels);
    for (int i = 0; i < WARM_UP; i++) {
      pass(network, batch, which.fit);
    }
    long start = System.nanoTime();
    int batches = 0;
    double seconds = 0;
    while (seconds < SECONDS) {
      pass(network, batch, which.fit);
      batches++;
      seconds = (System.nanoTime() - start) * 1e-9;
    }
    return batches * BATCH / seconds;
  }

  private static void pass(MultiLayerNetwork network, DataSet batch, boolean fit) {
    if (fit) {
      network.fit(batch);
    } else {
      network.output(batch.getFeatures());
    }
  }

  private static MultiLayerNetwork network(Case which) {
    Nd4j.getRandom().setSeed(1);
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Sgd(1e-3))
            .activation(Activation.RELU)
            .convolutionMode(ConvolutionMode.Same)
            .list();
    int before = 16;
    for (int features : new int[] {16, 16, 32, 32, 64, 64}) {
      list.layer(convolution(which, features, features == before ? 1 : 2));
      before = features;
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(
                    new GlobalPoolingLayer.Builder(PoolingType.AVG)
                        .poolingDimensions(
                            which.format == CNN2DFormat.NHWC ? new int[] {1, 2} : new int[] {2, 3})
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(SIDE, SIDE, 3, which.format))
                .build());
    network.init();
    return network;
  }

  private static ConvolutionLayer convolution(Case which, int features, int stride) {
    Synapse synapse = Synapses.byName().get(which.kind.preset);
    ConvolutionLayer.BaseConvBuilder<?> builder =
        synapse == null
            ? new ConvolutionLayer.Builder(3, 3).dataFormat(which.format)
            : new AnalogConvolutionLayer.Builder(3, 3)
                .dataFormat(which.format)
                .synapse(synapse)
                .edges(
                    which.kind.converters
                        ? ArrayEdges.forward(ReadPath.converters(8, 8))
                        : ArrayEdges.IDEAL);
    return builder.nOut(features).stride(stride, stride).build();
  }
}
