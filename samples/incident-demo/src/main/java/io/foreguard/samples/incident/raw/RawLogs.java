package io.foreguard.samples.incident.raw;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The folder with the raw logs of a run: {@code run.json}, and per lane {@code LANE-phases.csv},
 * {@code LANE-calls.csv}, {@code LANE-state.csv} and {@code LANE-engine.ndjson}. Times are
 * milliseconds since the lane started with three decimals, except in the engine's log, which is
 * kept as the engine wrote it beside the lane's start. Thread-safe while no two threads write the
 * same lane.
 */
public final class RawLogs {

  private static final Pattern LANE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");
  private static final String PHASES = "role,startMs,endMs,appliedMs,fault";
  private static final String CALLS =
      "callId,scheduledMs,sentMs,latencyMs,httpStatus,source,ageSeconds,decision,pointsDecision,wouldSucceed,phase";
  private static final String STATES =
      "atMs,service,state,share,probability,lower,upper,threshold,admitted,rejected,probes,inFlight,queued";

  private final Path folder;

  /** Names the folder, which {@link #write(RunInfo)} creates when it is missing. */
  public RawLogs(Path folder) {
    this.folder = folder;
  }

  /** Writes how the run was made. */
  public void write(RunInfo run) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("run.json"), run.toJson());
  }

  /**
   * Writes one lane.
   *
   * @param engineLog the engine's own log as it came, which stays untouched
   * @param startedEpochMs when the lane started, in milliseconds since 1970: ties the engine's
   *     times to the lane's
   */
  public void write(LaneLog log, String engineLog, double startedEpochMs) throws IOException {
    write(log.lane(), "-phases.csv", PHASES, log.phases(), RawLogs::line);
    write(log.lane(), "-calls.csv", CALLS, log.calls(), RawLogs::line);
    write(log.lane(), "-state.csv", STATES, log.states(), RawLogs::line);
    String start = "{\"laneStartedMs\": " + number(startedEpochMs) + "}\n";
    Files.writeString(file(log.lane(), "-engine.ndjson"), start + engineLog);
  }

  /**
   * Reads how the run was made.
   *
   * @throws IOException if the folder holds no run
   */
  public RunInfo readRun() throws IOException {
    Path file = folder.resolve("run.json");
    try {
      return RunInfo.fromJson(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new IOException("no run in " + folder + ": run.json is missing", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads one lane, each list in order of time.
   *
   * @throws IOException if a file is missing, or a line is not what its heading says, with file and
   *     line
   */
  public LaneLog readLane(String lane) throws IOException {
    List<CallRow> calls = read(lane, "-calls.csv", CALLS, RawLogs::call);
    calls.sort(Comparator.comparingDouble(CallRow::scheduledMs));
    List<StateRow> states = read(lane, "-state.csv", STATES, RawLogs::state);
    states.sort(Comparator.comparingDouble(StateRow::atMs));
    return new LaneLog(
        lane, read(lane, "-phases.csv", PHASES, RawLogs::phase), calls, requests(lane), states);
  }

  private <T> void write(
      String lane, String suffix, String heading, List<T> rows, Function<T, String> line)
      throws IOException {
    StringBuilder out = new StringBuilder(heading).append('\n');
    for (T row : rows) {
      out.append(line.apply(row)).append('\n');
    }
    Files.writeString(file(lane, suffix), out);
  }

  private <T> List<T> read(String lane, String suffix, String heading, Function<String[], T> parser)
      throws IOException {
    Path file = file(lane, suffix);
    List<String> lines = Files.readAllLines(file, UTF_8);
    if (lines.isEmpty() || !lines.get(0).equals(heading)) {
      throw new IOException(file + ":1: heading must be " + heading);
    }
    int columns = cells(heading).length;
    List<T> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = cells(lines.get(i));
      try {
        if (cells.length != columns) {
          throw new IllegalArgumentException(
              "a line must have " + columns + " cells, but was " + cells.length);
        }
        rows.add(parser.apply(cells));
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    return rows;
  }

  private List<EngineRow> requests(String lane) throws IOException {
    Path file = file(lane, "-engine.ndjson");
    List<String> lines = Files.readAllLines(file, UTF_8);
    List<EngineRow> rows = new ArrayList<>();
    double start = Double.NaN;
    for (int i = 0; i < lines.size(); i++) {
      try {
        JsonObject json = Json.object(lines.get(i));
        if (i == 0) {
          start = json.number("laneStartedMs");
        } else {
          rows.add(request(json, start));
        }
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    rows.sort(Comparator.comparingDouble(EngineRow::arrivedMs));
    return rows;
  }

  private static EngineRow request(JsonObject json, double start) {
    double status = json.number("status");
    return new EngineRow(
        json.text("id"),
        json.number("arrivedMs") - start,
        json.number("durationMs"),
        Double.isNaN(status) ? 0 : (int) status,
        Boolean.TRUE.equals(json.flag("abandoned")));
  }

  private Path file(String lane, String suffix) {
    if (!LANE.matcher(lane).matches()) {
      throw new IllegalArgumentException("lane must be letters, digits, - and _, but was " + lane);
    }
    return folder.resolve(lane + suffix);
  }

  private static String line(Phase row) {
    return join(
        row.role().label(),
        number(row.startMs()),
        number(row.endMs()),
        number(row.appliedMs()),
        row.fault());
  }

  private static Phase phase(String[] cells) {
    return new Phase(
        role(cells[0]), number(cells[1]), number(cells[2]), number(cells[3]), cells[4]);
  }

  private static String line(CallRow row) {
    return join(
        row.callId(),
        number(row.scheduledMs()),
        number(row.sentMs()),
        number(row.latencyMs()),
        Integer.toString(row.httpStatus()),
        row.source(),
        number(row.ageSeconds()),
        row.decision(),
        row.pointsDecision(),
        row.wouldSucceed() == null ? "" : row.wouldSucceed().toString(),
        row.phase().label());
  }

  private static CallRow call(String[] cells) {
    return new CallRow(
        cells[0],
        number(cells[1]),
        number(cells[2]),
        number(cells[3]),
        Integer.parseInt(cells[4]),
        cells[5],
        number(cells[6]),
        cells[7],
        cells[8],
        flag(cells[9]),
        role(cells[10]));
  }

  private static String line(StateRow row) {
    return join(
        number(row.atMs()),
        row.service(),
        row.state(),
        number(row.share()),
        number(row.probability()),
        number(row.lower()),
        number(row.upper()),
        number(row.threshold()),
        number(row.admitted()),
        number(row.rejected()),
        number(row.probes()),
        number(row.inFlight()),
        number(row.queued()));
  }

  private static StateRow state(String[] cells) {
    double[] n = new double[cells.length];
    for (int i = 3; i < cells.length; i++) {
      n[i] = number(cells[i]);
    }
    return new StateRow(
        number(cells[0]),
        cells[1],
        cells[2],
        n[3],
        n[4],
        n[5],
        n[6],
        n[7],
        n[8],
        n[9],
        n[10],
        n[11],
        n[12]);
  }

  private static String join(String... cells) {
    for (String cell : cells) {
      if (cell.indexOf(',') >= 0 || cell.indexOf('\n') >= 0 || cell.indexOf('\r') >= 0) {
        throw new IllegalArgumentException(
            "a cell must be without commas and line breaks, but was " + cell);
      }
    }
    return String.join(",", cells);
  }

  private static String[] cells(String line) {
    return line.split(",", -1);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value);
  }

  private static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }

  private static @Nullable Boolean flag(String cell) {
    return cell.isEmpty() ? null : Boolean.valueOf(cell);
  }

  private static Role role(String cell) {
    return Role.valueOf(cell.toUpperCase(Locale.ROOT));
  }
}
