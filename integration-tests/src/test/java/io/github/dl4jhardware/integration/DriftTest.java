package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.cell.DriftCompensation;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.inference.DriftProbe;
import io.github.dl4jhardware.analog.inference.WeightMapping;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.compare.Probe;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Networks programmed into PCM, and noise injected to prepare for it, inside DL4J. */
class DriftTest {
  private static final double DAY = 86_400;

  private static double rms(INDArray values) {
    return values.norm2Number().doubleValue() / Math.sqrt((double) values.length());
  }

  /** Plain layers and every preset: near at once, smaller after a day, brought back on the mean. */
  @Test
  void weightsFallWithTimeAndAreBroughtBack() {
    List<MultiLayerNetwork> networks = new ArrayList<>();
    networks.add(Networks.software(new Sgd(0.1), DataType.FLOAT));
    for (Synapse synapse : Synapses.byName().values()) {
      IUpdater updater = synapse instanceof InferenceSynapse ? new Sgd(0.1) : new AnalogSgd(0.1);
      networks.add(Networks.analog(synapse, updater, DataType.FLOAT));
    }
    for (MultiLayerNetwork network : networks) {
      INDArray before = network.params().dup();
      INDArray exact = network.getParam("0_W");
      Drift<MultiLayerNetwork> drift = Drift.of(network, 5);
      INDArray once = drift.after(0, false).getParam("0_W");
      INDArray day = drift.after(DAY, false).getParam("0_W");
      INDArray year = drift.after(3.15e7, false).getParam("0_W");
      INDArray compensated = drift.after(3.15e7, true).getParam("0_W");
      assertThat(rms(once.sub(exact))).isLessThan(0.35 * rms(exact)).isPositive();
      assertThat(rms(day)).isLessThan(0.9 * rms(once));
      assertThat(rms(year)).isLessThan(0.9 * rms(day));
      assertThat(rms(compensated)).isBetween(0.8 * rms(once), 1.25 * rms(once));
      assertThat(network.params()).as("the source").isEqualTo(before);
      assertThat(Drift.of(network, 5).after(DAY, false).getParam("0_W")).isEqualTo(day);
      assertThat(Drift.of(network, 6).after(DAY, false).getParam("0_W")).isNotEqualTo(day);
    }
  }

  /** A row of the array drifts, a digital bias stays. */
  @Test
  void biasDriftsOnlyOnTheArray() {
    MultiLayerNetwork onArray =
        Networks.analog(Synapses.ideal(), new AnalogSgd(0.1), DataType.FLOAT);
    MultiLayerNetwork plain = Networks.software(new Sgd(0.1), DataType.FLOAT);
    assertThat(Drift.of(onArray, 1).after(DAY, false).getParam("0_b"))
        .isNotEqualTo(onArray.getParam("0_b"));
    assertThat(Drift.of(plain, 1).after(DAY, false).getParam("0_b"))
        .isEqualTo(plain.getParam("0_b"));
  }

  /** Here the size of the weights stands for an accuracy. */
  @Test
  void aProbeHasACurveForEachCompensation() {
    MultiLayerNetwork network =
        Networks.analog(Synapses.pcmInference(), new Sgd(0.1), DataType.FLOAT);
    Probe.Findings found =
        DriftProbe.at(1, DAY)
            .with(DriftCompensation.values())
            .look(network, 3, each -> rms(((MultiLayerNetwork) each).getParam("0_W")));
    assertThat(found.curves().stream().map(Probe.Curve::name))
        .containsExactly(
            "Drift over time, no drift compensation",
            "Drift over time",
            "Drift over time, drift compensation column by column");
    for (Probe.Curve curve : found.curves()) {
      assertThat(curve.points()).hasSize(2);
      double left =
          curve.points().get(1).testAccuracyPercent() / curve.points().get(0).testAccuracyPercent();
      boolean none = curve.name().contains("no drift");
      assertThat(left).as(curve.name()).isBetween(none ? 0.3 : 0.9, none ? 0.85 : 1.1);
      assertThat(curve.caption()).contains("compensation");
    }
    assertThat(DriftProbe.at(1).compensations()).containsExactly(DriftCompensation.GLOBAL);
    assertThatThrownBy(() -> DriftProbe.at(1).with())
        .hasMessageContaining("compensations is empty");
  }

