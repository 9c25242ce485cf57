package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.convert.ConversionReport.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is planned for one layer: kept without a conversion, refused if there is a reason. An end
 * without a loss is given one, whatever becomes of it else.
 */
record Step(
    org.deeplearning4j.nn.conf.layers.Layer now,
    @Nullable LayerConversion conversion,
    String reason,
    String headLoss) {
  Step(
      org.deeplearning4j.nn.conf.layers.Layer now,
      @Nullable LayerConversion conversion,
      String reason) {
    this(now, conversion, reason, "");
  }

  String why() {
    return reason.isEmpty() || headLoss.isEmpty() ? reason + headLoss : reason + "; " + headLoss;
  }

  boolean converts() {
    return conversion != null && reason.isEmpty();
  }

  Outcome outcome() {
    return converts() ? Outcome.CONVERTED : conversion == null ? Outcome.KEPT : Outcome.REFUSED;
  }

  /** Why no layer could be converted. */
  static String nothing(List<Step> steps, List<String> names) {
    StringBuilder why = new StringBuilder("No layer of the network could be converted:");
    for (int i = 0; i < steps.size(); i++) {
      why.append("\n  ")
          .append(names.get(i))
          .append(", a ")
          .append(Reasons.kind(steps.get(i).now()))
          .append(": ")
          .append(steps.get(i).reason());
    }
    return why.toString();
  }
}
