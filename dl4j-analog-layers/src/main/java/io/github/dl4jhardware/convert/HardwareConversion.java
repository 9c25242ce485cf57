package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.ModelZip;
import io.github.dl4jhardware.host.Wrappers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/**
 * An existing network on hardware: layers are swapped by their kind, weights that have a meaning
 * there are kept. The source network is not changed.
 *
 * <pre>{@code
 * Conversion<MultiLayerNetwork> c =
 *     HardwareConversion.of(trained).dense(Analog.on(Synapses.pcmCapacitor2018())).convert();
 * c.network().fit(iterator);
 * System.out.println(c.report());
 * }</pre>
 *
 * @param <N> MultiLayerNetwork or ComputationGraph
 */
public final class HardwareConversion<N> {
  private final Source<N> source;
  private final List<LayerConversion> conversions = new ArrayList<>();
  private final Map<String, LayerConversion> overrides = new HashMap<>();
  private final Set<String> kept = new HashSet<>();
  private @Nullable LayerConversion dense;
  private boolean folds;

  private HardwareConversion(Source<N> source) {
    this.source = source;
  }

  /**
   * Converts a network of layers.
   *
   * @param network trained or fresh, initialised
   * @return a builder; call {@link #convert()} when it is complete
   * @throws IllegalArgumentException if the network is not initialised
   */
  public static HardwareConversion<MultiLayerNetwork> of(MultiLayerNetwork network) {
    return new HardwareConversion<>(new Source.Sequence(network));
  }

  /**
   * Converts a graph; its vertices other than layers stay.
   *
   * @param graph trained or fresh, initialised
   * @return a builder; call {@link #convert()} when it is complete
   * @throws IllegalArgumentException if the graph is not initialised
   */
  public static HardwareConversion<ComputationGraph> of(ComputationGraph graph) {
    return new HardwareConversion<>(new Source.Graph(graph));
  }

  /**
   * Converts a saved network of layers.
   *
   * @param zip of {@code network.save} or {@code ModelSerializer}
   * @return a builder; call {@link #convert()} when it is complete
   * @throws IOException if the file is missing, damaged or no MultiLayerNetwork; the message names
   *     it
   */
  public static HardwareConversion<MultiLayerNetwork> ofMultiLayerNetwork(Path zip)
      throws IOException {
    return of(ModelZip.restoreMultiLayerNetwork(zip));
  }

  /**
   * Converts a saved graph.
   *
   * @param zip of {@code graph.save} or {@code ModelSerializer}
   * @return a builder; call {@link #convert()} when it is complete
   * @throws IOException if the file is missing, damaged or no ComputationGraph; the message names
   *     it
   */
  public static HardwareConversion<ComputationGraph> ofComputationGraph(Path zip)
      throws IOException {
    return of(ModelZip.restoreComputationGraph(zip));
  }

  /**
   * Converts every layer that a conversion takes.
   *
   * <pre>{@code
   * HardwareConversion.of(trained).all(Analog.on(Synapses.pcmInference())).convert();
   * }</pre>
   *
   * @param conversion such as {@code Analog.on(Synapses.pcmInference())}
   * @return this
   */
  public HardwareConversion<N> all(LayerConversion conversion) {
    return with(conversion);
  }

  /**
   * Converts dense and output layers that no other conversion takes.
   *
   * @param conversion such as {@code Analog.on(Synapses.pcmCapacitor2018())}
   * @return this
   */
  public HardwareConversion<N> dense(LayerConversion conversion) {
    dense = conversion;
    return this;
  }

  /**
   * Converts convolutions, and what a conversion takes with them, but for dense and output layers.
   *
   * @param conversion such as the spiking module's {@code Trinary.eedn()}, or {@code
   *     Analog.on(Synapses.pcmInference())}
   * @return this
   */
  public HardwareConversion<N> convolution(LayerConversion conversion) {
    return with(new Among(layer -> !Reasons.dense(layer), conversion));
  }

  /**
   * Converts recurrent layers and their output layer, in wrappers too.
   *
   * @param conversion such as {@code Analog.on(Synapses.pcmInference())}
   * @return this
   */
  public HardwareConversion<N> recurrent(LayerConversion conversion) {
    return with(
        new Among(
            layer -> layer instanceof BaseRecurrentLayer || layer instanceof RnnOutputLayer,
            conversion));
  }

