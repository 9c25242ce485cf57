package io.github.dl4jhardware.integration;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.files.Sha256;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.exchange.SpkFile;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.deeplearning4j.arbiter.optimize.serde.jackson.JsonMapper;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Small trained networks of every kind, made the same way each time.
 *
 * <p>The {@code main} prints a digest of each one's parameters. Two versions of the code that print
 * the same lines on the same machine and JDK compute the same bits; on another kind of processor
 * ND4J's matrix products round otherwise. With a directory as its argument it writes there the zips
 * that {@link RecordedModelsTest} reads.
 */
final class RecordedModels {
  private static final int INPUTS = 12;
  private static final int CLASSES = 3;
  private static final int SIDE = 8;
  private static final int BATCH = 16;
  private static final int STEPS = 6;

  /** Enough for transfers within the few steps. */
  private static final int INTERVAL_EXAMPLES = 40;

  private static final ReadPath PATH =
      ReadPath.converters(8, 9).withOutputNoise(0.01).withReadAsymmetry(0.02).withDeviceNoise(1);

  private static final ArrayEdges EDGES = new ArrayEdges(PATH, PATH);

  private RecordedModels() {}

  /** Prints a digest for each network; writes zips into the directory that is named. */
  public static void main(String[] args) throws IOException {
    for (Map.Entry<String, NeuralNetwork> each : all().entrySet()) {
      System.out.println(each.getKey() + " " + digest(each.getValue()));
      if (args.length > 0) {
        save(each.getValue(), Path.of(args[0], each.getKey() + ".zip"));
      }
    }
    MultiLayerNetwork spiking = spiking();
    Path file =
        args.length > 0 ? Path.of(args[0], "spiking.spk") : Files.createTempFile("a", ".spk");
    SpkFile.write(SpikingProgram.compile(spiking, InputType.convolutional(SIDE, SIDE, 2)), file);
    if (args.length > 0) {
      Path directory = Path.of(args[0]);
      JsonMapper.getMapper()
          .writeValue(directory.resolve("space.json").toFile(), ArbiterTest.space());
      JsonMapper.getMapper()
          .writeValue(directory.resolve("spiking-space.json").toFile(), ArbiterTest.spikingSpace());
      JsonMapper.getMapper()
          .writeValue(directory.resolve("score.json").toFile(), ArbiterTest.score());
    }
    System.out.println("spiking.spk " + Sha256.of(Files.readAllBytes(file)));
  }

  private static void save(NeuralNetwork network, Path zip) throws IOException {
    if (network instanceof MultiLayerNetwork sequence) {
      sequence.save(zip.toFile());
    } else {
      ((ComputationGraph) network).save(zip.toFile());
    }
  }

  private static String digest(NeuralNetwork network) {
    float[] params = network.params().dup('c').data().asFloat();
    ByteBuffer bytes = ByteBuffer.allocate(params.length * Float.BYTES);
    bytes.asFloatBuffer().put(params);
    return Sha256.of(bytes.array());
  }

  /** All networks by name. */
  static Map<String, NeuralNetwork> all() {
    Map<String, NeuralNetwork> all = new TreeMap<>();
    Map<String, Synapse> cells = new TreeMap<>(Synapses.byName());
    cells.put(
        "each-40-examples",
        Synapses.pcmCapacitor2018()
            .withTransfer(
                Synapses.pcmCapacitor2018().transfer().withEveryExamples(INTERVAL_EXAMPLES)));
    cells.forEach(
        (name, synapse) -> {
          all.put(name + "-adam", fitted(synapse, new Adam(0.01)));
          if (synapse.stateNames().names().isEmpty() && !name.equals("ideal")) {
            return;
          }
          for (PulseScheme scheme : PulseScheme.values()) {
            IUpdater updater = new AnalogSgd(0.05, scheme);
            all.put(name + "-" + scheme + "-fit", fitted(synapse, updater));
            all.put(name + "-" + scheme + "-in-situ", inSitu(synapse, updater));
          }
        });
    all.put("edges", edges());
    all.put("graph", graph());
    all.put("spiking", spiking());
    return all;
  }

