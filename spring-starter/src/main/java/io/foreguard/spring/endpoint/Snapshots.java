package io.foreguard.spring.endpoint;

import io.foreguard.time.Clock;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.springframework.boot.json.JsonWriter;
import org.springframework.boot.json.JsonWriter.ValueProcessor;

/** Takes one snapshot of all guards after the other. Not thread-safe: the feed's thread owns it. */
final class Snapshots {
  private static final MathContext DIGITS = new MathContext(4);
  private static final JsonWriter<Object> JSON =
      JsonWriter.of(
          members -> {
            members.add();
            members.applyingValueProcessor(ValueProcessor.of(Double.class, Snapshots::rounded));
          });

  private final GuardViews views;
  private final EventLog events;
  private final Clock clock;
  private final boolean writable;
  private Map<String, String> lastGuards = Map.of();
  private long lastVersion;
  private long lastEvent;

  /**
   * Makes no snapshot yet.
   *
   * @param writable whether who reads may also write, as far as the endpoint is concerned
   */
  Snapshots(GuardViews views, EventLog events, Clock clock, boolean writable) {
    this.views = views;
    this.events = events;
    this.clock = clock;
    this.writable = writable;
  }

  Snapshot next() {
    Map<String, String> guards = new LinkedHashMap<>();
    views.summaries().forEach((name, view) -> guards.put(name, JSON.writeToString(view)));
    Map<String, String> changed = new LinkedHashMap<>(guards);
    changed.entrySet().removeIf(guard -> guard.getValue().equals(lastGuards.get(guard.getKey())));
    List<String> removed = new ArrayList<>(lastGuards.keySet());
    removed.removeAll(guards.keySet());

    List<EventLog.Noted> recent = events.recent();
    List<EventLog.Noted> news = new ArrayList<>(recent);
    long told = lastEvent;
    news.removeIf(noted -> noted.sequence() <= told);
    String head =
        "{\"time\":"
            + clock.wallTime().toEpochMilli()
            + ",\"writable\":"
            + writable
            + ",\"guards\":";
    String full = head + object(guards) + ",\"events\":" + oldestFirst(recent) + "}";
    String change =
        head
            + object(changed)
            + ",\"removed\":"
            + JSON.writeToString(removed)
            + ",\"events\":"
            + oldestFirst(news)
            + "}";
    lastGuards = guards;
    lastEvent = news.stream().mapToLong(EventLog.Noted::sequence).max().orElse(lastEvent);
    return new Snapshot(++lastVersion, full, change);
  }

  /** To as many digits as are shown: what fades unseen need not be sent every second. */
  private static Double rounded(Double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }

  private static String object(Map<String, String> members) {
    StringJoiner object = new StringJoiner(",", "{", "}");
    members.forEach((name, json) -> object.add(JSON.writeToString(name) + ":" + json));
    return object.toString();
  }

  private static String oldestFirst(List<EventLog.Noted> newestFirst) {
    List<Map<String, Object>> shown =
        new ArrayList<>(newestFirst.stream().map(EventView::of).toList());
    Collections.reverse(shown);
    return JSON.writeToString(shown);
  }
}