  /** A conversion that is asked for some layers alone. */
  private record Among(
      Predicate<org.deeplearning4j.nn.conf.layers.Layer> some, LayerConversion conversion)
      implements LayerConversion {
    @Override
    public boolean takes(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return some.test(layer) && conversion.takes(layer);
    }

    @Override
    public org.deeplearning4j.nn.conf.layers.Layer replace(
        org.deeplearning4j.nn.conf.layers.Layer layer, Place place) {
      return conversion.replace(layer, place);
    }

    @Override
    public Carried carry(Layer from, Layer to, Place place) {
      return conversion.carry(from, to, place);
    }

    @Override
    public boolean scalesColumns() {
      return conversion.scalesColumns();
    }
  }

  /**
   * Adds a conversion. Of those that take a layer the last added wins.
   *
   * @param conversion own or of this library
   * @return this
   */
  public HardwareConversion<N> with(LayerConversion conversion) {
    conversions.add(0, conversion);
    return this;
  }

  /**
   * Converts one layer in its own way.
   *
   * @param name the layer's name; of a MultiLayerNetwork's layers without one, "layer" and its
   *     index
   * @param conversion for this layer alone
   * @return this
   * @throws IllegalArgumentException if there is no such layer
   */
  public HardwareConversion<N> layer(String name, LayerConversion conversion) {
    overrides.put(checked(name), conversion);
    return this;
  }

  /**
   * Puts batch normalisation into the convolution or dense layer right before it, where nothing
   * stands between the two, nothing else reads that layer, and the columns of its array have scales
   * of their own: without them the scale of a channel would take the range of all others. The
   * network says the same, and normalises by the statistics that it came with.
   *
   * @return this
   */
  public HardwareConversion<N> foldNormalisation() {
    folds = true;
    return this;
  }

  /**
   * Leaves layers as they are.
   *
   * @param names as in {@link #layer(String, LayerConversion)}
   * @return this
   * @throws IllegalArgumentException if there is no such layer
   */
  public HardwareConversion<N> keep(String... names) {
    for (String name : names) {
      kept.add(checked(name));
    }
    return this;
  }

  private String checked(String name) {
    if (!source.names().contains(name)) {
      throw new IllegalArgumentException(
          "The network has no layer \"" + name + "\"; it has " + source.names());
    }
    return name;
  }

  /**
   * Converts.
   *
   * @return a new network, and what was done to each layer
   * @throws IllegalArgumentException if no layer could be converted; the message says why for each
   */
  public Conversion<N> convert() {
    Map<Integer, Integer> places = folds ? Folding.find(source, this::folds) : Map.of();
    HardwareConversion<N> from = this;
    if (!places.isEmpty()) {
      from = new HardwareConversion<>(source.of(Folding.folded(source, places)));
      from.conversions.addAll(conversions);
      from.overrides.putAll(overrides);
      from.kept.addAll(kept);
      from.dense = dense;
    }
    Conversion<N> made = from.converted();
    return folds
        ? new Conversion<>(made.network(), Folding.told(made.report(), source.names(), places))
        : made;
  }

  private boolean folds(int index) {
    String name = source.names().get(index);
    LayerConversion conversion = conversion(name, Wrappers.inside(source.configuration(index)));
    int normalisation = source.after(index);
    String ofNormalisation = source.names().get(normalisation);
    return conversion != null
        && conversion.scalesColumns()
        && !kept.contains(name)
        && !kept.contains(ofNormalisation)
        && !overrides.containsKey(ofNormalisation)
        && Reasons.notFinite(source.layer(index)).isEmpty()
        && Reasons.notFinite(source.layer(normalisation)).isEmpty();
  }

