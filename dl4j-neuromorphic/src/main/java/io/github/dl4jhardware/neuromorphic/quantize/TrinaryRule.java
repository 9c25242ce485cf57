package io.github.dl4jhardware.neuromorphic.quantize;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Hidden weight to trinary weight, with hysteresis h: −1 at w_h ≤ −0.5 − h, 0 at |w_h| ≤ 0.5 − h,
 * +1 at w_h ≥ 0.5 + h; between these the weight keeps its former value.
 *
 * <p>The former value is therefore state: in the dead bands it cannot be told from w_h. The
 * gradient taken at the trinary weight goes to w_h as it is (straight through), and w_h is clipped
 * to [−1, 1] after each update. No random draws. Source: S. K. Esser et al., PNAS 113, 11441
 * (2016), for the form; h = 0.1 as in a public re-implementation.
 *
 * @param hysteresis h, half the width of a dead band, 0…0.5
 */
public record TrinaryRule(@JsonProperty(required = true) double hysteresis)
    implements Serializable {
  /** h = 0.1. */
  public static final TrinaryRule EEDN = new TrinaryRule(0.1);

  /** Hidden weights stay within ±this. */
  public static final float HIDDEN_BOUND = 1;

  private static final float MIDDLE = 0.5f;

  /** Checks the hysteresis. */
  public TrinaryRule {
    if (!(hysteresis >= 0 && hysteresis <= 0.5)) {
      throw new IllegalArgumentException(
          "TrinaryRule.hysteresis must be a number from 0 to 0.5, but is " + hysteresis);
    }
  }

  /**
   * The trinary weight.
   *
   * @param hidden w_h; a value beyond ±1 counts as ±1
   * @param former the trinary weight so far
   * @return −1, 0 or +1; for a NaN the former value
   */
  public float next(float hidden, float former) {
    float size = Math.abs(hidden);
    if (size >= (float) (MIDDLE + hysteresis)) {
      return Math.signum(hidden);
    }
    if (size <= (float) (MIDDLE - hysteresis)) {
      return 0;
    }
    return former;
  }

  /**
   * The trinary weight of a new hidden weight, which has no former value: the nearest.
   *
   * @param hidden w_h
   * @return −1, 0 or +1
   */
  public static float nearest(float hidden) {
    return Math.abs(hidden) >= MIDDLE ? Math.signum(hidden) : 0;
  }
}
