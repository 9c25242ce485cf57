package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.examples.data.PublishedData;
import org.jspecify.annotations.Nullable;

/** The paper's data sets and what stands in for them, with what was chosen for each. */
@SuppressWarnings("ImmutableEnumChecker") // EqualitySettings is a record of numbers.
enum EqualitySource {
  MNIST("mnist", 20, new EqualitySettings(0.01, 0.01, 160, 3, 8000)),
  MNIST_BACKRAND("mnist-backrand", 6, new EqualitySettings(0.01, 0.01, 160, 3, 8000)),
  CIFAR10("cifar10", 10, new EqualitySettings(0.0175, 0.0175, 160, 6, 2000)),
  CIFAR100("cifar100", 10, new EqualitySettings(0.0175, 0.0175, 160, 6, 2000)),
  SYNTHETIC("synthetic", 5, MNIST.settings),
  SYNTHETIC_BACKRAND("synthetic-backrand", 5, MNIST_BACKRAND.settings),
  SYNTHETIC_FEATURES("synthetic-features", 5, CIFAR10.settings);

  private final String id;
  private final int epochs;
  private final EqualitySettings settings;

  EqualitySource(String id, int epochs, EqualitySettings settings) {
    this.id = id;
    this.epochs = epochs;
    this.settings = settings;
  }

  /** Passes over its examples by default. */
  int epochs() {
    return epochs;
  }

  EqualitySettings settings() {
    return settings;
  }

  @Override
  public String toString() {
    return id;
  }

  @Nullable PublishedData published() {
    return switch (this) {
      case MNIST, MNIST_BACKRAND -> PublishedData.MNIST;
      case CIFAR10 -> PublishedData.CIFAR10;
      case CIFAR100 -> PublishedData.CIFAR100;
      default -> null;
    };
  }

  boolean background() {
    return this == MNIST_BACKRAND || this == SYNTHETIC_BACKRAND;
  }

  boolean throughFeatures() {
    return this == CIFAR10 || this == CIFAR100 || this == SYNTHETIC_FEATURES;
  }
}
