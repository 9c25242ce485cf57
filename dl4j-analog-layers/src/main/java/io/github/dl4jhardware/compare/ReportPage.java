package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.compare.ComparisonResult.ConvertedLayer;
import io.github.dl4jhardware.compare.ComparisonResult.Difference;
import io.github.dl4jhardware.cost.Cost;
import java.awt.Color;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.jspecify.annotations.Nullable;

/** A comparison as one page of HTML, pictures inside, for a window of 1,280 pixels. */
final class ReportPage {
  private static final String STYLE =
      """
      body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; max-width: 1210px;
             margin: 24px auto; padding: 0 16px; }
      h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 34px 0 8px; }
      p { max-width: 900px; margin: 6px 0 12px; } .quiet { color: #555; }
      table { border-collapse: collapse; font-size: 14px; } .wide { overflow-x: auto; }
      th, td { padding: 4px 9px; border-bottom: 1px solid #ddd; text-align: right;
               vertical-align: top; }
      th { background: #f4f4f4; font-weight: 600; } .text { text-align: left; }
      .unit { font-weight: 400; color: #555; display: block; font-size: 12px; }
      .swatch { display: inline-block; width: 11px; height: 11px; margin-right: 6px; }
      .side { display: flex; flex-wrap: wrap; gap: 24px; }
      figure { margin: 0; width: 590px; } figcaption { color: #555; font-size: 13px; }
      .matrix td, .matrix th { padding: 3px 6px; font-size: 12px; border: 1px solid #eee; }
      .failure { color: #a40000; } code { background: #f4f4f4; padding: 2px 5px; }
      pre { background: #f4f4f4; padding: 8px 10px; white-space: pre-wrap; overflow-wrap: anywhere; }
      """;

  private final ComparisonResult result;
  private final StringBuilder page = new StringBuilder();

  private ReportPage(ComparisonResult result) {
    this.result = result;
  }

  static String of(ComparisonResult result) {
    ReportPage report = new ReportPage(result);
    report.head();
    report.summary();
    report.pictures();
    report.drift();
    report.confusions();
    report.conversions();
    report.runs();
    report.circumstances();
    report.page.append("</body>\n</html>\n");
    return report.page.toString();
  }

  private void head() {
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(escape("Hardware comparison on " + result.data()))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(escape("Hardware comparison on " + result.data()))
        .append("</h1>\n<p class=\"quiet\">");
    long chips = result.runs().stream().mapToLong(ComparisonRun::seed).distinct().count();
    page.append(
            escape(
                result.variants().size()
                    + " variants of one network, each trained on "
                    + chips
                    + (chips == 1 ? " simulated chip" : " simulated chips")
                    + " and tested on the same examples. “"
                    + result.baseline()
                    + "” is what the others are compared with."))
        .append("</p>\n");
  }

