package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.arbiter.AnalogLSTMLayerSpace;
import io.github.dl4jhardware.analog.arbiter.AnalogRnnOutputLayerSpace;
import io.github.dl4jhardware.analog.arbiter.AnalogSimpleRnnLayerSpace;
import io.github.dl4jhardware.analog.arbiter.ArrayEdgesSpace;
import io.github.dl4jhardware.analog.arbiter.SynapsePresetSpace;
import io.github.dl4jhardware.analog.layer.AnalogLSTM;
import io.github.dl4jhardware.analog.layer.AnalogRnnOutputLayer;
import io.github.dl4jhardware.analog.layer.AnalogSimpleRnn;
import io.github.dl4jhardware.search.SearchGenerators;
import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.arbiter.DL4JConfiguration;
import org.deeplearning4j.arbiter.MultiLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.BooleanSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.serde.jackson.JsonMapper;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Arbiter's candidates with analogue recurrent layers. */
class RecurrentSpaceTest {
  private static MultiLayerSpace space() {
    return new MultiLayerSpace.Builder()
        .seed(3)
        .addLayer(
            new AnalogLSTMLayerSpace.Builder()
                .nOut(new IntegerParameterSpace(4, 9))
                .forgetGateBiasInit(new DiscreteParameterSpace<>(1.0, 3.0))
                .activation(Activation.TANH)
                .synapse(SynapsePresetSpace.of("pcm-inference", "ideal"))
                .edges(
                    new ArrayEdgesSpace(
                        new FixedValue<>(8),
                        new DiscreteParameterSpace<>(5, 8),
                        new FixedValue<>(0.0)))
                .biasOnArray(new BooleanSpace())
                .chipSeed(8)
                .build())
        .addLayer(
            new AnalogSimpleRnnLayerSpace.Builder()
                .nOut(6)
                .activation(Activation.TANH)
                .synapse(SynapsePresetSpace.of("ideal"))
                .build())
        .addLayer(
            new AnalogRnnOutputLayerSpace.Builder()
                .nOut(Networks.CLASSES)
                .lossFunction(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .synapse(SynapsePresetSpace.of("ideal"))
                .build())
        .setInputType(InputType.recurrent(3, 5))
        .build();
  }

  /** Each value of each space comes up in a layer, and every candidate is a network. */
  @Test
  void valuesReachTheLayer() {
    CandidateGenerator generator = SearchGenerators.random(space(), 5);
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      MultiLayerConfiguration configuration =
          ((DL4JConfiguration) generator.getCandidate().getValue()).getMultiLayerConfiguration();
      AnalogLSTM layer = (AnalogLSTM) configuration.getConf(0).getLayer();
      seen.add("bits " + layer.getEdges().forward().outputBits());
      seen.add("bias " + layer.isBiasOnArray());
      seen.add("forget " + layer.getForgetGateBiasInit());
      seen.add(layer.getSynapse().getClass().getSimpleName());
      assertThat(layer.getChipSeed()).isEqualTo(8);
      assertThat(layer.getNOut()).isBetween(4L, 9L);
      assertThat(configuration.getConf(1).getLayer()).isInstanceOf(AnalogSimpleRnn.class);
      assertThat(configuration.getConf(2).getLayer()).isInstanceOf(AnalogRnnOutputLayer.class);
      MultiLayerNetwork network = new MultiLayerNetwork(configuration);
      network.init();
      assertThat(network.output(Nd4j.rand(2, 3, 5)).shape())
          .containsExactly(2, Networks.CLASSES, 5);
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "bits 5",
            "bits 8",
            "bias true",
            "bias false",
            "forget 1.0",
            "forget 3.0",
            "InferenceSynapse",
            "IdealSynapse");
  }

  @Test
  void survivesJson() throws Exception {
    String json = JsonMapper.getMapper().writeValueAsString(space());
    MultiLayerSpace back = MultiLayerSpace.fromJson(json);
    assertThat(back).isEqualTo(space()).hasSameHashCodeAs(space());
    assertThat(JsonMapper.getMapper().writeValueAsString(back)).isEqualTo(json);
  }
}
