package io.github.dl4jhardware.analog.fit;

import io.github.dl4jhardware.analog.fit.DeviceModel.Frame;
import io.github.dl4jhardware.analog.fit.PulseCurve.Point;
import java.util.List;

/**
 * How far single steps of a curve scatter about a model's, divided into what pulses and what
 * readings do.
 *
 * <p>With e the noise of pulses and r that of readings, the i-th step is off by d = e_i + r_i −
 * r_(i−1). So E(d_i·d_(i+1)) = −σ_r², and E(d_i²) = n·σ_e²·u² + 2σ_r² for n pulses whose noise is a
 * part σ_e of u. For pure noise of readings the correlation of neighbours is −½.
 *
 * @param cycleNoise σ_e; 0 if the readings alone explain the scatter
 * @param readNoiseMicroSiemens σ_r; 0 if neighbouring steps are not correlated that way by more
 *     than chance
 */
record Scatter(double cycleNoise, double readNoiseMicroSiemens) {
  /** Standard errors; one curve in 44 without noise of readings goes beyond. */
  private static final double BEYOND_CHANCE = 2;

  static Scatter of(PulseCurve curve, DeviceModel model, double[] p, Frame frame) {
    double squares = 0;
    double units = 0;
    double products = 0;
    int steps = 0;
    int neighbours = 0;
    for (boolean up : new boolean[] {true, false}) {
      List<Point> points = up ? curve.potentiation() : curve.depression();
      double before = Double.NaN;
      for (int i = 1; i < points.size(); i++) {
        int pulses = points.get(i).pulse() - points.get(i - 1).pulse();
        double g = points.get(i - 1).microSiemens();
        double unit = model.noiseUnit(p, frame, g, up);
        double found = (points.get(i).microSiemens() - g) * (up ? 1 : -1);
        double off = found - pulses * model.step(p, frame, g, up);
        squares += off * off;
        units += pulses * unit * unit;
        steps++;
        if (!Double.isNaN(before)) {
          products += before * off;
          neighbours++;
        }
        before = off;
      }
    }
    if (steps == 0 || neighbours == 0 || units == 0) {
      return new Scatter(0, 0);
    }
    double read = -products / neighbours;
    // Of pulses alone the covariance would be 0, give or take this.
    double standardError = squares / steps / Math.sqrt(neighbours);
    read = read > BEYOND_CHANCE * standardError ? read : 0;
    // No more than all of the scatter: few steps give a rough covariance.
    read = Math.min(read, squares / steps / 2);
    double cycle = Math.max(0, (squares - 2 * read * steps) / units);
    return new Scatter(Math.sqrt(cycle), Math.sqrt(read));
  }
}
