package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.examples.console.FeatureOptions;
import io.github.dl4jhardware.examples.data.BackgroundImageTransform;
import io.github.dl4jhardware.examples.data.Features;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.data.TrainingDigest;
import io.github.dl4jhardware.examples.study.EqualityData.Split;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Images and features as the equality study trains, tests and validates on them. */
final class EqualitySets {
  private static final int BATCH = 500;
  private static final int TEST_BATCH = 1000;

  /** Mean pixel from which inputs are centred, as a part of white. */
  private static final double BRIGHT = 0.25;

  private final int examples;

  /** Of an epoch there are at most so many training examples. */
  EqualitySets(int examples) {
    this.examples = examples;
  }

  EqualityData digits(String name, ImageData data, boolean withBackground) {
    Images train = withBackground ? background(data.train(), 1) : data.train();
    Images test = withBackground ? background(data.test(), 2) : data.test();
    // Inputs that are grey on average go from −0.5 to 0.5 instead of from 0 to 1.
    double zero = meanOfPixels(train) > BRIGHT ? 0.5 : 0;
    int most = Math.min(examples, train.count());
    Split split = Split.of(most);
    Images part = train.pick(split.part());
    int inputs = train.channels() * train.height() * train.width();
    return new EqualityData(
        name,
        List.of(inputs, 250, 125, train.classes()),
        seed -> centred(zero, training(train, most, seed)),
        centred(zero, testing(test)),
        seed -> centred(zero, training(part, part.count(), seed)),
        centred(zero, testing(train.pick(split.validation()))),
        settings(TrainingDigest.of(train), most));
  }

  private static DataSetIterator training(Images images, int most, long seed) {
    return new ImageBatches(images, List.of(), seed).training(batch(most), most, Layout.FLAT);
  }

  private static DataSetIterator testing(Images images) {
    return new ImageBatches(images, List.of(), 0)
        .testing(TEST_BATCH, Integer.MAX_VALUE, Layout.FLAT);
  }

  private static double meanOfPixels(Images images) {
    double sum = 0;
    for (byte[] image : images.pixels()) {
      for (byte pixel : image) {
        sum += pixel & 0xFF;
      }
    }
    return sum / 255 / images.count() / images.pixels()[0].length;
  }

  private static Images background(Images images, long seed) {
    return ImageBatches.transformed(images, new BackgroundImageTransform(seed), seed);
  }

  private static DataSetIterator centred(double zero, DataSetIterator iterator) {
    if (zero != 0) {
      iterator.setPreProcessor(batch -> batch.getFeatures().subi(zero));
    }
    return iterator;
  }

  EqualityData features(String name, FeatureOptions.Sets sets) {
    Features train = sets.train();
    int most = Math.min(examples, train.count());
    Split split = Split.of(most);
    Features part = train.pick(split.part());
    return new EqualityData(
        name,
        List.of(train.width(), train.classes()),
        seed -> train.training(batch(most), most, seed),
        sets.test().testing(TEST_BATCH),
        seed -> part.training(batch(part.count()), part.count(), seed),
        train.pick(split.validation()).testing(TEST_BATCH),
        settings(TrainingDigest.of(train), most));
  }

  private static int batch(int most) {
    return Math.min(BATCH, most);
  }

  private static Map<String, String> settings(String digest, int most) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("training data", digest);
    settings.put("examples an epoch", String.valueOf(most / batch(most) * batch(most)));
    return settings;
  }
}
