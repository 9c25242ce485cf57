package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadObserver;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** What every analogue layer answers by its crossbar, whatever layer of the host it extends. */
interface ArrayLayer extends AnalogLayer {
  Crossbar crossbar();

  /** Once the parameters are there. */
  void attach(Crossbar own);

  @Override
  default Synapse synapse() {
    return crossbar().settings().getSynapse();
  }

  @Override
  default long chipSeed() {
    return crossbar().chipSeed();
  }

  @Override
  default boolean biasRow() {
    return crossbar().biasRow();
  }

  @Override
  default int arrays() {
    return crossbar().settings().groups();
  }

  @Override
  default long readsPerExample() {
    return 1;
  }

  @Override
  default ArrayEdges edges() {
    return crossbar().settings().getEdges();
  }

  @Override
  default SynapseArray readArray() {
    return crossbar().settledArray();
  }

  @Override
  default SynapseArray lookAtArray() {
    return crossbar().lookAt();
  }

  @Override
  default INDArray weightRows() {
    return crossbar().rows(false);
  }

  @Override
  default long pendingWeights() {
    return crossbar().pendingWeights();
  }

  @Override
  default void observeReads(@Nullable ReadObserver observer) {
    crossbar().reads().observe(observer);
  }

  @Override
  default void fixReadFactors(float[] ofColumns) {
    crossbar().reads().fixFactors(ofColumns);
  }

  /** By its JSON: a configuration's own settings are final. */
  @Override
  default org.deeplearning4j.nn.conf.layers.Layer configurationWith(ArrayEdges other) {
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    try {
      ObjectNode json =
          (ObjectNode) mapper.readTree(mapper.writeValueAsString(crossbar().settings().host()));
      json.set("edges", mapper.valueToTree(other));
      return mapper.treeToValue(json, org.deeplearning4j.nn.conf.layers.Layer.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(crossbar().describe() + ": " + e.getMessage(), e);
    }
  }

  @Override
  default void writeArray() {
    crossbar().writeBack();
  }
}
