package io.github.dl4jhardware.report;

import java.awt.Color;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.regex.Pattern;

/** A page of HTML that needs no other file, written from top to bottom. */
public final class Html {
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
      figure { margin: 0; width: 590px; max-width: 100%; }
      img { max-width: 100%; height: auto; }
      .note { background: #fff4d6; border-left: 4px solid #E69F00; padding: 6px 10px; }
      dt { font-weight: 600; } dd { margin: 0 0 8px; max-width: 900px; } figcaption { color: #555; font-size: 13px; }
      .matrix td, .matrix th { padding: 3px 6px; font-size: 12px; border: 1px solid #eee; }
      .failure { color: #a40000; } code { background: #f4f4f4; padding: 2px 5px; }
      pre { background: #f4f4f4; padding: 8px 10px; white-space: pre-wrap; overflow-wrap: anywhere; }
      """;

  private static final Pattern ADDRESS = Pattern.compile("https://[\\w./-]*[\\w/]");

  private final StringBuilder page = new StringBuilder();

  /**
   * Begins a page.
   *
   * @param title in the window and as headline
   */
  public Html(String title) {
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(escape(title))
        .append("</h1>\n");
  }

  /**
   * Adds markup as it is.
   *
   * @param markup trusted
   * @return this
   */
  public Html raw(String markup) {
    page.append(markup);
    return this;
  }

  /**
   * Adds text.
   *
   * @param text is escaped
   * @return this
   */
  public Html write(String text) {
    page.append(escape(text));
    return this;
  }

  /**
   * Adds text in which addresses become links.
   *
   * @param text is escaped
   * @return this
   */
  public Html linked(String text) {
    return raw(ADDRESS.matcher(escape(text)).replaceAll("<a href=\"$0\">$0</a>"));
  }

  /**
   * A square of a colour.
   *
   * @param colour of a series
   * @return this
   */
  public Html swatch(Color colour) {
    return raw("<span class=\"swatch\" style=\"background:" + hex(colour) + "\"></span>");
  }

  /**
   * Heads of a table's columns.
   *
   * @param all each a name and, behind a bar, its unit, {@code text} for a column of words
   * @return this
   */
  public Html heads(String... all) {
    for (String each : all) {
      int bar = each.lastIndexOf('|');
      String name = bar < 0 ? each : each.substring(0, bar);
      String unit = bar < 0 ? "" : each.substring(bar + 1);
      raw(unit.equals("text") ? "<th class=\"text\">" : "<th>").write(name);
      if (!unit.isEmpty() && !unit.equals("text")) {
        raw("<span class=\"unit\">").write(unit).raw("</span>");
      }
      raw("</th>");
    }
    return this;
  }

  /**
   * A cell of a number.
   *
   * @param text the number
   * @return this
   */
  public Html cell(String text) {
    return raw("<td>").write(text).raw("</td>");
  }

  /**
   * A cell of words.
   *
   * @param text the words
   * @return this
   */
  public Html text(String text) {
    return raw("<td class=\"text\">").write(text).raw("</td>");
  }

  /**
   * A picture with what it shows.
   *
   * @param caption below it, and for those who do not see it
   * @param base64Png as {@link Charts#base64Png} gives it
   * @return this
   */
  public Html figure(String caption, String base64Png) {
    return raw("<figure><img width=\""
            + Charts.WIDTH
            + "\" height=\""
            + Charts.HEIGHT
            + "\" alt=\"")
        .write(caption)
        .raw("\" src=\"data:image/png;base64," + base64Png + "\"><figcaption>")
        .write(caption)
        .raw("</figcaption></figure>\n");
  }

  /**
   * A colour for CSS.
   *
   * @param colour any
   * @return such as {@code #0072b2}
   */
  public static String hex(Color colour) {
    return String.format(
        Locale.ROOT, "#%02x%02x%02x", colour.getRed(), colour.getGreen(), colour.getBlue());
  }

  /**
   * Ends the page.
   *
   * @return all of it
   */
  public String end() {
    return page + "</body>\n</html>\n";
  }

  /**
   * A time as people say it.
   *
   * @param seconds at least 0
   * @return such as 1 day
   */
  public static String time(double seconds) {
    double[] units = {31_536_000, 86_400, 3600, 60, 1};
    String[] names = {"year", "day", "hour", "minute", "second"};
    for (int u = 0; u < units.length; u++) {
      String count = number(seconds / units[u]);
      // Judged by what is printed: 59.9999 seconds are a minute.
      if (Double.parseDouble(count) >= 1) {
        return count + " " + names[u] + (count.equals("1") ? "" : "s");
      }
    }
    return seconds == 0 ? "at once" : number(seconds) + " seconds";
  }

  private static String number(double value) {
    return new BigDecimal(value, new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
