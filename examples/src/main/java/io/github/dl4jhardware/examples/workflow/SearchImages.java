package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.model.Comparison;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Digits for a search: trained on the first images of the training set, validated on its last ones.
 * The test set is not among them. Arbiter makes a data source for each use, by its class, so that
 * what is read is kept here.
 */
public final class SearchImages implements DataSource {
  static final String MNIST = "mnist";
  static final String EXAMPLES = "examples";
  static final String VALIDATION = "validation";
  static final String BATCH = "batch";
  static final String SEED = "seed";

  private static final long serialVersionUID = 1;
  private static final int TEST_BATCH = 500;
  private static final Map<String, ImageData> READ = new ConcurrentHashMap<>();

  private String mnist = "";
  private int examples;
  private int validation;
  private int batch;
  private long seed;

  /** For Arbiter; {@link #configure} says the rest. */
  public SearchImages() {}

  static ImageData images(String mnist) {
    return READ.computeIfAbsent(
        mnist,
        place -> {
          try {
            ImageData all =
                place.isEmpty() ? ImageData.synthetic() : ImageData.mnist(Path.of(place));
            return all.centre(Comparison.ROWS, Comparison.COLUMNS);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  public void configure(Properties properties) {
    mnist = properties.getProperty(MNIST, "");
    examples = Integer.parseInt(properties.getProperty(EXAMPLES));
    validation = Integer.parseInt(properties.getProperty(VALIDATION));
    batch = Integer.parseInt(properties.getProperty(BATCH));
    seed = Long.parseLong(properties.getProperty(SEED));
  }

  @Override
  public DataSetIterator trainData() {
    return new ImageBatches(images(mnist).train().range(0, examples), List.of(), seed)
        .training(batch, examples, Layout.FLAT);
  }

  @Override
  public DataSetIterator testData() {
    Images train = images(mnist).train();
    return new ImageBatches(train.range(train.count() - validation, train.count()), List.of(), 0)
        .testing(TEST_BATCH, validation, Layout.FLAT);
  }

  @Override
  public Class<?> getDataType() {
    return DataSetIterator.class;
  }
}