  @Test
  void graphsDriftToo() {
    ComputationGraph graph =
        Networks.analogGraph(Synapses.pcmCapacitor2018(), new AnalogSgd(0.1), DataType.DOUBLE);
    Drift<ComputationGraph> drift = Drift.of(graph, 1);
    ComputationGraph later = drift.after(DAY, false);
    assertThat(rms(later.getParam("hidden_W"))).isLessThan(0.9 * rms(graph.getParam("hidden_W")));
    assertThat(drift.failures()).isZero();
    INDArray features = Networks.data(8, 1, DataType.DOUBLE).getFeatures();
    assertThat(later.outputSingle(features)).isEqualTo(later.outputSingle(features));
    assertThatThrownBy(() -> drift.after(-1, false))
        .hasMessage("Drift seconds must be a finite number of at least 0, but is -1.0");
  }

  @Test
  void networkWithoutDenseLayersIsRefused() {
    MultiLayerNetwork network =
        Networks.initialised(
            Networks.settings(new Sgd(0.1), DataType.FLOAT)
                .list()
                .layer(new BatchNormalization.Builder().nIn(4).nOut(4).build())
                .build());
    assertThatThrownBy(() -> Drift.of(network, 1))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageStartingWith("Drift needs a network with at least one dense or output layer");
  }

  // ---- Training for inference-only targets ----

  /** Noise in training passes only, drawn afresh each step; the weights themselves stay exact. */
  @Test
  void noiseIsInjectedInTrainingPassesOnly() {
    MultiLayerNetwork network =
        Networks.analog(Synapses.pcmInference(), new Sgd(1e-12), DataType.FLOAT);
    MultiLayerNetwork ideal = Networks.analog(Synapses.ideal(), new Sgd(1e-12), DataType.FLOAT);
    INDArray features = Networks.data(8, 1, DataType.FLOAT).getFeatures();
    assertThat(network.output(features)).isEqualTo(ideal.output(features));
    INDArray weights = network.getParam("1_W").dup();
    network.fit(Networks.data(8, 1, DataType.FLOAT));
    double first = network.score();
    network.fit(Networks.data(8, 1, DataType.FLOAT));
    assertThat(network.score()).isNotEqualTo(first);
    ideal.fit(Networks.data(8, 1, DataType.FLOAT));
    assertThat(first).isNotEqualTo(ideal.score());
    // The first step clips, once and for all as nothing else moves.
    double clipped = network.getParam("1_W").sub(weights).amaxNumber().doubleValue();
    assertThat(clipped).isLessThan(0.5 * weights.amaxNumber().doubleValue());
  }

  /** In files too; and what was trained so is programmed so. */
  @Test
  void columnScalesAreKept() {
    InferenceSynapse ofColumns = Synapses.pcmInference().withColumnScales();
    MultiLayerNetwork network = Networks.analog(ofColumns, new Sgd(0.1), DataType.FLOAT);
    String json = network.getLayerWiseConfigurations().toJson();
    assertThat(MultiLayerConfiguration.fromJson(json))
        .isEqualTo(network.getLayerWiseConfigurations());
    assertThat(json).contains("perColumn");
    MultiLayerNetwork ofLayers =
        Networks.analog(Synapses.pcmInference(), new Sgd(0.1), DataType.FLOAT);
    assertThat(ofLayers.getLayerWiseConfigurations().toJson()).doesNotContain("perColumn");
    ofLayers.setParams(network.params());
    assertThat(Drift.of(network, 1).after(DAY, false).params())
        .isEqualTo(
            Drift.of(ofLayers, 1, WeightMapping.LARGEST_OF_COLUMN).after(DAY, false).params())
        .isNotEqualTo(Drift.of(ofLayers, 1).after(DAY, false).params());
  }

  @Test
  void weightsAreClippedAfterEachStep() {
    InferenceSynapse tight = new InferenceSynapse(Synapses.inferencePcm(), 1);
    MultiLayerNetwork network = Networks.analog(tight, new Sgd(0.1), DataType.FLOAT);
    for (int step = 0; step < 20; step++) {
      network.fit(Networks.data(8, step, DataType.FLOAT));
    }
    INDArray weights = network.getParam("0_W");
    // Clipping at one deviation shrinks the deviation it is measured by.
    assertThat(weights.amaxNumber().doubleValue()).isLessThan(1.5 * rms(weights));
  }

  @Test
  void analogSgdIsRefused() {
    assertThatThrownBy(
            () -> Networks.analog(Synapses.pcmInference(), new AnalogSgd(0.1), DataType.FLOAT))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("does not support AnalogSgd on an inference-only synapse")
        .hasMessageContaining("use a DL4J updater such as Sgd");
  }
}
