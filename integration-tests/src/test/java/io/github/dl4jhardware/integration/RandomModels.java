package io.github.dl4jhardware.integration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks as users might bring them, drawn by a seed: rows of layers, and graphs. */
final class RandomModels {
  private static final int SIDE = 9;
  private static final int EXAMPLES = 3;
  private static final int STEPS = 4;
  private static final Activation[] ACTIVATIONS = {
    Activation.RELU,
    Activation.IDENTITY,
    Activation.TANH,
    Activation.SIGMOID,
    Activation.LEAKYRELU,
    Activation.ELU,
    Activation.SOFTPLUS,
    Activation.RELU6,
    Activation.HARDTANH
  };

  private final SplittableRandom random;

  private RandomModels(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A network with what it reads. */
  record Drawn(Model model, List<INDArray> given) {
    /** A copy: the host's own activation layer, where it comes first, writes into what it reads. */
    INDArray[] inputs() {
      return given.stream().map(INDArray::dup).toArray(INDArray[]::new);
    }

    INDArray[] outputs() {
      return outputsOf(model, inputs());
    }
  }

  static INDArray[] outputsOf(Model model, INDArray[] inputs) {
    return model instanceof ComputationGraph graph
        ? graph.output(Arrays.stream(inputs).map(INDArray::dup).toArray(INDArray[]::new))
        : new INDArray[] {((MultiLayerNetwork) model).output(inputs[0].dup())};
  }

  /** One step of training, towards the first class at every place. */
  static void fit(Model model, INDArray[] inputs) {
    INDArray[] labels =
        Arrays.stream(outputsOf(model, inputs)).map(RandomModels::label).toArray(INDArray[]::new);
    if (model instanceof ComputationGraph graph) {
      graph.fit(new MultiDataSet(inputs, labels));
    } else {
      ((MultiLayerNetwork) model).fit(new DataSet(inputs[0], labels[0]));
    }
  }

  private static INDArray label(INDArray output) {
    INDArray label = Nd4j.zeros(output.dataType(), output.shape());
    if (output.rank() == 2) {
      label.putColumn(0, Nd4j.ones(output.dataType(), output.size(0)));
    }
    return label;
  }

  /** The first of the seed's networks that DL4J takes. */
  static Drawn of(long seed) {
    for (int attempt = 0; ; attempt++) {
      try {
        RandomModels drawing = new RandomModels(seed * 1_000_003 + attempt);
        Nd4j.getRandom().setSeed(seed);
        Drawn drawn = drawing.draw(seed);
        for (INDArray output : drawn.outputs()) {
          if (output.isNaN().any() || output.isInfinite().any()) {
            throw new IllegalStateException("not finite");
          }
        }
        // Some rows of the host's own layers, such as cropping first, fail in its own training.
        fit(
            drawn.model() instanceof ComputationGraph graph
                ? graph.clone()
                : ((MultiLayerNetwork) drawn.model()).clone(),
            drawn.inputs());
        return drawn;
      } catch (RuntimeException e) {
        // Shapes that do not fit, such as a window larger than what it reads; drawn anew.
        if (attempt > 200) {
          throw e;
        }
      }
    }
  }

  private Drawn draw(long seed) {
    return switch ((int) (seed % 6)) {
      case 0, 1 -> imageRow();
      case 2 -> vectorRow();
      case 3 -> sequenceRow();
      case 4 -> imageGraph();
      default -> vectorGraph();
    };
  }

  private boolean chance(double part) {
    return random.nextDouble() < part;
  }

  private int from(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  private Activation activation() {
    return ACTIVATIONS[random.nextInt(ACTIVATIONS.length)];
  }

  private NeuralNetConfiguration.Builder settings() {
    NeuralNetConfiguration.Builder settings =
        new NeuralNetConfiguration.Builder()
            .seed(random.nextInt(1_000_000))
            .activation(activation())
            .updater(chance(0.5) ? new Sgd(0.01) : new Adam(0.001));
    if (chance(0.2)) {
      settings.l2(1e-4);
    }
    if (chance(0.2)) {
      settings.dropOut(new Dropout(1.0));
    }
    return settings;
  }

  // ---- Layers ----

  private ConvolutionLayer convolution() {
    int size = from(1, 3);
    ConvolutionMode[] modes = {
      ConvolutionMode.Truncate, ConvolutionMode.Same, ConvolutionMode.Strict
    };
    ConvolutionMode mode = modes[random.nextInt(modes.length)];
    ConvolutionLayer.Builder builder =
        new ConvolutionLayer.Builder(size, chance(0.8) ? size : from(1, 3))
            .convolutionMode(mode)
            .nOut(4 * from(1, 4))
            .hasBias(chance(0.8))
            .activation(chance(0.5) ? Activation.RELU : activation());
    if (chance(0.3)) {
      builder.stride(2, 2);
    }
    if (mode != ConvolutionMode.Same && chance(0.3)) {
      builder.padding(1, 1);
    }
    if (chance(0.1)) {
      builder.dilation(2, 2);
    }
    if (chance(0.1)) {
      builder.dropOut(0.8);
    }
    return builder.build();
  }

  private SubsamplingLayer pooling() {
    PoolingType[] types = {PoolingType.MAX, PoolingType.MAX, PoolingType.AVG, PoolingType.SUM};
    int size = from(2, 3);
    return new SubsamplingLayer.Builder(types[random.nextInt(types.length)])
        .kernelSize(size, size)
        .stride(chance(0.7) ? 2 : 1, 2)
        .convolutionMode(chance(0.5) ? ConvolutionMode.Same : ConvolutionMode.Truncate)
        .build();
  }

  /** Anything that may stand among images. */
  private Layer imageLayer() {
    return switch (from(0, 13)) {
      case 0, 1, 2, 3, 4 -> convolution();
      case 5, 6 -> pooling();
      case 7 -> new BatchNormalization.Builder().useLogStd(chance(0.5)).build();
      case 8 -> new DropoutLayer(chance(0.3) ? 1.0 : 0.7);
      case 9 -> new ActivationLayer(activation());
      case 10 -> new Upsampling2D.Builder(2).build();
      case 11 -> new ZeroPaddingLayer.Builder(1, 1).build();
      case 12 -> new Cropping2D.Builder(1, 0).build();
      default -> new DropoutLayer(new SpatialDropout(0.8));
    };
  }

  private DenseLayer dense() {
    DenseLayer.Builder builder =
        new DenseLayer.Builder().nOut(from(2, 9)).hasBias(chance(0.85)).activation(activation());
    if (chance(0.1)) {
      builder.hasLayerNorm(true);
    }
    if (chance(0.2)) {
      builder.dropOut(0.8);
    }
    return builder.build();
  }

  private OutputLayer classes() {
    return chance(0.7)
        ? new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(from(2, 4))
            .activation(Activation.SOFTMAX)
            .build()
        : new OutputLayer.Builder(LossFunction.MSE)
            .nOut(from(1, 3))
            .activation(Activation.IDENTITY)
            .build();
  }

  private Layer vectorLayer() {
    return switch (from(0, 6)) {
      case 0, 1, 2, 3 -> dense();
      case 4 -> new BatchNormalization();
      case 5 -> new DropoutLayer(0.7);
      default -> new ActivationLayer(activation());
    };
  }

  // ---- Rows ----

  private Drawn row(ListBuilder list, InputType type, INDArray input) {
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(type).build());
    network.init();
    settle(network.getLayers());
    return new Drawn(network, List.of(input));
  }

  /** Statistics as training leaves them; fresh ones are 0 and 1. */
  private void settle(org.deeplearning4j.nn.api.Layer[] layers) {
    for (org.deeplearning4j.nn.api.Layer layer : layers) {
      if (layer.conf().getLayer() instanceof BatchNormalization) {
        INDArray mean = layer.getParam("mean");
        mean.assign(Nd4j.randn(mean.dataType(), mean.shape()).mul(0.2));
        INDArray gamma = layer.getParam("gamma");
        gamma.assign(Nd4j.randn(gamma.dataType(), gamma.shape()));
      }
    }
  }

  private Drawn imageRow() {
    int channels = from(1, 3);
    ListBuilder list = settings().list();
    int layers = from(1, 7);
    if (chance(0.1)) {
      list.layer(new FrozenLayer(convolution()));
    }
    for (int i = 0; i < layers; i++) {
      list.layer(imageLayer());
    }
    switch (from(0, 5)) {
      case 0 -> {
        list.layer(convolution());
        list.layer(
            new CnnLossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
      }
      case 1 -> {
        list.layer(new GlobalPoolingLayer(PoolingType.AVG));
        list.layer(new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
      }
      case 2 -> {
        list.layer(new GlobalPoolingLayer(PoolingType.MAX));
        list.layer(classes());
      }
      case 3 -> {
        list.layer(dense());
        list.layer(classes());
      }
      default -> list.layer(classes());
    }
    return row(
        list,
        InputType.convolutional(SIDE, SIDE, channels),
        Nd4j.rand(DataType.FLOAT, EXAMPLES, channels, SIDE, SIDE));
  }

  private Drawn vectorRow() {
    int inputs = from(2, 9);
    ListBuilder list = settings().list();
    int layers = from(0, 5);
    for (int i = 0; i < layers; i++) {
      list.layer(vectorLayer());
    }
    list.layer(classes());
    return row(list, InputType.feedForward(inputs), Nd4j.randn(DataType.FLOAT, EXAMPLES, inputs));
  }

  private Drawn sequenceRow() {
    int inputs = from(2, 5);
    ListBuilder list = settings().list();
    boolean last = chance(0.3);
    int layers = from(1, 3);
    for (int i = 0; i < layers; i++) {
      Layer recurrent =
          chance(0.5)
              ? new LSTM.Builder().nOut(from(2, 6)).activation(Activation.TANH).build()
              : new SimpleRnn.Builder().nOut(from(2, 6)).activation(Activation.TANH).build();
      list.layer(chance(0.2) ? new MaskZeroLayer(recurrent, 0) : recurrent);
      if (chance(0.6)) {
        list.layer(new TimeDistributed(dense()));
      }
    }
    if (last) {
      list.layer(new LastTimeStep(new LSTM.Builder().nOut(4).activation(Activation.TANH).build()));
      list.layer(classes());
    } else {
      list.layer(
          new RnnOutputLayer.Builder(LossFunction.MCXENT)
              .nOut(3)
              .activation(Activation.SOFTMAX)
              .build());
    }
    return row(
        list, InputType.recurrent(inputs), Nd4j.randn(DataType.FLOAT, EXAMPLES, inputs, STEPS));
  }

  // ---- Graphs ----

  private Drawn graph(
      GraphBuilder builder, List<String> outputs, InputType[] types, INDArray[] inputs) {
    builder.setOutputs(outputs.toArray(String[]::new)).setInputTypes(types);
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    settle(graph.getLayers());
    return new Drawn(graph, List.of(inputs));
  }

  private Drawn imageGraph() {
    int channels = from(1, 3);
    boolean two = chance(0.3);
    GraphBuilder builder =
        settings()
            .graphBuilder()
            .addInputs(two ? new String[] {"in0", "in1"} : new String[] {"in0"});
    int features = 4 * from(1, 2);
    List<String> open = new ArrayList<>();
    open.add(same(builder, "a", features, "in0"));
    open.add(same(builder, "b", features, two ? "in1" : "in0"));
    for (int i = 0; i < from(1, 4); i++) {
      String name = "v" + i;
      String one = open.get(random.nextInt(open.size()));
      String other = open.get(random.nextInt(open.size()));
      switch (from(0, 6)) {
        case 0 ->
            builder.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), one, other);
        case 1 ->
            builder.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Max), one, other);
        case 2 -> {
          builder.addVertex(name + "merged", new MergeVertex(), one, other);
          builder.addVertex(name, new SubsetVertex(2, features + 1), name + "merged");
        }
        case 3 -> builder.addLayer(name, new ActivationLayer(activation()), one);
        case 4 -> builder.addLayer(name, new BatchNormalization(), one);
        default -> same(builder, name, features, one);
      }
      open.add(name);
    }
    List<String> outputs = new ArrayList<>();
    String last = open.get(open.size() - 1);
    String joined = "joined";
    builder.addVertex(joined, new MergeVertex(), last, open.get(0));
    builder.addLayer("pool", pooling(), joined);
    builder.addLayer("classes", classes(), "pool");
    outputs.add("classes");
    if (chance(0.4)) {
      builder.addLayer("score", convolution(), open.get(1));
      builder.addLayer(
          "scores",
          new CnnLossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build(),
          "score");
      outputs.add("scores");
    }
    InputType type = InputType.convolutional(SIDE, SIDE, channels);
    INDArray[] inputs = new INDArray[two ? 2 : 1];
    InputType[] types = new InputType[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = Nd4j.rand(DataType.FLOAT, EXAMPLES, channels, SIDE, SIDE);
      types[i] = type;
    }
    return graph(builder, outputs, types, inputs);
  }

  /** A convolution that leaves the size, so that its values can be added to others. */
  private String same(GraphBuilder builder, String name, int features, String reads) {
    builder.addLayer(
        name,
        new ConvolutionLayer.Builder(3, 3)
            .convolutionMode(ConvolutionMode.Same)
            .nOut(features)
            .activation(chance(0.6) ? Activation.RELU : activation())
            .build(),
        reads);
    return name;
  }

  private Drawn vectorGraph() {
    int inputs = from(2, 6);
    int width = from(2, 6);
    boolean two = chance(0.5);
    GraphBuilder builder =
        settings()
            .graphBuilder()
            .addInputs(two ? new String[] {"in0", "in1"} : new String[] {"in0"});
    List<String> open = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      String reads = two && name.equals("b") ? "in1" : "in0";
      builder.addLayer(
          name, new DenseLayer.Builder().nOut(width).activation(activation()).build(), reads);
      open.add(name);
    }
    for (int i = 0; i < from(1, 4); i++) {
      String name = "v" + i;
      String one = open.get(random.nextInt(open.size()));
      String other = open.get(random.nextInt(open.size()));
      switch (from(0, 3)) {
        case 0 ->
            builder.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), one, other);
        case 1 -> {
          builder.addVertex(name + "merged", new MergeVertex(), one, other);
          builder.addVertex(name, new SubsetVertex(0, width - 1), name + "merged");
        }
        default ->
            builder.addLayer(
                name, new DenseLayer.Builder().nOut(width).activation(activation()).build(), one);
      }
      open.add(name);
    }
    List<String> outputs = new ArrayList<>();
    builder.addLayer("out0", classes(), open.get(open.size() - 1));
    outputs.add("out0");
    if (chance(0.5)) {
      builder.addLayer("out1", classes(), open.get(0));
      outputs.add("out1");
    }
    INDArray[] given = new INDArray[two ? 2 : 1];
    InputType[] types = new InputType[given.length];
    for (int i = 0; i < given.length; i++) {
      given[i] = Nd4j.randn(DataType.FLOAT, EXAMPLES, inputs);
      types[i] = InputType.feedForward(inputs);
    }
    return graph(builder, outputs, types, given);
  }
}
