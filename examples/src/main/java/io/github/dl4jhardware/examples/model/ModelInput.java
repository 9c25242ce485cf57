package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.Examples;
import io.github.dl4jhardware.host.HostNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How a network takes examples: found out by showing it one in each form that there is, as DL4J
 * does not keep the shape that a network was made for.
 *
 * @param form in words, such as {@code channels last}; empty for that of the data
 * @param prepare brings a batch into that form
 */
public record ModelInput(String form, UnaryOperator<DataSet> prepare) {
  /** Grey by the weights of red, green and blue. Source: ITU-R BT.601. */
  private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

  private static final String STEPS_FIRST = "steps first";

  private record Form(String name, UnaryOperator<INDArray> arrange) {}

  /**
   * Asks a network.
   *
   * @param network initialised
   * @param model where it comes from, for messages
   * @param test of which it takes one
   * @return the form that it takes
   * @throws BadDataException if it takes none of them, or tells another number of classes apart
   */
  public static ModelInput of(NeuralNetwork network, Path model, Examples test)
      throws BadDataException {
    DataSet one = test.first(1);
    String why = "";
    for (Form form : forms(one.getFeatures())) {
      INDArray features = form.arrange().apply(one.getFeatures().dup());
      INDArray output;
      try {
        output = HostNetwork.output(network, features, one.getFeaturesMaskArray());
      } catch (DL4JException | IllegalArgumentException | IllegalStateException e) {
        why = why.isEmpty() ? String.valueOf(e.getMessage()) : why;
        continue;
      }
      boolean everyStep = output.rank() == 3;
      boolean classesLast = everyStep && form.name().equals(STEPS_FIRST);
      long classes = output.size(classesLast ? 2 : 1);
      if ((output.rank() != 2 && !everyStep) || classes != test.classes()) {
        throw new BadDataException(
            model + " tells " + classes + " classes apart; the examples have " + test.classes());
      }
      return new ModelInput(
          form.name(),
          batch -> {
            batch.setFeatures(form.arrange().apply(batch.getFeatures()));
            return everyStep ? lastStep(batch, classesLast) : batch;
          });
    }
    throw new BadDataException(
        model
            + " does not take examples of "
            + Arrays.toString(one.getFeatures().shape())
            + ", in any of these forms: "
            + forms(one.getFeatures()).stream()
                .map(form -> form.name().isEmpty() ? "as they are" : form.name())
                .collect(Collectors.joining(", "))
            + ". It says: "
            + why);
  }

  private static List<Form> forms(INDArray one) {
    List<Form> forms = new ArrayList<>();
    forms.add(new Form("", features -> features));
    if (one.rank() == 4) {
      forms.add(new Form("channels last", ModelInput::channelsLast));
      forms.add(new Form("channels first", features -> features.permute(0, 3, 1, 2).dup('c')));
      if (one.size(1) == 1) {
        forms.add(new Form("grey as three channels", ModelInput::tripled));
        forms.add(new Form("grey as three channels, channels last", x -> channelsLast(tripled(x))));
      }
      if (one.size(1) == 3) {
        forms.add(new Form("colours as grey", ModelInput::grey));
        forms.add(new Form("colours as grey, channels last", x -> channelsLast(grey(x))));
      }
    }
    if (one.rank() == 3) {
      forms.add(new Form(STEPS_FIRST, features -> features.permute(0, 2, 1).dup('c')));
    }
    if (one.rank() > 2) {
      forms.add(new Form("as one row", features -> features.reshape('c', features.size(0), -1)));
    }
    return forms;
  }

  private static INDArray channelsLast(INDArray images) {
    return images.permute(0, 2, 3, 1).dup('c');
  }

  private static INDArray tripled(INDArray grey) {
    return Nd4j.concat(1, grey, grey, grey);
  }

  private static INDArray grey(INDArray colours) {
    long[] shape = {1, 3, 1, 1};
    return colours
        .mul(Nd4j.create(LUMA).castTo(colours.dataType()).reshape(shape).broadcast(colours.shape()))
        .sum(true, 1);
  }

  /** For networks that say something at each step: the last one that there is counts. */
  private static DataSet lastStep(DataSet batch, boolean stepsFirst) {
    INDArray hot = batch.getLabels();
    INDArray mask = batch.getFeaturesMaskArray();
    int steps = (int) batch.getFeatures().size(stepsFirst ? 1 : 2);
    INDArray labels = Nd4j.zeros(hot.dataType(), hot.size(0), hot.size(1), steps);
    INDArray counts = Nd4j.zeros(hot.dataType(), hot.size(0), steps);
    for (int example = 0; example < hot.size(0); example++) {
      int last = (mask == null ? steps : mask.getRow(example).sumNumber().intValue()) - 1;
      labels.putScalar(new int[] {example, hot.getRow(example).argMax().getInt(0), last}, 1);
      counts.putScalar(example, last, 1);
    }
    batch.setLabels(stepsFirst ? labels.permute(0, 2, 1).dup('c') : labels);
    batch.setLabelsMaskArray(counts);
    return batch;
  }
}
