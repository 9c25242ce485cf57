package io.github.dl4jhardware.analog.cell;

/** Looks on while arrays are trained. */
public interface ArrayObserver {
  /**
   * Takes an array's place during training.
   *
   * @param layer the layer's index
   * @param array the array that is about to be trained
   * @return what is trained in its place: an array that hands every call on to it
   */
  SynapseArray observe(int layer, SynapseArray array);
}
