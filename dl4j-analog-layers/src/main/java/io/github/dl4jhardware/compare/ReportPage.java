package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.compare.ComparisonResult.ConvertedLayer;
import io.github.dl4jhardware.compare.ComparisonResult.Difference;
import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.report.Charts;
import io.github.dl4jhardware.report.Html;
import java.awt.Color;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.jspecify.annotations.Nullable;

/** A comparison as one page of HTML, pictures inside, for a window of 1,280 pixels. */
final class ReportPage {
  private final ComparisonResult result;
  private final Html page;

  private ReportPage(ComparisonResult result) {
    this.result = result;
    page = new Html("Hardware comparison on " + result.data());
  }

  static String of(ComparisonResult result) {
    ReportPage report = new ReportPage(result);
    report.head();
    report.notes();
    report.summary();
    report.pictures();
    report.curves();
    report.confusions();
    report.conversions();
    report.runs();
    report.terms();
    report.circumstances();
    return report.page.end();
  }

  private void head() {
    page.raw("<p class=\"quiet\">");
    long chips = result.runs().stream().mapToLong(ComparisonRun::seed).distinct().count();
    page.write(
            result.variants().size()
                + " variants of one network, each trained on "
                + chips
                + (chips == 1 ? " simulated chip" : " simulated chips")
                + " and tested on the same examples. “"
                + result.baseline()
                + "” is what the others are compared with.")
        .raw("</p>\n");
  }

  private void notes() {
    for (String note : result.notes()) {
      page.raw("<p class=\"note\">").write(note).raw("</p>\n");
    }
  }

  private void terms() {
    if (result.terms().isEmpty()) {
      return;
    }
    page.raw("<h2>Words</h2>\n<dl>\n");
    result
        .terms()
        .forEach(
            (term, sentence) ->
                page.raw("<dt>").write(term).raw("</dt><dd>").linked(sentence).raw("</dd>\n"));
    page.raw("</dl>\n");
  }

  private void summary() {
    page.raw("<h2>Accuracy and cost</h2>\n<div class=\"wide\"><table id=\"summary\">\n<tr>");
    page.heads(
        "variant|text",
        "test accuracy|%, ± standard deviation",
        "difference|points, ± standard error",
        "before training|%",
        "energy|nJ an inference",
        "area|mm²",
        "throughput|inferences/s",
        "cores|",
        "training energy|mJ",
        "simulated|examples/s");
    page.raw("</tr>\n");
    for (int v = 0; v < result.variants().size(); v++) {
      String variant = result.variants().get(v);
      List<ComparisonRun> runs = result.of(variant);
      if (runs.isEmpty()) {
        continue;
      }
      page.raw("<tr><td class=\"text\">");
      page.swatch(Charts.colour(v));
      page.raw("<b>")
          .write(variant)
          .raw("</b><br><span class=\"quiet\">")
          .write(runs.get(0).description())
          .raw("</span></td>");
      SummaryStatistics accuracy = result.accuracy(variant);
      page.cell(
          accuracy.getN() == 0
              ? "failed"
              : plusMinus("%.2f", accuracy.getMean(), deviation(accuracy)));
      if (v == 0 || accuracy.getN() == 0 || result.accuracy(result.baseline()).getN() == 0) {
        page.cell("");
      } else {
        Difference difference = result.difference(variant);
        page.cell(plusMinus("%+.2f", difference.points(), difference.standardError()));
      }
      page.cell(mean(runs, "%.2f", ComparisonRun::accuracyBeforePercent));
      page.cell(cost(runs, Cost::inferenceNanojoules));
      page.cell(cost(runs, Cost::squareMillimetres));
      page.cell(cost(runs, Cost::inferencesPerSecond));
      page.cell(mean(runs, "%,.0f", run -> number(run.cost().cores())));
      page.cell(cost(runs, Cost::trainingMillijoules));
      page.cell(mean(runs, "%,.0f", ComparisonRun::examplesPerSecond));
      page.raw("</tr>\n");
    }
    page.raw(
        """
        </table></div>
        <p class="quiet">Energy, area and throughput are those of the modelled hardware; “–” stands
        where no model applies, as for software. “Simulated” is how fast this computer trained.
        “Before training” is the accuracy of the network as it was built: untrained, or right after
        its conversion. Differences are of pairs, chip by chip.</p>
        """);
    costBases();
  }

  /** A calculated end point and a measured chip are not to be mistaken for each other. */
  private void costBases() {
    Map<String, String> bases = new LinkedHashMap<>();
    for (String variant : result.variants()) {
      result.of(variant).stream()
          .map(run -> run.cost().basis())
          .filter(Objects::nonNull)
          .findFirst()
          .ifPresent(basis -> bases.put(variant, basis));
    }
    if (!bases.isEmpty()) {
      page.raw("<p class=\"quiet\">What the costs rest on:</p>\n<ul class=\"quiet\">\n");
      bases.forEach(
          (variant, basis) ->
              page.raw("<li><b>").write(variant).raw("</b>: ").write(basis).raw("</li>\n"));
      page.raw("</ul>\n");
    }
  }

