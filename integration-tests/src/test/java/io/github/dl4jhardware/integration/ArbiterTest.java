package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.arbiter.AnalogDenseLayerSpace;
import io.github.dl4jhardware.analog.arbiter.AnalogOutputLayerSpace;
import io.github.dl4jhardware.analog.arbiter.AnalogSgdSpace;
import io.github.dl4jhardware.analog.arbiter.ArrayEdgesSpace;
import io.github.dl4jhardware.analog.arbiter.PcmCapacitorSynapseSpace;
import io.github.dl4jhardware.analog.arbiter.SynapsePresetSpace;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.cost.NetworkCost;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.cost.CostQuantity;
import io.github.dl4jhardware.neuromorphic.arbiter.SpikePopulationOutputLayerSpace;
import io.github.dl4jhardware.neuromorphic.arbiter.TrinaryConvolutionLayerSpace;
import io.github.dl4jhardware.search.BudgetedAccuracy;
import io.github.dl4jhardware.search.HardwareAccuracy;
import io.github.dl4jhardware.search.HardwareSearch;
import io.github.dl4jhardware.search.SearchCandidate;
import io.github.dl4jhardware.search.SearchGenerators;
import io.github.dl4jhardware.search.SearchResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.arbiter.ComputationGraphSpace;
import org.deeplearning4j.arbiter.DL4JConfiguration;
import org.deeplearning4j.arbiter.MultiLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.parameter.BooleanSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.serde.jackson.JsonMapper;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Arbiter on hardware: spaces, scores and searches. */
@SuppressWarnings("rawtypes") // Arbiter's own signatures.
class ArbiterTest {
  private static final HardwareAccuracy SCORE = new HardwareAccuracy(7);

  @TempDir private Path folder;

  /** Four clusters. */
  public static final class Clusters implements DataSource {
    private static final long serialVersionUID = 1;

    @Override
    public void configure(Properties properties) {}

    @Override
    public Object trainData() {
      return new ListDataSetIterator<>(HardwareComparisonTest.clusters(80, 1).asList(), 10);
    }

    @Override
    public Object testData() {
      return new ListDataSetIterator<>(HardwareComparisonTest.clusters(60, 2).asList(), 60);
    }

    @Override
    public Class<?> getDataType() {
      return ListDataSetIterator.class;
    }
  }

  private static AnalogDenseLayerSpace hidden() {
    return new AnalogDenseLayerSpace.Builder()
        .nIn(Networks.INPUTS)
        .nOut(new IntegerParameterSpace(4, 9))
        .activation(Activation.TANH)
        .synapse(
            PcmCapacitorSynapseSpace.of(Synapses.pcmCapacitor2018())
                .gain(new ContinuousParameterSpace(2, 4))
                .transferExamples(new DiscreteParameterSpace<>(20, 50))
                .polarityInversion(new BooleanSpace())
                .spreadFactor(new ContinuousParameterSpace(0, 2)))
        .edges(
            new ArrayEdgesSpace(
                new FixedValue<>(8), new DiscreteParameterSpace<>(5, 8), new FixedValue<>(0.0)))
        .build();
  }

