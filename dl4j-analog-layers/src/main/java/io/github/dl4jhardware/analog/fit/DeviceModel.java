package io.github.dl4jhardware.analog.fit;

import io.github.dl4jhardware.analog.device.ExponentialStepDevice;
import io.github.dl4jhardware.analog.device.LinearStepDevice;
import io.github.dl4jhardware.analog.device.PulsedDevice;
import io.github.dl4jhardware.analog.device.SoftBoundsDevice;
import io.github.dl4jhardware.analog.device.StepVariation;

/** The device models that a curve can be fitted to. */
public enum DeviceModel {
  /** {@link LinearStepDevice}: step and slope of each direction. */
  LINEAR_STEP("linear-step") {
    @Override
    double[] start(Frame frame) {
      return new double[] {frame.step(), 0.1, frame.step(), 0.1};
    }

    @Override
    double[] limited(double[] p, Frame frame) {
      return new double[] {
        clamp(p[0], 1e-6, 1, frame),
        Math.max(0, Math.min(1, p[1])),
        clamp(p[2], 1e-6, 1, frame),
        Math.max(0, Math.min(1, p[3]))
      };
    }

    @Override
    double step(double[] p, Frame frame, double g, boolean up) {
      double u = (g - frame.middle()) / frame.half();
      return up ? p[0] * (1 - p[1] * u) : p[2] * (1 + p[3] * u);
    }

    /** The step itself. */
    @Override
    double noiseUnit(double[] p, Frame frame, double g, boolean up) {
      return step(p, frame, g, up);
    }

    @Override
    PulsedDevice device(double[] p, Frame frame, double cycleNoise) {
      return LinearStepDevice.lasting(
          frame.middle(),
          Math.max(p[0], p[2]),
          p[1],
          p[3],
          frame.half(),
          frame.half(),
          variation(p[0], p[2], cycleNoise));
    }
  },

  /** {@link SoftBoundsDevice}: step and bound of each direction. */
  SOFT_BOUNDS("soft-bounds") {
    @Override
    double[] start(Frame frame) {
      return new double[] {
        2 * frame.step(), 1.1 * frame.half(), 2 * frame.step(), 1.1 * frame.half()
      };
    }

    @Override
    double[] limited(double[] p, Frame frame) {
      return new double[] {
        clamp(p[0], 1e-6, 1, frame),
        clamp(p[1], 0.2, 20, frame),
        clamp(p[2], 1e-6, 1, frame),
        clamp(p[3], 0.2, 20, frame)
      };
    }

    @Override
    double step(double[] p, Frame frame, double g, boolean up) {
      double d = g - frame.middle();
      return up ? p[0] * (1 - d / p[1]) : p[2] * (1 + d / p[3]);
    }

    @Override
    PulsedDevice device(double[] p, Frame frame, double cycleNoise) {
      return new SoftBoundsDevice(
          frame.middle(), Math.max(p[0], p[2]), p[1], p[3], variation(p[0], p[2], cycleNoise));
    }
  },

  /** {@link ExponentialStepDevice}: step, amplitude and exponent of each direction. */
  EXPONENTIAL_STEP("exponential-step") {
    @Override
    double[] start(Frame frame) {
      return new double[] {frame.step() / 2, 3, 2, frame.step() / 2, 0.1, 2};
    }

    @Override
    double[] limited(double[] p, Frame frame) {
      return new double[] {
        clamp(p[0], 1e-6, 1, frame),
        Math.max(0, Math.min(1e5, p[1])),
        Math.max(0, Math.min(20, p[2])),
        clamp(p[3], 1e-6, 1, frame),
        Math.max(0, Math.min(1e5, p[4])),
        Math.max(0, Math.min(20, p[5]))
      };
    }

    @Override
    double step(double[] p, Frame frame, double g, boolean up) {
      double u = (g - frame.middle()) / frame.half();
      return up
          ? p[0] * (1 + p[1] * Math.exp(-p[2] * (u + 1)))
          : p[3] * (1 + p[4] * Math.exp(p[5] * (u + 1)));
    }

    /** The step itself. */
    @Override
    double noiseUnit(double[] p, Frame frame, double g, boolean up) {
      return step(p, frame, g, up);
    }

    @Override
    PulsedDevice device(double[] p, Frame frame, double cycleNoise) {
      return new ExponentialStepDevice(
          frame.middle(),
          Math.max(p[0], p[3]),
          p[1],
          p[4],
          p[2],
          p[5],
          frame.half(),
          frame.half(),
          variation(p[0], p[3], cycleNoise));
    }
  };

  private final String id;

  DeviceModel(String id) {
    this.id = id;
  }

  /**
   * The name in options and files.
   *
   * @return lower case, with hyphens
   */
  public String id() {
    return id;
  }

  /** What a curve tells without a fit: middle and half of its range, a typical step; in µS. */
  record Frame(double middle, double half, double step) {}

  /** Parameters to start from. */
  abstract double[] start(Frame frame);

  /** Parameters brought to where the model is defined. */
  abstract double[] limited(double[] parameters, Frame frame);

  /** The size of the next step at a conductance, in µS. */
  abstract double step(double[] parameters, Frame frame, double g, boolean up);

  /**
   * What the cycle-to-cycle noise of the model is a part of, in µS: the direction's step at the
   * reference.
   */
  double noiseUnit(double[] parameters, Frame frame, double g, boolean up) {
    return step(parameters, frame, frame.middle(), up);
  }

  /** The device with these parameters. */
  abstract PulsedDevice device(double[] parameters, Frame frame, double cycleNoise);

  /** Keeps a conductance between two parts of half the range. */
  private static double clamp(double value, double low, double high, Frame frame) {
    return Math.max(low * frame.half(), Math.min(high * frame.half(), value));
  }

  private static StepVariation variation(double up, double down, double cycleNoise) {
    double asymmetry = up > down ? 1 - down / up : up / down - 1;
    return new StepVariation(0, asymmetry, 0, 0, 0, cycleNoise, 0);
  }
}
