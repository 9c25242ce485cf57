package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.host.HostNetwork;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How a network takes images: as DL4J does by default, as Keras does, or as rows. */
public final class ImageLayout {
  private ImageLayout() {}

  /**
   * Asks a network.
   *
   * @param network initialised
   * @param test of which it takes one
   * @param model where it comes from, for messages
   * @return how it takes images
   * @throws BadDataException if it takes none of this size, or tells another number of classes
   *     apart
   */
  public static Layout of(NeuralNetwork network, Images test, Path model) throws BadDataException {
    ImageBatches batches = new ImageBatches(test, List.of(), 0);
    INDArray image = batches.batch(batches.order(0), 0, 1, 0).getFeatures();
    String why = "";
    for (Layout each : List.of(Layout.NCHW, Layout.NHWC, Layout.FLAT)) {
      INDArray features = ImageBatches.arranged(image, each);
      INDArray output;
      try {
        output = HostNetwork.output(network, features, null);
      } catch (DL4JException | IllegalArgumentException | IllegalStateException e) {
        why = why.isEmpty() ? String.valueOf(e.getMessage()) : why;
        continue;
      }
      if (output.rank() != 2 || output.size(1) != test.classes()) {
        throw new BadDataException(
            model
                + " tells "
                + output.size(1)
                + " classes apart; the images have "
                + test.classes());
      }
      return each;
    }
    throw new BadDataException(
        model + " does not take images of " + Arrays.toString(image.shape()) + ": " + why);
  }
}
