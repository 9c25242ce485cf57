package io.github.dl4jhardware.neuromorphic.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NeuronTest {
  @ParameterizedTest
  @CsvSource({
    "-2, 0, 0, 0",
    "-1, 0, 0, 0",
    "-0.5, 0, 0.125, 0.5",
    "-1e-300, 0, 0.5, 1",
    "0, 1, 0.5, 1",
    "0.25, 1, 0.71875, 0.75",
    "0.5, 1, 0.875, 0.5",
    "1, 1, 1, 0",
    "3, 1, 1, 0"
  })
  void closedForm(double response, double spike, double smooth, double slope) {
    assertThat(Neuron.SPIKE.value(response)).isEqualTo(spike);
    assertThat(Neuron.SMOOTH.value(response)).isEqualTo(smooth);
    assertThat(Neuron.SPIKE.slope(response)).isEqualTo(slope);
    assertThat(Neuron.SMOOTH.slope(response)).isEqualTo(slope);
    assertThat(Neuron.IDENTITY.value(response)).isEqualTo(response);
    assertThat(Neuron.IDENTITY.slope(response)).isEqualTo(1);
  }

  @Test
  void slopeIsTheDerivativeOfTheSmoothTwin() {
    double h = 1e-6;
    for (double r = -1.5; r < 1.5; r += 0.01) {
      double difference = (Neuron.SMOOTH.value(r + h) - Neuron.SMOOTH.value(r - h)) / (2 * h);
      assertThat(difference).isCloseTo(Neuron.SMOOTH.slope(r), within(2e-6));
    }
  }

  /** The surrogate's mass is 1: a neuron that goes from silent to firing has changed by 1. */
  @Test
  void triangleHasTheMassOfASpike() {
    assertThat(Neuron.SMOOTH.value(1) - Neuron.SMOOTH.value(-1)).isEqualTo(1);
  }

  @Test
  void activationIsTheSameLaw() {
    IActivation activation = new SpikeActivation();
    double[] responses = {-2, -1, -0.5, -1e-3, 0, 0.25, 0.5, 1, 3};
    INDArray z = Nd4j.createFromArray(responses).reshape(3, 3);
    INDArray epsilon = Nd4j.createFromArray(1.0, 2, 3, 4, 5, 6, 7, 8, 9).reshape(3, 3);
    INDArray spikes = activation.getActivation(z.dup(), true);
    Pair<INDArray, INDArray> back = activation.backprop(z.dup(), epsilon);
    for (int i = 0; i < responses.length; i++) {
      assertThat(spikes.getDouble(i)).isEqualTo(Neuron.SPIKE.value(responses[i]));
      assertThat(back.getFirst().getDouble(i))
          .isEqualTo(Neuron.SPIKE.slope(responses[i]) * (i + 1));
    }
    assertThat(activation).isEqualTo(new SpikeActivation()).hasToString("spike");
  }
}