  private static AnalogOutputLayerSpace output() {
    return new AnalogOutputLayerSpace.Builder()
        .nOut(Networks.CLASSES)
        .lossFunction(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .synapse(SynapsePresetSpace.of("pcm-capacitor-2018", "ideal"))
        .build();
  }

  private static AnalogSgdSpace updater() {
    return new AnalogSgdSpace(
        new ContinuousParameterSpace(0.01, 0.2), PulseScheme.EXPECTED, PulseScheme.CELL_COUNTS);
  }

  static MultiLayerSpace space() {
    return new MultiLayerSpace.Builder()
        .seed(3)
        .updater(updater())
        .addLayer(hidden())
        .addLayer(output())
        .setInputType(InputType.feedForward(Networks.INPUTS))
        .numEpochs(2)
        .build();
  }

  private static ComputationGraphSpace graphSpace() {
    return new ComputationGraphSpace.Builder()
        .seed(3)
        .updater(updater())
        .addInputs("in")
        .addLayer("hidden", hidden(), "in")
        .addLayer("out", output(), "hidden")
        .setOutputs("out")
        .setInputTypes(InputType.feedForward(Networks.INPUTS))
        .numEpochs(1)
        .build();
  }

  static MultiLayerSpace spikingSpace() {
    return new MultiLayerSpace.Builder()
        .seed(3)
        .addLayer(
            new TrinaryConvolutionLayerSpace.Builder(3)
                .padding(1)
                .inputFeatures(16)
                .features(32, 64)
                .hysteresis(new ContinuousParameterSpace(0, 0.4))
                .sparsityPenalty(new ContinuousParameterSpace(0, 1e-3))
                .build())
        .addLayer(
            new TrinaryConvolutionLayerSpace.Builder(2)
                .stride(2)
                .inputFeatures(32, 64)
                .features(40, 80)
                .build())
        .addLayer(
            new SpikePopulationOutputLayerSpace.Builder(10)
                .sharpness(new ContinuousParameterSpace(1, 20))
                .build())
        .setInputType(InputType.convolutional(6, 6, 16))
        .build();
  }

  static BudgetedAccuracy score() {
    return new BudgetedAccuracy(
        SCORE, ArrayCost.calibrated2018(), CostQuantity.SQUARE_MILLIMETRES, 0.001);
  }

  @Test
  void spacesSurviveJson() throws Exception {
    for (MultiLayerSpace space : List.of(space(), spikingSpace())) {
      String json = JsonMapper.getMapper().writeValueAsString(space);
      MultiLayerSpace back = MultiLayerSpace.fromJson(json);
      assertThat(back).isEqualTo(space);
      assertThat(JsonMapper.getMapper().writeValueAsString(back)).isEqualTo(json);
      Candidate one = SearchGenerators.random(space, 5).getCandidate();
      Candidate same = SearchGenerators.random(back, 5).getCandidate();
      assertThat(((DL4JConfiguration) same.getValue()).getMultiLayerConfiguration())
          .isEqualTo(((DL4JConfiguration) one.getValue()).getMultiLayerConfiguration());
    }
    ComputationGraphSpace graph = graphSpace();
    // Arbiter compares the array of input types by identity.
    String json = JsonMapper.getMapper().writeValueAsString(graph);
    assertThat(JsonMapper.getMapper().writeValueAsString(ComputationGraphSpace.fromJson(json)))
        .isEqualTo(json);
    BudgetedAccuracy score = score();
    assertThat(
            JsonMapper.getMapper()
                .readValue(
                    JsonMapper.getMapper().writeValueAsString(score), BudgetedAccuracy.class))
        .isEqualTo(score);
  }

  @Test
  void valuesReachTheLayers() {
    MultiLayerSpace space = space();
    // Learning rate and scheme; width, gain, interval, inversion, spread, bits; preset.
    assertThat(space.numParameters()).isEqualTo(9);
    CandidateGenerator generator = SearchGenerators.random(space, 1);
    boolean off = false;
    boolean ideal = false;
    for (int i = 0; i < 20; i++) {
      DL4JConfiguration value = (DL4JConfiguration) generator.getCandidate().getValue();
      AnalogDenseLayer dense =
          (AnalogDenseLayer) value.getMultiLayerConfiguration().getConf(0).getLayer();
      PcmCapacitorSynapse synapse = (PcmCapacitorSynapse) dense.getSynapse();
      assertThat(synapse.gain()).isBetween(2.0, 4.0);
      assertThat(synapse.transfer().everyExamples()).isIn(20L, 50L);
      assertThat(dense.getEdges().forward().outputBits()).isIn(5, 8);
      assertThat(dense.getIUpdater()).isInstanceOf(AnalogSgd.class);
      off |= !synapse.transfer().polarityInversion();
      AnalogOutputLayer output =
          (AnalogOutputLayer) value.getMultiLayerConfiguration().getConf(1).getLayer();
      ideal |= output.getSynapse().equals(Synapses.ideal());
    }
    assertThat(off && ideal).isTrue();
  }

  @Test
  void everySpikingCandidateFitsTheCores() {
    CandidateGenerator generator = SearchGenerators.random(spikingSpace(), 2);
    for (int i = 0; i < 30; i++) {
      Candidate candidate = generator.getCandidate();
      assertThat(candidate.getException()).isNull();
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              ((DL4JConfiguration) candidate.getValue()).getMultiLayerConfiguration());
      network.init();
    }
    assertThat(
            new TrinaryConvolutionLayerSpace.Builder(3)
                .inputFeatures(32, 64)
                .features(32)
                .legalGroups())
        .containsExactly(8, 16, 32);
    assertThatThrownBy(
            () ->
                new TrinaryConvolutionLayerSpace.Builder(3).inputFeatures(62).features(32).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No number of groups divides");
  }

  private static CandidateGenerator generator(String kind, MultiLayerSpace space) {
    return switch (kind) {
      case "random" -> SearchGenerators.random(space, 11);
      case "grid" -> SearchGenerators.grid(space, 2, 11);
      default -> SearchGenerators.genetic(space, SCORE, 4, 11);
    };
  }

  private HardwareSearch search(Path into, String kind) {
    return new HardwareSearch(
            into, generator(kind, space()), SCORE, Clusters.class, new Properties())
        .costs(CostQuantity.INFERENCE_NANOJOULES, ArrayCost.calibrated2018());
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "grid", "genetic"})
  void anInterruptedSearchGoesOnAsIfItHadNotBeen(String kind) throws Exception {
    int all = kind.equals("genetic") ? 5 : 2;
    SearchResult whole = search(folder.resolve("whole"), kind).candidates(all).run();
    Path parts = folder.resolve("parts");
    search(parts, kind).candidates(all - 1).run();
    List<Integer> replayed = new ArrayList<>();
    SearchResult second =
        search(parts, kind)
            .candidates(all)
            .listener(
                (candidate, recorded) -> {
                  if (recorded) {
                    replayed.add(candidate.index());
                  }
                })
            .run();
    assertThat(replayed).hasSize(all - 1);
    assertThat(second.candidates()).hasSize(all);
    for (int i = 0; i < all; i++) {
      SearchCandidate one = whole.candidates().get(i);
      SearchCandidate other = second.candidates().get(i);
      assertThat(one.failure()).isNull();
      assertThat(other.point()).isEqualTo(one.point());
      assertThat(other.score()).isEqualTo(one.score());
      assertThat(other.values()).isEqualTo(one.values());
    }
    assertThat(whole.candidates().get(0).values())
        .containsKeys(
            "updater.learningRate",
            "updater.pulseScheme",
            "layer_0.synapse.gain",
            "layer_0.synapse.polarityInversion",
            "layer_0.edges.outputBits");
    assertThat(whole.candidates().get(0).cost().inferenceNanojoules()).isPositive();
    assertThat(Files.readAllLines(parts.resolve("candidates.csv"))).hasSize(1 + all);
    assertThat(parts.resolve("pareto.png")).isNotEmptyFile();
    assertThat(Files.readAllLines(parts.resolve("pareto.csv")))
        .hasSize(1 + second.paretoFront(CostQuantity.INFERENCE_NANOJOULES).size());

    assertThatThrownBy(
            new HardwareSearch(
                        parts,
                        generator(kind, space()),
                        new HardwareAccuracy(),
                        Clusters.class,
                        new Properties())
                    .candidates(all)
                ::run)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("record of another search");
  }

