package io.github.dl4jhardware.neuromorphic.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Advice on what would make a network fit one chip: for each layer the mildest change of its
 * features or groups that does it alone, each found by mapping the changed network.
 */
public final class CoreAdvice {
  private static final int PARTS = 16;
  private static final int MOST_PRINTED = 5;

  private CoreAdvice() {}

  /**
   * A change after which the network fits.
   *
   * @param layer name of the layer to change
   * @param what the change, as "features 512 to 448"
   * @param cores of the changed network
   * @param weights trinary weights that the changed network has
   */
  public record Change(String layer, String what, int cores, long weights) {}

  /**
   * Changes of one layer, or else of all features alike, after which the network fits one chip.
   *
   * @param mapping of the network
   * @return the change that keeps most weights first; empty if the network fits, or if nothing of
   *     the kind helps
   */
  public static List<Change> of(CoreMapping mapping) {
    if (mapping.chips() == 1) {
      return List.of();
    }
    List<LayerShape> shapes = mapping.layers().stream().map(LayerCores::layer).toList();
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      fewerFeatures(shapes, i).ifPresent(changes::add);
      moreGroups(shapes, i).ifPresent(changes::add);
    }
    if (changes.isEmpty()) {
      allFeatures(shapes).ifPresent(changes::add);
    }
    changes.sort(Comparator.comparingLong(Change::weights).reversed());
    return changes;
  }

  /** Features of the last layer are the classes' neurons, and stay. */
  private static Optional<Change> fewerFeatures(List<LayerShape> shapes, int index) {
    if (index + 1 == shapes.size()) {
      return Optional.empty();
    }
    int features = shapes.get(index).outFeatures();
    int step = step(shapes, index);
    for (int fewer = (features - 1) / step * step; fewer > 0; fewer -= step) {
      List<LayerShape> changed = withFeatures(shapes, index, fewer);
      CoreMapping mapping = CoreMapping.of(changed);
      if (mapping.chips() == 1) {
        return Optional.of(
            change(changed, mapping, shapes.get(index).name(), features + " features to " + fewer));
      }
    }
    return Optional.empty();
  }

  private static Optional<Change> moreGroups(List<LayerShape> shapes, int index) {
    LayerShape shape = shapes.get(index);
    int most = Math.min(shape.inFeatures(), shape.outFeatures());
    for (int more = shape.groups() + 1; more <= most; more++) {
      if (shape.inFeatures() % more != 0 || shape.outFeatures() % more != 0) {
        continue;
      }
      List<LayerShape> changed = new ArrayList<>(shapes);
      changed.set(index, shape.with(shape.inFeatures(), shape.outFeatures(), more));
      CoreMapping mapping = CoreMapping.of(changed);
      if (mapping.chips() == 1) {
        return Optional.of(
            change(changed, mapping, shape.name(), shape.groups() + " groups to " + more));
      }
    }
    return Optional.empty();
  }

  private static Optional<Change> allFeatures(List<LayerShape> shapes) {
    for (int part = PARTS - 1; part > 0; part--) {
      List<LayerShape> changed = shapes;
      for (int i = 0; i + 1 < shapes.size(); i++) {
        int step = step(shapes, i);
        int fewer = shapes.get(i).outFeatures() * part / PARTS / step * step;
        changed = withFeatures(changed, i, Math.max(step, fewer));
      }
      CoreMapping mapping = CoreMapping.of(changed);
      if (mapping.chips() == 1) {
        return Optional.of(
            change(
                changed,
                mapping,
                "all layers but the last",
                "features to " + part + "/" + PARTS + ", in whole groups"));
      }
    }
    return Optional.empty();
  }

  /** The least number of features that the groups of a layer and of the next one divide. */
  private static int step(List<LayerShape> shapes, int index) {
    int own = shapes.get(index).groups();
    int next = shapes.get(index + 1).groups();
    int step = own;
    while (step % next != 0) {
      step += own;
    }
    return step;
  }

  private static List<LayerShape> withFeatures(List<LayerShape> shapes, int index, int features) {
    List<LayerShape> changed = new ArrayList<>(shapes);
    LayerShape own = shapes.get(index);
    LayerShape next = shapes.get(index + 1);
    changed.set(index, own.with(own.inFeatures(), features, own.groups()));
    changed.set(index + 1, next.with(features, next.outFeatures(), next.groups()));
    return changed;
  }

  private static Change change(
      List<LayerShape> changed, CoreMapping mapping, String layer, String what) {
    return new Change(layer, what, mapping.cores(), weights(changed));
  }

  private static long weights(List<LayerShape> shapes) {
    return shapes.stream().mapToLong(shape -> (long) shape.outFeatures() * shape.fanIn()).sum();
  }

  /**
   * The same for people to read.
   *
   * @param mapping of the network
   * @return by how much the network is too large, which layers take most, and what would help;
   *     empty if it fits one chip
   */
  public static String text(CoreMapping mapping) {
    if (mapping.chips() == 1) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d cores are %,d more than one chip has.%nMost are taken by:%n",
            mapping.cores(),
            mapping.cores() - CoreLimits.CORES_PER_CHIP));
    mapping.layers().stream()
        .sorted(Comparator.comparingInt(LayerCores::cores).reversed())
        .limit(3)
        .forEach(
            each ->
                text.append(
                    String.format(
                        Locale.ROOT, "  %-52s %,6d cores%n", each.layer().name(), each.cores())));
    List<Change> changes = of(mapping);
    if (changes.isEmpty()) {
      return text.append(
              "No change of features or groups makes it fit; it takes smaller images, or more chips.\n")
          .toString();
    }
    long before = weights(mapping.layers().stream().map(LayerCores::layer).toList());
    text.append(String.format("Any one of these changes makes it fit:%n"));
    for (Change change : changes.subList(0, Math.min(MOST_PRINTED, changes.size()))) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-52s %-36s %,6d cores, %.1f %% of the weights%n",
              change.layer(),
              change.what(),
              change.cores(),
              100.0 * change.weights() / before));
    }
    return text.toString();
  }
}
