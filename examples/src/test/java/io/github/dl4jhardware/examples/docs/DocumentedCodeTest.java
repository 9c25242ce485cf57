package io.github.dl4jhardware.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.arbiter.AnalogDenseLayerSpace;
import io.github.dl4jhardware.analog.arbiter.AnalogOutputLayerSpace;
import io.github.dl4jhardware.analog.arbiter.AnalogSgdSpace;
import io.github.dl4jhardware.analog.arbiter.ArrayEdgesSpace;
import io.github.dl4jhardware.analog.arbiter.PcmCapacitorSynapseSpace;
import io.github.dl4jhardware.analog.cell.DriftCompensation;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.PulsedSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.cost.NetworkCost;
import io.github.dl4jhardware.analog.device.PulsedDevice;
import io.github.dl4jhardware.analog.fit.DeviceFit;
import io.github.dl4jhardware.analog.fit.PulseCurve;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.inference.DriftProbe;
import io.github.dl4jhardware.analog.inference.WeightMapping;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.AnalogSummary;
import io.github.dl4jhardware.analog.readout.ArrayProbe;
import io.github.dl4jhardware.analog.readout.ArrayReadout;
import io.github.dl4jhardware.analog.readout.DevicePictures;
import io.github.dl4jhardware.analog.readout.PulseLog;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport;
import io.github.dl4jhardware.convert.Distillation;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.convert.LayerConversion;
import io.github.dl4jhardware.cost.CostQuantity;
import io.github.dl4jhardware.host.ModelZip;
import io.github.dl4jhardware.host.TypeNames;
import io.github.dl4jhardware.neuromorphic.convert.Trinary;
import io.github.dl4jhardware.neuromorphic.core.CoreAdvice;
import io.github.dl4jhardware.neuromorphic.core.CoreEnergy;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.deploy.CoreNetwork;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.exchange.NirFile;
import io.github.dl4jhardware.neuromorphic.exchange.RancFiles;
import io.github.dl4jhardware.neuromorphic.exchange.SpkFile;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import io.github.dl4jhardware.neuromorphic.network.EednNetwork;
import io.github.dl4jhardware.neuromorphic.network.EednNetworks;
import io.github.dl4jhardware.neuromorphic.packed.PackedNetwork;
import io.github.dl4jhardware.neuromorphic.train.RunningStatistics;
import io.github.dl4jhardware.search.BudgetedAccuracy;
import io.github.dl4jhardware.search.HardwareAccuracy;
import io.github.dl4jhardware.search.HardwareSearch;
import io.github.dl4jhardware.search.SearchGenerators;
import io.github.dl4jhardware.search.SearchResult;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.deeplearning4j.arbiter.MultiLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.parameter.BooleanSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The Java of README and docs: each region between {@code // snippet:} and {@code // end} stands in
 * a document as it is here, which {@link SnippetsTest} holds, and runs here.
 */
class DocumentedCodeTest {
  private static final int CLASSES = 10;
  private static final int SIDE = 16;

  @TempDir private Path folder;

  private DataSetIterator iterator = digits(40, 784);

  @BeforeEach
  void seeded() {
    Nd4j.getRandom().setSeed(1);
  }

  private static DataSetIterator digits(int count, long... shape) {
    long[] all = new long[shape.length + 1];
    all[0] = count;
    System.arraycopy(shape, 0, all, 1, shape.length);
    INDArray labels = Nd4j.zeros(count, CLASSES);
    for (int i = 0; i < count; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return new ListDataSetIterator<>(new DataSet(Nd4j.rand(all), labels).asList(), 20);
  }

  /** Transfers its weights often enough for the few examples. */
  private static MultiLayerNetwork perceptron() {
    PcmCapacitorSynapse preset = Synapses.pcmCapacitor2018();
    Synapse cell = preset.withTransfer(preset.transfer().withEveryExamples(10));
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new AnalogSgd(0.01))
                .list()
                .layer(new AnalogDenseLayer.Builder().nIn(784).nOut(20).synapse(cell).build())
                .layer(
                    new AnalogOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .synapse(cell)
                        .build())
                .setInputType(InputType.feedForward(784))
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork leNet() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(1e-3))
                .activation(Activation.RELU)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).name("conv1").build())
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(8).name("conv2").build())
                .layer(new DenseLayer.Builder().nOut(16).build())
                .layer(new DenseLayer.Builder().nOut(16).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(CLASSES)
                        .build())
                .setInputType(InputType.convolutional(SIDE, SIDE, 1))
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork spiking() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            EednNetwork.parse("T-12, P4-64(2), N-64(1), P2-60(2)")
                .configuration(InputType.convolutional(SIDE, SIDE, 1), CLASSES, 1, 1));
    network.init();
    return network;
  }

  private static float[][] frames() {
    return Nd4j.rand(3, SIDE * SIDE).toFloatMatrix();
  }

  @Test
  void anAnalogueNetwork() throws IOException {
    int epochs = 1;
    File file = folder.resolve("model.zip").toFile();
    // snippet: analogue-network
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(42)
                .updater(new AnalogSgd(0.01)) // or any DL4J updater: the devices follow it
                .activation(Activation.TANH)
                .list()
                .layer(new AnalogDenseLayer.Builder().nIn(784).nOut(250).build())
                .layer(new AnalogDenseLayer.Builder().nOut(125).build())
                .layer(new AnalogOutputLayer.Builder(LossFunction.MCXENT).nOut(10).build())
                .setInputType(InputType.feedForward(784))
                .build());
    net.init();
    net.fit(iterator); // DL4J's loop, any batch size
    InSituTrainer.of(net).fit(iterator, epochs); // or one example at a time, fast
    net.save(file); // devices included; resumes bit for bit
    // end
    assertThat(MultiLayerNetwork.load(file, true).params()).isEqualTo(net.params());
  }

  @Test
  void spikingConvolutions() {
    InputType input = InputType.convolutional(32, 32, 3);
    int epochs = 1;
    long seed = 1;
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    // snippet: spiking-layers
    list.layer(
            new TransductionLayer.Builder(3, 3).padding(1, 1).nOut(12).build()) // pixels to spikes
        .layer(
            new TrinaryConvolutionLayer.Builder(4, 4)
                .stride(2, 2)
                .padding(1, 1)
                .nOut(252)
                .groups(2) // at most 128 inputs a neuron
                .build())
        .layer(new TrinaryConvolutionLayer.Builder(1, 1).nOut(250).groups(2).build())
        .layer(new SpikePopulationOutputLayer.Builder().nOut(10).sharpness(10).build());
    // end
    new MultiLayerNetwork(list.setInputType(input).build()).init();
    // snippet: spiking-networks
    MultiLayerConfiguration published =
        EednNetworks.oneChip(10).configuration(input, 10, epochs, seed);
    MultiLayerConfiguration own =
        EednNetwork.parse("T-12, P4-64(2), N-64(1), P2-60(2)")
            .configuration(input, 10, epochs, seed);
    // end
    assertThat(published.getConfs()).hasSizeGreaterThan(own.getConfs().size());
  }

  @Test
  void deployment() throws IOException {
    MultiLayerNetwork net = spiking();
    InputType input = InputType.convolutional(SIDE, SIDE, 1);
    List<INDArray> batches = List.of(Nd4j.rand(20, 1, SIDE, SIDE));
    float[][] frames = frames();
    Path spk = folder.resolve("network.spk");
    // snippet: deploy
    RunningStatistics.measure(net, batches); // some thousand images, before a test or a deployment
    SpikingProgram program = SpikingProgram.compile(net, input); // integers
    SpkFile.write(program, spk);

    PackedNetwork packed = SpkFile.read(spk).packed(); // packed bits, plain Java
    int[] classes = packed.classes(frames); // float[frame][channels·height·width]
    List<SpikeFrames> spikes = packed.trace(frames); // what enters the cores, then layer by layer

    CoreNetwork cores = new CoreNetwork(program); // 256×256 cores, tick by tick
    CoreNetwork.Run run = cores.run(spikes.get(0)); // a frame a tick
    System.out.print(cores.placement().mapping().table());
    System.out.print(CoreAdvice.text(cores.placement().mapping())); // empty if one chip is enough
    System.out.printf(
        "%.3f mW at 1,000 frames/s%n",
        CoreEnergy.AVERAGE.milliwatts(run.synapticEventsPerFrame(), 1000, 1));
    // end
    assertThat(classes).hasSize(3);
    Path nir = folder.resolve("network.nir");
    Path ranc = Files.createDirectories(folder.resolve("ranc"));
    SpikeFrames entering = spikes.get(0);
    // snippet: exchange
    NirFile.write(program, nir);
    SpikingProgram same = NirFile.read(nir);
    RancFiles.write(cores.placement(), entering, ranc); // entering: SpikeFrames, a frame a tick
    // end
    assertThat(same.packed().classes(frames)).isEqualTo(classes);
  }

  @Test
  void conversion() throws IOException {
    iterator = digits(40, 1, SIDE, SIDE);
    MultiLayerNetwork saved = leNet();
    File zip = folder.resolve("lenet.zip").toFile();
    saved.save(zip);
    whole(leNet(), 1);
    // snippet: convert
    MultiLayerNetwork trained = MultiLayerNetwork.load(zip, true);
    Conversion<MultiLayerNetwork> c =
        HardwareConversion.of(trained)
            .dense(Analog.on(Synapses.pcmCapacitor2018())) // weights programmed into devices
            .convolution(Trinary.eedn()) // convolutions and pooling: trinary spiking layers
            .convert();
    System.out.println(c.report()); // every layer: converted, kept or refused, and why
    c.network().fit(iterator); // a plain DL4J network: retrain it as any other
    // end
    // snippet: convert-back
    MultiLayerNetwork plain =
        HardwareConversion.of(c.network())
            .with(Analog.toSoftware())
            .with(Trinary.toSoftware())
            .convert()
            .network();
    // end
    assertThat(plain.getLayer(4).conf().getLayer()).isExactlyInstanceOf(DenseLayer.class);
    // snippet: network-cost
    // Energy of the pulses and transfers that were really fired.
    NetworkCost cost = NetworkCost.of(ArrayCost.calibrated2018(), c.network());
    // end
    assertThat(cost.squareMillimetres()).isPositive();
    HardwareConversion<MultiLayerNetwork> conversion = HardwareConversion.of(trained);
    LayerConversion mine = Trinary.eedn(new Adam(0.03));
    // snippet: convert-choices
    conversion
        .dense(
            Analog.on(Synapses.pcmInference()) // a chip that only infers: noise in training
                .chipSeed(1)
                .updater(new Adam(1e-3))) // the model's own by default
        .layer("layer4", Analog.on(Synapses.ideal())) // one layer in its own way, by its name
        .layer("conv2", mine) // a LayerConversion of your own
        .keep("layer3") // left as it is
        .with(mine); // asked before the library's own
    // end
    assertThat(conversion.convert().report().rows()).hasSize(6);
    Path theirs = zip.toPath();
    // snippet: files-from-elsewhere
    TypeNames.allow(MyLayer.class); // first, if its configuration names a class of yours
    MultiLayerNetwork read = ModelZip.restoreMultiLayerNetwork(theirs);
    // end
    assertThat(read.params()).isEqualTo(saved.params());
  }

  private void whole(MultiLayerNetwork trained, int epochs) {
    // snippet: convert-all
    Conversion<MultiLayerNetwork> whole =
        HardwareConversion.of(trained).all(Analog.on(Synapses.pcmInference())).convert();
    // Retrained with its source as teacher: labels are what that says.
    whole.network().fit(Distillation.of(trained, 1, 1).around(iterator), epochs);
    MultiLayerNetwork later =
        Drift.of(whole.network(), 1).after(86_400, DriftCompensation.COLUMN); // a day on chip 1
    // end
    assertThat(whole.report().count(ConversionReport.Outcome.CONVERTED)).isEqualTo(5);
    assertThat(later.params()).isNotEqualTo(whole.network().params());
  }

  /** Stands for a layer of the reader's. */
  private static final class MyLayer {}

  @Test
  void comparison() throws IOException {
    DataSetIterator train = digits(40, 1, SIDE, SIDE);
    DataSetIterator test = digits(40, 1, SIDE, SIDE);
    DataSetIterator validation = digits(40, 1, SIDE, SIDE);
    MultiLayerNetwork trained = leNet();
    Path out = folder.resolve("out");
    // snippet: compare
    ComparisonResult result =
        new HardwareComparison(out, "mnist", seed -> train, test)
            .baseline(
                ComparisonVariant.of("software", "as it came", seed -> trained.clone()).epochs(0))
            .variant(
                ComparisonVariant.converted(
                        "analog",
                        "2PCM+3T1C",
                        seed ->
                            HardwareConversion.of(trained)
                                .dense(Analog.on(Synapses.pcmCapacitor2018()).chipSeed(seed))
                                .convert())
                    .costs(ArrayCost.calibrated2018())
                    .probes(ArrayProbe.COUNTS, DriftProbe.overAYear()))
            .epochs(2)
            .chipSeeds(1, 2, 3)
            .earlyStopping(validation, 2)
            .run();
    // end
    assertThat(result.runs()).hasSize(6).allMatch(run -> run.failure() == null);
  }

  @Test
  void lookInside() throws IOException {
    MultiLayerNetwork net = perceptron();
    net.fit(iterator);
    Path png = folder.resolve("pulses.png");
    // snippet: look-inside
    System.out.println(AnalogSummary.of(net)); // G+, G−, g, polarity, pulses, transfers
    ArrayReadout hidden = AnalogSummary.of(net).layers().get(0); // the same as arrays

    PulseLog log = new PulseLog();
    InSituTrainer.of(net).observe(log).fit(iterator, 1); // pulses of every cell, transfers
    DevicePictures.pulsesOverTwoIntervals(log.layer(0), "hidden", png);

    Drift<MultiLayerNetwork> programmed = Drift.of(net, 1); // into the PCM of chip 1
    MultiLayerNetwork tomorrow = programmed.after(86_400, true); // a day later, compensated
    Drift.of(net, 1, WeightMapping.LARGEST_OF_COLUMN); // each column scaled to the range
    // end
    assertThat(hidden.rows()).isEqualTo(785);
    assertThat(tomorrow.params()).isNotEqualTo(net.params());
    assertThat(png).isNotEmptyFile();
  }

  @Test
  void ownDevice() throws IOException {
    Path csv = folder.resolve("curve.csv");
    StringBuilder curve = new StringBuilder("direction,pulse,conductance_microsiemens\n");
    for (int pulse = 0; pulse <= 30; pulse++) {
      curve.append(String.format("potentiation,%d,%.4f%n", pulse, 20 * (1 - Math.pow(0.9, pulse))));
    }
    for (int pulse = 0; pulse <= 30; pulse++) {
      curve.append(String.format("depression,%d,%.4f%n", pulse, 19.2 * Math.pow(0.9, pulse)));
    }
    Files.writeString(csv, curve);
    // snippet: own-device
    PulsedDevice device = DeviceFit.best(PulseCurve.read(csv)).device();
    Synapse synapse = new PulsedSynapse(device, 20); // 20 µS are a weight of 1
    AnalogDenseLayer layer =
        new AnalogDenseLayer.Builder().nIn(128).nOut(10).synapse(synapse).build();
    // end
    assertThat(layer.getSynapse()).isEqualTo(synapse);
  }

  /** Stands for a data source of the reader's. */
  public static final class MyData implements DataSource {
    private static final long serialVersionUID = 1;

    @Override
    public void configure(Properties properties) {}

    @Override
    public Object trainData() {
      return digits(20, 784);
    }

    @Override
    public Object testData() {
      return digits(20, 784);
    }

    @Override
    public Class<?> getDataType() {
      return DataSetIterator.class;
    }
  }

  @Test
  void search() throws IOException {
    // snippet: search-space
    PcmCapacitorSynapseSpace cells =
        PcmCapacitorSynapseSpace.of(Synapses.pcmCapacitor2018())
            .gain(new ContinuousParameterSpace(1.5, 6))
            .transferExamples(new DiscreteParameterSpace<>(1000, 2000, 4000, 8000))
            .polarityInversion(new BooleanSpace())
            .spreadFactor(new ContinuousParameterSpace(0.5, 2)); // device spreads times this
    ArrayEdgesSpace converters = // bits of DAC and ADC, noise
        new ArrayEdgesSpace(
            new FixedValue<>(8),
            new DiscreteParameterSpace<>(5, 6, 7, 8, 9),
            new FixedValue<>(0.0));

    MultiLayerSpace space =
        new MultiLayerSpace.Builder()
            .seed(1)
            .updater(
                new AnalogSgdSpace(
                    new ContinuousParameterSpace(0.01, 0.5),
                    PulseScheme.EXPECTED,
                    PulseScheme.LOW_DISCREPANCY))
            .addLayer(
                new AnalogDenseLayerSpace.Builder()
                    .nOut(new IntegerParameterSpace(50, 200))
                    .activation(Activation.TANH)
                    .synapse(cells)
                    .edges(converters)
                    .build())
            .addLayer(
                new AnalogOutputLayerSpace.Builder()
                    .nOut(10)
                    .lossFunction(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .synapse(cells)
                    .edges(converters)
                    .build())
            .setInputType(InputType.feedForward(784))
            .numEpochs(1)
            .build();
    // end
    Path found = folder.resolve("search");
    Properties properties = new Properties();
    // snippet: search
    ScoreFunction accuracy = new HardwareAccuracy(2, 3); // mean over its own chip and two more
    ScoreFunction score = // beyond the budget: accuracy · limit / cost
        new BudgetedAccuracy(
            new HardwareAccuracy(2, 3),
            ArrayCost.calibrated2018(),
            CostQuantity.INFERENCE_NANOJOULES,
            5);

    SearchResult result =
        new HardwareSearch(
                found,
                SearchGenerators.genetic(space, score, 9, 1),
                score,
                MyData.class,
                properties)
            .costs(CostQuantity.INFERENCE_NANOJOULES, ArrayCost.calibrated2018())
            .candidates(2) // or minutes(...)
            .run();
    // end
    assertThat(accuracy.minimize()).isFalse();
    assertThat(result.candidates()).hasSize(2);
  }
}