  private void pictures() {
    List<ReportCharts.Picture> pictures = new ReportCharts(result, false).all();
    if (pictures.isEmpty()) {
      return;
    }
    page.raw("<h2>Pictures</h2>\n<p>");
    for (int v = 0; v < result.variants().size(); v++) {
      page.swatch(Charts.colour(v));
      page.write(result.variants().get(v)).raw(" &emsp; ");
    }
    page.raw("</p>\n<div class=\"side\">\n");
    for (ReportCharts.Picture picture : pictures) {
      page.figure(picture.caption(), picture.base64Png());
    }
    page.raw("</div>\n");
  }

  /** What probes found, a table for each kind of curve. */
  private void curves() {
    for (Probe.Curve kind : result.curves()) {
      List<String> probed =
          result.variants().stream().filter(v -> !points(v, kind).isEmpty()).toList();
      page.raw("<h2>").write(kind.name()).raw("</h2>\n<div class=\"wide\"><table>\n<tr>");
      boolean time = kind.axis().endsWith(", s");
      page.heads(
          (time ? kind.axis().substring(0, kind.axis().length() - 3) : kind.axis()) + "|text");
      probed.forEach(variant -> page.heads(variant + "|test accuracy, %"));
      page.raw("</tr>\n");
      List<Double> all =
          probed.stream()
              .flatMap(variant -> points(variant, kind).stream())
              .map(Probe.Point::x)
              .distinct()
              .sorted()
              .toList();
      for (double x : all) {
        page.raw("<tr>").text(time ? Html.time(x) : String.format(Locale.ROOT, "%.6g", x));
        for (String variant : probed) {
          SummaryStatistics at = new SummaryStatistics();
          points(variant, kind).stream()
              .filter(point -> point.x() == x)
              .forEach(point -> at.addValue(point.testAccuracyPercent()));
          page.cell(at.getN() == 0 ? "–" : plusMinus("%.2f", at.getMean(), deviation(at)));
        }
        page.raw("</tr>\n");
      }
      page.raw("</table></div>\n");
    }
  }

  private List<Probe.Point> points(String variant, Probe.Curve kind) {
    return result.of(variant).stream()
        .flatMap(run -> run.findings().curves().stream())
        .filter(curve -> curve.name().equals(kind.name()))
        .flatMap(curve -> curve.points().stream())
        .toList();
  }

  private void confusions() {
    if (result.runs().stream().allMatch(run -> run.confusion().isEmpty())) {
      return;
    }
    page.raw(
        """
        <h2>Confusion matrices</h2>
        <p class="quiet">Rows are the actual class, columns the predicted one; percent of the row's
        examples, over all chips. Darker is more.</p>
        <div class="side">
        """);
    for (String variant : result.variants()) {
      List<ComparisonRun> runs =
          result.of(variant).stream().filter(run -> !run.confusion().isEmpty()).toList();
      if (!runs.isEmpty()) {
        matrix(variant, runs);
      }
    }
    page.raw("</div>\n");
  }

  private void matrix(String variant, List<ComparisonRun> runs) {
    int classes = runs.get(0).confusion().size();
    page.raw("<div><b>").write(variant).raw("</b>");
    if (classes > 20) {
      page.raw("<p class=\"quiet\">")
          .raw(String.valueOf(classes))
          .raw(" classes: see results.json.</p></div>\n");
      return;
    }
    page.raw("<table class=\"matrix\"><tr><th></th>");
    for (int c = 0; c < classes; c++) {
      page.raw("<th>").raw(String.valueOf(c)).raw("</th>");
    }
    page.raw("</tr>\n");
    for (int actual = 0; actual < classes; actual++) {
      page.raw("<tr><th>").raw(String.valueOf(actual)).raw("</th>");
      double[] row = new double[classes];
      double sum = 0;
      for (ComparisonRun run : runs) {
        for (int predicted = 0; predicted < classes; predicted++) {
          row[predicted] += run.confusion().get(actual).get(predicted);
          sum += run.confusion().get(actual).get(predicted);
        }
      }
      for (int predicted = 0; predicted < classes; predicted++) {
        double part = sum == 0 ? 0 : row[predicted] / sum;
        int shade = (int) Math.round(255 * (1 - Math.sqrt(part) * 0.75));
        Color colour =
            predicted == actual
                ? new Color(shade, 255 - (255 - shade) / 4, shade)
                : new Color(255, shade, shade);
        page.raw("<td style=\"background:")
            .raw(Html.hex(colour))
            .raw("\">")
            .raw(row[predicted] == 0 ? "" : String.format(Locale.ROOT, "%.1f", 100 * part))
            .raw("</td>");
      }
      page.raw("</tr>\n");
    }
    page.raw("</table></div>\n");
  }

