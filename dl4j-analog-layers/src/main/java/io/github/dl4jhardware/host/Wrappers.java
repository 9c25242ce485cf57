package io.github.dl4jhardware.host;

import java.lang.reflect.Field;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.layers.recurrent.BidirectionalLayer;

/** Layers of the host that stand around another. */
public final class Wrappers {
  private Wrappers() {}

  /**
   * Whether a layer's weights are not to change.
   *
   * @param layer a configuration
   * @return true if it is wrapped as frozen
   */
  public static boolean frozen(Layer layer) {
    return layer instanceof FrozenLayer
        || layer instanceof FrozenLayerWithBackprop
        || (layer instanceof BaseWrapperLayer wrapper && frozen(wrapper.getUnderlying()));
  }

  /**
   * Whether a layer stands around another.
   *
   * @param layer a configuration
   * @return true for what {@link #allInside(Layer)} looks into
   */
  public static boolean wraps(Layer layer) {
    return layer instanceof FrozenLayer
        || layer instanceof BaseWrapperLayer
        || layer instanceof Bidirectional;
  }

  /**
   * What computes, inside all that is wrapped around it.
   *
   * @param layer a configuration
   * @return the innermost layer; the layer itself if nothing is around it
   */
  public static Layer inside(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return inside(frozen.getLayer());
    }
    return layer instanceof BaseWrapperLayer wrapper ? inside(wrapper.getUnderlying()) : layer;
  }

  /**
   * The innermost layers, two of what goes both ways.
   *
   * @param layer a configuration
   * @return one or two
   */
  public static List<Layer> allInside(Layer layer) {
    Layer inside = inside(layer);
    return inside instanceof Bidirectional both
        ? List.of(inside(both.getFwd()), inside(both.getBwd()))
        : List.of(inside);
  }

  /**
   * The innermost of a network's layers.
   *
   * @param layer as the network has it
   * @return what computes
   */
  public static org.deeplearning4j.nn.api.Layer inside(org.deeplearning4j.nn.api.Layer layer) {
    if (layer instanceof org.deeplearning4j.nn.layers.FrozenLayer frozen) {
      return inside(frozen.getInsideLayer());
    }
    return layer instanceof org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer wrapper
        ? inside(wrapper.getUnderlying())
        : layer;
  }

  /**
   * The innermost of a network's layers, two of what goes both ways.
   *
   * @param layer as the network has it
   * @return one, or forward and backward
   */
  public static List<org.deeplearning4j.nn.api.Layer> allInside(
      org.deeplearning4j.nn.api.Layer layer) {
    org.deeplearning4j.nn.api.Layer inside = inside(layer);
    return inside instanceof BidirectionalLayer both
        ? List.of(inside(half(both, "fwd")), inside(half(both, "bwd")))
        : List.of(inside);
  }

  /** The host shows its two layers nowhere else. */
  private static org.deeplearning4j.nn.api.Layer half(BidirectionalLayer both, String name) {
    try {
      Field field = BidirectionalLayer.class.getDeclaredField(name);
      field.setAccessible(true);
      return (org.deeplearning4j.nn.api.Layer) field.get(both);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Deeplearning4j's BidirectionalLayer has no layer \"" + name + "\" any more", e);
    }
  }

  /**
   * The same wrapper around other layers.
   *
   * @param wrapper such as Bidirectional of LastTimeStep; not changed
   * @param inside what takes the place of what {@link #allInside(Layer)} gives
   * @return a copy; the layer itself where nothing is around it
   */
  public static Layer around(Layer wrapper, List<Layer> inside) {
    if (wrapper instanceof BaseWrapperLayer one) {
      BaseWrapperLayer copy = (BaseWrapperLayer) one.clone();
      copy.setUnderlying(around(one.getUnderlying(), inside));
      return copy;
    }
    if (wrapper instanceof Bidirectional both) {
      // Not a clone, which would go on making the parameters of the layers that it was of.
      Bidirectional copy =
          new Bidirectional(both.getMode(), around(both.getFwd(), List.of(inside.get(0))));
      copy.setBwd(around(both.getBwd(), List.of(inside.get(1))));
      if (both.getLayerName() != null) {
        copy.setLayerName(both.getLayerName());
      }
      copy.setIDropout(both.getIDropout());
      copy.setConstraints(both.getConstraints());
      return copy;
    }
    return inside.get(0);
  }
}
