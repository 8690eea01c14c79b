package io.foreguard.predictive.file;

import io.foreguard.predictive.file.ModelFileException.Reason;
import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.forest.ForestBuilder;
import io.foreguard.predictive.forest.ForestFault;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import io.foreguard.predictive.scoring.Scorer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads what follows a header, up to the buffer's limit. Not thread-safe. */
final class SectionReader {
  private final ByteBuffer in;
  private final String source;

  SectionReader(ByteBuffer in, String source) {
    this.in = in;
    this.source = source;
  }

  CalibratedScorer read(String kind, int features, String calibrationKind)
      throws ModelFileException {
    Scorer scorer = kind.equals(Section.FOREST) ? forest(features) : linear(features);
    Calibration calibration = calibration(calibrationKind);
    if (in.hasRemaining()) {
      String problem = "must end at byte " + in.limit() + ", but ends at " + in.position();
      throw fault(in.position(), problem, null);
    }
    return new CalibratedScorer(scorer, calibration);
  }

  private Forest forest(int features) throws ModelFileException {
    need(Section.FOREST_BYTES, "the forest");
    boolean sum = flag(in.getInt(), in.position() - 4, "aggregation");
    boolean single = flag(in.getInt(), in.position() - 4, "precision");
    double offset = number("offset", Forest.MOST_VALUE);
    int trees = count(Forest.MOST_TREES, "trees");
    int nodes = count(Forest.MOST_NODES, "nodes");
    int treesAt = in.position();
    long treeBytes = (long) Section.TREE_BYTES * trees;
    need(treeBytes + (long) Section.NODE_BYTES * nodes, trees + " trees and " + nodes + " nodes");
    long nodesAt = treesAt + treeBytes;
    ForestBuilder forest = new ForestBuilder(features, trees, nodes);
    forest.aggregation(sum ? Aggregation.SUM : Aggregation.MEAN);
    forest.offset(offset).singlePrecision(single);
    for (int t = 0; t < trees; t++) {
      forest.tree(in.getInt(), in.getDouble());
    }
    for (int n = 0; n < nodes; n++) {
      node(forest);
    }
    try {
      return forest.build();
    } catch (ForestFault e) {
      throw fault(offset(e, treesAt, nodesAt), String.valueOf(e.getMessage()), e);
    }
  }

  private void node(ForestBuilder forest) throws ModelFileException {
    int feature = in.getShort();
    int at = in.position();
    boolean missingTrue = flag(in.getShort(), at, "direction of a missing feature");
    if (missingTrue && feature < 0) {
      throw fault(at, "direction of a missing feature must be 0 in a leaf, but was 1", null);
    }
    forest.node(feature, in.getInt(), in.getDouble(), in.getDouble(), missingTrue);
  }

  private LinearScorer linear(int features) throws ModelFileException {
    need(Section.INTERCEPT_BYTES + (long) Section.FEATURE_BYTES * features, "the linear scorer");
    double intercept = number("intercept", LinearScorer.MOST_VALUE);
    double[] weights = new double[features];
    double[] missing = new double[features];
    double[] reference = new double[features];
    for (int i = 0; i < features; i++) {
      weights[i] = number("weight " + i, LinearScorer.MOST_VALUE);
      missing[i] = number("missing " + i, LinearScorer.MOST_VALUE);
      reference[i] = number("reference " + i, LinearScorer.MOST_VALUE);
    }
    return LinearScorer.of(weights, intercept, missing, reference);
  }

  private Calibration calibration(String kind) throws ModelFileException {
    int at = in.position();
    try {
      return switch (kind) {
        case Section.SIGMOID -> {
          need(Section.SIGMOID_BYTES, "the sigmoid");
          yield Calibration.sigmoid(in.getDouble(), in.getDouble());
        }
        case Section.ISOTONIC -> isotonic();
        default -> Calibration.none();
      };
    } catch (IllegalArgumentException e) {
      throw fault(at, "calibration: " + e.getMessage(), e);
    }
  }

  private Calibration isotonic() throws ModelFileException {
    need(Section.KNOTS_BYTES, "the isotonic calibration");
    int knots = count(Calibration.MOST_KNOTS, "knots");
    need((long) Section.KNOT_BYTES * knots, knots + " knots");
    double[] scores = new double[knots];
    double[] probabilities = new double[knots];
    for (int k = 0; k < knots; k++) {
      scores[k] = in.getDouble();
      probabilities[k] = in.getDouble();
    }
    return Calibration.isotonic(scores, probabilities);
  }

  private int count(int most, String what) throws ModelFileException {
    int at = in.position();
    int count = in.getInt();
    if (count < 1) {
      throw fault(at, "number of " + what + " must be 1 or more, but was " + count, null);
    }
    if (count > most) {
      String problem = "must have at most " + most + " " + what + ", but claims " + count;
      throw new ModelFileException(source, Reason.OVERSIZED, at, problem, null);
    }
    return count;
  }

  private boolean flag(int value, int at, String what) throws ModelFileException {
    if (value != 0 && value != 1) {
      throw fault(at, what + " must be 0 or 1, but was " + value, null);
    }
    return value == 1;
  }

  private double number(String what, double most) throws ModelFileException {
    int at = in.position();
    double number = in.getDouble();
    if (!(Math.abs(number) <= most)) {
      throw fault(at, what + " must be at most " + most + " from 0, but was " + number, null);
    }
    return number;
  }

  private void need(long bytes, String what) throws ModelFileException {
    if (bytes > in.remaining()) {
      long end = in.position() + bytes;
      String problem =
          what + " must end at byte " + in.limit() + " or before, but would end at " + end;
      throw fault(in.position(), problem, null);
    }
  }

  private static long offset(ForestFault fault, long treesAt, long nodesAt) {
    long tree = treesAt + (long) Section.TREE_BYTES * fault.index();
    long node = nodesAt + (long) Section.NODE_BYTES * fault.index();
    return switch (fault.part()) {
      case ROOT -> tree;
      case WEIGHT -> tree + 4;
      case FEATURE, TREE -> node;
      case FALSE_BRANCH -> node + 4;
      case THRESHOLD -> node + 8;
      case VALUE -> node + 16;
    };
  }

  private ModelFileException fault(long offset, String problem, @Nullable Throwable cause) {
    return new ModelFileException(source, Reason.INVALID, offset, problem, cause);
  }
}
