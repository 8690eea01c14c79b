package io.foreguard.predictive.file;

import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureReference;
import io.foreguard.predictive.scoring.CalibratedScorer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The text form of a header: {@code key=value} lines in UTF-8, each ended by a line feed. Every key
 * of the format must be there once, but for the interval and horizon of a model of calls and the
 * origin of a model that was trained here. {@code reference.0}, {@code reference.1} and so on say
 * how the features were distributed in training: all of them are there, or none. Keys beginning
 * with {@code report.} are free; any other is refused.
 */
final class HeaderText {
  private static final String REPORT = "report.";
  private static final String REFERENCE = "reference.";
  private static final List<String> KEYS =
      List.of(
          "kind",
          "calibration",
          "name",
          "schema.id",
          "schema.version",
          "features",
          "interval.ms",
          "horizon.ms",
          "failure.share",
          "threshold",
          "data.sha256",
          "origin");

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, Integer> offsets = new LinkedHashMap<>();
  private final int length;

  private HeaderText(int length) {
    this.length = length;
  }

  static byte[] write(ModelHeader header, CalibratedScorer model) {
    StringBuilder text = new StringBuilder(1_024);
    line(text, "kind", Section.kind(model.scorer()));
    line(text, "calibration", Section.kind(model.calibration()));
    line(text, "name", header.name());
    line(text, "schema.id", header.schemaId());
    line(text, "schema.version", header.schemaVersion());
    line(text, "features", String.join(",", header.features()));
    if (!header.interval().isZero()) {
      line(text, "interval.ms", header.interval().toMillis());
      line(text, "horizon.ms", header.horizon().toMillis());
    }
    line(text, "failure.share", header.failureShare());
    line(text, "threshold", header.threshold());
    line(text, "data.sha256", header.dataSha256());
    if (!header.origin().isEmpty()) {
      line(text, "origin", header.origin());
    }
    for (int i = 0; i < header.references().size(); i++) {
      line(text, REFERENCE + i, header.references().get(i).toText());
    }
    header.report().forEach((key, value) -> line(text, REPORT + key, value));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  static HeaderText read(byte[] bytes, int from, int length) throws HeaderFault {
    HeaderText text = new HeaderText(length);
    text.parse(bytes, from);
    return text;
  }

  /** What the header says under {@code key}, which must be one of {@code words}. */
  String oneOf(String key, List<String> words) throws HeaderFault {
    String value = value(key);
    if (!words.contains(value)) {
      String rule = words.size() == 1 ? words.get(0) : "one of " + words;
      throw new HeaderFault(at(key), key + " must be " + rule + ", but was " + quote(value));
    }
    return value;
  }

  private static void line(StringBuilder text, String key, Object value) {
    text.append(key).append('=').append(value).append('\n');
  }

  private void parse(byte[] bytes, int from) throws HeaderFault {
    int at = 0;
    while (at < length) {
      int end = at;
      while (end < length && bytes[from + end] != '\n') {
        end++;
      }
      if (end == length) {
        throw new HeaderFault(at, "line must end with a line feed, but does not");
      }
      add(decode(bytes, from + at, end - at, at), at);
      at = end + 1;
    }
  }

  private void add(String line, int at) throws HeaderFault {
    int equals = line.indexOf('=');
    String key = equals < 0 ? line : line.substring(0, equals);
    if (equals < 0 || !ModelHeader.KEY.matcher(key).matches()) {
      throw new HeaderFault(at, "line must be key=value, but was " + quote(line));
    }
    if (!KEYS.contains(key) && !key.startsWith(REPORT) && !key.startsWith(REFERENCE)) {
      throw new HeaderFault(at, "key must be one of " + KEYS + ", but was " + quote(key));
    }
    if (values.put(key, line.substring(equals + 1)) != null) {
      throw new HeaderFault(at, "key must be there once, but was again: " + quote(key));
    }
    offsets.put(key, at);
  }

  ModelHeader header() throws HeaderFault {
    String current = "features";
    try {
      int version = (int) number("schema.version", Integer.MAX_VALUE);
      ModelHeader.Builder header =
          ModelHeader.builder(
              value("schema.id"), version, List.of(value("features").split(",", -1)));
      current = "name";
      header.name(value(current));
      current = "interval.ms";
      if (values.containsKey(current)) {
        header.interval(Duration.ofMillis(number(current, Long.MAX_VALUE)));
      }
      current = "horizon.ms";
      if (values.containsKey(current)) {
        header.horizon(Duration.ofMillis(number(current, Long.MAX_VALUE)));
      }
      current = "failure.share";
      header.failureShare(decimal(current));
      current = "threshold";
      header.threshold(decimal(current));
      current = "data.sha256";
      header.dataSha256(value(current));
      current = "origin";
      if (values.containsKey(current)) {
        header.origin(value(current));
      }
      List<FeatureReference> references = new ArrayList<>();
      while (values.containsKey(REFERENCE + references.size())) {
        current = REFERENCE + references.size();
        references.add(FeatureReference.parse(value(current)));
      }
      header.references(references);
      long numbered = values.keySet().stream().filter(key -> key.startsWith(REFERENCE)).count();
      Require.that(numbered == references.size(), "references", "numbered from 0", numbered);
      for (Map.Entry<String, String> entry : values.entrySet()) {
        if (entry.getKey().startsWith(REPORT)) {
          current = entry.getKey();
          header.report(current.substring(REPORT.length()), entry.getValue());
        }
      }
      current = "horizon.ms";
      return header.build();
    } catch (IllegalArgumentException e) {
      throw new HeaderFault(at(current), String.valueOf(e.getMessage()));
    }
  }

  private String value(String key) throws HeaderFault {
    String value = values.get(key);
    if (value == null) {
      throw new HeaderFault(length, "key " + key + " must be there, but is missing");
    }
    return value;
  }

  private int at(String key) {
    Integer offset = offsets.get(key);
    return offset == null ? length : offset;
  }

  private long number(String key, long most) throws HeaderFault {
    String value = value(key);
    try {
      long number = Long.parseLong(value);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new HeaderFault(at(key), key + " must be a whole number, but was " + quote(value));
    }
    throw new HeaderFault(at(key), key + " must be in [1, " + most + "], but was " + value);
  }

  private double decimal(String key) throws HeaderFault {
    String value = value(key);
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new HeaderFault(at(key), key + " must be a number, but was " + quote(value));
    }
  }

  private static String decode(byte[] bytes, int from, int length, int at) throws HeaderFault {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new HeaderFault(at, "line must be UTF-8 text, but holds other bytes");
    }
  }

  private static String quote(String text) {
    return '"' + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + '"';
  }

  /** What is wrong with a header, and at which of its bytes. */
  static final class HeaderFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final int offset;

    HeaderFault(int offset, String problem) {
      super(problem);
      this.offset = offset;
    }

    int offset() {
      return offset;
    }

    String problem() {
      @Nullable String message = getMessage();
      return message == null ? "" : message;
    }
  }
}
