package io.foreguard.samples.incident;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The Grafana dashboard, as far as Prometheus is asked by it. */
final class Dashboard {

  private Dashboard() {}

  /** Every expression of every panel, with its variables filled in. */
  static List<Expression> expressions() throws IOException {
    List<Expression> expressions = new ArrayList<>();
    for (JsonNode panel : json().path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        expressions.add(
            new Expression(panel.path("title").asString(), filled(target.path("expr").asString())));
      }
    }
    return expressions;
  }

  static JsonNode json() throws IOException {
    return Backend.JSON.readTree(Files.readString(Backend.OPS.resolve("dashboard.json")));
  }

  private static String filled(String expression) {
    return expression
        .replace("$__rate_interval", "5m")
        .replace("$job", ".+")
        .replace("$guard", ".+");
  }

  record Expression(String panel, String text) {}
}
