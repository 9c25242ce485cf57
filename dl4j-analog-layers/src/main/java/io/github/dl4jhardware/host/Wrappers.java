package io.github.dl4jhardware.host;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

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
   * @return true for what {@link #inside(Layer)} looks into
   */
  public static boolean wraps(Layer layer) {
    return layer instanceof FrozenLayer || layer instanceof BaseWrapperLayer;
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
   * The same wrapper around another layer.
   *
   * @param wrapper such as TimeDistributed; not changed
   * @param inside what takes the place of the layer inside
   * @return a copy
   */
  public static Layer around(BaseWrapperLayer wrapper, Layer inside) {
    BaseWrapperLayer copy = (BaseWrapperLayer) wrapper.clone();
    copy.setUnderlying(
        wrapper.getUnderlying() instanceof BaseWrapperLayer inner ? around(inner, inside) : inside);
    return copy;
  }
}