  private Conversion<N> converted() {
    List<Step> steps = new ArrayList<>();
    Map<Integer, org.deeplearning4j.nn.conf.layers.Layer> replaced = new HashMap<>();
    for (int i = 0; i < source.names().size(); i++) {
      Step step = plan(i, steps);
      steps.add(step);
      if (step.converts()) {
        replaced.put(i, step.now());
      }
    }
    if (replaced.isEmpty()) {
      throw new IllegalArgumentException(Step.nothing(steps, source.names()));
    }
    for (int i = 0; i < steps.size(); i++) {
      if (!steps.get(i).headLoss().isEmpty()) {
        replaced.put(i, steps.get(i).now());
      }
    }
    N network = source.with(replaced);
    Layer[] layers = source.layersOf(network);
    List<ConversionReport.Row> rows = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      Step step = steps.get(i);
      List<Layer> from = Wrappers.allInside(source.layer(i));
      List<Layer> to = Wrappers.allInside(layers[i]);
      LayerConversion.Carried carried = LayerConversion.Carried.NO_WEIGHTS;
      if (step.conversion() != null && step.converts()) {
        carried = step.conversion().carry(from.get(0), to.get(0), place(i, steps));
        if (from.size() > 1) {
          carried = carried.and(step.conversion().carry(from.get(1), to.get(1), place(i, steps)));
        }
      } else {
        // As they are: setting a parameter would program an analogue layer anew.
        Layer whole = layers[i];
        source.layer(i).paramTable().forEach((key, value) -> whole.getParam(key).assign(value));
      }
      rows.add(
          new ConversionReport.Row(
              source.names().get(i),
              Reasons.kind(source.configuration(i)),
              Reasons.kind(step.now()),
              step.outcome(),
              step.why(),
              from.stream().mapToLong(HostNetwork::weights).sum(),
              carried));
    }
    return new Conversion<>(network, new ConversionReport(rows));
  }

  private Step plan(int index, List<Step> before) {
    org.deeplearning4j.nn.conf.layers.Layer layer = source.configuration(index);
    String name = source.names().get(index);
    int reads = source.before(index);
    // What the user decided on stays: such a network may be trained by errors from elsewhere.
    boolean mayChange =
        source.output(index)
            && source.readers(index).isEmpty()
            && !kept.contains(name)
            && !overrides.containsKey(name);
    org.deeplearning4j.nn.conf.layers.Layer head =
        mayChange ? Heads.withLoss(layer, reads < 0 ? null : source.configuration(reads)) : null;
    if (head == null) {
      return plan(index, layer, before);
    }
    Step step = plan(index, head, before);
    return new Step(
        step.now(),
        step.conversion(),
        step.reason(),
        "it came without a loss, and has now the one of its activation");
  }

  private Step plan(int index, org.deeplearning4j.nn.conf.layers.Layer layer, List<Step> before) {
    String name = source.names().get(index);
    if (kept.contains(name)) {
      return new Step(layer, null, "excluded");
    }
    if (Wrappers.frozen(layer)) {
      return new Step(layer, null, "it is frozen; unfreeze it to convert it");
    }
    List<org.deeplearning4j.nn.conf.layers.Layer> inside = Wrappers.allInside(layer);
    LayerConversion conversion = conversion(name, inside.get(0));
    if (conversion == null) {
      return new Step(layer, null, Reasons.suggestion(inside.get(0)));
    }
    String broken = Reasons.notFinite(source.layer(index));
    if (!broken.isEmpty()) {
      return new Step(layer, conversion, broken);
    }
    try {
      List<org.deeplearning4j.nn.conf.layers.Layer> to = new ArrayList<>();
      for (org.deeplearning4j.nn.conf.layers.Layer each : inside) {
        to.add(conversion.replace(each, place(index, before)));
      }
      if (to.equals(inside)) {
        return new Step(layer, null, "it can stay as it is");
      }
      return new Step(Wrappers.around(layer, to), conversion, "");
    } catch (IllegalArgumentException e) {
      return new Step(layer, conversion, String.valueOf(e.getMessage()));
    }
  }

  private @Nullable LayerConversion conversion(
      String name, org.deeplearning4j.nn.conf.layers.Layer layer) {
    LayerConversion own = overrides.get(name);
    if (own != null) {
      return own;
    }
    LayerConversion added =
        conversions.stream().filter(each -> each.takes(layer)).findFirst().orElse(null);
    LayerConversion last = dense;
    return added != null || last == null || !Reasons.dense(layer) || !last.takes(layer)
        ? added
        : last;
  }

  private Place place(int index, List<Step> steps) {
    Surroundings surroundings =
        new Surroundings(source, node -> Wrappers.inside(steps.get(node).now()));
    int before = source.before(index);
    boolean alone = before >= 0 && steps.get(before).converts() && source.after(before) == index;
    int after = source.after(index);
    boolean known = after >= 0 && after < steps.size() && steps.get(after).converts();
    return new Place(
        source.names().get(index),
        surroundings.reads(index),
        surroundings.ends(index),
        surroundings.readers(index),
        alone ? Optional.of(Wrappers.inside(source.layer(before))) : Optional.empty(),
        known ? Optional.of(Wrappers.inside(source.layer(after))) : Optional.empty());
  }
}
