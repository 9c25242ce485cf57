package io.github.dl4jhardware.neuromorphic.network;

import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.SpikingOptions;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import io.github.dl4jhardware.neuromorphic.network.Stage.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutionalFlat;

/**
 * A spiking convolutional network as a list of stages, from pixels to a population of class
 * neurons.
 *
 * @param stages at least one
 */
public record EednNetwork(List<Stage> stages) {
  /** Copies the list. */
  public EednNetwork {
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("A network has at least one layer");
    }
    for (int i = 1; i < stages.size(); i++) {
      if (stages.get(i).kind() == Kind.T) {
        throw new IllegalArgumentException(
            "Layer "
                + i
                + " is "
                + stages.get(i)
                + "; only the first layer, which sees pixels, is a transduction");
      }
    }
  }

  /**
   * Reads a network.
   *
   * @param notation stages with commas between them, as in {@code "T-12, P4-252(2), N-256(2)"}
   * @return the network; its {@link #toString} gives the notation back
   * @throws IllegalArgumentException if a stage is none; the message says which and why
   */
  public static EednNetwork parse(String notation) {
    List<Stage> stages = new ArrayList<>();
    String[] parts = notation.split(",", -1);
    for (int i = 0; i < parts.length; i++) {
      try {
        stages.add(Stage.parse(parts[i]));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("Layer " + i + " of the network: " + e.getMessage(), e);
      }
    }
    return new EednNetwork(stages);
  }

  /**
   * Trinary weights on the chip, without the transduction's float weights.
   *
   * @param channels of the images
   * @return their number
   */
  public long trinaryWeights(long channels) {
    return Arrays.stream(weights(channels)).sum();
  }

  /**
   * Synaptic positions a frame: each weight counted at each position of its layer's output.
   *
   * @param input the images
   * @return multiply-accumulates on the chip for one frame
   */
  public long positions(InputType input) {
    InputTypeConvolutional images = images(input);
    long[] weights = weights(images.getChannels());
    long height = images.getHeight();
    long width = images.getWidth();
    long sum = 0;
    for (int i = 0; i < weights.length; i++) {
      height = stages.get(i).kind().out(height);
      width = stages.get(i).kind().out(width);
      sum += weights[i] * height * width;
    }
    return sum;
  }

  private long[] weights(long channels) {
    long[] weights = new long[stages.size()];
    long in = channels;
    for (int i = 0; i < weights.length; i++) {
      Stage stage = stages.get(i);
      long kernel = stage.kind().kernel();
      if (stage.kind() != Kind.T) {
        weights[i] = kernel * kernel * in / stage.groups() * stage.features();
      }
      in = stage.features();
    }
    return weights;
  }

  /**
   * A configuration with the documented defaults: {@link EednNetworks#updater}, options as in
   * {@link SpikingOptions}.
   *
   * @param input the images, {@code InputType.convolutional(height, width, channels)}, in rows with
   *     {@code convolutionalFlat}; their format is the network's
   * @param classes number of classes, at most the last stage's features
   * @param epochs length of the training that the learning rate is planned for
   * @param seed of the hidden weights
   * @return a configuration for MultiLayerNetwork
   * @throws DL4JInvalidConfigException if a layer does not fit a core
   */
  public MultiLayerConfiguration configuration(
      InputType input, int classes, int epochs, long seed) {
    return configuration(
        input,
        classes,
        new NeuralNetConfiguration.Builder().seed(seed).updater(EednNetworks.updater(epochs)),
        options -> options);
  }

  /**
   * A configuration with settings of the user's own.
   *
   * @param input the images, {@code InputType.convolutional(height, width, channels)}, in rows with
   *     {@code convolutionalFlat}; their format is the network's
   * @param classes number of classes, at most the last stage's features
   * @param settings seed, updater and whatever else is global
   * @param change what to change in the options of every spiking layer
   * @return a configuration for MultiLayerNetwork
   * @throws DL4JInvalidConfigException if a layer does not fit a core
   */
  public MultiLayerConfiguration configuration(
      InputType input,
      int classes,
      NeuralNetConfiguration.Builder settings,
      UnaryOperator<SpikingOptions> change) {
    images(input);
    NeuralNetConfiguration.ListBuilder list =
        settings.convolutionMode(ConvolutionMode.Truncate).list();
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      Kind kind = stage.kind();
      String name = i + " " + stage;
      if (kind == Kind.T) {
        list.layer(
            new TransductionLayer.Builder(kind.kernel(), kind.kernel())
                .name(name)
                .stride(kind.stride(), kind.stride())
                .padding(kind.padding(), kind.padding())
                .nOut(stage.features())
                .spiking(change.apply(SpikingOptions.TRANSDUCTION))
                .build());
      } else {
        list.layer(
            new TrinaryConvolutionLayer.Builder(kind.kernel(), kind.kernel())
                .name(name)
                .stride(kind.stride(), kind.stride())
                .padding(kind.padding(), kind.padding())
                .nOut(stage.features())
                .spiking(change.apply(SpikingOptions.TRINARY.withGroups(stage.groups())))
                .build());
      }
    }
    list.layer(
        new SpikePopulationOutputLayer.Builder()
            .name("classes")
            .nOut(classes)
            .sharpness(EednNetworks.SHARPNESS)
            .build());
    return list.setInputType(input).build();
  }

  private static InputTypeConvolutional images(InputType input) {
    if (input instanceof InputTypeConvolutional images) {
      return images;
    }
    if (input instanceof InputTypeConvolutionalFlat flat) {
      return (InputTypeConvolutional)
          InputType.convolutional(flat.getHeight(), flat.getWidth(), flat.getDepth());
    }
    throw new DL4JInvalidConfigException(
        "An Eedn network takes images: InputType.convolutional(height, width, channels), not "
            + input);
  }

  /** The notation. */
  @Override
  public String toString() {
    return stages.stream().map(Stage::toString).collect(Collectors.joining(", "));
  }
}