  private static MultiLayerNetwork dense(Synapse synapse, IUpdater updater) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(updater)
                .activation(Activation.TANH)
                .list()
                .layer(
                    new AnalogDenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(10)
                        .synapse(synapse)
                        .chipSeed(3)
                        .build())
                .layer(
                    new AnalogOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .synapse(synapse)
                        .biasOnArray(false)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(INPUTS))
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork fitted(Synapse synapse, IUpdater updater) {
    MultiLayerNetwork network = dense(synapse, updater);
    for (int step = 0; step < STEPS; step++) {
      network.fit(batch(step, INPUTS));
    }
    return network;
  }

  private static MultiLayerNetwork inSitu(Synapse synapse, IUpdater updater) {
    MultiLayerNetwork network = dense(synapse, updater);
    InSituTrainer trainer = InSituTrainer.of(network);
    for (int step = 0; step < STEPS; step++) {
      trainer.fit(batch(step, INPUTS));
    }
    return network;
  }

  private static MultiLayerNetwork edges() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new AnalogSgd(0.05, PulseScheme.STOCHASTIC))
                .list()
                .layer(
                    new AnalogDenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(10)
                        .activation(Activation.TANH)
                        .edges(EDGES)
                        .build())
                .layer(
                    new AnalogOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .edges(EDGES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(INPUTS))
                .build());
    network.init();
    for (int step = 0; step < STEPS; step++) {
      network.fit(batch(step, INPUTS));
      InSituTrainer.of(network).fit(batch(step, INPUTS));
    }
    return network;
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new AnalogSgd(0.05, PulseScheme.LOW_DISCREPANCY))
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "hidden",
                    new AnalogDenseLayer.Builder()
                        .nOut(10)
                        .activation(Activation.TANH)
                        .synapse(Synapses.pcmPair())
                        .build(),
                    "in")
                .addLayer(
                    "out",
                    new AnalogOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "hidden")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(INPUTS))
                .build());
    graph.init();
    for (int step = 0; step < STEPS; step++) {
      graph.fit(batch(step, INPUTS));
    }
    return graph;
  }

  private static MultiLayerNetwork spiking() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(0.05))
                .list()
                .layer(new TransductionLayer.Builder(3, 3).padding(1, 1).nOut(8).build())
                .layer(
                    new TrinaryConvolutionLayer.Builder(2, 2)
                        .stride(2, 2)
                        .nOut(16)
                        .groups(2)
                        .build())
                .layer(new TrinaryConvolutionLayer.Builder(1, 1).nOut(24).build())
                .layer(new SpikePopulationOutputLayer.Builder().nOut(CLASSES).sharpness(5).build())
                .setInputType(InputType.convolutional(SIDE, SIDE, 2))
                .build());
    network.init();
    for (int step = 0; step < STEPS; step++) {
      network.fit(batch(step, network));
    }
    return network;
  }

  /** Examples that a recorded network takes. */
  static DataSet batch(int step, NeuralNetwork network) {
    boolean images =
        network instanceof MultiLayerNetwork sequence
            && sequence.getLayerWiseConfigurations().getConf(0).getLayer()
                instanceof TransductionLayer;
    if (!images) {
      return batch(step, INPUTS);
    }
    DataSet batch = batch(step, 2 * SIDE * SIDE);
    batch.setFeatures(batch.getFeatures().reshape(BATCH, 2, SIDE, SIDE));
    return batch;
  }

  private static DataSet batch(int step, int width) {
    Random random = new Random(step);
    float[][] features = new float[BATCH][width];
    float[][] labels = new float[BATCH][CLASSES];
    for (int example = 0; example < BATCH; example++) {
      int label = random.nextInt(CLASSES);
      labels[example][label] = 1;
      for (int i = 0; i < width; i++) {
        features[example][i] = (i % CLASSES == label ? 0.5f : 0) + random.nextFloat() / 2;
      }
    }
    return new DataSet(Nd4j.createFromArray(features), Nd4j.createFromArray(labels));
  }
}