  @Test
  void anotherSeedIsNotMixedIn() throws Exception {
    search(folder, "random").candidates(1).run();
    HardwareSearch other =
        new HardwareSearch(
                folder,
                SearchGenerators.random(space(), 12),
                SCORE,
                Clusters.class,
                new Properties())
            .costs(CostQuantity.INFERENCE_NANOJOULES, ArrayCost.calibrated2018())
            .candidates(2);
    assertThatThrownBy(other::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("made by another search");
  }

  @Test
  void failuresAreRecordedAndTheSearchEnds() throws Exception {
    MultiLayerSpace space =
        new MultiLayerSpace.Builder()
            .seed(3)
            .addLayer(
                new AnalogOutputLayerSpace.Builder()
                    .nIn(Networks.INPUTS)
                    .nOut(Networks.CLASSES)
                    .lossFunction(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .synapse(
                        PcmCapacitorSynapseSpace.of(Synapses.pcmCapacitor2018())
                            .gain(new DiscreteParameterSpace<>(-1.0, 3.0)))
                    .build())
            .updater(
                new AnalogSgdSpace(
                    new DiscreteParameterSpace<>(Double.NaN, 0.05), PulseScheme.EXPECTED))
            .build();
    // Four points, of which one is good; the grid is through after them.
    SearchResult result =
        new HardwareSearch(
                folder,
                SearchGenerators.grid(space, 2, 1),
                new HardwareAccuracy(),
                Clusters.class,
                new Properties())
            .candidates(100)
            .run();
    assertThat(result.candidates()).hasSize(4);
    assertThat(result.candidates()).filteredOn(each -> each.score() != null).hasSize(1);
    assertThat(result.candidates())
        .filteredOn(each -> each.failure() != null)
        .extracting(SearchCandidate::failure)
        .anyMatch(why -> why.contains("PcmCapacitorSynapse.gain"))
        .anyMatch(why -> why.contains("AnalogSgd.learningRate"));
    assertThat(result.best()).isPresent();
  }

  @Test
  void graphsAreSearchedToo() throws Exception {
    SearchResult result =
        new HardwareSearch(
                folder,
                SearchGenerators.random(graphSpace(), 4),
                SCORE,
                Clusters.class,
                new Properties())
            .costs(CostQuantity.TRAINING_MILLIJOULES, ArrayCost.calibrated2018())
            .candidates(2)
            .run();
    assertThat(result.candidates()).hasSize(2).allMatch(each -> each.failure() == null);
  }

  @Test
  void chipsDiffer() {
    DL4JConfiguration value =
        (DL4JConfiguration) SearchGenerators.random(space(), 1).getCandidate().getValue();
    MultiLayerNetwork network = new MultiLayerNetwork(value.getMultiLayerConfiguration());
    network.init();
    Clusters data = new Clusters();
    for (int epoch = 0; epoch < 2; epoch++) {
      network.fit((ListDataSetIterator<?>) data.trainData());
    }
    double own = new HardwareAccuracy().score(network, Clusters.class, new Properties());
    double two = new HardwareAccuracy(1).score(network, Clusters.class, new Properties());
    double same = new HardwareAccuracy(3).score(network, Clusters.class, new Properties());
    // Seed 3 is the network's own: the second chip is the first again.
    assertThat(same).isEqualTo(own);
    assertThat(two).isPositive();
    double limit = 0.5 * NetworkCost.of(ArrayCost.calibrated2018(), network).squareMillimetres();
    assertThat(
            new BudgetedAccuracy(
                    new HardwareAccuracy(),
                    ArrayCost.calibrated2018(),
                    CostQuantity.SQUARE_MILLIMETRES,
                    limit)
                .score(network, Clusters.class, new Properties()))
        .isEqualTo(own * 0.5);
  }

  @Test
  void theParetoFrontIsWhatNothingBeats() {
    List<SearchCandidate> candidates = new ArrayList<>();
    double[][] scoresAndCosts = {{0.9, 5}, {0.8, 2}, {0.85, 4}, {0.7, 3}, {0.9, 6}, {0.8, 2}};
    for (double[] each : scoresAndCosts) {
      candidates.add(
          new SearchCandidate(
              candidates.size(),
              List.of(),
              Map.of(),
              each[0],
              new Cost(null, each[1], null, null, null, null),
              1,
              null));
    }
    assertThat(new SearchResult("", candidates).paretoFront(CostQuantity.INFERENCE_NANOJOULES))
        .extracting(SearchCandidate::index)
        .containsExactly(1, 2, 0);
  }
}
