package io.foreguard.samples.pointsengine;

import java.util.LinkedHashMap;
import java.util.Map;

/** Problem details of RFC 9457. */
final class Problems {
  private static final Map<Integer, String> TITLES =
      Map.of(
          400, "Bad Request",
          404, "Not Found",
          405, "Method Not Allowed",
          500, "Internal Server Error",
          503, "Service Unavailable");

  private Problems() {}

  static String json(int status, String detail) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("title", TITLES.get(status));
    problem.put("status", status);
    problem.put("detail", detail);
    return Json.write(problem);
  }
}
