package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.MirrorImageTransform;
import io.github.dl4jhardware.examples.data.ShiftImageTransform;
import java.util.List;
import org.datavec.image.transform.ImageTransform;

/** What is done to training images at random. */
enum Augmentation {
  /** Nothing. */
  NONE,
  /** Each is moved by at most a pixel. */
  SHIFT,
  /** Each is moved by at most four pixels, and every other one is turned. */
  MIRROR;

  /** What is usual for some images: photographs may be turned, letters and spectrograms not. */
  static Augmentation usual(ImageData images) {
    return images.name().matches("cifar100?(-validation)?") ? MIRROR : SHIFT;
  }

  List<ImageTransform> transforms() {
    return switch (this) {
      case NONE -> List.of();
      case SHIFT -> List.of(new ShiftImageTransform(1));
      case MIRROR -> List.of(new ShiftImageTransform(4), new MirrorImageTransform());
    };
  }
}
