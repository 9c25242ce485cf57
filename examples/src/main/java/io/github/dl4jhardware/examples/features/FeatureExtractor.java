package io.github.dl4jhardware.examples.features;

import io.github.dl4jhardware.examples.data.Images;
import java.util.function.LongConsumer;

/** Turns images into rows of numbers, one image like another. */
@FunctionalInterface
public interface FeatureExtractor {
  /**
   * The features of images.
   *
   * @param images any number
   * @param progress hears how many images are done
   * @return {@code [images][features]}, finite
   */
  float[][] of(Images images, LongConsumer progress);
}
