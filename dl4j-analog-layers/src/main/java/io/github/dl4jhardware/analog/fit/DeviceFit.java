package io.github.dl4jhardware.analog.fit;

import io.github.dl4jhardware.analog.device.PulsedDevice;
import io.github.dl4jhardware.analog.fit.DeviceModel.Frame;
import io.github.dl4jhardware.analog.fit.PulseCurve.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.math3.exception.TooManyEvaluationsException;
import org.apache.commons.math3.exception.TooManyIterationsException;
import org.apache.commons.math3.fitting.leastsquares.EvaluationRmsChecker;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresBuilder;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresProblem;
import org.apache.commons.math3.fitting.leastsquares.LevenbergMarquardtOptimizer;
import org.apache.commons.math3.fitting.leastsquares.MultivariateJacobianFunction;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.util.MathArrays;
import org.apache.commons.math3.util.Pair;

/**
 * A device model fitted to a measured curve by least squares (Levenberg and Marquardt).
 *
 * <p>The model starts from the first point of each direction and takes pulse after pulse, within
 * the measured range. The range and its middle, the reference, are those of the curve. Single steps
 * scatter about the model's because pulses differ and because each conductance is read with noise.
 * The two are told apart by neighbouring steps: a reading that was too high makes the step to it
 * too large and the next one too small, so that their covariance is −σ² of a reading, where pulses
 * by themselves make none. What is left is the device's cycle-to-cycle noise, as a part of the
 * step. Device-to-device spreads cannot be told from one curve and are 0.
 *
 * @param model which model
 * @param device the fitted device
 * @param points the curve's points with what the fitted model has there
 * @param rmsMicroSiemens root mean square of the residuals, in µS
 * @param rmsPercentOfRange the same in percent of the measured range
 * @param readNoiseMicroSiemens standard deviation of one reading of the curve, in µS; it belongs to
 *     the measurement, and is not in the device
 */