  private void conversions() {
    for (Map.Entry<String, List<ConvertedLayer>> conversion : result.conversions().entrySet()) {
      page.raw("<h2>")
          .write("Conversion: " + conversion.getKey())
          .raw("</h2>\n<div class=\"wide\"><table>\n<tr>");
      page.heads(
          "layer|text",
          "was|text",
          "is|text",
          "outcome|text",
          "max |W||",
          "clipped|% of weights",
          "why|text");
      page.raw("</tr>\n");
      for (ConvertedLayer layer : conversion.getValue()) {
        page.raw("<tr>");
        page.text(layer.layer());
        page.text(layer.from());
        page.text(layer.to());
        page.text(layer.outcome());
        boolean weights = layer.largestWeight() > 0;
        page.cell(weights ? String.format(Locale.ROOT, "%.4f", layer.largestWeight()) : "");
        page.cell(weights ? String.format(Locale.ROOT, "%.2f", layer.clippedPercent()) : "");
        page.text(layer.why());
        page.raw("</tr>\n");
      }
      page.raw("</table></div>\n");
    }
  }

  private void runs() {
    page.raw("<h2>Every run</h2>\n<div class=\"wide\"><table>\n<tr>");
    page.heads(
        "variant|text",
        "chip|seed",
        "epochs|",
        "before|%",
        "test accuracy|%",
        "macro F1|0…1",
        "training|s");
    result.numbers().forEach(name -> page.heads(name.replace('_', ' ') + "|"));
    page.heads("remark|text");
    page.raw("</tr>\n");
    for (ComparisonRun run : result.runs()) {
      page.raw("<tr>");
      page.text(run.variant());
      page.cell(String.valueOf(run.seed()));
      page.cell(String.valueOf(run.epochs()));
      page.cell(format("%.2f", run.accuracyBeforePercent()));
      page.cell(format("%.2f", run.testAccuracyPercent()));
      page.cell(format("%.4f", run.macroF1()));
      page.cell(format("%.1f", run.trainSeconds()));
      for (String name : result.numbers()) {
        page.cell(ResultFolder.whole(run.findings().numbers().get(name)));
      }
      String failure = run.failure();
      if (failure != null) {
        page.raw("<td class=\"text failure\">").write("failed: " + failure).raw("</td>");
      } else {
        page.text(
            run.bestEpoch() < run.epochs() ? "the network after epoch " + run.bestEpoch() : "");
      }
      page.raw("</tr>\n");
    }
    page.raw("</table></div>\n");
  }

  private void circumstances() {
    page.raw("<h2>How it was run</h2>\n");
    if (!result.command().isEmpty()) {
      page.raw("<pre>").write(result.command()).raw("</pre>\n");
    }
    page.raw("<table>\n");
    for (Map<String, String> part : List.of(result.settings(), result.environment())) {
      for (Map.Entry<String, String> entry : part.entrySet()) {
        page.raw("<tr>");
        page.text(entry.getKey());
        page.text(entry.getValue());
        page.raw("</tr>\n");
      }
    }
    page.raw("</table>\n");
  }

  private static double deviation(SummaryStatistics statistics) {
    return statistics.getN() < 2 ? Double.NaN : statistics.getStandardDeviation();
  }

  private static String plusMinus(String format, double value, double around) {
    String text = String.format(Locale.ROOT, format, value);
    return Double.isNaN(around) ? text : text + String.format(Locale.ROOT, " ± %.2f", around);
  }

  private static String format(String format, @Nullable Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, format, value);
  }

  private static @Nullable Double number(@Nullable Long value) {
    return value == null ? null : Double.valueOf(value);
  }

  private static String cost(List<ComparisonRun> runs, Function<Cost, @Nullable Double> which) {
    String text = mean(runs, "%.4g", run -> which.apply(run.cost()));
    if (text.equals("–")) {
      return text;
    }
    double value = Double.parseDouble(text);
    return Math.abs(value) >= 1000 ? String.format(Locale.ROOT, "%,.0f", value) : text;
  }

  private static String mean(
      List<ComparisonRun> runs, String format, Function<ComparisonRun, @Nullable Double> which) {
    SummaryStatistics statistics = new SummaryStatistics();
    for (ComparisonRun run : runs) {
      Double value = which.apply(run);
      if (value != null) {
        statistics.addValue(value);
      }
    }
    return statistics.getN() == 0 ? "–" : String.format(Locale.ROOT, format, statistics.getMean());
  }
}