  private void summary() {
    page.append("<h2>Accuracy and cost</h2>\n<div class=\"wide\"><table id=\"summary\">\n<tr>");
    heads(
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
    page.append("</tr>\n");
    for (int v = 0; v < result.variants().size(); v++) {
      String variant = result.variants().get(v);
      List<ComparisonRun> runs = result.of(variant);
      if (runs.isEmpty()) {
        continue;
      }
      page.append("<tr><td class=\"text\">");
      swatch(v);
      page.append("<b>")
          .append(escape(variant))
          .append("</b><br><span class=\"quiet\">")
          .append(escape(runs.get(0).description()))
          .append("</span></td>");
      SummaryStatistics accuracy = result.accuracy(variant);
      cell(
          accuracy.getN() == 0
              ? "failed"
              : plusMinus("%.2f", accuracy.getMean(), deviation(accuracy)));
      if (v == 0 || accuracy.getN() == 0 || result.accuracy(result.baseline()).getN() == 0) {
        cell("");
      } else {
        Difference difference = result.difference(variant);
        cell(plusMinus("%+.2f", difference.points(), difference.standardError()));
      }
      cell(mean(runs, "%.2f", ComparisonRun::accuracyBeforePercent));
      cell(cost(runs, Cost::inferenceNanojoules));
      cell(cost(runs, Cost::squareMillimetres));
      cell(cost(runs, Cost::inferencesPerSecond));
      cell(mean(runs, "%,.0f", run -> number(run.cost().cores())));
      cell(cost(runs, Cost::trainingMillijoules));
      cell(mean(runs, "%,.0f", ComparisonRun::examplesPerSecond));
      page.append("</tr>\n");
    }
    page.append(
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
    StringBuilder rows = new StringBuilder();
    for (String variant : result.variants()) {
      result.of(variant).stream()
          .map(run -> run.cost().basis())
          .filter(Objects::nonNull)
          .findFirst()
          .ifPresent(
              basis ->
                  rows.append("<li><b>")
                      .append(escape(variant))
                      .append("</b>: ")
                      .append(escape(basis))
                      .append("</li>\n"));
    }
    if (!rows.isEmpty()) {
      page.append("<p class=\"quiet\">What the costs rest on:</p>\n<ul class=\"quiet\">\n")
          .append(rows)
          .append("</ul>\n");
    }
  }

  private void pictures() {
    List<ReportCharts.Picture> pictures = new ReportCharts(result, false).all();
    if (pictures.isEmpty()) {
      return;
    }
    page.append("<h2>Pictures</h2>\n<p>");
    for (int v = 0; v < result.variants().size(); v++) {
      swatch(v);
      page.append(escape(result.variants().get(v))).append(" &emsp; ");
    }
    page.append("</p>\n<div class=\"side\">\n");
    for (ReportCharts.Picture picture : pictures) {
      page.append("<figure><img width=\"590\" height=\"430\" alt=\"")
          .append(escape(picture.caption()))
          .append("\" src=\"data:image/png;base64,")
          .append(picture.base64Png())
          .append("\"><figcaption>")
          .append(escape(picture.caption()))
          .append("</figcaption></figure>\n");
    }
    page.append("</div>\n");
  }

  private void drift() {
    List<String> drifting =
        result.variants().stream()
            .filter(v -> result.of(v).stream().anyMatch(run -> !run.drift().isEmpty()))
            .toList();
    if (drifting.isEmpty()) {
      return;
    }
    page.append("<h2>Drift over time</h2>\n<table>\n<tr>");
    heads("time since programming|text");
    drifting.forEach(variant -> heads(variant + "|test accuracy, %"));
    page.append("</tr>\n");
    List<Double> times =
        result.runs().stream()
            .flatMap(run -> run.drift().stream())
            .map(ComparisonRun.DriftPoint::seconds)
            .distinct()
            .sorted()
            .toList();
    for (double seconds : times) {
      page.append("<tr><td class=\"text\">").append(time(seconds)).append("</td>");
      for (String variant : drifting) {
        SummaryStatistics at = new SummaryStatistics();
        result.of(variant).stream()
            .flatMap(run -> run.drift().stream())
            .filter(point -> point.seconds() == seconds)
            .forEach(point -> at.addValue(point.testAccuracyPercent()));
        cell(at.getN() == 0 ? "–" : plusMinus("%.2f", at.getMean(), deviation(at)));
      }
      page.append("</tr>\n");
    }
    page.append("</table>\n");
  }

  private static String time(double seconds) {
    double[] units = {31_536_000, 86_400, 3600, 60, 1};
    String[] names = {"year", "day", "hour", "minute", "second"};
    for (int u = 0; u < units.length; u++) {
      if (seconds >= units[u]) {
        double count = seconds / units[u];
        return String.format(Locale.ROOT, "%.4g", count).replaceAll("\\.?0+$", "")
            + " "
            + names[u]
            + (count == 1 ? "" : "s");
      }
    }
    return seconds == 0 ? "at once" : String.format(Locale.ROOT, "%.3g seconds", seconds);
  }

  private void confusions() {
    if (result.runs().stream().allMatch(run -> run.confusion().isEmpty())) {
      return;
    }
    page.append(
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
    page.append("</div>\n");
  }

  private void matrix(String variant, List<ComparisonRun> runs) {
    int classes = runs.get(0).confusion().size();
    page.append("<div><b>").append(escape(variant)).append("</b>");
    if (classes > 20) {
      page.append("<p class=\"quiet\">")
          .append(classes)
          .append(" classes: see results.json.</p></div>\n");
      return;
    }
    page.append("<table class=\"matrix\"><tr><th></th>");
    for (int c = 0; c < classes; c++) {
      page.append("<th>").append(c).append("</th>");
    }
    page.append("</tr>\n");
    for (int actual = 0; actual < classes; actual++) {
      page.append("<tr><th>").append(actual).append("</th>");
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
        page.append("<td style=\"background:")
            .append(hex(colour))
            .append("\">")
            .append(row[predicted] == 0 ? "" : String.format(Locale.ROOT, "%.1f", 100 * part))
            .append("</td>");
      }
      page.append("</tr>\n");
    }
    page.append("</table></div>\n");
  }

  private void conversions() {
    for (Map.Entry<String, List<ConvertedLayer>> conversion : result.conversions().entrySet()) {
      page.append("<h2>")
          .append(escape("Conversion: " + conversion.getKey()))
          .append("</h2>\n<div class=\"wide\"><table>\n<tr>");
      heads(
          "layer|text",
          "was|text",
          "is|text",
          "outcome|text",
          "max |W||",
          "clipped|% of weights",
          "why|text");
      page.append("</tr>\n");
      for (ConvertedLayer layer : conversion.getValue()) {
        page.append("<tr>");
        text(layer.layer());
        text(layer.from());
        text(layer.to());
        text(layer.outcome());
        boolean weights = layer.largestWeight() > 0;
        cell(weights ? String.format(Locale.ROOT, "%.4f", layer.largestWeight()) : "");
        cell(weights ? String.format(Locale.ROOT, "%.2f", layer.clippedPercent()) : "");
        text(layer.why());
        page.append("</tr>\n");
      }
      page.append("</table></div>\n");
    }
  }

  private void runs() {
    page.append("<h2>Every run</h2>\n<div class=\"wide\"><table>\n<tr>");
    heads(
        "variant|text",
        "chip|seed",
        "epochs|",
        "before|%",
        "test accuracy|%",
        "macro F1|0…1",
        "training|s",
        "transfers|each array",
        "remark|text");
    page.append("</tr>\n");
    for (ComparisonRun run : result.runs()) {
      page.append("<tr>");
      text(run.variant());
      cell(String.valueOf(run.seed()));
      cell(String.valueOf(run.epochs()));
      cell(format("%.2f", run.accuracyBeforePercent()));
      cell(format("%.2f", run.testAccuracyPercent()));
      cell(format("%.4f", run.macroF1()));
      cell(format("%.1f", run.trainSeconds()));
      cell(String.valueOf(run.transfers()));
      String failure = run.failure();
      if (failure != null) {
        page.append("<td class=\"text failure\">")
            .append(escape("failed: " + failure))
            .append("</td>");
      } else {
        text(run.bestEpoch() < run.epochs() ? "the network after epoch " + run.bestEpoch() : "");
      }
      page.append("</tr>\n");
    }
    page.append("</table></div>\n");
  }

  private void circumstances() {
    page.append("<h2>How it was run</h2>\n");
    if (!result.command().isEmpty()) {
      page.append("<pre>").append(escape(result.command())).append("</pre>\n");
    }
    page.append("<table>\n");
    for (Map<String, String> part : List.of(result.settings(), result.environment())) {
      for (Map.Entry<String, String> entry : part.entrySet()) {
        page.append("<tr>");
        text(entry.getKey());
        text(entry.getValue());
        page.append("</tr>\n");
      }
    }
    page.append("</table>\n");
  }

  // ---- Parts ----

  private void swatch(int variant) {
    page.append("<span class=\"swatch\" style=\"background:")
        .append(hex(ReportCharts.colour(variant)))
        .append("\"></span>");
  }

  private void heads(String... all) {
    for (String each : all) {
      int bar = each.lastIndexOf('|');
      String unit = each.substring(bar + 1);
      page.append(unit.equals("text") ? "<th class=\"text\">" : "<th>")
          .append(escape(each.substring(0, bar)));
      if (!unit.isEmpty() && !unit.equals("text")) {
        page.append("<span class=\"unit\">").append(escape(unit)).append("</span>");
      }
      page.append("</th>");
    }
  }

  private void cell(String text) {
    page.append("<td>").append(escape(text)).append("</td>");
  }

  private void text(String text) {
    page.append("<td class=\"text\">").append(escape(text)).append("</td>");
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

  private static String hex(Color colour) {
    return String.format(
        Locale.ROOT, "#%02x%02x%02x", colour.getRed(), colour.getGreen(), colour.getBlue());
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