public record DeviceFit(
    DeviceModel model,
    PulsedDevice device,
    List<FittedPoint> points,
    double rmsMicroSiemens,
    double rmsPercentOfRange,
    double readNoiseMicroSiemens) {

  private static final int MOST_EVALUATIONS = 4000;
  private static final int MOST_ITERATIONS = 300;
  private static final double DIFFERENCE = 1e-6;
  private static final double CONVERGED = 1e-8;

  /**
   * A measurement and the model.
   *
   * @param potentiation whether the point belongs to pulses up
   * @param pulse pulses so far in this direction
   * @param measuredMicroSiemens as in the curve
   * @param fittedMicroSiemens as in the model
   */
  public record FittedPoint(
      boolean potentiation, int pulse, double measuredMicroSiemens, double fittedMicroSiemens) {
    /**
     * Measured − fitted.
     *
     * @return the residual in µS
     */
    public double residualMicroSiemens() {
      return measuredMicroSiemens - fittedMicroSiemens;
    }
  }

  /** Takes a copy. */
  public DeviceFit {
    points = List.copyOf(points);
  }

  /**
   * Fits one model.
   *
   * @param curve the measured curve
   * @param model which model
   * @return the fit
   * @throws IllegalArgumentException if the curve has no range
   */
  public static DeviceFit of(PulseCurve curve, DeviceModel model) {
    Frame frame = frame(curve);
    double[] measured = measured(curve);
    double[] start = model.start(frame);
    Best best = new Best(start);
    MultivariateJacobianFunction function =
        parameters -> {
          double[] p = parameters.toArray();
          double[] values = values(curve, model, p, frame);
          best.offer(p, MathArrays.distance(values, measured));
          double[][] jacobian = new double[values.length][p.length];
          for (int k = 0; k < p.length; k++) {
            double h = DIFFERENCE * Math.max(Math.abs(p[k]), 1e-3);
            double[] shifted = p.clone();
            shifted[k] += h;
            double[] more = values(curve, model, shifted, frame);
            shifted[k] = p[k] - h;
            double[] less = values(curve, model, shifted, frame);
            for (int i = 0; i < values.length; i++) {
              jacobian[i][k] = (more[i] - less[i]) / (2 * h);
            }
          }
          return new Pair<>(new ArrayRealVector(values), new Array2DRowRealMatrix(jacobian));
        };
    LeastSquaresProblem problem =
        new LeastSquaresBuilder()
            .model(function)
            .target(measured)
            .start(start)
            .checker(new EvaluationRmsChecker(CONVERGED, CONVERGED * frame.half()))
            .maxEvaluations(MOST_EVALUATIONS)
            .maxIterations(MOST_ITERATIONS)
            .build();
    try {
      best.point = new LevenbergMarquardtOptimizer().optimize(problem).getPoint().toArray();
    } catch (TooManyIterationsException | TooManyEvaluationsException e) {
      // A model with more freedom than the curve needs can creep for ever: the best so far will do.
    }
    double[] fitted = model.limited(best.point, frame);
    return assess(curve, model, fitted, frame);
  }

  /**
   * Fits all models.
   *
   * @param curve the measured curve
   * @return the fit with the smallest residual
   */
  public static DeviceFit best(PulseCurve curve) {
    return Arrays.stream(DeviceModel.values())
        .map(model -> of(curve, model))
        .min(Comparator.comparingDouble(DeviceFit::rmsMicroSiemens))
        .orElseThrow();
  }

  /** The point with the least distance so far. */
  private static final class Best {
    private double[] point;
    private double distance = Double.POSITIVE_INFINITY;

    Best(double[] start) {
      point = start;
    }

    void offer(double[] candidate, double itsDistance) {
      if (itsDistance < distance) {
        point = candidate.clone();
        distance = itsDistance;
      }
    }
  }

  private static Frame frame(PulseCurve curve) {
    double low = curve.lowMicroSiemens();
    double high = curve.highMicroSiemens();
    if (!(high > low)) {
      throw new IllegalArgumentException("The curve has no range: all of it is at " + low + " µS");
    }
    List<Point> up = curve.potentiation();
    int pulses = up.get(up.size() - 1).pulse() - up.get(0).pulse();
    return new Frame((low + high) / 2, (high - low) / 2, (high - low) / pulses);
  }

  private static double[] measured(PulseCurve curve) {
    List<Point> all = new ArrayList<>(curve.potentiation());
    all.addAll(curve.depression());
    return all.stream().mapToDouble(Point::microSiemens).toArray();
  }

  /** The model at the curve's points. */
  private static double[] values(
      PulseCurve curve, DeviceModel model, double[] parameters, Frame frame) {
    double[] p = model.limited(parameters, frame);
    int count = curve.potentiation().size();
    double[] values = new double[count + curve.depression().size()];
    follow(curve.potentiation(), model, p, frame, true, values, 0);
    follow(curve.depression(), model, p, frame, false, values, count);
    return values;
  }

  private static void follow(
      List<Point> points,
      DeviceModel model,
      double[] p,
      Frame frame,
      boolean up,
      double[] values,
      int to) {
    double low = frame.middle() - frame.half();
    double high = frame.middle() + frame.half();
    double g = points.get(0).microSiemens();
    int pulse = points.get(0).pulse();
    for (int i = 0; i < points.size(); i++) {
      for (; pulse < points.get(i).pulse(); pulse++) {
        double step = model.step(p, frame, g, up);
        g = Math.max(low, Math.min(high, up ? g + step : g - step));
      }
      values[to + i] = g;
    }
  }

  private static DeviceFit assess(PulseCurve curve, DeviceModel model, double[] p, Frame frame) {
    double[] values = values(curve, model, p, frame);
    List<FittedPoint> points = new ArrayList<>();
    double squares = 0;
    for (Point point : curve.potentiation()) {
      points.add(new FittedPoint(true, point.pulse(), point.microSiemens(), values[points.size()]));
    }
    for (Point point : curve.depression()) {
      points.add(
          new FittedPoint(false, point.pulse(), point.microSiemens(), values[points.size()]));
    }
    for (FittedPoint point : points) {
      squares += point.residualMicroSiemens() * point.residualMicroSiemens();
    }
    double rms = Math.sqrt(squares / points.size());
    Scatter scatter = Scatter.of(curve, model, p, frame);
    return new DeviceFit(
        model,
        model.device(p, frame, scatter.cycleNoise()),
        points,
        rms,
        100 * rms / (2 * frame.half()),
        scatter.readNoiseMicroSiemens());
  }
}
