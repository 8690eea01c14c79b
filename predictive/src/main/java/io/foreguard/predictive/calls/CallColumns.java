package io.foreguard.predictive.calls;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which column of a log holds what. */
final class CallColumns {
  private static final String TIMES =
      "start_ns start_us start_ms start_s start_time timestamp time ts t start date datetime time_ms"
          + " timestamp_ms ts_ms time_us timestamp_us time_ns timestamp_ns time_s timestamp_s";
  private static final String LATENCIES =
      "duration latency elapsed response_time request_time took client rt responsetime";
  private static final String STATUSES =
      "outcome status status_code code http_code http_status response_code responsecode statuscode"
          + " grpc_status grpc_code result error failed success ok";
  private static final String DEPENDENCIES =
      "dependency callee service target upstream host destination";
  private static final String KEYS = "key op operation method endpoint route";
  private static final String UNITS = "_ns _us _ms _s ns us ms _seconds _millis _micros _nanos";

  final int time;
  final int latency;
  final int status;
  final int key;
  final int[] dependency;
  private final List<String> names;
  private final List<String> lower = new ArrayList<>();
  private final LogText text;

  CallColumns(LogText text, List<String> names, CallLogFormat format) throws CallLogException {
    this.text = text;
    this.names = names;
    names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT).replace(' ', '_')));
    time = must(format.timeColumn().orElse(""), TIMES, "time");
    latency = must(format.latencyColumn().orElse(""), withUnits(LATENCIES), "latency");
    status = may(format.statusColumn().orElse(""), STATUSES);
    key = may(format.keyColumn().orElse(""), KEYS);
    dependency = dependencies(format.dependencyColumns());
  }

  /** Place of a column that this log may have, -1 if it has none. */
  int optional(String name) {
    return lower.indexOf(name);
  }

  private static String withUnits(String list) {
    StringBuilder all = new StringBuilder(list);
    for (String name : list.split(" ", -1)) {
      for (String unit : UNITS.split(" ", -1)) {
        all.append(' ').append(name).append(unit);
      }
    }
    return all.toString();
  }

  private int[] dependencies(List<String> wanted) throws CallLogException {
    if (wanted.isEmpty()) {
      int caller = lower.indexOf("caller");
      int callee = lower.indexOf("callee");
      if (caller >= 0 && callee >= 0) {
        return new int[] {caller, callee};
      }
      int one = find(DEPENDENCIES);
      return one < 0 ? new int[0] : new int[] {one};
    }
    int[] places = new int[wanted.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = named(wanted.get(i));
    }
    return places;
  }

  private int must(String wanted, String common, String what) throws CallLogException {
    int place = may(wanted, common);
    if (place < 0) {
      throw fault("no column looks like the " + what + " of a call: name it");
    }
    return place;
  }

  private int may(String wanted, String common) throws CallLogException {
    return wanted.isEmpty() ? find(common) : named(wanted);
  }

  private int named(String wanted) throws CallLogException {
    int place = names.indexOf(wanted);
    if (place < 0) {
      throw fault("there must be a column " + LogText.quote(wanted));
    }
    return place;
  }

  private int find(String common) {
    for (String name : common.split(" ", -1)) {
      int place = lower.indexOf(name);
      if (place >= 0) {
        return place;
      }
    }
    return -1;
  }

  private CallLogException fault(String problem) {
    return text.fault(1, problem + "; the columns are " + LogText.quote(String.join(", ", names)));
  }
}
