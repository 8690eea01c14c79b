package io.foreguard.predictive.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReportTest {
  private static final Report REPORT =
      Report.builder("Figures of <a> & \"b\"")
          .section("One")
          .words("Words with | and <b>.")
          .warning("Do not use.")
          .figure("one.auc", 0.91234)
          .figure("one.rows", 12)
          .quietFigure("one.hidden", Double.NaN)
          .table(List.of("name", "value"), List.of(List.of("a|b", "1")))
          .chart(
              Chart.builder("Curve", "across", "up")
                  .line("points", new double[] {0, 0.5, Double.NaN}, new double[] {0, 1, 2})
                  .reference("even", new double[] {0, 1}, new double[] {0, 1})
                  .build())
          .build();

  @Test
  void keepsFiguresForPrograms() {
    assertThat(REPORT.figures().keySet()).containsExactly("one.auc", "one.rows", "one.hidden");
    assertThat(REPORT.figure("one.auc")).isEqualTo(0.91234);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> REPORT.figure("two"))
        .withMessageContaining("one.auc");
  }

  @Test
  void isMarkdown() {
    assertThat(REPORT.toMarkdown())
        .contains("## One", "**Do not use.**", "| one.auc | 0.9123 |", "| one.rows | 12 |")
        .contains("| a\\|b | 1 |", "| points | 0.5000 | 1 |")
        .doesNotContain("one.hidden");
  }

  @Test
  void isOnePageOfHtmlWithEverythingEscapedAndNothingLoaded() throws Exception {
    String page = REPORT.toHtml();

    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("Figures of &lt;a&gt; &amp; &quot;b&quot;", "class=\"warning\"")
        .doesNotContain("http", "src=", "href=", "url(", "NaN");
    String drawing = page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + 6);
    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(drawing)))
                .getElementsByTagName("circle")
                .getLength())
        .isEqualTo(2);
  }

  @Test
  void writesSmallFiguresSoThatTheyCanBeRead() {
    assertThat(Report.text(0.000123)).isEqualTo("1.23e-04");
    assertThat(Report.text(Double.NaN)).isEqualTo("none");
    assertThat(Report.text(0)).isEqualTo("0");
  }
}
