package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.arbiter.AnalogConvolutionLayerSpace;
import io.github.dl4jhardware.analog.arbiter.AnalogOutputLayerSpace;
import io.github.dl4jhardware.analog.arbiter.ArrayEdgesSpace;
import io.github.dl4jhardware.analog.arbiter.SynapsePresetSpace;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
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
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Arbiter's candidates with analogue convolutions. */
class ConvolutionSpaceTest {
  private static MultiLayerSpace space() {
    return new MultiLayerSpace.Builder()
        .seed(3)
        .addLayer(
            new AnalogConvolutionLayerSpace.Builder()
                .kernelSize(new DiscreteParameterSpace<>(new int[] {3, 3}, new int[] {5, 3}))
                .stride(2, 1)
                .padding(new FixedValue<>(new int[] {0, 0}))
                .convolutionMode(ConvolutionMode.Same)
                .nOut(new IntegerParameterSpace(4, 9))
                .activation(Activation.RELU)
                .synapse(SynapsePresetSpace.of("pcm-inference", "ideal"))
                .edges(
                    new ArrayEdgesSpace(
                        new FixedValue<>(8),
                        new DiscreteParameterSpace<>(5, 8),
                        new FixedValue<>(0.0)))
                .biasOnArray(new BooleanSpace())
                .hasBias(new FixedValue<>(true))
                .chipSeed(8)
                .build())
        .addLayer(
            new AnalogOutputLayerSpace.Builder()
                .nOut(Networks.CLASSES)
                .lossFunction(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .synapse(SynapsePresetSpace.of("ideal"))
                .build())
        .setInputType(InputType.convolutional(6, 5, 2))
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
      AnalogConvolutionLayer layer = (AnalogConvolutionLayer) configuration.getConf(0).getLayer();
      seen.add("kernel " + layer.getKernelSize()[0]);
      seen.add("bits " + layer.getEdges().forward().outputBits());
      seen.add("bias " + layer.isBiasOnArray());
      seen.add(layer.getSynapse().getClass().getSimpleName());
      assertThat(layer.getStride()).containsExactly(2, 1);
      assertThat(layer.getConvolutionMode()).isEqualTo(ConvolutionMode.Same);
      assertThat(layer.getChipSeed()).isEqualTo(8);
      assertThat(layer.getNOut()).isBetween(4L, 9L);
      MultiLayerNetwork network = new MultiLayerNetwork(configuration);
      network.init();
      assertThat(network.getLayer(0).getParam("W").size(0)).isEqualTo(layer.getNOut());
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "kernel 3",
            "kernel 5",
            "bits 5",
            "bits 8",
            "bias true",
            "bias false",
            "InferenceSynapse",
            "IdealSynapse");
  }

  @Test
  void survivesJson() throws Exception {
    // Arbiter compares kernels, which are Java arrays, by identity; their text tells.
    String json = JsonMapper.getMapper().writeValueAsString(space());
    MultiLayerSpace back = MultiLayerSpace.fromJson(json);
    assertThat(JsonMapper.getMapper().writeValueAsString(back)).isEqualTo(json);
    assertThat(
            ((DL4JConfiguration) SearchGenerators.random(back, 5).getCandidate().getValue())
                .getMultiLayerConfiguration())
        .isEqualTo(
            ((DL4JConfiguration) SearchGenerators.random(space(), 5).getCandidate().getValue())
                .getMultiLayerConfiguration());
  }
}
