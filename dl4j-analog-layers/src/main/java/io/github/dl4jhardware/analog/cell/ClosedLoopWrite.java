package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Program and verify: the pair is programmed until what a read finds of F·(G+ − G−) is within a
 * tolerance of the target, or an attempts cap is hit. Source: the patents named at the package.
 *
 * <p>A positive target stands on G+ with G− in RESET, a negative one the other way round. Four
 * draws an attempt.
 *
 * @param toleranceMicroSiemens allowed distance on F·(G+ − G−), in µS
 * @param maxAttempts attempts a pair at the most, 1…1,000
 */
public record ClosedLoopWrite(
    @JsonProperty(required = true) double toleranceMicroSiemens,
    @JsonProperty(required = true) int maxAttempts)
    implements Serializable {

  private static final int DRAWS_PER_ATTEMPT = 4;

  /** Checks both parameters. */
  public ClosedLoopWrite {
    Check.positive("ClosedLoopWrite.toleranceMicroSiemens", toleranceMicroSiemens);
    Check.inRange("ClosedLoopWrite.maxAttempts", maxAttempts, 1, 1000);
  }

  /**
   * Writes one pair.
   *
   * @param pcm the device
   * @param gain F
   * @param target wanted F·(G+ − G−), in µS
   * @param gp conductances of G+
   * @param gm conductances of G−
   * @param cell which cell
   * @param key stream of the cell's draws
   * @return what the last read found of F·(G+ − G−), in µS
   */
  float write(Pcm pcm, float gain, float target, float[] gp, float[] gm, int cell, long key) {
    float each = Math.min((float) pcm.gMaxMicroSiemens(), Math.abs(target) / gain);
    float plus = target > 0 ? each : 0;
    float minus = target > 0 ? 0 : each;
    float found = 0;
    for (int attempt = 0; attempt < maxAttempts; attempt++) {
      long draw = (long) attempt * DRAWS_PER_ATTEMPT;
      gp[cell] = pcm.program(plus, Draws.normal(key, draw));
      gm[cell] = pcm.program(minus, Draws.normal(key, draw + 1));
      found =
          gain
              * (pcm.read(gp[cell], Draws.normal(key, draw + 2))
                  - pcm.read(gm[cell], Draws.normal(key, draw + 3)));
      if (Math.abs(found - target) <= toleranceMicroSiemens) {
        return found;
      }
    }
    return found;
  }
}
